import { Errno } from '../../kernel';
import { PatternError, Regex } from '../../regex';
import { spawnp } from '../exec';
import type { Screen } from '../screen';
import { chop, shifted, showable } from './showing';
import type { Source } from './source';

/** Options that can be turned over while it runs: the letter, and what is said when it is off and on. */
const toggles: Readonly<Record<string, readonly [off: string, on: string]>> = {
  N: ["Don't use line numbers", 'Constantly display line numbers'],
  S: ['Fold long lines', 'Chop long lines'],
  i: ['Case is significant in searches', 'Ignore case in searches'],
  I: ['Case is significant in searches', 'Ignore case in searches and in patterns'],
  m: ['Short prompt', 'Medium prompt'],
  M: ['Short prompt', 'Long prompt'],
  R: ['Display control characters as ^X', 'Display ANSI sequences directly, other control characters as ^X'],
  G: ["Don't highlight search matches", 'Highlight matches'],
};

export interface PagerOptions {
  readonly flags: Set<string>;
  readonly more: boolean;
  /** Commands to begin with: `+G`, `+/pattern`. */
  readonly first: readonly string[];
}

const invert = (text: string): string => `\x1b[7m${text}\x1b[27m`;

export class Pager {
  private top = 0;
  private message = '';
  private fresh = true;
  private search: Regex | undefined;
  private backwards = false;
  private filter: Regex | undefined;
  private shift = 0;
  private readonly marks = new Map<string, number>();
  /** Numbers of the lines that are shown, when not all are. */
  private shown: readonly number[] | undefined;
  constructor(
    private readonly screen: Screen,
    private readonly source: Source,
    private readonly options: PagerOptions,
    /** `(file 1 of 2)`, and what comes after it. */
    private readonly place: { readonly index: number; readonly count: number; readonly next: string | undefined },
  ) {}

  private get flags(): Set<string> {
    return this.options.flags;
  }
  private get page(): number {
    return Math.max(1, this.screen.size.rows - 1);
  }
  private get total(): number {
    return this.shown?.length ?? this.source.lines.length;
  }
  private lineNumber(i: number): number {
    return this.shown ? (this.shown[i] ?? 0) : i;
  }
  private text(i: number): string {
    return this.source.lines[this.lineNumber(i)] ?? '';
  }

  /** Rows on the screen of a line. */
  private rows(i: number): string[] {
    const { columns } = this.screen.size;
    const numbers = this.flags.has('N');
    const width = Math.max(1, columns - (numbers ? 8 : 0));
    const line = this.highlight(showable(this.text(i), this.flags.has('R') || this.flags.has('r') || this.options.more));
    const rows = this.flags.has('S') ? [chop(shifted(line, this.shift), width)[0] as string] : chop(line, width);
    return numbers ? rows.map((row, k) => (k === 0 ? String(this.lineNumber(i) + 1).padStart(7) : ' '.repeat(7)) + ` ${row}`) : rows;
  }

  private highlight(line: string): string {
    if (!this.search || this.flags.has('no-highlight')) return line;
    return this.search.replace(line, ({ groups: [m] }) => (m === '' ? '' : invert(m ?? '')));
  }

  /** The first line of the last full screen. */
  private get last(): number {
    let room = this.page;
    let i = this.total;
    while (i > 0 && room > 0) {
      room -= this.rows(i - 1).length;
      if (room >= 0) i--;
    }
    return Math.max(0, i);
  }

  private async draw(): Promise<void> {
    await this.source.fill(this.top + this.page + 1, this.screen.fd);
    this.refilter();
    const { rows } = this.screen.size;
    const body: string[] = [];
    let at = this.top;
    while (body.length < rows - 1 && at < this.total) {
      body.push(...this.rows(at).slice(0, rows - 1 - body.length));
      at++;
    }
    const end = at >= this.total && this.source.ended;
    const lines = body.map((line) => `${line}\x1b[m\x1b[K`);
    if (!this.options.more) while (lines.length < rows - 1) lines.push('\x1b[1m~\x1b[m\x1b[K');
    const prompt = this.message === '' ? this.prompt(at, end) : invert(this.message);
    this.message = '';
    await this.screen.write(`\x1b[H${lines.join('\r\n')}\r\n${prompt}\x1b[K`);
  }

