import { Errno } from '../../kernel';
import type { Context } from '../command';
import { PatternError, Regex } from '../../regex';
import { TextBuffer } from './buffer';

/** What vi and its `:` commands work on, and those commands. */
/** A pattern as vi has them: basic, with `\\t` for a tab. Throws PatternError. */
export const searched = (pattern: string, ignoreCase: boolean): Regex =>
  new Regex([pattern.replace(/\\([^])/g, (x, c: string) => (c === 't' ? '\t' : x))], { dialect: 'grep', ignoreCase });

export abstract class ExEditor {
  protected readonly buffer = new TextBuffer();
  protected message = '';
  protected register: { lines: string[]; linewise: boolean } = { lines: [], linewise: false };
  protected search: { regex: Regex; backwards: boolean } | undefined;
  protected readonly marks = new Map<string, [number, number]>();
  protected readonly settings = { number: false, ignoreCase: false };
  protected status: number | undefined;

  constructor(
    protected readonly ctx: Context,
    protected path: string,
    protected readonly readOnly: boolean,
  ) {}

  protected address(text: string): { line: number; rest: string } | undefined {
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
      const regex = searched(m[1].slice(1, -1), this.settings.ignoreCase);
      const found = buffer.lines.findIndex((l, i) => i > buffer.row && regex.test(l));
      line = (found < 0 ? buffer.lines.findIndex((l) => regex.test(l)) : found) + 1;
    }
    for (const step of (m[2] ?? '').match(/[+-]\d*/g) ?? []) line += (step[0] === '-' ? -1 : 1) * Number(step.slice(1) || 1);
    return { line, rest: text.slice(m[0].length) };
  }

  protected async ex(text: string): Promise<void> {
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

  protected set(argument: string): void {
    for (const word of argument.split(/\s+/)) {
      if (/^(no)?(nu|number)$/.test(word)) this.settings.number = !word.startsWith('no');
      else if (/^(no)?(ic|ignorecase)$/.test(word)) this.settings.ignoreCase = !word.startsWith('no');
    }
  }

  protected async write(argument: string, force: boolean, range: [number, number] | undefined): Promise<boolean> {
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

  protected substitute(argument: string, rows: readonly [number, number]): void {
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
    let regex: Regex;
    try {
      regex = pattern === '' && this.search ? this.search.regex : searched(pattern, flags.includes('i') || this.settings.ignoreCase);
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
      const text = regex.replace(buffer.lines[r] as string, ({ groups }) => {
        if (here > 0 && !flags.includes('g')) return undefined;
        here++;
        return replacement.replace(/\\(\d|&|n|t|\\)|&/g, (x, c: string | undefined) =>
          x === '&' ? (groups[0] ?? '') : c === 'n' ? '\n' : c === 't' ? '\t' : c === '&' || c === '\\' ? c : (groups[Number(c)] ?? ''),
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

  protected put(after: boolean, count: number): void {
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

  protected limit(): number {
    return Math.max(0, this.buffer.line.length - 1);
  }
}
