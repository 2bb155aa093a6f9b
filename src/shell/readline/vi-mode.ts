import type { Key } from '../keys';
import type { LineBuffer } from '../line-buffer';
import { find, type Finding, motion } from './vi-motions';

export interface ViHost {
  readonly buffer: LineBuffer;
  readonly lines: readonly string[];
  /** The line of the history that is shown. */
  at(): number;
  recall(at: number): void;
  key(): Promise<Key | undefined>;
  show(): Promise<void>;
}

const opposite: Readonly<Record<string, string>> = { f: 'F', F: 'f', t: 'T', T: 't' };

/** `set -o vi`: readline's vi mode. Keys come in by `handle`; those it gives back mean what they mean in emacs mode. */
export class ViMode {
  private inserting = true;
  private register = '';
  private finding: Finding | undefined;
  private searched: { readonly text: string; readonly step: -1 | 1 } | undefined;
  /** Keys of the change that `.` does again. */
  private last: readonly Key[] = [];
  private recorded: Key[] | undefined;
  private replayed: Key[] = [];

  constructor(private readonly host: ViHost) {}

  /** A new line begins with inserting. */
  begin(): void {
    this.inserting = true;
    this.recorded = undefined;
  }

  private async next(): Promise<Key | undefined> {
    const key = this.replayed.shift() ?? (await this.host.key());
    if (key) this.recorded?.push(key);
    return key;
  }

  async handle(key: Key): Promise<Key | undefined> {
    if (this.inserting) return this.insert(key);
    if (key.name === 'escape' || key.name === 'unknown') return undefined;
    if (key.name !== 'char') return key.name === 'backspace' ? { name: 'left' } : key.name === 'C-d' ? { name: 'enter' } : key;
    const replaying = this.recorded !== undefined;
    this.recorded ??= [key];
    const rest = await this.command(key.text ?? '');
    if (!this.inserting && !replaying) this.recorded = undefined;
    return rest;
  }

  private insert(key: Key): Key | undefined {
    const { buffer } = this.host;
    if (key.name !== 'escape') {
      if (key.name !== 'enter') this.recorded?.push(key);
      return key;
    }
    this.inserting = false;
    if (this.recorded) this.last = [...this.recorded, key];
    this.recorded = undefined;
    buffer.left();
    return undefined;
  }

  private changed(): void {
    if (this.recorded) this.last = [...this.recorded];
  }

  private remove(from: number, to: number): void {
    const { buffer } = this.host;
    if (from >= to) return;
    this.register = buffer.chars.slice(from, to).join('');
    buffer.replace(from, to, '');
    buffer.cursor = from;
  }

  /** The cursor stands on a character, not behind the last. */
  private settle(): void {
    const { buffer } = this.host;
    if (!this.inserting && buffer.cursor >= buffer.chars.length) buffer.cursor = Math.max(0, buffer.chars.length - 1);
  }

  private async count(first: string): Promise<{ readonly n: number | undefined; readonly letter: string }> {
    let digits = '';
    let letter = first;
    while (/^[1-9]$/.test(letter) || (digits !== '' && letter === '0')) {
      digits += letter;
      const key = await this.next();
      letter = key?.name === 'char' ? (key.text ?? '') : '';
    }
    return { n: digits === '' ? undefined : Math.min(Number(digits), 1000), letter };
  }

  private async command(first: string): Promise<Key | undefined> {
    const { buffer } = this.host;
    const { n, letter } = await this.count(first);
    const times = n ?? 1;
    const end = buffer.chars.length;
    if (letter in simple) {
      simple[letter as keyof typeof simple](buffer);
      this.inserting = true;
      return undefined;
    }
    switch (letter) {
      case 'd': case 'c': case 'y': await this.operate(letter, times); break;
      case 'D': this.remove(buffer.cursor, end); this.changed(); break;
      case 'C': this.remove(buffer.cursor, end); this.inserting = true; break;
      case 'S': this.remove(0, end); this.inserting = true; break;
      case 's': this.remove(buffer.cursor, Math.min(end, buffer.cursor + times)); this.inserting = true; break;
      case 'Y': this.register = buffer.chars.slice(buffer.cursor).join(''); break;
      case 'x': this.remove(buffer.cursor, Math.min(end, buffer.cursor + times)); this.changed(); break;
      case 'X': this.remove(Math.max(0, buffer.cursor - times), buffer.cursor); this.changed(); break;
      case 'p': case 'P': this.put(letter === 'p', times); break;
      case 'r': await this.substitute(times); break;
      case '~': this.flip(times); break;
      case 'u': buffer.undo(); break;
      case 'U': buffer.revert(); break;
      case '.': await this.again(); break;
      case 'k': case '-': this.toLine(this.host.at() - times); break;
      case 'j': case '+': this.toLine(this.host.at() + times); break;
      case 'G': this.toLine(n === undefined ? 0 : n - 1); break;
      case '/': case '?': await this.search(letter === '/' ? -1 : 1); break;
      case 'n': this.searchOn(1); break;
      case 'N': this.searchOn(-1); break;
      case '#': return { name: 'M-#' };
      default: {
        const to = await this.target(letter, times, false);
        if (to !== undefined) buffer.cursor = to;
      }
    } // prettier-ignore
    this.settle();
    return undefined;
  }

