import type { DirEntry, StatFs } from '../file';
import { allocateDevice, Directory, Special, type FileSystem, type Inode } from './inode';
import type { MachineView } from './types';

interface PtsEntry {
  readonly index: number;
  readonly uid: number;
  readonly gid: number;
}

/** The machine's open pseudo-terminals. Every devpts mount shows the same ones (the kernel opens them by device number 136:N). */
class PtsRegistry {
  readonly #open = new Map<number, PtsEntry>();
  /** The lowest free number. */
  allocate(uid: number, gid: number): number {
    let index = 0;
    while (this.#open.has(index)) index++;
    this.add(index, uid, gid);
    return index;
  }
  add(index: number, uid: number, gid: number): void {
    this.#open.set(index, { index, uid, gid });
  }
  remove(index: number): void {
    this.#open.delete(index);
  }
  get(index: number): PtsEntry | undefined {
    return this.#open.get(index);
  }
  get count(): number {
    return this.#open.size;
  }
  all(): PtsEntry[] {
    return [...this.#open.values()].sort((a, b) => a.index - b.index);
  }
}

const registries = new WeakMap<MachineView, PtsRegistry>();

export function ptsRegistry(machine: MachineView): PtsRegistry {
  let registry = registries.get(machine);
  if (!registry) registries.set(machine, (registry = new PtsRegistry()));
  return registry;
}

/** devpts: /dev/pts/N, and ptmx, whose opener gets a new pair. */
export function createPts(machine: MachineView, options: ReadonlyMap<string, string>): FileSystem {
  const fs: FileSystem & { root: Inode } = {
    type: 'devpts',
    dev: allocateDevice(),
    options: ['gid=5', 'mode=620', `ptmxmode=${options.get('ptmxmode') ?? '666'}`].join(','),
    now: () => machine.nowMs(),
    statfs: (): StatFs => ({ type: 'devpts', bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0, namelen: 255 }),
    root: undefined as unknown as Inode,
  };
  fs.root = new PtsDirectory(fs, ptsRegistry(machine));
  return fs;
}

class PtsDirectory extends Directory {
  parent: Directory = this;
  readonly #inodes = new Map<PtsEntry, Special>();
  readonly #ptmx: Special;
  constructor(
    fs: FileSystem,
    readonly registry: PtsRegistry,
  ) {
    super(fs, 1, { mode: 0o755, uid: 0, gid: 0 });
    this.#ptmx = new Special(fs, 2, 'char', { mode: 0o666, uid: 0, gid: 0 }, (5 << 8) | 2);
  }
  lookup(name: string): Inode | undefined {
    if (name === 'ptmx') return this.#ptmx;
    const entry = /^(0|[1-9]\d*)$/.test(name) ? this.registry.get(Number(name)) : undefined;
    if (!entry) return undefined;
    let inode = this.#inodes.get(entry);
    if (!inode) {
      inode = new Special(this.fs, 3 + entry.index, 'char', { mode: 0o620, uid: entry.uid, gid: 5 }, (136 << 8) | entry.index);
      this.#inodes.set(entry, inode);
    }
    return inode;
  }
  entries(): DirEntry[] {
    const list: DirEntry[] = this.registry.all().map(({ index }) => ({ name: String(index), type: 'char', ino: 3 + index }));
    return [...list, { name: 'ptmx', type: 'char', ino: 2 }];
  }
}
