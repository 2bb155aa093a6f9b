import { Errno } from '../errno';
import type { Bytes, DirEntry, StatFs } from '../file';
import { allocateDevice, Directory, RegularFile, Special, Symlink, type FileSystem, type Inode } from './inode';
import { Holes } from './holes';
import type { FileTree, TreeEntry } from './tree';
import type { FileContent, NodeInit, PageAccount, ProcTask } from './types';

/** The size of the node's disk. */
export const diskBytes = 40 * 1024 ** 3;

/** Beyond this a write fails with EFBIG: the page's memory is not a disk. */
const maxFileBytes = 512 * 1024 * 1024;
const pageBytes = 4096;

export interface MemoryFsOptions {
  readonly type: 'ext4' | 'overlay' | 'tmpfs' | 'devtmpfs' | 'mqueue';
  readonly now: () => number;
  /** Bytes in all; a write beyond fails with ENOSPC. */
  readonly limitBytes: number;
  readonly options?: string;
  readonly rootMode?: number;
  /** Of the root directory; default 0. */
  readonly uid?: number;
  readonly gid?: number;
  /** Inodes in all; one more fails with ENOSPC. Default: as a disk of that size has. */
  readonly limitInodes?: number;
  /** What is there at first, loaded directory by directory when asked for. */
  readonly tree?: FileTree;
}

/** Directories of these have no blocks, and 20 bytes an entry. */
const inMemory = new Set(['tmpfs', 'mqueue']);

/** Files in memory: the node's disk, tmpfs, and overlay (whose lower tree never changes, so a copy of its directories serves as the merge). */
export class MemoryFs implements FileSystem {
  readonly dev = allocateDevice();
  readonly type: string;
  readOnly?: boolean;
  options: string;
  readonly root: MemoryDirectory;
  limitBytes: number;
  readonly now: () => number;
  readonly startedMs: number;
  usedBytes = 0;
  #lastInode: number;
  #inodes = 0;
  #limitInodes: number;
  readonly #hardLinks = new Map<TreeEntry, Inode>();
  readonly #watchers = new Set<(inode: Inode) => void>();

  constructor(options: MemoryFsOptions) {
    this.type = options.type;
    this.options = options.options ?? '';
    this.now = options.now;
    this.startedMs = options.now();
    this.limitBytes = options.limitBytes;
    this.#limitInodes = options.limitInodes ?? Math.floor(options.limitBytes / 16_384);
    this.#lastInode = options.type === 'tmpfs' ? 0 : 131072;
    this.root = new MemoryDirectory(
      this,
      undefined,
      { mode: options.rootMode ?? 0o755, uid: options.uid ?? 0, gid: options.gid ?? 0 },
      options.tree,
    );
  }

