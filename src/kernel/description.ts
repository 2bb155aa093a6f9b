import { Errno } from './errno';
import type { Bytes, OpenFlag, Stat } from './file';
import type { PollResult } from './process';
import type { TaskImpl } from './task';
import { CAP, capableOver, RegularFile, type FileContent, type Location, type NamespaceHandle, type ProcDescriptor } from './vfs';
import { again, WaitQueue, type Again } from './wait-queue';

export type Readiness = Omit<PollResult, 'fd'>;
export const ready: Readiness = { in: true, out: true, hup: false, err: false };

/** An open file description (open(2)): shared by duplicated and inherited descriptors. */
export abstract class Description {
  refs = 0;
  offset = 0;
  nonblock: boolean;
  readonly queue: WaitQueue = new WaitQueue();
  readonly readable: boolean;
  readonly writable: boolean;

  constructor(
    readonly label: string,
    readonly flags: readonly OpenFlag[],
    readonly location: Location | undefined = undefined,
  ) {
    this.nonblock = flags.includes('nonblock');
    const both = flags.includes('readwrite') || (flags.includes('read') && (flags.includes('write') || flags.includes('append')));
    this.writable = both || flags.includes('write') || flags.includes('append');
    this.readable = (both || !this.writable) && !flags.includes('path');
  }

  abstract stat(): Stat;
  tryRead(_task: TaskImpl, _max: number): Bytes | Again {
    throw new Errno('EINVAL');
  }
  /** How many bytes it took. */
  tryWrite(_task: TaskImpl, _bytes: Bytes): number | Again {
    throw new Errno('EINVAL');
  }
  poll(): Readiness {
    return ready;
  }
  /** The last descriptor is closed. */
  released(): void {
    // nothing is held
  }
}

/** A process's descriptors as /proc shows them. */
export const shownDescriptors = (fds: ReadonlyMap<number, { readonly description: Description }>): ReadonlyMap<number, ProcDescriptor> =>
  new Map(
    [...fds]
      .sort((a, b) => a[0] - b[0])
      .map(([fd, { description }]) => {
        const { label, location, flags, offset } = description;
        return [fd, { label, location, flags, offset, description }];
      }),
  );

export class FileDescription extends Description {
  constructor(
    label: string,
    flags: readonly OpenFlag[],
    override readonly location: Location,
    readonly content: FileContent,
  ) {
    super(label, flags, location);
  }
  stat(): Stat {
    return this.location.inode.stat();
  }
  override tryRead(_task: TaskImpl, max: number): Bytes {
    const { inode, mount } = this.location;
    const { atimeMs } = inode;
    const bytes = this.content.read(this.offset, max);
    if (mount.flags.noatime) inode.atimeMs = atimeMs;
    this.offset += bytes.length;
    return bytes;
  }
  override tryWrite(task: TaskImpl, bytes: Bytes): number {
    if (this.flags.includes('append')) this.offset = this.content.size;
    dropPrivileges(task, this.location.inode);
    const room = task.limits.fsize.soft - this.offset;
    if (room <= 0 && bytes.length > 0) throw new Errno('EFBIG');
    const count = this.content.write(this.offset, bytes.length > room ? bytes.subarray(0, room) : bytes);
    this.offset += count;
    return count;
  }
  truncate(size: number): void {
    if (this.location.inode instanceof RegularFile) this.location.inode.truncate(size);
  }
}

/** "writing to the file clears the set-user-ID and set-group-ID bits" of who may not keep them - chmod(2), inode(7) */
function dropPrivileges(task: TaskImpl, inode: Location['inode']): void {
  if (!(inode.mode & 0o6000) || capableOver(task.credentials, inode, CAP.FSETID)) return;
  inode.mode &= inode.mode & 0o010 ? ~0o6000 : ~0o4000;
}

