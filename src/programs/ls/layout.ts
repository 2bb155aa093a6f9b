export interface Cell {
  readonly text: string;
  readonly width: number;
}

/** As many columns as fit, filled downwards (or across), two blanks apart. */
export function columnsDown(cells: readonly Cell[], width: number, across: boolean, tabSize: number): string {
  const n = cells.length;
  const at = (column: number, row: number, columns: number, rows: number): Cell | undefined =>
    across ? (column < columns ? cells[row * columns + column] : undefined) : cells[column * rows + row];
  let columns = Math.min(n, Math.max(1, Math.floor(width / 3)));
  let widths: number[] = [];
  for (; columns > 1; columns--) {
    const rows = Math.ceil(n / columns);
    if (!across && Math.ceil(n / rows) < columns) continue;
    widths = [];
    for (let c = 0; c < columns; c++) {
      let w = 0;
      for (let r = 0; r < rows; r++) w = Math.max(w, at(c, r, columns, rows)?.width ?? 0);
      widths.push(w + (c === columns - 1 ? 0 : 2));
    }
    if (widths.reduce((a, b) => a + b, 0) < width) break;
  }
  if (columns <= 1) return cells.map((c) => `${c.text}\n`).join('');
  const rows = Math.ceil(n / columns);
  let out = '';
  for (let r = 0; r < rows; r++) {
    let line = '';
    let column = 0;
    for (let c = 0; c < columns; c++) {
      const cell = at(c, r, columns, rows);
      if (!cell) break;
      const more = at(c + 1, r, columns, rows) !== undefined && c + 1 < columns;
      line += cell.text + (more ? indent(column + cell.width, column + (widths[c] as number), tabSize) : '');
      column += widths[c] as number;
    }
    out += `${line}\n`;
  }
  return out;
}

/** Blanks from one column to another, tabs where one reaches further than a blank. */
function indent(from: number, to: number, tabSize: number): string {
  let out = '';
  for (let at = from; at < to;) {
    const tab = tabSize > 0 && Math.floor(to / tabSize) > Math.floor((at + 1) / tabSize);
    out += tab ? '\t' : ' ';
    at += tab ? tabSize - (at % tabSize) : 1;
  }
  return out;
}

/** busybox's columns: all as wide as the widest cell, two blanks apart. */
export function columnsEven(cells: readonly Cell[], width: number, across: boolean): string {
  const each = Math.max(...cells.map((cell) => cell.width)) + 2;
  const columns = Math.max(1, Math.floor(width / each));
  const rows = Math.ceil(cells.length / columns);
  let out = '';
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: columns }, (_, c) => cells[across ? r * columns + c : c * rows + r]).filter((cell) => cell !== undefined); // prettier-ignore
    out += `${row.map((cell, c) => cell.text + (c + 1 < row.length ? ' '.repeat(each - cell.width) : '')).join('')}\n`;
  }
  return out;
}

/** `a, b, c`, broken before the width. */
export function commaList(cells: readonly Cell[], width: number): string {
  let out = '';
  let column = 0;
  cells.forEach((c, i) => {
    const fits = column + c.width + 2 < width;
    if (i > 0) {
      out += fits ? ', ' : ',\n';
      column = fits ? column + 2 : 0;
    }
    out += c.text;
    column += c.width;
  });
  return cells.length > 0 ? `${out}\n` : '';
}
