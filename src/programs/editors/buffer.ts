import { Errno, type Process } from '../../kernel';
import type { Regex } from '../../regex';
import { readText, writeFile } from '../input';

interface Snapshot {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** A file's text in an editor: lines, a cursor, undo. */
export class TextBuffer {
  lines: string[] = [''];
  row = 0;
  column = 0;
  modified = false;
  /** Whether the file ended without a newline. */
  noNewline = false;
  private readonly undoStack: Snapshot[] = [];
  private readonly redoStack: Snapshot[] = [];

  get line(): string {
    return this.lines[this.row] ?? '';
  }
  set line(text: string) {
    this.lines[this.row] = text;
    this.modified = true;
  }

  /** Returns whether the file is new. Throws what open(2) throws, but ENOENT. */
  async load(proc: Process, path: string): Promise<boolean> {
    try {
      if (proc.stat(path).type === 'directory') throw new Errno('EISDIR');
      const text = await readText(proc, path);
      this.noNewline = text !== '' && !text.endsWith('\n');
      this.lines = text.replace(/\n$/, '').split('\n');
      return false;
    } catch (error) {
      if (error instanceof Errno && error.code === 'ENOENT') return true;
      throw error;
    }
  }

  text(): string {
    if (this.lines.length === 1 && this.lines[0] === '') return '';
    return this.lines.join('\n') + (this.noNewline ? '' : '\n');
  }

  async save(proc: Process, path: string): Promise<number> {
    const text = this.text();
    await writeFile(proc, path, text);
    this.modified = false;
    return text.length;
  }

  mark(): void {
    this.undoStack.push({ lines: [...this.lines], row: this.row, column: this.column });
    if (this.undoStack.length > 200) this.undoStack.shift();
    this.redoStack.length = 0;
  }
  undo(): boolean {
    return this.swap(this.undoStack, this.redoStack);
  }
  redo(): boolean {
    return this.swap(this.redoStack, this.undoStack);
  }
  private swap(from: Snapshot[], to: Snapshot[]): boolean {
    const s = from.pop();
    if (!s) return false;
    to.push({ lines: [...this.lines], row: this.row, column: this.column });
    this.lines = [...s.lines];
    this.row = s.row;
    this.column = s.column;
    this.modified = true;
    return true;
  }

  insert(text: string): void {
    for (const [i, part] of text.split('\n').entries()) {
      if (i > 0) this.breakLine();
      this.line = this.line.slice(0, this.column) + part + this.line.slice(this.column);
      this.column += part.length;
    }
  }
  breakLine(): void {
    const rest = this.line.slice(this.column);
    this.line = this.line.slice(0, this.column);
    this.lines.splice(this.row + 1, 0, rest);
    this.row++;
    this.column = 0;
  }
  backspace(): void {
    if (this.column > 0) {
      const before = this.characterBefore();
      this.line = this.line.slice(0, this.column - before) + this.line.slice(this.column);
      this.column -= before;
    } else if (this.row > 0) {
      const rest = this.line;
      this.lines.splice(this.row, 1);
      this.row--;
      this.column = this.line.length;
      this.line += rest;
    }
  }
  delete(): void {
    if (this.column < this.line.length) this.line = this.line.slice(0, this.column) + this.line.slice(this.column + this.characterAt());
    else if (this.row + 1 < this.lines.length) {
      this.line += this.lines[this.row + 1] as string;
      this.lines.splice(this.row + 1, 1);
    }
  }
  removeLines(from: number, count: number): string[] {
    const removed = this.lines.splice(from, count);
    if (this.lines.length === 0) this.lines = [''];
    this.modified = true;
    this.row = Math.min(from, this.lines.length - 1);
    return removed;
  }

  /** UTF-16 units of the character at, or before, the cursor. */
  private characterAt(): number {
    return (this.line.codePointAt(this.column) ?? 0) > 0xffff ? 2 : 1;
  }
  private characterBefore(): number {
    return this.column > 1 && (this.line.codePointAt(this.column - 2) ?? 0) > 0xffff ? 2 : 1;
  }
  left(): void {
    if (this.column > 0) this.column -= this.characterBefore();
  }
  right(limit = this.line.length): void {
    if (this.column < limit) this.column = Math.min(limit, this.column + this.characterAt());
  }
  clamp(limit = this.line.length): void {
    this.row = Math.max(0, Math.min(this.row, this.lines.length - 1));
    this.column = Math.max(0, Math.min(this.column, limit));
  }

  /** Moves to the next match after the cursor, around the end; false without one. */
  find(regex: Regex, backwards = false): boolean {
    const n = this.lines.length;
    const matches = (row: number): number[] => {
      const found: number[] = [];
      for (const m of regex.matches(this.lines[row] as string)) found.push(m.index);
      return found;
    };
    for (let k = 0; k <= n; k++) {
      const row = (this.row + (backwards ? n * 2 - k : k)) % n;
      const places = matches(row).filter((c) =>
        k === 0 ? (backwards ? c < this.column : c > this.column) : k === n ? (backwards ? c >= this.column : c <= this.column) : true,
      );
      const place = backwards ? places.at(-1) : places[0];
      if (place !== undefined) {
        this.row = row;
        this.column = place;
        return true;
      }
    }
    return false;
  }
}
