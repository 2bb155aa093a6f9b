import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { readAll } from './input';
import { PatternError, posixRegex } from './regex';
import { Screen } from './screen';
import { displayWidth, utf8 } from './text';

/** A page's text: control characters in ^X notation, colours kept, tabs expanded. */
function showable(line: string, raw: boolean): string {
  let out = '';
  let column = 0;
  for (let i = 0; i < line.length; i++) {
    const color = raw || line[i] === '\x1b' ? /^\x1b\[[0-9;]*m/.exec(line.slice(i)) : null; // prettier-ignore
    if (color) {
      out += color[0];
      i += color[0].length - 1;
      continue;
    }
    const c = line[i] as string;
    const text =
      c === '\t'
        ? ' '.repeat(8 - (column % 8))
        : c === '\b'
          ? ''
          : c < ' ' || c === '\x7f'
            ? `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}`
            : c;
    out += text;
    column += text.length;
  }
  return out;
}

function chop(line: string, width: number): string[] {
  const rows: string[] = [];
  let current = '';
  let column = 0;
  for (const piece of line.match(/\x1b\[[0-9;]*m|[^]/gu) ?? []) {
    const w = piece.startsWith('\x1b') ? 0 : displayWidth(piece);
    if (column + w > width) {
      rows.push(current);
      current = '';
      column = 0;
    }
    current += piece;
    column += w;
  }
  return [...rows, current];
}

class Pager {
  private top = 0;
  private message = '';
  private search: RegExp | undefined;
  private backwards = false;
  constructor(
    private readonly screen: Screen,
    private lines: readonly string[],
    private readonly name: string,
    private readonly more: boolean,
    private readonly chopLong: boolean,
  ) {}

  private get page(): number {
    return Math.max(1, this.screen.size.rows - 1);
  }
  private get last(): number {
    return Math.max(0, this.lines.length - this.page);
  }

  private async draw(): Promise<void> {
    const { columns, rows } = this.screen.size;
    const shown: string[] = [];
    let at = this.top;
    while (shown.length < rows - 1 && at < this.lines.length) {
      const text = showable(this.lines[at] as string, true);
      const pieces = this.chopLong ? [chop(text, columns)[0] as string] : chop(text, columns);
      shown.push(...pieces.slice(0, rows - 1 - shown.length));
      at++;
    }
    const end = at >= this.lines.length;
    const body = shown.map((l) => `${this.highlight(l)}\x1b[m\x1b[K`);
    if (!this.more) while (body.length < rows - 1) body.push('\x1b[1m~\x1b[m\x1b[K');
    const percent = this.lines.length === 0 ? 100 : Math.min(100, Math.floor((at / this.lines.length) * 100));
    const prompt =
      this.message !== ''
        ? `\x1b[7m${this.message}\x1b[m`
        : this.more
          ? `\x1b[7m--More--(${percent}%)\x1b[m`
          : end
            ? '\x1b[7m(END)\x1b[m'
            : this.top === 0 && this.name !== ''
              ? `\x1b[7m${this.name}\x1b[m`
              : ':';
    this.message = '';
    await this.screen.write(`\x1b[H${body.join('\r\n')}\r\n${prompt}\x1b[K`);
  }

  private highlight(line: string): string {
    if (!this.search) return line;
    this.search.lastIndex = 0;
    return line.replace(this.search, (m) => (m === '' ? m : `\x1b[7m${m}\x1b[27m`));
  }

  private async ask(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      await this.screen.write(`\r\x1b[K${mark}${text}`);
      const key = await this.screen.key();
      if (key === 'enter') return text;
      if (key === 'escape' || key === 'ctrl-c' || key === 'eof' || key === undefined) return undefined;
      if (key === 'backspace') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key.length === 1) text += key;
    }
  }

  private find(backwards: boolean): void {
    if (!this.search) {
      this.message = 'No previous regular expression';
      return;
    }
    const step = backwards ? -1 : 1;
    for (let i = this.top + step; i >= 0 && i < this.lines.length; i += step) {
      this.search.lastIndex = 0;
      if (this.search.test(this.lines[i] as string)) {
        this.top = Math.min(i, Math.max(this.last, i));
        return;
      }
    }
    this.message = 'Pattern not found  (press RETURN)';
  }

  async run(): Promise<void> {
    let count = '';
    for (;;) {
      await this.draw();
      if (this.more && this.top >= this.last) return;
      const key = await this.screen.key();
      const n = count === '' ? undefined : Number(count);
      if (key !== undefined && /^\d$/.test(key)) {
        count += key;
        continue;
      }
      count = '';
      const to = (line: number): void => void (this.top = Math.max(0, Math.min(line, this.last)));
      switch (key) {
        case 'ctrl-c':
          // less stays, as without -K; more ends
          if (this.more) return;
          break;
        case 'q': case 'Q': case 'eof': case undefined:
          return;
        case 'ZZ': return;
        case ' ': case 'f': case 'page-down': case 'ctrl-f': case 'ctrl-v': to(this.top + (n ?? this.page)); break;
        case 'b': case 'page-up': case 'ctrl-b': to(this.top - (n ?? this.page)); break;
        case 'd': case 'ctrl-d': to(this.top + Math.floor(this.page / 2)); break;
        case 'u': case 'ctrl-u': to(this.top - Math.floor(this.page / 2)); break;
        case 'j': case 'e': case 'down': case 'enter': case 'ctrl-n': to(this.top + (n ?? 1)); break;
        case 'k': case 'y': case 'up': case 'ctrl-p': to(this.top - (n ?? 1)); break;
        case 'g': case '<': case 'home': to((n ?? 1) - 1); break;
        case 'G': case '>': case 'end': to(n === undefined ? this.last : n - 1); break;
        case '/': case '?': {
          const text = await this.ask(key);
          if (text === undefined) break;
          try {
            if (text !== '') this.search = posixRegex(text, { extended: true, flags: 'g' });
            this.backwards = key === '?';
            this.find(this.backwards);
          } catch (error) {
            if (!(error instanceof PatternError)) throw error;
            this.message = 'Invalid pattern  (press RETURN)';
          }
          break;
        }
        case 'n': this.find(this.backwards); break;
        case 'N': this.find(!this.backwards); break;
        case '=': this.message = `${this.name} lines ${this.top + 1}-${Math.min(this.lines.length, this.top + this.page)}/${this.lines.length}`; break;
        case 'h': this.message = 'SPACE forward, b back, j/k line, g/G start/end, /pattern search, n next, q quit'; break;
        default: break;
      } // prettier-ignore
    }
  }
}

