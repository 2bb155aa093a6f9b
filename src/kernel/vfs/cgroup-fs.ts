import { Errno } from '../errno';
import type { DirEntry, StatFs } from '../file';
import { allocateDevice, Directory, GeneratedFile, type FileSystem, type Inode } from './inode';
import { inodeNumber } from './procfs/nodes';
import type { CgroupsView, MachineView, ProcTask } from './types';

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

type Settings = ReturnType<CgroupsView['settings']>;
const limit = (value: number): string => (Number.isFinite(value) ? String(value) : 'max');
const controllers = 'cpuset cpu io memory pids';

/** What a file shows; `set`: what writing it changes. */
interface CgroupFile {
  readonly show: (directory: CgroupDirectory, reader: ProcTask) => string;
  readonly set?: (text: string) => Partial<Settings>;
  /** The root of the hierarchy has it too. */
  readonly root?: boolean;
}

const bytesOf = (text: string): number => {
  const match = /^(max|\d+)([kmg]?)$/i.exec(text.trim());
  if (!match) throw new Errno('EINVAL');
  const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match[2]!.toLowerCase()] ?? 1;
  return match[1] === 'max' ? Infinity : Math.floor((Number(match[1]) * unit) / 4096) * 4096;
};
const countOf = (text: string): number => {
  const word = text.trim();
  if (word === 'max') return Infinity;
  if (!/^\d+$/.test(word)) throw new Errno('EINVAL');
  return Number(word);
};
const setting =
  (show: (settings: Settings) => string): CgroupFile['show'] =>
  (directory) =>
    `${show(directory.settings)}\n`;

const files: Readonly<Record<string, CgroupFile>> = {
  'cgroup.controllers': { show: () => `${controllers}\n`, root: true },
  'cgroup.events': { show: (d) => `populated ${d.tasks(true).length ? 1 : 0}\nfrozen 0\n` },
  'cgroup.freeze': { show: () => '0\n' },
  'cgroup.max.depth': { show: () => 'max\n', root: true },
  'cgroup.max.descendants': { show: () => 'max\n', root: true },
  'cgroup.procs': { show: (d, reader) => d.pids(reader), root: true },
  'cgroup.stat': { show: (d) => `nr_descendants ${d.inner().length}\nnr_dying_descendants 0\n`, root: true },
  'cgroup.subtree_control': { show: (d) => (d.inner().length || !d.path ? `${controllers}\n` : '\n'), root: true },
  'cgroup.threads': { show: (d, reader) => d.pids(reader), root: true },
  'cgroup.type': { show: () => 'domain\n' },
  'cpu.max': {
    show: setting((s) => `${limit(s.cpuQuotaUs)} ${s.cpuPeriodUs}`),
    set: (text) => {
      const [quota = '', period] = text.trim().split(/\s+/);
      return { cpuQuotaUs: countOf(quota), ...(period !== undefined && { cpuPeriodUs: countOf(period) }) };
    },
  },
  'cpu.stat': {
    show: (d) => {
      const [user, system] = d.cpuMs();
      return `usage_usec ${(user + system) * 1000}\nuser_usec ${user * 1000}\nsystem_usec ${system * 1000}\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\nnr_bursts 0\nburst_usec 0\n`;
    },
    root: true,
  },
  'cpu.weight': { show: setting((s) => String(s.cpuWeight)), set: (text) => ({ cpuWeight: countOf(text) }) },
  'memory.current': { show: (d) => `${d.memory.anonBytes + d.memory.fileBytes}\n` },
  'memory.events': {
    show: ({ memory }) =>
      `low 0\nhigh 0\nmax ${memory.maxEvents}\noom ${memory.oomEvents}\noom_kill ${memory.oomKills}\noom_group_kill ${memory.oomKills ? 1 : 0}\n`,
  },
  'memory.high': { show: () => 'max\n' },
  'memory.max': { show: setting((s) => limit(s.memoryMax)), set: (text) => ({ memoryMax: bytesOf(text) }) },
  'memory.min': { show: setting((s) => String(s.memoryMin)), set: (text) => ({ memoryMin: bytesOf(text) }) },
  'memory.oom.group': { show: setting((s) => (s.oomGroup ? '1' : '0')), set: (text) => ({ oomGroup: text.trim() === '1' }) },
  'memory.peak': { show: (d) => `${d.memory.peakBytes}\n` },
  'memory.stat': { show: ({ memory }) => `anon ${memory.anonBytes}\nfile ${memory.fileBytes}\nshmem ${memory.fileBytes}\n`, root: true },
  'memory.swap.current': { show: () => '0\n' },
  'memory.swap.max': { show: () => '0\n' },
  'pids.current': { show: (d) => `${d.tasks(true).length}\n` },
  'pids.max': { show: setting((s) => limit(s.pidsMax)), set: (text) => ({ pidsMax: countOf(text) }) },
};

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

  get settings(): Settings {
    return this.machine.cgroups.settings(this.path);
  }
  get memory(): ReturnType<CgroupsView['memory']> {
    return this.machine.cgroups.memory(this.path);
  }
  /** Its processes, or those of the cgroups below it too. */
  tasks(below: boolean): ProcTask[] {
    const own = (path: string): boolean => path === this.path || (below && path.startsWith(`${this.path}/`));
    return [...this.machine.tasks()].filter((task) => task.state !== 'X' && own(task.cgroup === '/' ? '' : task.cgroup));
  }
  pids(reader: ProcTask): string {
    return this.tasks(false).map((task) => `${task.pidIn(reader.pidNamespace) ?? 0}\n`).join(''); // prettier-ignore
  }
  cpuMs(): [user: number, system: number] {
    return this.tasks(true).reduce((sum, { cpu }) => [sum[0] + cpu.userMs, sum[1] + cpu.systemMs], [0, 0] as [number, number]);
  }
  inner(): string[] {
    return this.machine.cgroups.inside(this.path);
  }

  lookup(name: string): Inode | undefined {
    const file = files[name];
    if (file) {
      if (!this.path && !file.root) return undefined;
      const { set } = file;
      const store = set && ((text: string): void => this.machine.cgroups.set(this.path, set(text)));
      const init = { mode: store ? 0o644 : 0o444, uid: 0, gid: 0 };
      return new GeneratedFile(this.fs, inodeNumber(`cgroup${this.path}/${name}`), init, (reader) => () => file.show(this, reader), store);
    }
    return this.machine.cgroups.has(`${this.path}/${name}`)
      ? new CgroupDirectory(this.fs, this.machine, `${this.path}/${name}`, this)
      : undefined;
  }
  entries(): DirEntry[] {
    return [...Object.keys(files), ...this.inner()].flatMap((name) => {
      const inode = this.lookup(name);
      return inode ? [{ name, type: inode.type, ino: inode.ino }] : [];
    });
  }
  override create(): Inode {
    throw new Errno('EACCES');
  }
}
