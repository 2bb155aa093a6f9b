import { Errno } from '../../errno';
import type { DirEntry, StatFs } from '../../file';
import { allocateDevice, Directory, type FileSystem, type Inode } from '../inode';
import type { MachineView, PidNamespaceView, ProcTask } from '../types';
import { inodeNumber, link, type NodeMaker } from './nodes';
import { machineFiles } from './machine';
import { ProcessDirectory, processKey } from './process';

/** proc(5), as seen from the PID namespace of the process that mounts it. */
export function createProcFs(machine: MachineView, mounter: ProcTask): FileSystem {
  const fs: FileSystem & { root: Inode } = {
    type: 'proc',
    dev: allocateDevice(),
    options: '',
    now: () => machine.nowMs(),
    statfs: (): StatFs => ({ type: 'proc', bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: 255 }),
    root: undefined as unknown as Inode,
  };
  fs.root = new ProcRoot(fs, mounter.pidNamespace, machine);
  return fs;
}

/** What container runtimes mount something over: each must be the same inode at every lookup. */
const mountable = new Set(['acpi', 'bus', 'fs', 'irq', 'sys', 'interrupts', 'keys', 'timer_list']);

class ProcRoot extends Directory {
  parent: Directory = this;
  readonly #namespace: PidNamespaceView;
  readonly #files: ReadonlyMap<string, NodeMaker>;
  readonly #kept = new Map<string, Inode>();

  constructor(
    fs: FileSystem,
    namespace: PidNamespaceView,
    readonly machine: MachineView,
  ) {
    super(fs, 1, { mode: 0o555, uid: 0, gid: 0 });
    this.#namespace = namespace;
    const self = (task: ProcTask): string => String(task.pidIn(namespace) ?? '');
    this.#files = new Map(
      Object.entries({
        ...machineFiles(machine, namespace),
        self: link('self', self),
        'thread-self': link('thread-self', (task) => `${self(task)}/task/${self(task)}`),
      }),
    );
  }

  override create(): Inode {
    throw new Errno('ENOENT');
  }
  lookup(name: string, task: ProcTask): Inode | undefined {
    if (/^[1-9]\d*$/.test(name)) {
      const found = this.#namespace.find(Number(name));
      return found && found.state !== 'X' ? new ProcessDirectory(this.fs, this, found, this.#namespace, this.machine) : undefined;
    }
    // a link to oneself is there only for processes of this namespace
    if ((name === 'self' || name === 'thread-self') && task.pidIn(this.#namespace) === undefined) return undefined;
    if (!mountable.has(name)) return this.#files.get(name)?.(this.fs, this);
    let kept = this.#kept.get(name);
    if (!kept) {
      kept = this.#files.get(name)?.(this.fs, this);
      if (kept) this.#kept.set(name, kept);
    }
    return kept;
  }

  entries(task: ProcTask): DirEntry[] {
    const files = [...this.#files.keys()].flatMap((name): DirEntry[] => {
      const inode = this.lookup(name, task);
      return inode ? [{ name, type: inode.type, ino: inode.ino }] : [];
    });
    for (const each of this.#namespace.tasks()) {
      const pid = each.pidIn(this.#namespace);
      if (pid !== undefined && each.state !== 'X') files.push({ name: String(pid), type: 'directory', ino: inodeNumber(processKey(each)) });
    }
    return files;
  }
  override nameOf(child: Inode, task: ProcTask): string | undefined {
    return child instanceof ProcessDirectory ? String(child.task.pidIn(this.#namespace) ?? '') : super.nameOf(child, task);
  }
}
