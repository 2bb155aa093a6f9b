import { Errno } from '../../kernel';
import type { Context } from '../command';
import { PatternError, posixRegex } from '../regex';
import { Screen } from '../screen';
import { TextBuffer } from './buffer';
import { cut, expanded, screenColumn, scroll } from './view';

type Mode = 'command' | 'insert' | 'replace';

/** A motion's end; `linewise` takes whole lines, `inclusive` the character there too. */
interface Motion {
  readonly row: number;
  readonly column: number;
  readonly linewise?: boolean;
  readonly inclusive?: boolean;
}

/** One file in vi. */
export class Vi {
  private readonly buffer = new TextBuffer();
  private mode: Mode = 'command';
  private top = 0;
  private message = '';
  private register: { lines: string[]; linewise: boolean } = { lines: [], linewise: false };
  private search: { regex: RegExp; backwards: boolean } | undefined;
  private lastFind: { key: string; target: string } | undefined;
  private repeatKeys: string[] = [];
  private recording: string[] | undefined;
  private replaying: string[] = [];
  private readonly marks = new Map<string, [number, number]>();
  private readonly settings = { number: false, ignoreCase: false };
  private status: number | undefined;
  private readonly screen: Screen;

  constructor(
    private readonly ctx: Context,
    private path: string,
    private readonly readOnly: boolean,
    private readonly initial: string | undefined,
  ) {
    this.screen = new Screen(ctx.proc);
  }

  async run(): Promise<number> {
    const { buffer, screen } = this;
    if (this.path === '') this.message = '';
    else {
      try {
        const fresh = await buffer.load(this.ctx.proc, this.path);
        this.message = fresh ? `"${this.path}" [New]` : `"${this.path}" ${buffer.lines.length}L, ${buffer.text().length}B`;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        this.message = error.code === 'EISDIR' ? `"${this.path}" is a directory` : `"${this.path}" ${this.ctx.strerror(error)}`;
      }
    }
    await screen.enter({ alternate: true });
    try {
      if (this.initial !== undefined) await this.ex(this.initial === '' ? '$' : this.initial);
      while (this.status === undefined) {
        if (this.replaying.length === 0) await this.draw();
        const key = await this.key();
        if (key === 'eof') return 1;
        this.message = '';
        if (this.mode === 'command') {
          const before = buffer.text();
          this.recording = [key];
          await this.command(key);
          if (this.mode === 'command') this.endRecording(before);
        } else this.type(key);
      }
      return this.status;
    } finally {
      await screen.leave();
    }
  }

  private before = '';
  private endRecording(before: string): void {
    const keys = this.recording;
    this.recording = undefined;
    if (keys && keys[0] !== '.' && keys[0] !== 'u' && keys[0] !== ':' && keys[0] !== 'ctrl-r' && this.buffer.text() !== before)
      this.repeatKeys = keys;
  }

  private async key(): Promise<string> {
    const replayed = this.replaying.shift();
    const key = replayed ?? (await this.screen.key()) ?? 'eof';
    if (this.recording && this.recording.length > 0) this.recording.push(key);
    return key === 'resize' ? this.redraw() : key;
  }
  private async redraw(): Promise<string> {
    await this.draw();
    return this.key();
  }

  private async draw(bottom?: string): Promise<void> {
    const { buffer, screen } = this;
    const { columns, rows } = screen.size;
    const height = rows - 1;
    this.top = scroll(this.top, buffer, height, false);
    const gutter = this.settings.number ? 8 : 0;
    const width = columns - gutter;
    const cursor = screenColumn(buffer.line, buffer.column);
    const shift = cursor >= width ? Math.floor(cursor / width) * width : 0;
    const out: string[] = [];
    for (let i = 0; i < height; i++) {
      const row = this.top + i;
      const line = buffer.lines[row];
      if (line === undefined) out.push('~\x1b[K');
      else
        out.push(`${gutter ? `${String(row + 1).padStart(7)} ` : ''}${cut(expanded(line), row === buffer.row ? shift : 0, width)}\x1b[K`);
    }
    const shown =
      bottom ??
      (this.message !== '' ? this.message : this.mode === 'insert' ? '-- INSERT --' : this.mode === 'replace' ? '-- REPLACE --' : '');
    out.push(`${shown.slice(0, columns - 1)}\x1b[K`);
    const place =
      bottom === undefined
        ? `\x1b[${buffer.row - this.top + 1};${gutter + cursor - shift + 1}H`
        : `\x1b[${rows};${Math.min(columns, bottom.length + 1)}H`;
    await screen.write(`\x1b[?25l\x1b[H${out.join('\r\n')}${place}\x1b[?25h`);
  }

