import { Errno } from '../kernel';
import type { LineBuffer } from './line-buffer';
import type { Shell } from './shell';
import { charWidth, textWidth } from './width';

interface Place {
  readonly row: number;
  readonly column: number;
}

/** Shows a prompt and a line on a terminal, wrapping as the terminal does. */
export class Screen {
  /** What is shown is not the line as it is: the size has changed, or a drawing was left out. */
  dirty = false;
  private prompt = '';
  private promptWidth = 0;
  /** Where the cursor is, counted from the prompt's last line. */
  private at: Place = { row: 0, column: 0 };
  private shownLength = 0;

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
    this.shownLength = 0;
    await this.sh.err(`${lines.map((l) => `${l.replace(/[\x01\x02]/g, '')}\n`).join('')}${this.prompt}`);
  }

  /** The terminal was cleared: the next drawing starts where the cursor is. */
  forget(): void {
    this.at = { row: 0, column: 0 };
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
    if (buffer.cursor !== buffer.chars.length || this.dirty || this.shownLength !== buffer.chars.length - 1) return false;
    const shown = shownChar(text, this.at.column);
    const next = this.advance(this.at, text);
    if (next.row !== this.at.row) return false;
    this.at = next;
    this.shownLength = buffer.chars.length;
    await this.sh.err(shown);
    return true;
  }

  async draw(buffer: LineBuffer): Promise<void> {
    await this.show(this.prompt, this.promptWidth, buffer.chars, buffer.cursor);
    this.shownLength = buffer.chars.length;
  }

  private async show(prompt: string, promptWidth: number, chars: readonly string[], cursor: number): Promise<void> {
    this.dirty = false;
    let out = `${this.at.row > 0 ? `\x1b[${this.at.row}A` : ''}\r${prompt}`;
    const start = this.advance({ row: 0, column: 0 }, ' '.repeat(promptWidth));
    let place = start;
    for (const char of chars) {
      out += char === '\n' ? '\r\n' : shownChar(char, place.column);
      place = this.advance(place, char);
    }
    const end = this.advance(start, chars);
    if (end.column === 0 && end.row > 0 && chars.at(-1) !== '\n') out += '\r\n';
    out += '\x1b[J';
    const target = this.advance(start, chars.slice(0, cursor));
    if (end.row > target.row) out += `\x1b[${end.row - target.row}A`;
    if (end.row !== target.row || end.column !== target.column) out += `\r${target.column > 0 ? `\x1b[${target.column}C` : ''}`;
    this.at = target;
    await this.sh.err(out);
  }

  /** Leaves the line: the cursor goes below it. */
  async finish(buffer: LineBuffer, mark = ''): Promise<void> {
    if (this.dirty || buffer.cursor !== buffer.chars.length || this.shownLength !== buffer.chars.length) {
      buffer.end();
      await this.draw(buffer);
    }
    await this.sh.err(`${mark}\n`);
    this.at = { row: 0, column: 0 };
  }

  async drawSearch(wanted: string, found: string, failed: boolean): Promise<void> {
    const prompt = `(${failed ? 'failed ' : ''}reverse-i-search)\`${wanted}': `;
    const chars = [...found];
    const cursor = wanted === '' ? 0 : Math.max(0, [...found.slice(0, Math.max(0, found.indexOf(wanted)))].length);
    await this.show(prompt, textWidth(prompt), chars, cursor);
  }
  async endSearch(): Promise<void> {
    this.shownLength = -1;
    await Promise.resolve();
  }

  /** Candidates in columns below the line, then the prompt and the line again. */
  async list(buffer: LineBuffer, items: readonly string[]): Promise<void> {
    const { columns } = this;
    const { cursor } = buffer;
    await this.finish(buffer);
    buffer.cursor = cursor;
    const widest = Math.max(...items.map(textWidth)) + 2;
    const across = Math.max(1, Math.floor(columns / widest));
    const rows = Math.ceil(items.length / across);
    let out = '';
    for (let row = 0; row < rows; row++) {
      const cells: string[] = [];
      for (let i = row; i < items.length; i += rows) cells.push(items[i] ?? '');
      out += `${cells.map((c, i) => (i === cells.length - 1 ? c : c + ' '.repeat(widest - textWidth(c)))).join('')}\n`;
    }
    await this.sh.err(out);
    this.at = { row: 0, column: 0 };
    this.shownLength = -1;
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
function shownWidth(char: string, column: number): number {
  if (char === '\t') return tabWidth(column);
  return char.charCodeAt(0) < 32 ? 2 : charWidth(char);
}
