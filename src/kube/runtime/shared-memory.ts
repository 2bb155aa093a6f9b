import type { Task } from '../../kernel';
import type { NodeFiles } from './node-files';

/** What is /dev/shm for processes of the node's own IPC namespace. */
export const nodeShm = '/dev/shm';

/** The shared memory of pods and lone containers: a tmpfs each, which their containers have as /dev/shm. */
export class SharedMemory {
  constructor(
    private readonly daemon: Task,
    private readonly files: NodeFiles,
  ) {}

  /** A new one in that directory of the node. */
  mount(directory: string): string {
    const path = `${directory}/shm`;
    this.files.makeDirectory(path, 0o711);
    this.daemon.proc.mount('shm', path, 'tmpfs', { nosuid: true, noexec: true, nodev: true, data: 'size=65536k,mode=1777' });
    return path;
  }

  unmount(path: string): void {
    if (path === nodeShm || !this.files.isMounted(path)) return;
    this.daemon.proc.umount(path, { lazy: true });
  }
}