  // insert mode

  private type(key: string): void {
    const { buffer } = this;
    switch (key) {
      case 'escape': case 'ctrl-c':
        this.mode = 'command';
        buffer.left();
        this.endRecording(this.before);
        return;
      case 'enter': buffer.breakLine(); return;
      case 'tab': buffer.insert('\t'); return;
      case 'backspace': buffer.backspace(); return;
      case 'delete': buffer.delete(); return;
      case 'ctrl-w': {
        const kept = buffer.line.slice(0, buffer.column).replace(/\s*(\S+|\s+)$/, '');
        buffer.line = kept + buffer.line.slice(buffer.column);
        buffer.column = kept.length;
        return;
      }
      case 'ctrl-u': buffer.line = buffer.line.slice(buffer.column); buffer.column = 0; return;
      case 'left': buffer.left(); return;
      case 'right': buffer.right(); return;
      case 'up': buffer.row--; buffer.clamp(); return;
      case 'down': buffer.row++; buffer.clamp(); return;
      case 'home': buffer.column = 0; return;
      case 'end': buffer.column = buffer.line.length; return;
      default:
        if ([...key].length !== 1) return;
        if (this.mode === 'replace' && buffer.column < buffer.line.length) buffer.delete();
        buffer.insert(key);
    } // prettier-ignore
  }

  private insertMode(mode: Mode = 'insert'): void {
    this.before = this.buffer.text();
    this.mode = mode;
  }

  // command mode

  private limit(): number {
    return Math.max(0, this.buffer.line.length - 1);
  }