/** A directory, a symlink opened with 'path', or a namespace file. */
export class PlaceDescription extends Description {
  constructor(
    label: string,
    flags: readonly OpenFlag[],
    override readonly location: Location,
    readonly namespace?: NamespaceHandle,
  ) {
    super(label, flags, location);
  }
  stat(): Stat {
    return this.location.inode.stat();
  }
  override tryRead(): Bytes {
    throw new Errno(this.location.inode.type === 'directory' ? 'EISDIR' : 'EINVAL');
  }
}

/** null(4), zero(4), full(4), random(4). */
export class MemoryDevice extends Description {
  constructor(
    label: string,
    flags: readonly OpenFlag[],
    location: Location | undefined,
    readonly rdev: number,
    readonly random: () => number,
  ) {
    super(label, flags, location);
  }
  stat(): Stat {
    return this.location?.inode.stat() ?? anonymousStat('char', 4, 0o666, this.rdev);
  }
  override tryRead(_task: TaskImpl, max: number): Bytes {
    if ((this.rdev & 255) === 3) return new Uint8Array(0);
    const bytes = new Uint8Array(max);
    if ((this.rdev & 255) >= 8) for (let i = 0; i < max; i++) bytes[i] = Math.floor(this.random() * 256);
    return bytes;
  }
  override tryWrite(_task: TaskImpl, bytes: Bytes): number {
    if ((this.rdev & 255) === 7) throw new Errno('ENOSPC');
    return bytes.length;
  }
}

export function anonymousStat(type: Stat['type'], ino: number, mode: number, rdev = 0): Stat {
  return {
    dev: 14,
    ino,
    type,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev,
    size: 0,
    blksize: 4096,
    blocks: 0,
    atimeMs: 0,
    mtimeMs: 0,
    ctimeMs: 0,
  };
}

let nextAnonymous = 20_000;
export const anonymousInode = (): number => nextAnonymous++;

/** Bytes in the order they came. */
export class ByteQueue {
  length = 0;
  readonly #chunks: Bytes[] = [];
  push(bytes: Bytes): void {
    if (!bytes.length) return;
    this.#chunks.push(bytes.slice());
    this.length += bytes.length;
  }
  shift(max: number): Bytes {
    const count = Math.min(max, this.length);
    const result = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const chunk = this.#chunks[0] as Bytes;
      const part = chunk.subarray(0, count - at);
      result.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.length -= count;
    return result;
  }
}

/** A descriptor's end that the host holds: fstat says it is a pipe. */
export class HostDescription extends Description {
  readonly #ino: number;
  readonly #input = new ByteQueue();
  #ended = false;
  #sink: ((bytes: Bytes) => void) | undefined;
  #onClose: (() => void) | undefined;

  constructor(
    stream:
      | { readonly from: Bytes | { listen(onData: (bytes: Bytes) => void, onEnd: () => void): void } }
      | { readonly to: (bytes: Bytes) => void; readonly onClose?: () => void },
  ) {
    const ino = anonymousInode();
    super(`pipe:[${ino}]`, ['from' in stream ? 'read' : 'write']);
    this.#ino = ino;
    if ('to' in stream) {
      this.#sink = stream.to;
      this.#onClose = stream.onClose;
    } else if (stream.from instanceof Uint8Array) {
      this.#input.push(stream.from);
      this.#ended = true;
    } else {
      stream.from.listen(
        (bytes) => {
          this.#input.push(bytes);
          this.queue.wake();
        },
        () => {
          this.#ended = true;
          this.queue.wake();
        },
      );
    }
  }
  stat(): Stat {
    return anonymousStat('fifo', this.#ino, 0o600);
  }
  override tryRead(_task: TaskImpl, max: number): Bytes | Again {
    return this.#input.length || this.#ended ? this.#input.shift(max) : again;
  }
  override tryWrite(_task: TaskImpl, bytes: Bytes): number {
    this.#sink?.(bytes.slice());
    return bytes.length;
  }
  override poll(): Readiness {
    return {
      in: this.readable && (this.#input.length > 0 || this.#ended),
      out: this.writable,
      hup: this.readable && this.#ended && !this.#input.length,
      err: false,
    };
  }
  override released(): void {
    this.#onClose?.();
  }
}
