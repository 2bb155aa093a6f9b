import type { Context } from '../command';
import { LineReader } from '../input';

/** Lines of several files in a row, with a look ahead for `$`. */
export class Input {
  number = 0;
  terminated = true;
  private reader: LineReader | undefined;
  private fd = 0;
  private ahead: { line: string; terminated: boolean } | undefined;
  private readonly names: string[];
  name = '-';
  constructor(
    private readonly ctx: Context,
    names: readonly string[],
    private readonly delimiter: number,
  ) {
    this.names = [...names];
  }

  private async fetch(): Promise<{ line: string; terminated: boolean } | undefined> {
    for (;;) {
      if (!this.reader) {
        const name = this.names.shift();
        if (name === undefined) return undefined;
        this.name = name;
        try {
          if (name !== '-' && this.ctx.proc.stat(name).type === 'directory') {
            // busybox reads nothing from it, and says nothing
            if (!this.ctx.gnu) continue;
            const text = `read error on ${name}: Is a directory`;
            return await this.ctx.fail(text, 4);
          }
          this.fd = name === '-' ? 0 : await this.ctx.proc.open(name);
        } catch (error) {
          await this.ctx.perror(this.ctx.gnu ? `can't read ${name}` : name, error, this.ctx.gnu ? 2 : 1);
          continue;
        }
        this.reader = new LineReader(this.ctx.proc, this.fd, this.ctx.charset, this.delimiter);
      }
      const line = await this.reader.next();
      if (line !== undefined) return { line, terminated: this.reader.terminated };
      if (this.fd !== 0) this.ctx.proc.close(this.fd);
      this.reader = undefined;
    }
  }

  async next(): Promise<string | undefined> {
    const got = this.ahead ?? (await this.fetch());
    this.ahead = undefined;
    if (!got) return undefined;
    this.number++;
    this.terminated = got.terminated;
    return got.line;
  }

  async isLast(): Promise<boolean> {
    this.ahead ??= await this.fetch();
    return this.ahead === undefined;
  }

  /** Leaves the offset after what was used (q). */
  finish(): void {
    if (!this.ahead) this.reader?.rewind();
  }
}