  private async command(first: string): Promise<void> {
    const { buffer } = this;
    let digits = '';
    let key = first;
    while (/^[1-9]$/.test(key) || (key === '0' && digits !== '')) {
      digits += key;
      key = await this.key();
    }

    if (key === '"') {
      await this.key();
      key = await this.key();
    }
    const count = digits === '' ? 1 : Number(digits);
    const given = digits !== '';
    const edit = (change: () => void): void => {
      buffer.mark();
      change();
    };
    switch (key) {
      case 'i': case 'insert': buffer.mark(); this.insertMode(); return;
      case 'a': buffer.mark(); buffer.right(); this.insertMode(); return;
      case 'I': buffer.mark(); buffer.column = /^\s*/.exec(buffer.line)?.[0].length ?? 0; this.insertMode(); return;
      case 'A': buffer.mark(); buffer.column = buffer.line.length; this.insertMode(); return;
      case 'o': edit(() => { buffer.column = buffer.line.length; buffer.breakLine(); }); this.insertMode(); return;
      case 'O': edit(() => { buffer.column = 0; buffer.breakLine(); buffer.row--; }); this.insertMode(); return;
      case 'R': buffer.mark(); this.insertMode('replace'); return;
      case 's': edit(() => { for (let i = 0; i < count && buffer.column < buffer.line.length; i++) buffer.delete(); }); this.insertMode(); return;
      case 'S': edit(() => { this.register = { lines: [buffer.line], linewise: true }; buffer.line = ''; buffer.column = 0; }); this.insertMode(); return;
      case 'C': case 'D':
        edit(() => { this.register = { lines: [buffer.line.slice(buffer.column)], linewise: false }; buffer.line = buffer.line.slice(0, buffer.column); });
        if (key === 'C') this.insertMode();
        else buffer.clamp(this.limit());
        return;
      case 'x': case 'delete':
        edit(() => { this.register = { lines: [buffer.line.slice(buffer.column, buffer.column + count)], linewise: false }; buffer.line = buffer.line.slice(0, buffer.column) + buffer.line.slice(buffer.column + count); });
        buffer.clamp(this.limit());
        return;
      case 'X':
        edit(() => { const from = Math.max(0, buffer.column - count); buffer.line = buffer.line.slice(0, from) + buffer.line.slice(buffer.column); buffer.column = from; });
        return;
      case 'r': {
        const c = await this.key();
        if (c === 'enter') edit(() => { buffer.delete(); buffer.breakLine(); });
        else if ([...c].length === 1 && buffer.column + count <= buffer.line.length) edit(() => { buffer.line = buffer.line.slice(0, buffer.column) + c.repeat(count) + buffer.line.slice(buffer.column + count); buffer.column += count - 1; });
        return;
      }
      case '~':
        edit(() => { const c = buffer.line[buffer.column] ?? ''; buffer.line = buffer.line.slice(0, buffer.column) + (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()) + buffer.line.slice(buffer.column + 1); buffer.right(this.limit()); });
        return;
      case 'J':
        edit(() => { for (let i = 0; i < Math.max(1, count - 1) && buffer.row + 1 < buffer.lines.length; i++) { const next = (buffer.lines[buffer.row + 1] as string).trimStart(); buffer.column = buffer.line.length; buffer.lines.splice(buffer.row + 1, 1); buffer.line = buffer.line.replace(/\s+$/, '') + (next === '' ? '' : ` ${next}`); } });
        return;
      case 'p': case 'P': edit(() => this.put(key === 'p', count)); return;
      case 'Y': this.register = { lines: buffer.lines.slice(buffer.row, buffer.row + count), linewise: true }; return;
      case 'u': if (!buffer.undo()) this.message = 'Already at oldest change'; buffer.clamp(this.limit()); return;
      case 'ctrl-r': if (!buffer.redo()) this.message = 'Already at newest change'; buffer.clamp(this.limit()); return;
      case '.': this.replaying = [...this.repeatKeys]; return;
      case 'd': case 'c': case 'y': case '>': case '<': await this.operator(key, count); return;
      case 'm': this.marks.set(await this.key(), [buffer.row, buffer.column]); return;
      case 'Z': {
        const next = await this.key();
        if (next === 'Z') await this.ex('x');
        else if (next === 'Q') this.status = 0;
        return;
      }
      case ':': { const line = await this.prompt(':'); if (line !== undefined) await this.ex(line); return; }
      case 'ctrl-g': this.message = `"${this.path}"${buffer.modified ? ' [Modified]' : ''} line ${buffer.row + 1} of ${buffer.lines.length}`; return;
      case 'ctrl-f': case 'page-down': buffer.row += this.screen.size.rows - 3; buffer.clamp(this.limit()); return;
      case 'ctrl-b': case 'page-up': buffer.row -= this.screen.size.rows - 3; buffer.clamp(this.limit()); return;
      case 'ctrl-d': buffer.row += Math.floor(this.screen.size.rows / 2); buffer.clamp(this.limit()); return;
      case 'ctrl-u': buffer.row -= Math.floor(this.screen.size.rows / 2); buffer.clamp(this.limit()); return;
      case 'escape': return;
      default: {
        const motion = await this.motion(key, count, given);
        if (!motion) return;
        buffer.row = motion.row;
        buffer.clamp();
        buffer.column = motion.column;
        buffer.clamp(this.limit());
      }
    } // prettier-ignore
  }

