import type { Bytes, Process } from '../kernel';
import { type Charset, concat, utf8 } from './text';

const chunk = 65536;

export async function readAll(proc: Process, fd: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  let length = 0;
  for (;;) {
    const part = await proc.read(fd, chunk);
    if (part.length === 0) return concat(parts);
    parts.push(part);
    length += part.length;
    if (length > chunk) proc.brk(length);
  }
}

export async function readFile(proc: Process, path: string): Promise<Bytes> {
  const fd = await proc.open(path);
  try {
    return await readAll(proc, fd);
  } finally {
    proc.close(fd);
  }
}

export async function readText(proc: Process, path: string): Promise<string> {
  return utf8.decode(await readFile(proc, path));
}

export async function writeFile(proc: Process, path: string, data: Bytes | string, mode = 0o666): Promise<void> {
  const fd = await proc.open(path, ['write', 'create', 'truncate'], mode);
  try {
    await proc.write(fd, data);
  } finally {
    proc.close(fd);
  }
}

/** Lines of a descriptor, without their delimiter, read in large chunks. Await `next()`: it is synchronous while lines are at hand. */
export class LineReader {
  /** Whether the line last returned ended with the delimiter (the last of a file may not). */
  terminated = true;
  /** Bytes handed out so far, for programs that leave the file offset behind the last line they used. */
  consumed = 0;
  private lines: string[] = [];
  private ends: number[] = [];
  private at = 0;
  private rest: Bytes[] = [];
  private ended = false;

  constructor(
    private readonly proc: Process,
    private readonly fd: number,
    private readonly charset: Charset,
    private readonly delimiter = 10,
  ) {}

  next(): string | undefined | Promise<string | undefined> {
    const line = this.lines[this.at];
    if (line !== undefined) {
      this.consumed = this.ends[this.at] as number;
      this.at++;
      this.terminated = !(this.ended && this.at === this.lines.length && this.rest.length > 0);
      return line;
    }
    return this.ended ? undefined : this.fill();
  }

  /** Puts the file offset just after the last line returned, where the file can seek. */
  rewind(): void {
    if (this.fetched === this.consumed) return;
    try {
      this.proc.lseek(this.fd, this.consumed - this.fetched, 'cur');
    } catch {
      // a pipe: what was read ahead is lost, as with the real programs
    }
  }

  private fetched = 0;

  private async fill(): Promise<string | undefined> {
    for (;;) {
      const part = await this.proc.read(this.fd, chunk);
      const base = this.fetched - this.rest.reduce((n, p) => n + p.length, 0);
      this.fetched += part.length;
      this.at = 0;
      if (part.length === 0) {
        this.ended = true;
        this.lines = this.rest.length > 0 ? [this.charset.decode(concat(this.rest))] : [];
        this.ends = [this.fetched];
        return this.next();
      }
      const last = part.lastIndexOf(this.delimiter);
      if (last < 0) {
        this.rest.push(part);
        continue;
      }
      const whole = concat([...this.rest, part.subarray(0, last + 1)]);
      this.rest = last + 1 < part.length ? [part.subarray(last + 1)] : [];
      this.lines = this.charset.decode(whole).split(String.fromCharCode(this.delimiter));
      this.lines.pop();
      this.ends = [];
      for (let i = whole.indexOf(this.delimiter); i >= 0; i = whole.indexOf(this.delimiter, i + 1)) this.ends.push(base + i + 1);
      return this.next();
    }
  }
}
