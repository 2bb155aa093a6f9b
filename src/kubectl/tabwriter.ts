/** text/tabwriter: cells end at tabs, a column is a run of lines that have the cell. */
export class TabWriter {
  private widths: number[] = [];
  constructor(
    private readonly minWidth: number,
    private readonly padding: number,
  ) {}

  /** Lines of text with tabs, aligned. */
  format(text: string): string {
    const lines = text.split('\n').map((line) => line.split('\t'));
    const out: string[] = [];
    this.widths = [];
    this.block(lines, 0, lines.length, out);
    return out.join('\n');
  }

  private block(lines: readonly string[][], from: number, to: number, out: string[]): void {
    const column = this.widths.length;
    let first = from;
    for (let i = from; i < to; i++) {
      if (column >= lines[i]!.length - 1) continue;
      this.write(lines, first, i, out);
      first = i;
      let width = this.minWidth;
      for (; i < to && column < lines[i]!.length - 1; i++) {
        width = Math.max(width, cellWidth(lines[i]![column]!) + this.padding);
      }
      this.widths.push(width);
      this.block(lines, first, i, out);
      this.widths.pop();
      first = i;
    }
    this.write(lines, first, to, out);
  }

  private write(lines: readonly string[][], from: number, to: number, out: string[]): void {
    for (let i = from; i < to; i++) {
      out.push(lines[i]!.map((cell, j) => (j < this.widths.length ? pad(cell, this.widths[j]!) : cell)).join(''));
    }
  }
}

/** In runes. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}

/** Rows of the tables that `get` prints: widths are remembered from one batch to the next (watches). */
export class RowWriter {
  private remembered: number[] = [];
  lines(rows: readonly (readonly string[])[]): string {
    for (const row of rows) {
      row.forEach((cell, i) => {
        if (i < row.length - 1) this.remembered[i] = Math.max(this.remembered[i] ?? 6, cellWidth(cell) + 3);
      });
    }
    return rows.map((row) => `${row.map((cell, i) => (i < row.length - 1 ? pad(cell, this.remembered[i]!) : cell)).join('')}\n`).join('');
  }
}