  private async operator(key: string, count: number): Promise<void> {
    const { buffer } = this;
    let second = await this.key();
    let digits = '';
    while (/^[1-9]$/.test(second) || (second === '0' && digits !== '')) {
      digits += second;
      second = await this.key();
    }
    const n = count * (digits === '' ? 1 : Number(digits));
    const motion: Motion | undefined =
      second === key
        ? { row: Math.min(buffer.lines.length - 1, buffer.row + n - 1), column: 0, linewise: true }
        : key === 'c' && second === 'w'
          ? this.wordEnd(n)
          : await this.motion(second, n, digits !== '' || count > 1);
    if (!motion) return;
    buffer.mark();
    const [from, to] =
      motion.row < buffer.row || (motion.row === buffer.row && motion.column < buffer.column) ? [motion, buffer] : [buffer, motion];
    const [r1, c1, r2] = [from.row, from.column, to.row];
    if (key === '>' || key === '<') {
      for (let r = r1; r <= r2; r++)
        buffer.lines[r] = key === '>' ? `\t${buffer.lines[r]}` : (buffer.lines[r] as string).replace(/^(\t| {1,8})/, '');
      buffer.modified = true;
      return;
    }
    if (motion.linewise) {
      this.register = { lines: buffer.lines.slice(r1, r2 + 1), linewise: true };
      if (key === 'y') return;
      if (key === 'c') {
        buffer.lines.splice(r1, r2 - r1 + 1, '');
        buffer.row = r1;
        buffer.column = 0;
        buffer.modified = true;
        this.insertMode();
        return;
      }
      buffer.removeLines(r1, r2 - r1 + 1);
      buffer.column = /^\s*/.exec(buffer.line)?.[0].length ?? 0;
      buffer.clamp(this.limit());
      return;
    }
    const c2 = to.column + (motion.inclusive ? 1 : 0);
    const text =
      r1 === r2
        ? [(buffer.lines[r1] as string).slice(c1, c2)]
        : [(buffer.lines[r1] as string).slice(c1), ...buffer.lines.slice(r1 + 1, r2), (buffer.lines[r2] as string).slice(0, c2)];
    this.register = { lines: text, linewise: false };
    buffer.row = r1;
    buffer.column = c1;
    if (key === 'y') return;
    buffer.lines.splice(r1, r2 - r1 + 1, (buffer.lines[r1] as string).slice(0, c1) + (buffer.lines[r2] as string).slice(c2));
    buffer.modified = true;
    if (key === 'c') this.insertMode();
    else buffer.clamp(this.limit());
  }

  private wordEnd(n: number): Motion {
    const { buffer } = this;
    let at = buffer.column;
    for (let i = 0; i < n; i++) {
      const m = /^(\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)(?:)/u.exec(buffer.line.slice(at));
      at += m?.[0].length ?? 0;
    }
    return { row: buffer.row, column: at };
  }

  private put(after: boolean, count: number): void {
    const { buffer } = this;
    const { lines, linewise } = this.register;
    if (lines.length === 0) return;
    for (let i = 0; i < count; i++) {
      if (linewise) {
        buffer.lines.splice(buffer.row + (after ? 1 : 0), 0, ...lines);
        if (after) buffer.row++;
        buffer.column = 0;
        buffer.modified = true;
      } else {
        if (after && buffer.line !== '') buffer.column++;
        buffer.insert(lines.join('\n'));
        buffer.left();
      }
    }
  }

