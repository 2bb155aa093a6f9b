import { Errno } from '../errno';
import type { DirEntry, StatFs } from '../file';
import { allocateDevice, Directory, GeneratedFile, type FileSystem, type Inode } from './inode';
import { inodeNumber } from './procfs/nodes';
import type { MachineView, ProcTask } from './types';

/** cgroup2: the hierarchy of the processes' own cgroup paths (cgroups(7)). */
export function cgroupFs(machine: MachineView): FileSystem {
  const fs: FileSystem & { root: Inode } = {
    type: 'cgroup2',
    dev: allocateDevice(),
    options: 'nsdelegate,memory_recursiveprot',
    now: () => machine.nowMs(),
    statfs: (): StatFs => ({ type: 'cgroup2', bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: 255 }),
    root: undefined as unknown as Inode,
  };
  fs.root = new CgroupDirectory(fs, machine, '', undefined);
  return fs;
}

class CgroupDirectory extends Directory {
  parent: Directory;
  constructor(
    fs: FileSystem,
    readonly machine: MachineView,
    readonly path: string,
    parent: Directory | undefined,
  ) {
    super(fs, inodeNumber(`cgroup${path}`), { mode: 0o755, uid: 0, gid: 0 });
    this.parent = parent ?? this;
  }

  #pids(reader: ProcTask): number[] {
    return [...this.machine.tasks()]
      .filter((task) => (task.cgroup === '/' ? '' : task.cgroup) === this.path && task.state !== 'X')
      .map((task) => task.pidIn(reader.pidNamespace) ?? 0);
  }
  #inner(): string[] {
    const names = new Set<string>();
    for (const task of this.machine.tasks()) {
      if (task.cgroup.startsWith(`${this.path}/`)) names.add(task.cgroup.slice(this.path.length + 1).split('/')[0] ?? '');
    }
    names.delete('');
    return [...names].sort();
  }
  #file(name: string, generate: (reader: ProcTask) => string): Inode {
    return new GeneratedFile(this.fs, inodeNumber(`cgroup${this.path}/${name}`), { mode: 0o444, uid: 0, gid: 0 }, generate);
  }

  lookup(name: string): Inode | undefined {
    if (name === 'cgroup.procs') return this.#file(name, (reader) => this.#pids(reader).map((pid) => `${pid}\n`).join('')); // prettier-ignore
    if (name === 'cgroup.controllers') return this.#file(name, () => 'cpuset cpu io memory pids\n');
    if (name === 'pids.current') return this.#file(name, (reader) => `${this.#pids(reader).length}\n`);
    return this.#inner().includes(name) ? new CgroupDirectory(this.fs, this.machine, `${this.path}/${name}`, this) : undefined;
  }
  entries(): DirEntry[] {
    return [...['cgroup.controllers', 'cgroup.procs', 'pids.current'], ...this.#inner()].flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [{ name, type: inode.type, ino: inode.ino }] : [];
    });
  }
  override create(): Inode {
    throw new Errno('EACCES');
  }
}