  /** Where a motion goes; undefined when it goes nowhere. */
  private async target(letter: string, times: number, operating: boolean): Promise<number | undefined> {
    const { chars, cursor } = this.host.buffer;
    if (/^[fFtT]$/.test(letter)) {
      const key = await this.next();
      if (key?.name !== 'char') return undefined;
      this.finding = { letter, character: key.text ?? '' };
      return find(chars, cursor, this.finding, times, operating);
    }
    if (letter === ';' || letter === ',') {
      if (!this.finding) return undefined;
      const { finding } = this;
      return find(chars, cursor, letter === ';' ? finding : { ...finding, letter: opposite[finding.letter] ?? 'f' }, times, operating);
    }
    return motion(letter, chars, cursor, times, operating);
  }

  private async operate(operator: string, times: number): Promise<void> {
    const { buffer } = this.host;
    const key = await this.next();
    if (key?.name !== 'char') return;
    const { n = 1, letter } = await this.count(key.text ?? '');
    const { cursor } = buffer;
    let [from, to] = [cursor, cursor];
    if (letter === operator) [from, to] = [0, buffer.chars.length];
    else {
      // cw changes to the end of the word
      const meant = operator === 'c' && /^[wW]$/.test(letter) && buffer.chars[cursor] !== ' ' ? (letter === 'w' ? 'e' : 'E') : letter;
      const there = await this.target(meant, times * n, true);
      if (there === undefined) return;
      [from, to] = there < cursor ? [there, cursor] : [cursor, there];
    }
    if (operator === 'y') {
      this.register = buffer.chars.slice(from, to).join('');
      return;
    }
    this.remove(from, to);
    if (operator === 'c') this.inserting = true;
    else this.changed();
  }

  private put(after: boolean, times: number): void {
    const { buffer } = this.host;
    if (this.register === '') return;
    const at = after ? Math.min(buffer.chars.length, buffer.cursor + 1) : buffer.cursor;
    buffer.replace(at, at, this.register.repeat(times));
    buffer.left();
    this.changed();
  }

  private async substitute(times: number): Promise<void> {
    const { buffer } = this.host;
    const key = await this.next();
    if (key?.name !== 'char' || buffer.cursor + times > buffer.chars.length) return;
    buffer.replace(buffer.cursor, buffer.cursor + times, (key.text ?? '').repeat(times));
    buffer.left();
    this.changed();
  }

  private flip(times: number): void {
    const { buffer } = this.host;
    const to = Math.min(buffer.chars.length, buffer.cursor + times);
    const text = buffer.chars.slice(buffer.cursor, to).join('');
    buffer.replace(
      buffer.cursor,
      to,
      text.replace(/[^]/gu, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
    );
    this.changed();
  }

  private async again(): Promise<void> {
    if (this.last.length === 0) return;
    const keys = [...this.last];
    this.recorded = [];
    const [first, ...rest] = keys;
    this.replayed = rest;
    if (first) await this.command(first.text ?? '');
    while (this.replayed.length > 0) {
      const key = this.replayed.shift() as Key;
      const typed = await this.handle(key);
      if (typed?.name === 'char') this.host.buffer.insert(typed.text ?? '');
      else if (typed?.name === 'backspace') this.host.buffer.backspace();
    }
    this.recorded = undefined;
    this.last = keys;
  }

  private toLine(at: number): void {
    this.host.recall(Math.max(0, Math.min(at, this.host.lines.length)));
    this.host.buffer.cursor = 0;
  }

  private async search(step: -1 | 1): Promise<void> {
    const { buffer } = this.host;
    const [before, cursor] = [buffer.text, buffer.cursor];
    let text = '';
    const mark = step === -1 ? '/' : '?';
    for (;;) {
      buffer.set(mark + text);
      await this.host.show();
      const key = await this.host.key();
      if (!key || key.name === 'escape' || key.name === 'C-c') {
        buffer.set(before, cursor);
        return;
      }
      if (key.name === 'enter') break;
      if (key.name === 'backspace') text = text.slice(0, -1);
      else if (key.name === 'char') text += key.text ?? '';
    }
    buffer.set(before, cursor);
    this.searched = { text: text === '' ? (this.searched?.text ?? '') : text, step };
    this.searchOn(1);
  }

  private searchOn(sense: 1 | -1): void {
    if (!this.searched) return;
    const { text } = this.searched;
    const step = this.searched.step * sense;
    const matches = (line: string): boolean => (text.startsWith('^') ? line.startsWith(text.slice(1)) : line.includes(text));
    for (let at = this.host.at() + step; at >= 0 && at < this.host.lines.length; at += step) {
      if (!matches(this.host.lines[at] ?? '')) continue;
      this.toLine(at);
      return;
    }
  }
}

/** i, a, I, A: where inserting begins. */
const simple = {
  i: (_: LineBuffer): void => undefined,
  a: (buffer: LineBuffer): void => buffer.right(),
  I: (buffer: LineBuffer): void => buffer.home(),
  A: (buffer: LineBuffer): void => buffer.end(),
} as const;
