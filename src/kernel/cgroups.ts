import { SIG } from './signal';
import type { TaskImpl } from './task';

/** What is set on a cgroup (cgroups(7)); Infinity is `max`. */
export interface CgroupSettings {
  /** memory.max, bytes. */
  readonly memoryMax: number;
  /** memory.min, bytes. */
  readonly memoryMin: number;
  readonly pidsMax: number;
  /** cpu.max: microseconds of each period. */
  readonly cpuQuotaUs: number;
  readonly cpuPeriodUs: number;
  readonly cpuWeight: number;
  /** memory.oom.group: all its processes die together. */
  readonly oomGroup: boolean;
}

/** What memory.current, memory.peak and memory.events tell. */
export interface CgroupMemory {
  readonly anonBytes: number;
  readonly fileBytes: number;
  readonly peakBytes: number;
  /** How often memory.max was met, and how many processes were killed for it. */
  readonly maxEvents: number;
  readonly oomEvents: number;
  readonly oomKills: number;
}

export const unlimited: CgroupSettings = {
  memoryMax: Infinity,
  memoryMin: 0,
  pidsMax: Infinity,
  cpuQuotaUs: Infinity,
  cpuPeriodUs: 100_000,
  cpuWeight: 100,
  oomGroup: false,
};

interface Group {
  settings: CgroupSettings;
  anonBytes: number;
  fileBytes: number;
  peakBytes: number;
  maxEvents: number;
  oomEvents: number;
  oomKills: number;
}

const pageBytes = 4096;
const pages = (bytes: number): number => Math.ceil(bytes / pageBytes) * pageBytes;

/** `/a/b` -> `/a/b`, `/a`, ``: the cgroup and those above it. */
function* upwards(path: string): Generator<string> {
  for (let at = path === '/' ? '' : path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    yield at;
    if (!at) return;
  }
}

/** The machine's cgroups: what was set on each, and the memory that is charged to it. */
export class Cgroups {
  readonly #groups = new Map<string, Group>();
  /** Names right below each. */
  readonly #below = new Map<string, Set<string>>();

  constructor(private readonly tasks: () => Iterable<TaskImpl>) {
    this.#group('');
  }

  #group(path: string): Group {
    let group = this.#groups.get(path);
    if (!group) {
      group = { settings: unlimited, anonBytes: 0, fileBytes: 0, peakBytes: 0, maxEvents: 0, oomEvents: 0, oomKills: 0 };
      this.#groups.set(path, group);
      const slash = path.lastIndexOf('/');
      if (slash >= 0) {
        const above = path.slice(0, slash);
        const names = this.#below.get(above) ?? new Set();
        this.#below.set(above, names.add(path.slice(slash + 1)));
      }
    }
    return group;
  }

  /** Makes the cgroup and those above it (mkdir -p), and sets what is given. */
  set(path: string, settings: Partial<CgroupSettings> = {}): void {
    for (const at of upwards(path)) this.#group(at);
    const group = this.#group(path);
    group.settings = { ...group.settings, ...settings };
    // "if a cgroup's memory usage … can't be reduced, the OOM killer is invoked" - cgroup-v2.rst, memory.max
    while (group.anonBytes + group.fileBytes > group.settings.memoryMax && this.#outOfMemory(path, group, undefined));
  }

  /** rmdir of it and what is below. */
  remove(path: string): void {
    for (const name of this.#below.get(path) ?? []) this.remove(`${path}/${name}`);
    this.#groups.delete(path);
    this.#below.delete(path);
    this.#below.get(path.slice(0, path.lastIndexOf('/')))?.delete(path.slice(path.lastIndexOf('/') + 1));
  }

  settings(path: string): CgroupSettings {
    return this.#groups.get(path === '/' ? '' : path)?.settings ?? unlimited;
  }
  memory(path: string): CgroupMemory {
    return this.#groups.get(path === '/' ? '' : path) ?? this.#group('');
  }
  has(path: string): boolean {
    return this.#groups.has(path);
  }
  /** Names right below `path`. */
  inside(path: string): string[] {
    return [...(this.#below.get(path) ?? [])].sort();
  }

  /** More (or, negative, less) memory of `path`'s processes; `by` is who asked for it. The OOM killer acts when a limit is passed. */
  charge(path: string, kind: 'anon' | 'file', bytes: number, by: TaskImpl | undefined): void {
    const field = kind === 'anon' ? 'anonBytes' : 'fileBytes';
    for (const at of upwards(path)) {
      const group = this.#groups.get(at);
      if (!group) continue;
      group[field] = Math.max(0, group[field] + bytes);
      group.peakBytes = Math.max(group.peakBytes, Math.min(group.anonBytes + group.fileBytes, group.settings.memoryMax));
    }
    if (bytes <= 0) return;
    for (const at of upwards(path)) {
      const group = this.#groups.get(at);
      if (group && group.anonBytes + group.fileBytes > group.settings.memoryMax) this.#outOfMemory(at, group, by);
    }
  }

  /** A process holds `bytes` beside its program (brk(2)). */
  resize(task: TaskImpl, bytes: number): void {
    const growth = pages(bytes) - pages(task.heapBytes);
    task.heapBytes = bytes;
    this.charge(task.cgroup, 'anon', growth, task);
  }

  /** Its memory is charged elsewhere from now on. */
  move(task: TaskImpl, to: string): void {
    this.charge(task.cgroup, 'anon', -pages(task.heapBytes), undefined);
    task.cgroup = to;
    for (const at of upwards(to)) this.#group(at);
    this.charge(to, 'anon', pages(task.heapBytes), task);
  }

  /** "invoke the OOM killer … in the cgroup": its biggest process, or with memory.oom.group every one of the group. */
  #outOfMemory(path: string, group: Group, by: TaskImpl | undefined): boolean {
    group.maxEvents++;
    group.oomEvents++;
    const inside = [...this.tasks()].filter(
      (task) => task.life === 'live' && task.oomScoreAdj > -1000 && (task.cgroup === path || task.cgroup.startsWith(`${path}/`)),
    );
    const victim = inside.reduce<TaskImpl | undefined>((worst, task) => {
      if (!worst || task.heapBytes > worst.heapBytes) return task;
      return task.heapBytes === worst.heapBytes && task === by ? task : worst;
    }, undefined);
    if (!victim) return false;
    const shared = [...upwards(victim.cgroup)].filter((at) => at.length >= path.length && this.settings(at).oomGroup).at(-1);
    const victims =
      shared === undefined ? [victim] : inside.filter((task) => task.cgroup === shared || task.cgroup.startsWith(`${shared}/`));
    // those inside first: the end of a namespace's init takes the rest with it
    for (const task of victims.sort((a, b) => b.globalPid - a.globalPid)) {
      if (task.life !== 'live') continue;
      for (const at of upwards(task.cgroup)) this.#group(at).oomKills++;
      task.outOfMemory = true;
      task.kernel.terminate(task, { kind: 'signaled', signal: SIG.KILL, core: false });
    }
    return true;
  }
}