  private async motion(key: string, count: number, given: boolean): Promise<Motion | undefined> {
    const { buffer } = this;
    const { row, column, line } = buffer;
    switch (key) {
      case 'h': case 'left': case 'backspace': return { row, column: Math.max(0, column - count) };
      case 'l': case 'right': case ' ': return { row, column: Math.min(line.length, column + count) };
      case 'j': case 'down': case 'ctrl-n': return row + count < buffer.lines.length ? { row: row + count, column, linewise: true } : row + 1 < buffer.lines.length ? { row: buffer.lines.length - 1, column, linewise: true } : undefined;
      case 'k': case 'up': case 'ctrl-p': return row > 0 ? { row: Math.max(0, row - count), column, linewise: true } : undefined;
      case 'enter': case '+': return { row: Math.min(buffer.lines.length - 1, row + count), column: /^\s*/.exec(buffer.lines[row + count] ?? '')?.[0].length ?? 0, linewise: true };
      case '-': return { row: Math.max(0, row - count), column: /^\s*/.exec(buffer.lines[row - count] ?? '')?.[0].length ?? 0, linewise: true };
      case '0': case 'home': return { row, column: 0 };
      case '^': return { row, column: /^\s*/.exec(line)?.[0].length ?? 0 };
      case '$': case 'end': return { row, column: Math.max(0, line.length - 1), inclusive: true };
      case 'G': { const r = given ? Math.min(buffer.lines.length, count) - 1 : buffer.lines.length - 1; return { row: r, column: /^\s*/.exec(buffer.lines[r] ?? '')?.[0].length ?? 0, linewise: true }; }
      case 'g': return (await this.key()) === 'g' ? { row: given ? Math.min(buffer.lines.length, count) - 1 : 0, column: 0, linewise: true } : undefined;
      case 'H': return { row: this.top, column: 0, linewise: true };
      case 'L': return { row: Math.min(buffer.lines.length, this.top + this.screen.size.rows - 1) - 1, column: 0, linewise: true };
      case 'M': return { row: Math.min(buffer.lines.length - 1, this.top + Math.floor(this.screen.size.rows / 2)), column: 0, linewise: true };
      case 'w': case 'W': case 'b': case 'B': case 'e': case 'E': return this.word(key, count);
      case '{': { let r = row; for (let i = 0; i < count; i++) do r--; while (r > 0 && buffer.lines[r] !== ''); return { row: Math.max(0, r), column: 0 }; }
      case '}': { let r = row; for (let i = 0; i < count; i++) do r++; while (r < buffer.lines.length - 1 && buffer.lines[r] !== ''); return { row: Math.min(buffer.lines.length - 1, r), column: 0 }; }
      case 'f': case 'F': case 't': case 'T': this.lastFind = { key, target: await this.key() }; return this.findCharacter(key, this.lastFind.target, count);
      case ';': return this.lastFind ? this.findCharacter(this.lastFind.key, this.lastFind.target, count) : undefined;
      case ',': return this.lastFind ? this.findCharacter(this.lastFind.key === this.lastFind.key.toLowerCase() ? this.lastFind.key.toUpperCase() : this.lastFind.key.toLowerCase(), this.lastFind.target, count) : undefined;
      case '%': return this.matching();
      case "'": case '`': { const mark = this.marks.get(await this.key()); return mark ? { row: mark[0], column: key === '`' ? mark[1] : 0, linewise: key === "'" } : undefined; }
      case '/': case '?': {
        const text = await this.prompt(key);
        if (text === undefined) return undefined;
        if (text !== '') {
          try {
            this.search = { regex: posixRegex(text, { extended: false, ignoreCase: this.settings.ignoreCase, flags: 'g' }), backwards: key === '?' };
          } catch (error) {
            if (!(error instanceof PatternError)) throw error;
            this.message = error.message;
            return undefined;
          }
        }
        return this.searchNext(false);
      }
      case 'n': return this.searchNext(false);
      case 'N': return this.searchNext(true);
      case '*': {
        const found = /[\p{L}\p{N}_]+/u.exec(line.slice(Math.max(0, line.slice(0, column + 1).search(/[\p{L}\p{N}_]+$/u))));
        if (!found) return undefined;
        this.search = { regex: new RegExp(`(?<![\\p{L}\\p{N}_])${found[0]}(?![\\p{L}\\p{N}_])`, 'gu'), backwards: false };
        return this.searchNext(false);
      }
      default: return undefined;
    } // prettier-ignore
  }

  private searchNext(reverse: boolean): Motion | undefined {
    const { buffer, search } = this;
    if (!search) {
      this.message = 'No previous search';
      return undefined;
    }
    const [row, column] = [buffer.row, buffer.column];
    const found = buffer.find(search.regex, search.backwards !== reverse);
    const motion = { row: buffer.row, column: buffer.column };
    [buffer.row, buffer.column] = [row, column];
    if (!found) this.message = 'Pattern not found';
    return found ? motion : undefined;
  }

  private findCharacter(key: string, target: string, count: number): Motion | undefined {
    const { line, row } = this.buffer;
    let at = this.buffer.column;
    const forward = key === 'f' || key === 't';
    for (let i = 0; i < count; i++) {
      at = forward ? line.indexOf(target, at + 1) : line.lastIndexOf(target, at - 1);
      if (at < 0) return undefined;
    }
    return { row, column: key === 't' ? at - 1 : key === 'T' ? at + 1 : at, inclusive: forward };
  }

