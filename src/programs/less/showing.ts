import { displayWidth } from '../text';

const invert = (text: string): string => `\x1b[7m${text}\x1b[27m`;

/** A line as a page shows it: tabs expanded, control characters as ^X, colours kept when `colors` is set. */
export function showable(line: string, colors: boolean): string {
  let out = '';
  let column = 0;
  for (let i = 0; i < line.length; i++) {
    const color = colors && line[i] === '\x1b' ? /^\x1b\[[0-9;:]*m/.exec(line.slice(i)) : null;
    if (color) {
      out += color[0];
      i += color[0].length - 1;
      continue;
    }
    const c = line[i] as string;
    const code = c.charCodeAt(0);
    const named = c === '\x1b' ? 'ESC' : code >= 0xdc80 && code <= 0xdcff ? `<${(code - 0xdc00).toString(16).toUpperCase()}>` : undefined;
    const hidden = named ?? (c < ' ' || c === '\x7f' ? `^${String.fromCharCode(code ^ 64)}` : undefined);
    if (c === '\t') {
      const gap = 8 - (column % 8);
      out += ' '.repeat(gap);
      column += gap;
    } else if (c === '\r' && i === line.length - 1) continue;
    else if (hidden !== undefined) {
      out += invert(hidden);
      column += hidden.length;
    } else {
      out += c;
      column += displayWidth(c);
    }
  }
  return out;
}

/** Pieces of at most `width` columns; escapes take none. */
export function chop(line: string, width: number): string[] {
  const rows: string[] = [];
  let current = '';
  let column = 0;
  for (const piece of line.match(/\x1b\[[0-9;:]*m|[^]/gu) ?? []) {
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

/** A line without its first `columns`. */
export function shifted(line: string, columns: number): string {
  if (columns === 0) return line;
  let column = 0;
  let out = '';
  for (const piece of line.match(/\x1b\[[0-9;:]*m|[^]/gu) ?? []) {
    if (piece.startsWith('\x1b')) out += piece;
    else {
      if (column >= columns) out += piece;
      column += displayWidth(piece);
    }
  }
  return out;
}

/** Whether it looks like no text: less asks before it shows such a file. */
export const isBinary = (start: Uint8Array): boolean =>
  start.subarray(0, 256).filter((b) => b === 0 || (b < 32 && ![7, 8, 9, 10, 12, 13, 27].includes(b))).length > 5;
