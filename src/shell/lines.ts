import { Errno } from '../kernel';
import { decode } from './bytes';
import type { Shell } from './shell';

export interface ReadOptions {
  readonly delimiter?: string;
  /** At most so many characters. */
  readonly count?: number;
  /** Do not stop at the delimiter before `count`. */
  readonly exact?: boolean;
  readonly timeoutMs?: number;
  /** Throws EINTR when a handler ran. */
  readonly interruptible?: boolean;
  readonly ended?: (how: 'delimiter' | 'eof' | 'timeout') => void;
}

/** One line from a descriptor, without reading past it: byte by byte unless the file can seek. undefined at end of file. */
export async function readLine(sh: Shell, fd: number, options: ReadOptions = {}): Promise<string | undefined> {
  const delimiter = (options.delimiter ?? '\n').charCodeAt(0) & 255;
  const bytes: number[] = [];
  const deadline = options.timeoutMs === undefined ? undefined : sh.proc.clock.now() + options.timeoutMs;
  const seekable = canSeek(sh, fd);
  const result = (how: 'delimiter' | 'eof' | 'timeout'): string | undefined => {
    options.ended?.(how);
    return how === 'eof' && bytes.length === 0 ? undefined : decode(Uint8Array.from(bytes));
  };
  for (;;) {
    if (options.count !== undefined && readCount(sh, bytes) >= options.count) return result('delimiter');
    if (deadline !== undefined && !seekable) {
      const left = deadline - sh.proc.clock.now();
      const ready = left > 0 ? await sh.proc.poll([{ fd, events: 'in' }], left) : await sh.proc.poll([{ fd, events: 'in' }], 0);
      if (!ready.some((r) => r.in || r.hup)) return result('timeout');
    }
    let chunk: Uint8Array;
    try {
      chunk = await sh.proc.read(fd, seekable && options.count === undefined ? 4096 : 1);
    } catch (e) {
      if (e instanceof Errno && e.code === 'EINTR' && !options.interruptible) continue;
      throw e;
    }
    if (chunk.length === 0) return result('eof');
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === delimiter && !options.exact) {
        const rest = chunk.length - i - 1;
        if (rest > 0) sh.proc.lseek(fd, -rest, 'cur');
        return result('delimiter');
      }
      bytes.push(byte);
    }
  }
}

/** How many whole characters there are. */
function readCount(sh: Shell, bytes: readonly number[]): number {
  if (!sh.utf8) return bytes.length;
  // a character that is not all there yet does not count
  const lead = bytes.findLastIndex((b) => b >= 0xc0);
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const partial = lead >= 0 && bytes.length - lead < length;
  return [...decode(Uint8Array.from(partial ? bytes.slice(0, lead) : bytes))].length;
}

function canSeek(sh: Shell, fd: number): boolean {
  try {
    if (sh.proc.fstat(fd).type !== 'file') return false;
    sh.proc.lseek(fd, 0, 'cur');
    return true;
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
}