  private word(key: string, count: number): Motion {
    const { buffer } = this;
    const big = key === key.toUpperCase();
    const kind = (c: string | undefined): number => (c === undefined || /\s/.test(c) ? 0 : big || /[\p{L}\p{N}_]/u.test(c) ? 1 : 2);
    let { row, column } = buffer;
    const at = (): string | undefined => (buffer.lines[row] as string)[column];
    const forward = (): boolean => {
      if (column < (buffer.lines[row] as string).length) column++;
      else if (row + 1 < buffer.lines.length) {
        row++;
        column = 0;
      } else return false;
      return true;
    };
    const backward = (): boolean => {
      if (column > 0) column--;
      else if (row > 0) {
        row--;
        column = (buffer.lines[row] as string).length;
      } else return false;
      return true;
    };
    for (let i = 0; i < count; i++) {
      if (key.toLowerCase() === 'w') {
        const start = kind(at());
        while (start !== 0 && kind(at()) === start && column < (buffer.lines[row] as string).length && forward());
        while (kind(at()) === 0 && !(column === 0 && buffer.lines[row] === '' && row !== buffer.row) && forward());
      } else if (key.toLowerCase() === 'b') {
        do if (!backward()) break;
        while (kind(at()) === 0);
        const start = kind(at());
        while (column > 0 && kind((buffer.lines[row] as string)[column - 1]) === start) column--;
      } else {
        do if (!forward()) break;
        while (kind(at()) === 0);
        const start = kind(at());
        while (kind((buffer.lines[row] as string)[column + 1]) === start && column + 1 < (buffer.lines[row] as string).length) column++;
      }
    }
    return { row, column, inclusive: key.toLowerCase() === 'e' };
  }

  private matching(): Motion | undefined {
    const { buffer } = this;
    const at = buffer.line.slice(buffer.column).search(/[()[\]{}]/);
    if (at < 0) return undefined;
    let [row, column] = [buffer.row, buffer.column + at];
    const open = buffer.line[column] as string;
    const forward = '([{'.includes(open);
    const close = forward ? ')]}'['([{'.indexOf(open)] : '([{'[')]}'.indexOf(open)];
    let depth = 0;
    while (row >= 0 && row < buffer.lines.length) {
      const c = (buffer.lines[row] as string)[column];
      if (c === open) depth++;
      else if (c === close && --depth === 0) return { row, column, inclusive: true };
      column += forward ? 1 : -1;
      if (column < 0) column = (buffer.lines[--row] ?? '').length - 1;
      else if (column >= (buffer.lines[row] as string).length) {
        row++;
        column = 0;
      }
    }
    return undefined;
  }

  // ex

