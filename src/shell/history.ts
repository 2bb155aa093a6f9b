import { Errno } from '../kernel';
import { encode } from './bytes';
import { matches, quotePattern } from './pattern';
import type { Shell } from './shell';

/** Lines typed, kept in HISTFILE: read at the start, and each appended at once, so that nothing is lost when the page goes away. */
export class History {
  constructor(private readonly sh: Shell) {}

  get lines(): string[] {
    return this.sh.history;
  }

  private get file(): string | undefined {
    return (
      this.sh.vars.get('HISTFILE') ??
      (this.sh.dialect.almquist && this.sh.vars.get('HOME') ? `${this.sh.vars.get('HOME') ?? ''}/.ash_history` : undefined)
    );
  }

  async load(): Promise<void> {
    const { file } = this;
    if (!file) return;
    try {
      const fd = await this.sh.proc.open(file);
      const text = await this.sh.readAll(fd);
      this.sh.proc.close(fd);
      this.lines.push(...text.split('\n').filter((l) => l !== '').slice(-500)); // prettier-ignore
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }

  async add(text: string): Promise<void> {
    const control = this.sh.vars.get('HISTCONTROL') ?? '';
    if (/ignorespace|ignoreboth/.test(control) && /^\s/.test(text)) return;
    const line =
      text.includes('\n') && !text.includes('<<')
        ? text.replace(/\s*\n\s*/g, '; ').replace(/(\b(?:then|do|else|in)|[;{(&|]);/g, '$1')
        : text;
    if (/ignoredups|ignoreboth/.test(control) && this.lines.at(-1) === line) return;
    const ignored = (this.sh.vars.get('HISTIGNORE') ?? '').split(':').filter((p) => p !== '');
    if (
      ignored.some((p) =>
        matches(
          p.replace(/(^|[^\\])&/g, (_, before: string) => before + quotePattern(this.lines.at(-1) ?? '')),
          line,
        ),
      )
    )
      return;
    if (control.includes('erasedups')) for (let i = this.lines.length - 1; i >= 0; i--) if (this.lines[i] === line) this.lines.splice(i, 1);
    this.lines.push(line);
    const { file } = this;
    if (!file) return;
    try {
      const fd = await this.sh.proc.open(file, ['write', 'create', 'append'], 0o600);
      await this.sh.proc.write(fd, encode(`${line}\n`));
      this.sh.proc.close(fd);
    } catch (e) {
      if (!(e instanceof Errno)) throw e;
    }
  }
}
