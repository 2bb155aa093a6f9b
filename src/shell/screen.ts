import { Errno } from '../kernel';
import type { LineBuffer } from './line-buffer';
import type { Shell } from './shell';
import { charWidth, clusters, textWidth } from './width';

interface Place {
  readonly row: number;
  readonly column: number;
}

/** Shows a prompt and a line on a terminal, wrapping as the terminal does. */
export class Screen {
  /** What is shown is not the line as it is: a drawing was left out. */
  dirty = false;
  private prompt = '';
  private promptWidth = 0;
  /** Where the cursor is, counted from the prompt's last line. */
  private at: Place = { row: 0, column: 0 };
  /** The terminal's echo is off: what is typed is not shown. */
  silent = false;
  /** What stands on the terminal; undefined when that is not known. */
  private shown: { readonly prompt: string; readonly chars: string[] } | undefined;

  constructor(private readonly sh: Shell) {}

  private get columns(): number {
    try {
      return this.sh.proc.getWindowSize(0).columns || 80;
    } catch (e) {
      if (e instanceof Errno) return 80;
      throw e;
    }
  }

  /** \x01 and \x02 enclose what takes no room. */
  async start(prompt: string): Promise<void> {
    const lines = prompt.split('\n');
    const last = lines.pop() ?? '';
    const visible = last.replace(/\x01[^\x02]*\x02/g, '').replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g, '');
    this.prompt = last.replace(/[\x01\x02]/g, '');
    this.promptWidth = textWidth(visible);
    this.at = this.advance({ row: 0, column: 0 }, ' '.repeat(this.promptWidth));
    this.shown = { prompt: this.prompt, chars: [] };
    await this.sh.err(`${lines.map((l) => `${l.replace(/[\x01\x02]/g, '')}\n`).join('')}${this.prompt}`);
  }

  /** The terminal has another size: what stands on it is not known. */
  resized(): void {
    this.dirty = true;
    this.shown = undefined;
  }

  /** The terminal was cleared: the next drawing starts where the cursor is. */
  forget(): void {
    this.at = { row: 0, column: 0 };
    this.shown = undefined;
  }

  private advance(from: Place, text: Iterable<string>): Place {
    const { columns } = this;
    let { row, column } = from;
    for (const char of text) {
      if (char === '\n') {
        row++;
        column = 0;
        continue;
      }
      const width = shownWidth(char, column);
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
    }
    return column >= columns ? { row: row + 1, column: 0 } : { row, column };
  }

  /** Shows a character just typed at the end of the line; false when the line has to be drawn again. */
  async typed(buffer: LineBuffer, text: string): Promise<boolean> {
    if (!this.shown || this.shown.prompt !== this.prompt || this.dirty || this.silent) return false;
    if (buffer.cursor !== buffer.chars.length || this.shown.chars.length !== buffer.chars.length - 1) return false;
    const shown = shownChar(text, this.at.column);
    const next = this.advance(this.at, [text]);
    if (next.row !== this.at.row) return false;
    this.at = next;
    this.shown.chars.push(text);
    await this.sh.err(shown);
    return true;
  }

  private get start0(): Place {
    return this.advance({ row: 0, column: 0 }, ' '.repeat(this.promptWidth));
  }

  async draw(buffer: LineBuffer): Promise<void> {
    if (this.silent) return;
    await this.show(this.prompt, this.promptWidth, buffer.chars, buffer.cursor);
  }

  private async show(prompt: string, promptWidth: number, chars: readonly string[], cursor: number): Promise<void> {
    const start = this.advance({ row: 0, column: 0 }, ' '.repeat(promptWidth));
    // What stands before the prompt on its row stays: only what differs is written, as by readline
    const kept = this.shown?.prompt !== prompt ? undefined : commonLength(this.shown.chars, chars);
    this.dirty = false;
    let place = kept === undefined ? start : this.advance(start, chars.slice(0, kept));
    let out = kept === undefined ? `${this.at.row > 0 ? `\x1b[${this.at.row}A` : ''}\r${prompt}` : move(this.at, place);
    for (const char of chars.slice(kept ?? 0)) {
      out += char === '\n' ? '\r\n' : shownChar(char, place.column);
      place = this.advance(place, [char]);
    }
    if (place.column === 0 && place.row > 0 && chars.at(-1) !== '\n' && chars.length > (kept ?? -1)) out += '\r\n';
    if (kept === undefined || (this.shown?.chars.length ?? 0) > kept) out += '\x1b[J';
    const target = this.advance(start, chars.slice(0, cursor));
    out += move(place, target);
    this.at = target;
    this.shown = { prompt, chars: [...chars] };
    await this.sh.err(out);
  }

  /** Leaves the line: the cursor goes below it. */
  async finish(buffer: LineBuffer, mark = ''): Promise<void> {
    if (this.dirty || buffer.cursor !== buffer.chars.length || this.shown?.chars.length !== buffer.chars.length) {
      buffer.end();
      await this.draw(buffer);
    }
    // a line that fills its last row has taken the cursor to the next one already
    const full = mark === '' && this.at.column === 0 && this.at.row > 0 && buffer.chars.at(-1) !== '\n';
    if (!this.silent) await this.sh.err(full ? '\r' : `${mark}\n`);
    this.at = { row: 0, column: 0 };
  }

  async drawSearch(wanted: string, found: string, failed: boolean, forward: boolean): Promise<void> {
    const prompt = `(${failed ? 'failed ' : ''}${forward ? '' : 'reverse-'}i-search)\`${wanted}': `;
    const chars = clusters(found);
    const cursor = wanted === '' ? 0 : clusters(found.slice(0, Math.max(0, found.indexOf(wanted)))).length;
    await this.show(prompt, textWidth(prompt), chars, cursor);
  }

  /** Ctrl-C: its mark where the cursor is; `open`: a trap's output follows on the same line. */
  async interrupt(buffer: LineBuffer, open: boolean): Promise<void> {
    if (this.dirty) await this.draw(buffer);
    if (this.advance(this.start0, buffer.chars).row > 0) return this.finish(buffer, '^C');
    await this.sh.err(open ? '^C' : '^C\n');
    this.at = { row: 0, column: 0 };
  }

  /** What is written below the line; then the prompt and the line again. */
  async below(buffer: LineBuffer, write: () => Promise<void>): Promise<void> {
    const { cursor } = buffer;
    await this.finish(buffer);
    buffer.cursor = cursor;
    await write();
    this.at = { row: 0, column: 0 };
    this.shown = undefined;
  }
}

/** A tab goes on to the next eighth column. */
function tabWidth(column: number): number {
  return 8 - (column % 8);
}
function shownChar(char: string, column: number): string {
  if (char === '\t') return ' '.repeat(tabWidth(column));
  const code = char.charCodeAt(0);
  return code < 32 && char !== '\n' ? `^${String.fromCharCode(code + 64)}` : char;
}
function commonLength(before: readonly string[], now: readonly string[]): number {
  let n = 0;
  while (n < before.length && n < now.length && before[n] === now[n]) n++;
  return n;
}

/** Moves the cursor, within a row by columns: it may stand further right than the shell knows. */
function move(from: Place, to: Place): string {
  if (from.row !== to.row) {
    const rows = to.row - from.row;
    return `\x1b[${Math.abs(rows)}${rows < 0 ? 'A' : 'B'}\r${to.column > 0 ? `\x1b[${to.column}C` : ''}`;
  }
  const columns = to.column - from.column;
  return columns === 0 ? '' : columns < 0 ? '\b'.repeat(-columns) : `\x1b[${columns}C`;
}
function shownWidth(char: string, column: number): number {
  if (char === '\t') return tabWidth(column);
  return char.charCodeAt(0) < 32 ? 2 : charWidth(char);
}
