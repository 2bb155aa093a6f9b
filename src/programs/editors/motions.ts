import type { TextBuffer } from './buffer';

/** A motion's end; `linewise` takes whole lines, `inclusive` the character there too. */
export interface Motion {
  readonly row: number;
  readonly column: number;
  readonly linewise?: boolean;
  readonly inclusive?: boolean;
}

export function word(buffer: TextBuffer, key: string, count: number): Motion {
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

export function wordEnd(buffer: TextBuffer, n: number): Motion {
  let at = buffer.column;
  for (let i = 0; i < n; i++) {
    const m = /^(\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)(?:)/u.exec(buffer.line.slice(at));
    at += m?.[0].length ?? 0;
  }
  return { row: buffer.row, column: at };
}

export function matching(buffer: TextBuffer): Motion | undefined {
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

export function findCharacter(buffer: TextBuffer, key: string, target: string, count: number): Motion | undefined {
  const { line, row } = buffer;
  let at = buffer.column;
  const forward = key === 'f' || key === 't';
  for (let i = 0; i < count; i++) {
    at = forward ? line.indexOf(target, at + 1) : line.lastIndexOf(target, at - 1);
    if (at < 0) return undefined;
  }
  return { row, column: key === 't' ? at - 1 : key === 'T' ? at + 1 : at, inclusive: forward };
}