async function run(ctx: Context, operands: readonly string[], more: boolean, chopLong: boolean, quitIfOne: boolean): Promise<number> {
  const { proc } = ctx;
  const inputs = operands.length > 0 ? operands : ['-'];
  if (operands.length === 0 && proc.isatty(0)) {
    if (more) return ctx.gnu ? ctx.usage('bad usage') : ctx.usage();
    await ctx.stderr(ctx.gnu ? 'Missing filename ("less --help" for help)\n' : ctx.busyboxUsage());
    return 1;
  }
  const texts: { name: string; data: Uint8Array }[] = [];
  for (const name of inputs) {
    try {
      const fd = name === '-' ? 0 : await proc.open(name);
      if (proc.fstat(fd).type === 'directory') {
        const text = more ? `\n*** ${name}: directory ***\n\n` : `${name} is a directory\n`;
        // less says it among what it shows, when that is no terminal
        await (ctx.gnu && !proc.isatty(1) ? ctx.write(text) : ctx.stderr(text));
        if (!ctx.gnu || !more) ctx.status = 1;
        if (ctx.gnu && !proc.isatty(1)) ctx.status = 0;
        continue;
      }
      if (!proc.isatty(1)) {
        // Not a terminal: as cat
        if (more && ctx.gnu && name !== '-') await ctx.write(`::::::::::::::\n${name}\n::::::::::::::\n`);
        for (;;) {
          const part = await proc.read(fd);
          if (part.length === 0) break;
          await ctx.write(part);
          await ctx.out.flush();
        }
        continue;
      }
      texts.push({ name: name === '-' ? '' : name, data: await readAll(proc, fd) });
      if (fd !== 0) proc.close(fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (ctx.gnu && !more && !proc.isatty(1)) {
        await ctx.line(`${name}: ${ctx.strerror(error)}`);
        continue;
      }
      await ctx.stderr(
        more
          ? `${ctx.gnu ? `more: cannot open ${name}` : `more: can't open '${name}'`}: ${ctx.strerror(error)}\n`
          : `${ctx.gnu ? name : `less: can't open '${name}'`}: ${ctx.strerror(error)}\n`,
      );
      ctx.status = 1;
    }
  }
  if (texts.length === 0) return ctx.status;
  let fd = 0;
  if (!proc.isatty(0)) fd = await proc.open('/dev/tty');
  const screen = new Screen(proc, fd, 1);
  for (const { name, data } of texts) {
    const lines = utf8.decode(data).replace(/\n$/, '').split('\n');
    if ((more || quitIfOne) && lines.length <= screen.size.rows - 1) {
      await ctx.write(data);
      continue;
    }
    await ctx.out.flush();
    screen.suspends = ctx.gnu && !more;
    await screen.enter({ alternate: !more });
    if (more) await screen.write('\x1b[H\x1b[2J');
    try {
      await new Pager(screen, lines, name, more, chopLong).run();
    } finally {
      await screen.write('\r\x1b[K');
      await screen.leave();
    }
  }
  return ctx.status;
}

export const less: Command = {
  gnu: {
    short: 'aeEfFgiIJKLmMnNqQrRsSuUVwWX~b:h:j:k:o:O:p:P:t:T:x:y:z:',
    long: {
      'quit-if-one-screen': 'F',
      'chop-long-lines': 'S',
      'raw-control-chars': 'r',
      'RAW-CONTROL-CHARS': 'R',
      'LINE-NUMBERS': 'N',
      'no-init': 'X',
      'ignore-case': 'i',
    },
    package: 'other',
    usage: '[options] [file ...]',
    help: '\nCommands: SPACE and b page, j and k move by a line, g and G go to the ends, /pattern searches, q quits.\n',
  },
  busybox: {
    short: 'EFMmNSh~RI',
    usage:
      '[-EFIMmNSRh~] [FILE]...\n\nView FILE (or stdin) one screenful at a time\n\n\t-E\tQuit once the end of a file is reached\n\t-F\tQuit if entire file fits on first screen\n\t-I\tIgnore case in all searches\n\t-M,-m\tDisplay status line with line numbers\n\t\tand percentage through the file\n\t-N\tPrefix line number to each line\n\t-S\tTruncate long lines\n\t-R\tRemove color escape codes in input\n\t-~\tSuppress ~s displayed past EOF',
  },
  rewrite: (args) => args.filter((a) => !a.startsWith('+')),
  run: (ctx, options) => run(ctx, options.operands, false, options.has('S'), options.has('F') || (ctx.env.get('LESS') ?? '').includes('F')),
};

export const more: Command = {
  gnu: {
    short: 'dflcpsun:eVh',
    package: 'util-linux',
    usage: '[options] <file>...',
    help: '\nDisplay the contents of a file in a terminal.\n',
  },
  busybox: { short: '', usage: '[FILE]...\n\nView FILE (or stdin) one screenful at a time' },
  rewrite: (args) => args.filter((a) => !/^[-+]\d+$|^\+\//.test(a)),
  run: (ctx, options) => run(ctx, options.operands, true, false, true),
};