  private prompt(at: number, end: boolean): string {
    const { name } = this.source;
    const { index, count, next } = this.place;
    const percent = this.total === 0 ? 100 : Math.min(100, Math.floor((at / this.total) * 100));
    if (this.options.more) return invert(`--More--(${percent}%)`);
    const file = `${name}${count > 1 ? ` (file ${index + 1} of ${count})` : ''}`;
    const parts: string[] = [];
    if (this.flags.has('M')) parts.push(file, `lines ${this.top + 1}-${at}${this.source.ended ? `/${this.total}` : ''}`);
    else if (this.fresh && name !== '') parts.push(file);
    if (end) parts.push(next === undefined ? '(END)' : `(END) - Next: ${next}`);
    else if (this.flags.has('M') || this.flags.has('m')) parts.push(this.source.ended ? `${percent}%` : '');
    this.fresh = false;
    const text = parts.filter((part) => part !== '').join(' ');
    return `${this.filter ? '& ' : ''}${text === '' ? ':' : invert(text)}`;
  }

  private async ask(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      await this.screen.write(`\r\x1b[K${mark}${text}`);
      const key = await this.screen.key();
      if (key === 'enter') return text;
      if (key === 'escape' || key === 'ctrl-c' || key === 'eof' || key === undefined) return undefined;
      if (key === 'ctrl-u') text = '';
      else if (key === 'backspace') {
        if (text === '') return undefined;
        text = [...text].slice(0, -1).join('');
      } else if ([...key].length === 1) text += key;
    }
  }

  private pattern(text: string): Regex | undefined {
    try {
      const ignoreCase = this.flags.has('I') || (this.flags.has('i') && text === text.toLowerCase());
      return new Regex([text], { dialect: 'extended', ignoreCase });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.message = `${error.message}  (press RETURN)`;
      return undefined;
    }
  }

  /** Goes to the next match; `from`: where to begin. */
  private async find(backwards: boolean, count: number, from = this.top + (backwards ? -1 : 1)): Promise<void> {
    if (!this.search) {
      this.message = 'No previous regular expression  (press RETURN)';
      return;
    }
    let left = count;
    for (let i = from; i >= 0; i += backwards ? -1 : 1) {
      if (i >= this.total && (backwards || !(await this.source.fill(i + 1, this.screen.fd)))) break;
      this.refilter();
      if (i >= this.total) break;
      if (this.search.test(showable(this.text(i), false)) && --left === 0) {
        this.top = i;
        return;
      }
    }
    this.message = 'Pattern not found  (press RETURN)';
  }

  private async startSearch(mark: string, count: number, given?: string): Promise<void> {
    const text = given ?? (await this.ask(mark));
    if (text === undefined) return;
    this.backwards = mark === '?';
    if (text !== '') {
      const found = this.pattern(text);
      if (!found) return;
      this.search = found;
      this.flags.delete('no-highlight');
    }
    await this.find(this.backwards, count, given === undefined ? undefined : 0);
  }

  /** Only lines that match are shown; with `!` those that do not. */
  private async setFilter(): Promise<void> {
    const text = await this.ask('&/');
    if (text === undefined) return;
    const inverted = text.startsWith('!');
    const words = inverted ? text.slice(1) : text;
    const at = this.lineNumber(this.top);
    this.filter = words === '' ? undefined : this.pattern(words);
    this.invertedFilter = inverted;
    this.filtered = 0;
    this.shown = this.filter ? [] : undefined;
    if (this.filter) await this.source.fill(Infinity, this.screen.fd);
    this.refilter();
    const next = this.shown ? this.shown.findIndex((n) => n >= at) : at;
    this.top = Math.max(0, next);
  }
  private invertedFilter = false;
  /** Lines that the filter has seen. */
  private filtered = 0;
  private refilter(): void {
    const { filter, shown } = this;
    if (!filter || !shown) return;
    const list = shown as number[];
    for (; this.filtered < this.source.lines.length; this.filtered++)
      if (filter.test(showable(this.source.lines[this.filtered] as string, false)) !== this.invertedFilter) list.push(this.filtered);
  }

  /** Shows what is added to the file, until Ctrl-C. */
  private async follow(): Promise<void> {
    for (;;) {
      while (await this.source.read());
      this.refilter();
      this.top = this.last;
      this.message = 'Waiting for data... (interrupt to abort)';
      await this.draw();
      const key = await this.screen.key(1000);
      if (key === 'ctrl-c' || key === 'ctrl-x' || key === 'eof' || key === 'q') return;
    }
  }

  private async toggle(): Promise<void> {
    await this.screen.write('\r\x1b[K-');
    const letter = (await this.screen.key()) ?? '';
    const words = Object.hasOwn(toggles, letter) ? toggles[letter] : undefined;
    if (!words) {
      this.message = `There is no -${letter} option  (press RETURN)`;
      return;
    }
    const on = !this.flags.has(letter);
    if (on) this.flags.add(letter);
    else this.flags.delete(letter);
    this.message = `${words[on ? 1 : 0]}  (press RETURN)`;
  }

  private status(): string {
    const { lines, size, ended, name } = this.source;
    const to = Math.min(this.total, this.top + this.page);
    const bytes = new TextEncoder().encode(lines.slice(0, this.lineNumber(to - 1) + 1).join('\n')).length + 1;
    const rest = ended
      ? `/${this.total} byte ${Math.min(bytes, size)}/${size} ${to >= this.total ? '(END)' : `${Math.floor((bytes * 100) / Math.max(1, size))}%`}`
      : ` byte ${bytes}`;
    return `${name === '' ? '' : `${name} `}lines ${this.top + 1}-${to}${rest}  (press RETURN)`;
  }

  private async edit(): Promise<void> {
    const { proc } = this.screen;
    const editor = proc.env.get('VISUAL') || proc.env.get('EDITOR') || 'vi';
    if (this.source.name === '') {
      this.message = 'Cannot edit standard input  (press RETURN)';
      return;
    }
    try {
      await this.screen.leave();
      const child = await spawnp(proc, [editor, `+${this.lineNumber(this.top) + 1}`, this.source.name], () => undefined);
      await proc.wait(child);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    await this.screen.enter({ alternate: true });
  }

  /** What a key asks to leave for: the end, or another file. */
  private async command(key: string, n: number | undefined): Promise<'quit' | 'next' | 'previous' | undefined> {
    const half = Math.max(1, Math.floor(this.page / 2));
    const to = async (line: number): Promise<void> => {
      await this.source.fill(line + this.page, this.screen.fd);
      this.refilter();
      // past the end only where it is already
      this.top = Math.max(0, Math.min(line, Math.max(this.last, Math.min(this.top, line))));
    };
    const across = Math.max(1, Math.floor(this.screen.size.columns / 2));
    switch (key) {
      case 'q': case 'Q': case 'eof': return 'quit';
      case 'Z': return (await this.screen.key()) === 'Z' ? 'quit' : undefined;
      case ':': {
        await this.screen.write('\r\x1b[K :');
        const next = await this.screen.key();
        if (next === 'q' || next === 'Q') return 'quit';
        if (next === 'n' || next === 'p') {
          if (next === 'n' ? this.place.index + 1 < this.place.count : this.place.index > 0) return next === 'n' ? 'next' : 'previous';
          this.message = `No ${next === 'n' ? 'next' : 'previous'} file  (press RETURN)`;
        }
        return undefined;
      }
      case ' ': case 'f': case 'z': case 'page-down': case 'ctrl-f': case 'ctrl-v': await to(this.top + (n ?? this.page)); break;
      case 'b': case 'w': case 'page-up': case 'ctrl-b': case 'alt-v': await to(this.top - (n ?? this.page)); break;
      case 'd': case 'ctrl-d': await to(this.top + (n ?? half)); break;
      case 'u': case 'ctrl-u': await to(this.top - (n ?? half)); break;
      case 'j': case 'e': case 'down': case 'enter': case 'ctrl-n': case 'ctrl-e': await to(this.top + (n ?? 1)); break;
      case 'k': case 'y': case 'up': case 'ctrl-p': case 'ctrl-y': await to(this.top - (n ?? 1)); break;
      case 'g': case '<': case 'home': case 'alt-<': await to((n ?? 1) - 1); break;
      case 'G': case '>': case 'end': case 'alt->':
        await this.source.fill(Infinity, this.screen.fd);
        await to(n === undefined ? this.total : n - 1);
        break;
      case 'p': case '%':
        await this.source.fill(Infinity, this.screen.fd);
        await to(Math.floor(((n ?? 0) * this.total) / 100));
        break;
      case 'right': this.shift += n ?? across; this.flags.add('S'); break;
      case 'left': this.shift = Math.max(0, this.shift - (n ?? across)); break;
      case '/': case '?': await this.startSearch(key, n ?? 1); break;
      case 'n': await this.find(this.backwards, n ?? 1); break;
      case 'N': await this.find(!this.backwards, n ?? 1); break;
      case 'alt-u': this.flags[this.flags.has('no-highlight') ? 'delete' : 'add']('no-highlight'); break;
      case '&': await this.setFilter(); break;
      case 'F': await this.follow(); break;
      case '-': await this.toggle(); break;
      case 'm': {
        await this.screen.write('\r\x1b[Kset mark: ');
        const mark = await this.screen.key();
        if (mark !== undefined && /^[A-Za-z]$/.test(mark)) this.marks.set(mark, this.top);
        break;
      }
      case "'": {
        await this.screen.write('\r\x1b[Kgoto mark: ');
        const mark = (await this.screen.key()) ?? '';
        const place = mark === '^' ? 0 : mark === '$' ? this.last : this.marks.get(mark);
        if (place === undefined) this.message = 'Mark not set  (press RETURN)';
        else this.top = place;
        break;
      }
      case 'v': await this.edit(); break;
      case '=': case 'ctrl-g': this.message = this.status(); break;
      case 'h': case 'H': this.message = 'SPACE forward, b back, j/k line, g/G ends, /text ?text search, n/N next, &text only such lines, F follow, q quit'; break;
      default: break;
    } // prettier-ignore
    return undefined;
  }

  async run(): Promise<'quit' | 'next' | 'previous'> {
    await this.source.fill(this.page + 1, this.screen.fd);
    for (const word of this.options.first) {
      if (word.startsWith('/') || word.startsWith('?')) await this.startSearch(word[0] as string, 1, word.slice(1));
      else {
        const m = /^(\d*)(.?)$/.exec(word);
        await this.command(m?.[2] || 'g', m?.[1] ? Number(m[1]) : undefined);
      }
    }
    let count = '';
    for (;;) {
      await this.draw();
      if (this.options.more && this.source.ended && this.top >= this.last) return 'next';
      const key = await this.screen.key();
      if (key === undefined) return 'quit';
      if (/^\d$/.test(key)) {
        count += key;
        this.message = `:${count}`;
        continue;
      }
      // less stays, as without -K; more ends
      if (key === 'ctrl-c') {
        if (this.options.more) return 'quit';
        count = '';
        continue;
      }
      const wanted = await this.command(key, count === '' ? undefined : Number(count));
      count = '';
      if (wanted) return wanted;
      if (this.flags.has('e') && this.source.ended && this.top >= this.last) return 'quit';
    }
  }
}