  private async prompt(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      if (this.replaying.length === 0) await this.draw(mark + text);
      const key = await this.key();
      if (key === 'enter') return text;
      if (key === 'escape' || key === 'ctrl-c' || key === 'eof') return undefined;
      if (key === 'backspace') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key === 'ctrl-u') text = '';
      else if ([...key].length === 1) text += key;
    }
  }

  private address(text: string): { line: number; rest: string } | undefined {
    const { buffer } = this;
    const m = /^(\d+|\.|\$|'[a-z]|\/[^/]*\/)?((?:[+-]\d*)*)/.exec(text);
    if (!m || m[0] === '') return undefined;
    let line =
      m[1] === undefined || m[1] === '.'
        ? buffer.row + 1
        : m[1] === '$'
          ? buffer.lines.length
          : m[1].startsWith("'")
            ? (this.marks.get(m[1][1] as string)?.[0] ?? buffer.row) + 1
            : Number(m[1]);
    if (m[1]?.startsWith('/')) {
      const regex = posixRegex(m[1].slice(1, -1), { extended: false });
      const found = buffer.lines.findIndex((l, i) => i > buffer.row && regex.test(l));
      line = (found < 0 ? buffer.lines.findIndex((l) => regex.test(l)) : found) + 1;
    }
    for (const step of (m[2] ?? '').match(/[+-]\d*/g) ?? []) line += (step[0] === '-' ? -1 : 1) * Number(step.slice(1) || 1);
    return { line, rest: text.slice(m[0].length) };
  }

  private async ex(text: string): Promise<void> {
    const { buffer } = this;
    let rest = text.trim().replace(/^:+/, '');
    let range: [number, number] | undefined;
    if (rest.startsWith('%')) {
      range = [1, buffer.lines.length];
      rest = rest.slice(1);
    } else {
      const first = this.address(rest);
      if (first) {
        rest = first.rest;
        range = [first.line, first.line];
        if (rest.startsWith(',')) {
          const second = this.address(rest.slice(1));
          range = [first.line, second?.line ?? first.line];
          rest = second?.rest ?? rest.slice(1);
        }
      }
    }
    const m = /^([a-zA-Z]+|[&=!><]+)?(!?)\s*([^]*)$/.exec(rest.trim());
    let name = m?.[1] ?? '';
    let argument = m?.[3] ?? '';
    const force = m?.[2] === '!';
    if (/^s[^a-zA-Z]/.test(rest) || (name.startsWith('s') && /^s[^\w\s]/.test(rest))) {
      name = 's';
      argument = rest.slice(1);
    }
    const rows: [number, number] = range ? [range[0] - 1, range[1] - 1] : [buffer.row, buffer.row];
    switch (name) {
      case '':
        if (range) {
          buffer.row = range[1] - 1;
          buffer.column = 0;
          buffer.clamp(this.limit());
        }
        return;
      case 'w': case 'write': case 'wq': case 'x': case 'xit': case 'exit': case 'wa': case 'wqa': case 'xa': {
        const quit = name !== 'w' && name !== 'write' && name !== 'wa';
        if ((name[0] === 'x' || name === 'exit') && !buffer.modified && argument === '') this.status = 0;
        else if (await this.write(argument, force, range) && quit) this.status = 0;
        return;
      }
      case 'q': case 'quit': case 'qa': case 'qall':
        if (buffer.modified && !force) this.message = 'E37: No write since last change (add ! to override)';
        else this.status = 0;
        return;
      case 'cq': this.status = 1; return;
      case 'e': case 'edit':
        if (buffer.modified && !force) this.message = 'E37: No write since last change (add ! to override)';
        else {
          if (argument !== '') this.path = argument;
          buffer.lines = [''];
          const fresh = await buffer.load(this.ctx.proc, this.path);
          buffer.modified = false;
          buffer.row = 0;
          buffer.column = 0;
          this.message = `"${this.path}" ${fresh ? '[New]' : `${buffer.lines.length}L, ${buffer.text().length}B`}`;
        }
        return;
      case 'r': case 'read': {
        const other = new TextBuffer();
        try {
          await other.load(this.ctx.proc, argument);
          buffer.mark();
          buffer.lines.splice(rows[1] + 1, 0, ...other.lines);
          buffer.modified = true;
          buffer.row = rows[1] + 1;
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          this.message = `"${argument}" ${this.ctx.strerror(error)}`;
        }
        return;
      }
      case 'd': case 'delete':
        buffer.mark();
        this.register = { lines: buffer.removeLines(rows[0], rows[1] - rows[0] + 1), linewise: true };
        buffer.clamp(this.limit());
        return;
      case 'y': case 'yank': this.register = { lines: buffer.lines.slice(rows[0], rows[1] + 1), linewise: true }; return;
      case 'pu': case 'put': buffer.mark(); buffer.row = rows[1]; this.put(true, 1); return;
      case 'u': case 'undo': buffer.undo(); buffer.clamp(this.limit()); return;
      case 'red': case 'redo': buffer.redo(); buffer.clamp(this.limit()); return;
      case 'j': case 'join': buffer.mark(); buffer.row = rows[0]; buffer.lines.splice(rows[0], Math.max(2, rows[1] - rows[0] + 1), buffer.lines.slice(rows[0], rows[0] + Math.max(2, rows[1] - rows[0] + 1)).map((l, i) => (i === 0 ? l : l.trim())).join(' ')); buffer.modified = true; return;
      case '>': case '<': buffer.mark(); for (let r = rows[0]; r <= rows[1]; r++) buffer.lines[r] = name === '>' ? `\t${buffer.lines[r]}` : (buffer.lines[r] as string).replace(/^(\t| {1,8})/, ''); buffer.modified = true; return;
      case 's': this.substitute(argument, rows); return;
      case 'set': case 'se': this.set(argument); return;
      case 'noh': case 'nohlsearch': case 'syntax': case 'syn': return;
      case 'f': case 'file': this.message = `"${this.path}" line ${buffer.row + 1} of ${buffer.lines.length}`; return;
      case '=': this.message = String(range ? range[1] : buffer.lines.length); return;
      default: this.message = `E492: Not an editor command: ${text}`;
    } // prettier-ignore
  }

  private set(argument: string): void {
    for (const word of argument.split(/\s+/)) {
      if (/^(no)?(nu|number)$/.test(word)) this.settings.number = !word.startsWith('no');
      else if (/^(no)?(ic|ignorecase)$/.test(word)) this.settings.ignoreCase = !word.startsWith('no');
    }
  }

  private async write(argument: string, force: boolean, range: [number, number] | undefined): Promise<boolean> {
    const { buffer } = this;
    const path = argument === '' ? this.path : argument;
    if (path === '') {
      this.message = 'E32: No file name';
      return false;
    }
    if (this.readOnly && !force && argument === '') {
      this.message = "E45: 'readonly' option is set (add ! to override)";
      return false;
    }
    try {
      if (range) {
        const part = new TextBuffer();
        part.lines = buffer.lines.slice(range[0] - 1, range[1]);
        await part.save(this.ctx.proc, path);
      } else await buffer.save(this.ctx.proc, path);
      if (this.path === '') this.path = path;
      this.message = `"${path}" ${buffer.lines.length}L, ${buffer.text().length}B written`;
      return true;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.message = `"${path}" E212: Can't open file for writing: ${this.ctx.strerror(error)}`;
      return false;
    }
  }

  private substitute(argument: string, rows: readonly [number, number]): void {
    const { buffer } = this;
    const delimiter = argument[0] ?? '/';
    const parts: string[] = [''];
    for (let i = 1; i < argument.length; i++) {
      const c = argument[i] as string;
      if (c === '\\' && argument[i + 1] === delimiter) parts.push((parts.pop() ?? '') + (argument[++i] ?? ''));
      else if (c === '\\') parts.push((parts.pop() ?? '') + c + (argument[++i] ?? ''));
      else if (c === delimiter && parts.length < 3) parts.push('');
      else parts.push((parts.pop() ?? '') + c);
    }
    const [pattern = '', replacement = '', flags = ''] = parts;
    let regex: RegExp;
    try {
      regex =
        pattern === '' && this.search
          ? this.search.regex
          : posixRegex(pattern, { extended: false, ignoreCase: flags.includes('i') || this.settings.ignoreCase, flags: 'g' });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.message = error.message;
      return;
    }
    this.search = { regex, backwards: false };
    buffer.mark();
    let [count, lines] = [0, 0];
    for (let r = rows[1]; r >= rows[0]; r--) {
      let here = 0;
      regex.lastIndex = 0;
      const text = (buffer.lines[r] as string).replace(regex, (...args: unknown[]) => {
        const match = args[0] as string;
        if (here > 0 && !flags.includes('g')) return match;
        here++;
        return replacement.replace(/\\(\d|&|n|t|\\)|&/g, (x, c: string | undefined) =>
          x === '&' ? match : c === 'n' ? '\n' : c === 't' ? '\t' : c === '&' || c === '\\' ? c : String(args[Number(c)] ?? ''),
        );
      });
      if (here === 0) continue;
      count += here;
      lines++;
      buffer.lines.splice(r, 1, ...text.split('\n'));
      buffer.row = r;
    }
    if (count === 0) this.message = `E486: Pattern not found: ${pattern}`;
    else {
      buffer.modified = true;
      buffer.column = 0;
      if (count > 1) this.message = `${count} substitutions on ${lines} line${lines === 1 ? '' : 's'}`;
    }
  }
}
