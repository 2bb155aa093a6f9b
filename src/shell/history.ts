import { Errno } from '../kernel';
import { encode } from './bytes';
import { type Reading, parsePiece } from './parse';
import { matches, quotePattern } from './pattern';
import type { Shell } from './shell';

/** Whether a line end after `text` is inside quotes. */
function quoteIsOpen(text: string, reading: Reading): boolean {
  const piece = parsePiece(text, true, reading);
  return piece.kind === 'error' && /matching `["'`]'$/.test(piece.fault.message);
}

/** A command of several lines on one, as `shopt -s cmdhist` keeps it: line ends inside quotes stay. */
function joined(text: string, insideQuotes: (before: string) => boolean): string {
  let out = '';
  let seen = '';
  for (const line of text.split('\n')) {
    if (seen === '') out = line;
    else if (insideQuotes(seen)) out += `\n${line}`;
    else if (/\\$/.test(out)) out = out.slice(0, -1) + line;
    else out += `${/(?:\b(?:then|do|else|elif|if|while|until|in)|[;{(&|])\s*$/.test(out) ? ' ' : '; '}${line.trimStart()}`;
    seen += `${line}\n`;
  }
  return out;
}

/** How many lines are kept, by HISTSIZE: all of them with a number below 0, or none. */
function keptLines(sh: Shell): number {
  const size = sh.dialect.extended ? sh.vars.get('HISTSIZE') : undefined;
  return size !== undefined && /^\s*\d+\s*$/.test(size) ? Number(size) : Infinity;
}

/** HISTSIZE was set: what is left of the list counts from how many have gone, as with readline. */
export function stifle(sh: Shell, value: string): void {
  const gone = /^\s*\d+\s*$/.test(value) ? sh.history.length - Number(value) : 0;
  if (gone <= 0) return;
  sh.history.splice(0, gone);
  sh.historyBase = gone;
}

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
    const line = text.includes('\n') && !text.includes('<<') ? joined(text, (before) => quoteIsOpen(before, this.sh.reading)) : text;
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
    const kept = keptLines(this.sh);
    if (kept === 0) return;
    this.lines.push(line);
    for (; this.lines.length > kept; this.sh.historyBase++) this.lines.shift();
    this.sh.historyTimes.set(line, this.sh.proc.clock.now());
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
