/** File contents and what read(2) and write(2) carry. */
export type Bytes = Uint8Array;

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'char' | 'block' | 'socket';

/** open(2). Without 'write' or 'readwrite' a file is opened for reading. */
export type OpenFlag =
  | 'read'
  | 'write'
  | 'readwrite'
  | 'create'
  | 'exclusive'
  | 'truncate'
  | 'append'
  | 'directory'
  | 'nofollow'
  | 'nonblock'
  | 'noctty'
  | 'cloexec'
  | 'path';

export type Whence = 'set' | 'cur' | 'end';

/** stat(2). Times are ms since the epoch. */
export interface Stat {
  readonly dev: number;
  readonly ino: number;
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky (0..07777), without the type. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Device number of a char or block device: major << 8 | minor. */
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  /** In units of 512 bytes. */
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export interface DirEntry {
  readonly name: string;
  readonly type: FileType;
  readonly ino: number;
}

/** statfs(2), in blocks of `bsize` bytes. */
export interface StatFs {
  /** As /proc/mounts names it: tmpfs, proc, ext4, overlay. */
  readonly type: string;
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
  readonly namelen: number;
}

/** Omitted: now. `null`: left as it is. */
export interface Timestamps {
  readonly atimeMs?: number | null;
  readonly mtimeMs?: number | null;
}
