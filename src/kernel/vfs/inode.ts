import { Errno } from '../errno';
import type { Bytes, DirEntry, FileType, Stat, StatFs } from '../file';
import type { FileContent, Location, NamespaceHandle, NodeInit, ProcTask } from './types';

/** A mounted or mountable file system. */
export interface FileSystem {
  /** As /proc/mounts names it: ext4, overlay, tmpfs, proc. */
  readonly type: string;
  /** st_dev. */
  readonly dev: number;
  readonly root: Inode;
  /** Its own options as /proc/mounts shows them after rw: `size=65536k,mode=755`. */
  readonly options: string;
  /** Mounted or remounted read-only as a whole, whatever its mounts say. */
  readOnly?: boolean;
  /** The current time, ms since the epoch. */
  now(): number;
  statfs(): StatFs;
}

let nextDevice = 0x10;

/** A device number for a file system that has none of its own. */
export const allocateDevice = (): number => nextDevice++;

export abstract class Inode {
  abstract readonly type: FileType;
  mode: number;
  uid: number;
  gid: number;
  nlink = 1;
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  /** Its mode binds those too who may override others: /proc/sys. */
  strict = false;
  /** A FIFO's pipe or a socket, kept here by the kernel. */
  attached: unknown = undefined;

  constructor(
    readonly fs: FileSystem,
    readonly ino: number,
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
  ) {
    this.mode = init.mode;
    this.uid = init.uid;
    this.gid = init.gid;
    this.atimeMs = this.mtimeMs = this.ctimeMs = fs.now();
  }

  get size(): number {
    return 0;
  }
  get rdev(): number {
    return 0;
  }
  /** In units of 512 bytes. */
  get blocks(): number {
    return Math.ceil(this.size / 4096) * 8;
  }

  stat(): Stat {
    return {
      dev: this.fs.dev,
      ino: this.ino,
      type: this.type,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.size,
      blksize: 4096,
      blocks: this.blocks,
      atimeMs: this.atimeMs,
      mtimeMs: this.mtimeMs,
      ctimeMs: this.ctimeMs,
    };
  }

  /** Content or an attribute changed. */
  touch(content: boolean): void {
    this.ctimeMs = this.fs.now();
    if (content) this.mtimeMs = this.ctimeMs;
  }
}

export abstract class Directory extends Inode {
  readonly type = 'directory';
  /** Itself at a file system's root. */
  abstract parent: Directory;
  /** What it was called when it was removed. */
  formerName = '';

  abstract lookup(name: string, task: ProcTask): Inode | undefined;
  abstract entries(task: ProcTask): DirEntry[];
  /** The name of `child` in this directory. */
  nameOf(child: Inode, task: ProcTask): string | undefined {
    return this.entries(task).find((entry) => entry.ino === child.ino)?.name;
  }
  /** Makes a new inode under a name that is free. */
  create(_name: string, _init: NodeInit): Inode {
    throw new Errno('EPERM');
  }
  /** Gives `inode`, of the same file system, a name here. What had the name loses it. */
  insert(_name: string, _inode: Inode): void {
    throw new Errno('EPERM');
  }
  remove(_name: string): void {
    throw new Errno('EPERM');
  }
  isEmpty(task: ProcTask): boolean {
    return this.entries(task).length === 0;
  }
}

export abstract class RegularFile extends Inode {
  readonly type = 'file';
  /** What a new file description reads and writes. */
  abstract open(task: ProcTask): FileContent;
  truncate(_size: number): void {
    throw new Errno('EINVAL');
  }
}

export abstract class Symlink extends Inode {
  readonly type = 'symlink';
  /** Resolved against the directory that holds it. */
  abstract target(task: ProcTask): string;
  /** Magic links of procfs go straight to a place, or to an open file that has none. */
  jump(_task: ProcTask): Jump | undefined {
    return undefined;
  }
}

export type Jump = { readonly location: Location } | { readonly description: unknown };

/** Devices, FIFOs, sockets: what the kernel opens by itself. */
export class Special extends Inode {
  constructor(
    fs: FileSystem,
    ino: number,
    readonly type: 'char' | 'block' | 'fifo' | 'socket',
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
    readonly device: number,
  ) {
    super(fs, ino, init);
  }
  override get rdev(): number {
    return this.device;
  }
}

/** What /proc/PID/ns/TYPE leads to. */
export class NamespaceInode extends Inode {
  readonly type = 'file';
  constructor(
    fs: FileSystem,
    readonly handle: NamespaceHandle,
  ) {
    super(fs, handle.inode, { mode: 0o444, uid: 0, gid: 0 });
  }
}

/** Content made when opened, as procfs does; `write` takes each write(2) whole. */
export class GeneratedFile extends RegularFile {
  constructor(
    fs: FileSystem,
    ino: number,
    init: { readonly mode: number; readonly uid: number; readonly gid: number },
    /** Called when it is opened; what it returns makes the content, when that is read from its beginning. */
    readonly begin: (task: ProcTask) => () => string | Bytes,
    readonly store?: (text: string, task: ProcTask) => void,
    /** What a write gives when nothing can be stored. */
    readonly refusal: 'EINVAL' | 'EIO' = 'EINVAL',
  ) {
    super(fs, ino, init);
  }

  /** What it tells of is no more: ESRCH for those who still have it open. */
  gone: (() => boolean) | undefined;

  open(task: ProcTask): FileContent {
    const generate = this.begin(task);
    let content: Bytes | undefined;
    return {
      size: 0,
      read: (offset, max) => {
        if (this.gone?.()) throw new Errno('ESRCH');
        if (offset === 0 || !content) {
          const made = generate();
          content = typeof made === 'string' ? new TextEncoder().encode(made) : made;
        }
        return content.subarray(offset, offset + max);
      },
      write: (_offset, bytes) => {
        if (!this.store) throw new Errno(this.refusal);
        this.store(new TextDecoder().decode(bytes), task);
        return bytes.length;
      },
    };
  }
  override truncate(): void {
    // O_TRUNC on a generated file is allowed and does nothing
  }
}