  /** A remount: EINVAL when there is more in it already. */
  resize({ limitBytes, limitInodes, options }: Pick<MemoryFsOptions, 'limitBytes' | 'limitInodes' | 'options'>): void {
    if (limitBytes < this.usedBytes || (limitInodes ?? Infinity) < this.#inodes) throw new Errno('EINVAL');
    this.limitBytes = limitBytes;
    this.#limitInodes = limitInodes ?? this.#limitInodes;
    this.options = options ?? this.options;
  }
  get freePages(): number {
    return Math.max(0, Math.floor((this.limitBytes - this.usedBytes) / pageBytes));
  }

  nextInode(): number {
    if (this.type === 'tmpfs' && this.#inodes >= this.#limitInodes) throw new Errno('ENOSPC');
    this.#inodes++;
    return ++this.#lastInode;
  }

  /** Another name in tmpfs takes as much as an inode: "No ordinary hardlinks … shmem_reserve_inode" - mm/shmem.c */
  demandLink(): void {
    if (this.type === 'tmpfs' && this.#inodes >= this.#limitInodes) throw new Errno('ENOSPC');
  }

  /** The last name of an inode is gone. */
  forget(inode: Inode): void {
    this.#inodes--;
    if (inode instanceof MemoryFile) inode.free();
  }

  /** Calls back on every change of content or names. Returns what stops it. */
  watch(watcher: (inode: Inode) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
  changed(inode: Inode): void {
    for (const watcher of this.#watchers) watcher(inode);
  }

  /** A file's pages become more or fewer, at `payer`'s cost. Throws ENOSPC. */
  take(bytes: number, payer?: PageAccount): void {
    if (bytes > 0 && this.usedBytes + bytes > this.limitBytes) throw new Errno('ENOSPC');
    this.usedBytes += bytes;
    if (this.type === 'tmpfs') payer?.charge(bytes);
  }

  statfs(): StatFs {
    const blocks = Math.floor(this.limitBytes / 4096);
    const bfree = blocks - Math.ceil(this.usedBytes / 4096);
    const bavail = this.type === 'tmpfs' ? bfree : Math.floor(bfree * 0.95);
    return {
      type: this.type,
      bsize: 4096,
      blocks,
      bfree,
      bavail,
      files: this.#limitInodes,
      ffree: this.#limitInodes - this.#inodes,
      namelen: 255,
    };
  }

  make(parent: MemoryDirectory, init: NodeInit): Inode {
    switch (init.type) {
      case 'file':
        return new MemoryFile(this, init);
      case 'directory':
        return new MemoryDirectory(this, parent, init);
      case 'symlink':
        return new MemorySymlink(this, { ...init, mode: 0o777 }, init.target ?? '');
      default:
        return new Special(this, this.nextInode(), init.type, init, init.rdev ?? 0);
    }
  }

  /** An inode for an entry of the tree this file system began with. */
  load(parent: MemoryDirectory, entry: TreeEntry): Inode {
    const known = this.#hardLinks.get(entry);
    if (known) {
      known.nlink++;
      return known;
    }
    const owner = { uid: entry.uid ?? 0, gid: entry.gid ?? 0 };
    let inode: Inode;
    if (entry.type === 'directory') inode = new MemoryDirectory(this, parent, { mode: entry.mode ?? 0o755, ...owner }, entry.entries);
    else if (entry.type === 'symlink') inode = new MemorySymlink(this, { mode: 0o777, ...owner }, entry.target);
    else if (entry.type === 'file')
      inode = new MemoryFile(
        this,
        { mode: entry.mode ?? 0o644, ...owner },
        typeof entry.content === 'string' ? new TextEncoder().encode(entry.content) : entry.content,
      );
    else inode = new Special(this, this.nextInode(), entry.type, { mode: entry.mode ?? 0o600, ...owner }, entry.rdev ?? 0);
    inode.atimeMs = inode.mtimeMs = inode.ctimeMs = entry.mtimeMs ?? this.startedMs;
    if (inode.type !== 'directory') this.#hardLinks.set(entry, inode);
    return inode;
  }
}

export class MemoryDirectory extends Directory {
  parent: Directory;
  #names = new Map<string, Inode>();
  #lower: FileTree | undefined;
  /** Inodes of entries that were asked for by name before all were. */
  readonly #asked = new Map<string, Inode>();
  /** Of an overlay: there is one in the lower tree too. */
  readonly #inLower: boolean;

  constructor(
    readonly memory: MemoryFs,
    parent: MemoryDirectory | undefined,
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
    lower?: FileTree,
  ) {
    super(memory, memory.nextInode(), init);
    this.parent = parent ?? this;
    this.#lower = lower;
    this.nlink = 2 + (lower ? Object.values(lower).filter((entry) => entry.type === 'directory').length : 0);
    this.#inLower = lower !== undefined && memory.type === 'overlay';
    if (!parent && this.#inLower) this.nlink = 1;
  }

  override get size(): number {
    return inMemory.has(this.fs.type) ? 40 + 20 * this.#all().size : 4096;
  }
  override get blocks(): number {
    return inMemory.has(this.fs.type) ? 0 : 8;
  }

  #all(): Map<string, Inode> {
    if (this.#lower) {
      const lower = this.#lower;
      this.#lower = undefined;
      for (const [name, entry] of Object.entries(lower)) this.#names.set(name, this.#asked.get(name) ?? this.memory.load(this, entry));
      this.#asked.clear();
    }
    return this.#names;
  }

  lookup(name: string): Inode | undefined {
    if (!this.#lower) return this.#names.get(name);
    const asked = this.#asked.get(name);
    if (asked) return asked;
    const entry = Object.hasOwn(this.#lower, name) ? this.#lower[name] : undefined;
    if (!entry) return undefined;
    const inode = this.memory.load(this, entry);
    this.#asked.set(name, inode);
    return inode;
  }
  /** tmpfs lists the newest first. */
  entries(): DirEntry[] {
    const list = [...this.#all()].map(([name, inode]) => ({ name, type: inode.type, ino: inode.ino }));
    return this.fs.type === 'tmpfs' ? list.reverse() : list;
  }
  override nameOf(child: Inode): string | undefined {
    for (const [name, inode] of this.#all()) if (inode === child) return name;
    return undefined;
  }
  override isEmpty(): boolean {
    return this.#all().size === 0;
  }
  override create(name: string, init: NodeInit): Inode {
    const inode = this.memory.make(this, init);
    this.#all().set(name, inode);
    if (inode.type === 'directory') this.nlink++;
    this.#changed();
    return inode;
  }
  override insert(name: string, inode: Inode): void {
    const all = this.#all();
    if (all.has(name)) this.remove(name);
    all.set(name, inode);
    if (inode instanceof MemoryDirectory) {
      inode.parent = this;
      this.nlink++;
    }
    inode.touch(false);
    this.#changed();
  }
  override remove(name: string): void {
    const all = this.#all();
    const inode = all.get(name);
    if (!inode) return;
    all.delete(name);
    if (inode.type === 'directory') this.nlink--;
    this.#changed();
  }
  #changed(): void {
    // a directory of both layers counts as one link
    if (this.#inLower) this.nlink = 1;
    this.touch(true);
    this.memory.changed(this);
  }
}

class MemorySymlink extends Symlink {
  constructor(
    memory: MemoryFs,
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
    readonly to: string,
  ) {
    super(memory, memory.nextInode(), init);
  }
  override get size(): number {
    return new TextEncoder().encode(this.to).length;
  }
  override get blocks(): number {
    return 0;
  }
  target(): string {
    return this.to;
  }
}

/** A tmpfs file as one process has it open: its cgroup pays for a file that nobody paid for before. */
class PaidContent implements FileContent {
  constructor(
    readonly file: MemoryFile,
    readonly task: ProcTask,
  ) {}
  get size(): number {
    return this.file.size;
  }
  read(offset: number, max: number): Bytes {
    return this.file.read(offset, max);
  }
  write(offset: number, bytes: Bytes): number {
    this.file.paidBy(() => this.task.pages);
    return this.file.write(offset, bytes);
  }
}

/** Grows by doubling; the bytes it was made with are copied at the first write. */
export class MemoryFile extends RegularFile implements FileContent {
  #bytes: Bytes;
  #size: number;
  #own: boolean;
  /** Whose memory its pages are, on tmpfs: the first writer's. */
  #payer: PageAccount | undefined;
  #holes = new Holes();

  constructor(
    readonly memory: MemoryFs,
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
    content?: Bytes,
  ) {
    super(memory, memory.nextInode(), init);
    this.#bytes = content ?? new Uint8Array(0);
    this.#size = this.#bytes.length;
    this.#own = content === undefined;
  }

  override get size(): number {
    return this.#size;
  }
  override get blocks(): number {
    return this.#holes.used(this.#size) / 512;
  }
  open(task: ProcTask): FileContent {
    return this.fs.type === 'tmpfs' ? new PaidContent(this, task) : this;
  }
  paidBy(payer: () => PageAccount): void {
    this.#payer ??= payer();
  }
  /** The last link is gone. */
  free(): void {
    this.memory.take(-this.#holes.used(this.#size), this.#payer);
  }

  /** A copy: what is written later does not change what was read. */
  read(offset: number, max: number): Bytes {
    const now = this.fs.now();
    if (this.atimeMs <= this.mtimeMs || now - this.atimeMs > 86_400_000) this.atimeMs = now;
    return this.#bytes.slice(offset, Math.min(this.#size, offset + max));
  }

  /** On a full file system: as many pages as there is room for. */
  write(offset: number, bytes: Bytes): number {
    const { freePages } = this.memory;
    const had = Math.ceil(Math.max(offset, Math.min(this.#size, offset + bytes.length)) / pageBytes);
    for (let length = bytes.length, pages = had + freePages; ; pages--) {
      try {
        return this.#put(offset, bytes.subarray(0, length));
      } catch (error) {
        length = Math.min(bytes.length - 1, pages * pageBytes - offset);
        if (!(error instanceof Errno && error.code === 'ENOSPC') || length <= 0) throw error;
      }
    }
  }

  #put(offset: number, bytes: Bytes): number {
    const end = offset + bytes.length;
    this.#resize(Math.max(end, this.#size), () => {
      if (offset > this.#size) this.#holes.skip(this.#size, offset - (offset % 4096));
      this.#holes.fill(offset, bytes.length);
    });
    this.#bytes.set(bytes, offset);
    this.touch(true);
    this.memory.changed(this);
    return bytes.length;
  }

  override truncate(size: number): void {
    this.#resize(size, () => (size > this.#size ? this.#holes.skip(this.#size, size) : this.#holes.cut(size)));
    this.touch(true);
    this.memory.changed(this);
  }

  /** `change` says which pages are written or left out. */
  #resize(size: number, change: () => void): void {
    if (size > maxFileBytes) throw new Errno('EFBIG');
    const before = this.#holes.used(this.#size);
    const kept = this.#holes.copy();
    change();
    try {
      this.memory.take(this.#holes.used(size) - before, this.#payer);
    } catch (error) {
      this.#holes = kept;
      throw error;
    }
    if (size > this.#bytes.length || !this.#own) this.#reallocate(Math.max(size, Math.min(this.#size * 2, this.#size + 16_777_216)));
    else if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  #reallocate(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(0, Math.min(this.#size, capacity)));
    this.#bytes = bytes;
    this.#own = true;
  }
}
