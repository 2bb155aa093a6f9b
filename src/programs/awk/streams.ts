import type { Regex } from '../../regex';
import { Errno, type Process } from '../../kernel';
import { LineReader } from '../input';
import { Output } from '../output';
import type { Charset } from '../text';
import { statusOf } from '../wait-status';

/** A file or a command's pipe that awk has open. */
interface Stream {
  readonly kind: 'write' | 'read';
  readonly fd: number;
  readonly pid: number | undefined;
  readonly out: Output | undefined;
  readonly records: RecordReader | undefined;
}

/** Records by RS: one character, blank lines (''), or a regular expression. */
export class RecordReader {
  private buffer = '';
  private ended = false;
  private readonly lines: LineReader;
  private readonly decoder: Charset;
  terminator = '';
  constructor(
    private readonly proc: Process,
    private readonly fd: number,
    charset: Charset,
  ) {
    this.lines = new LineReader(proc, fd, charset);
    this.decoder = charset;
  }

  async next(separator: string, regex: (source: string) => Regex): Promise<string | undefined> {
    if (separator === '\n' && this.buffer === '') {
      const line = await this.lines.next();
      return line;
    }
    if (separator === '') {
      for (;;) {
        this.buffer = this.buffer.replace(/^\n+/, '');
        const at = this.buffer.indexOf('\n\n');
        if (at >= 0) {
          const record = this.buffer.slice(0, at);
          this.buffer = this.buffer.slice(at + 2);
          return record;
        }
        if (!(await this.fill())) return this.last((t) => t.replace(/\n+$/, ''));
      }
    }
    for (;;) {
      const m = separator.length === 1 ? undefined : regex(separator);
      if (m) {
        const found = m.exec(this.buffer);
        if (found && found.end > found.index && (found.end < this.buffer.length || this.ended)) {
          const record = this.buffer.slice(0, found.index);
          this.buffer = this.buffer.slice(found.end);
          return record;
        }
      } else {
        const at = this.buffer.indexOf(separator);
        if (at >= 0) {
          const record = this.buffer.slice(0, at);
          this.buffer = this.buffer.slice(at + 1);
          return record;
        }
      }
      if (!(await this.fill())) return this.last((t) => (separator === '\n' ? t.replace(/\n$/, '') : t));
    }
  }

  private last(trim: (text: string) => string): string | undefined {
    if (this.buffer === '') return undefined;
    const record = trim(this.buffer);
    this.buffer = '';
    return record === '' ? undefined : record;
  }

  private async fill(): Promise<boolean> {
    if (this.ended) return false;
    const data = await this.proc.read(this.fd);
    if (data.length === 0) {
      this.ended = true;
      return false;
    }
    this.buffer += this.decoder.decode(data);
    return true;
  }
}

export class Streams {
  private readonly open = new Map<string, Stream>();
  constructor(
    private readonly proc: Process,
    private readonly charset: Charset,
    private readonly standard: Output,
  ) {}

  async output(operator: string, name: string): Promise<Output> {
    if (operator !== '|' && (name === '/dev/stdout' || name === '-')) return this.standard;
    const key = `${operator === '|' ? '|' : '>'}${name}`;
    const there = this.open.get(key);
    if (there?.out) return there.out;
    if (operator === '|') {
      await this.standard.flush();
      const [read, write] = this.proc.pipe();
      this.proc.setCloseOnExec(write, true);
      const pid = await this.shell(name, (child) => {
        child.dup2(read, 0);
        child.close(read);
        child.close(write);
      });
      this.proc.close(read);
      return this.remember(key, { kind: 'write', fd: write, pid, out: this.writer(write), records: undefined });
    }
    const fd =
      name === '/dev/stderr'
        ? 2
        : await this.proc.open(name, ['write', 'create', operator === '>>' ? 'append' : 'truncate', 'cloexec'], 0o666);
    return this.remember(key, { kind: 'write', fd, pid: undefined, out: this.writer(fd), records: undefined });
  }

  private writer(fd: number): Output {
    const out = new Output(this.proc, fd);
    out.charset = this.charset;
    return out;
  }

  private remember(key: string, stream: Stream): Output {
    this.open.set(key, stream);
    return stream.out as Output;
  }

  /** Throws the errno of open(2). */
  async reader(source: 'file' | 'command', name: string): Promise<RecordReader> {
    const key = `${source === 'command' ? 'c' : '<'}${name}`;
    const there = this.open.get(key);
    if (there?.records) return there.records;
    let fd: number;
    let pid: number | undefined;
    if (source === 'command') {
      await this.flush();
      const [read, write] = this.proc.pipe();
      this.proc.setCloseOnExec(read, true);
      pid = await this.shell(name, (child) => {
        child.dup2(write, 1);
        child.close(write);
        child.close(read);
      });
      this.proc.close(write);
      fd = read;
    } else fd = name === '-' || name === '/dev/stdin' ? 0 : await this.proc.open(name, ['read', 'cloexec']);
    const records = new RecordReader(this.proc, fd, this.charset);
    this.open.set(key, { kind: 'read', fd, pid, out: undefined, records });
    return records;
  }

  private shell(command: string, before: (child: Process) => void): Promise<number> {
    return this.proc.spawn('/bin/sh', ['sh', '-c', command], { before });
  }

  async system(command: string): Promise<number> {
    await this.flush();
    const pid = await this.shell(command, () => undefined);
    for (;;) {
      const waited = await this.proc.wait(pid);
      if (!waited || waited.status.kind === 'stopped' || waited.status.kind === 'continued') continue;
      return waited.status.kind === 'signaled' ? 256 + waited.status.signal : statusOf(waited.status);
    }
  }

  async close(name: string): Promise<number> {
    let status = -1;
    for (const prefix of ['|', '>', 'c', '<']) {
      const key = prefix + name;
      const stream = this.open.get(key);
      if (!stream) continue;
      this.open.delete(key);
      status = await this.end(stream);
    }
    return status;
  }

  private async end(stream: Stream): Promise<number> {
    await stream.out?.flush();
    if (stream.fd > 2) this.proc.close(stream.fd);
    if (stream.pid === undefined) return 0;
    try {
      const waited = await this.proc.wait(stream.pid);
      return waited ? statusOf(waited.status) : 0;
    } catch (error) {
      if (error instanceof Errno) return -1;
      throw error;
    }
  }

  async flush(): Promise<void> {
    await this.standard.flush();
    for (const s of this.open.values()) await s.out?.flush();
  }

  async closeAll(): Promise<void> {
    await this.flush();
    for (const [key, stream] of [...this.open]) {
      this.open.delete(key);
      await this.end(stream);
    }
  }
}
