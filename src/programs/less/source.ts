import type { Process } from '../../kernel';
import { concat, utf8 } from '../text';

const chunk = 65536;

/** A file's lines, read as they are wanted: what feeds a pipe may be at work still. */
export class Source {
  readonly lines: string[] = [];
  ended = false;
  size = 0;
  /** Its first bytes. */
  start: Uint8Array = new Uint8Array();
  private rest: Uint8Array = new Uint8Array();
  /** The last line has no newline yet. */
  private open = false;
  constructor(
    private readonly proc: Process,
    readonly fd: number,
    readonly name: string,
    /** A file on a disk: all of it is there to be read. */
    readonly whole: boolean,
  ) {}

  private take(data: Uint8Array): void {
    if (this.size === 0) this.start = data.subarray(0, 256);
    this.size += data.length;
    const all = concat([this.rest, data]);
    const end = all.lastIndexOf(10) + 1;
    if (this.open && all.length > 0) {
      this.lines.pop();
      this.open = false;
    }
    if (end > 0) {
      const text = utf8.decode(all.subarray(0, end)).split('\n');
      text.pop();
      this.lines.push(...text);
    }
    this.rest = all.subarray(end);
    if (this.rest.length > 0) {
      this.lines.push(utf8.decode(this.rest));
      this.open = true;
    }
  }

  /** Reads until there are so many lines; stops when a key is typed. False when it was stopped. */
  async fill(count: number, keys: number | undefined): Promise<boolean> {
    if (this.whole && !this.ended) while (await this.read());
    while (!this.ended && this.lines.length < count) {
      const wanted = [{ fd: this.fd, events: 'in' as const }, ...(keys === undefined ? [] : [{ fd: keys, events: 'in' as const }])];
      const ready = await this.proc.poll(wanted);
      if (!ready.some((each) => each.fd === this.fd && (each.in || each.hup || each.err))) return false;
      await this.read();
    }
    return true;
  }

  /** One read more; false at the end for now. */
  async read(): Promise<boolean> {
    const data = await this.proc.read(this.fd, chunk);
    this.ended = data.length === 0;
    if (!this.ended) this.take(data);
    return !this.ended;
  }
}
