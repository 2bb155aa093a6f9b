import type { PathStep } from '../kube/api';

/**
 * What indentation tells of block-style YAML, line by line. It works on text that cannot be parsed, as it is while it is
 * being typed.
 */
export interface OutlineLine {
  /** Offset of the line in the text. */
  readonly start: number;
  readonly text: string;
  /** Columns of the dashes that begin list items on it. */
  readonly dashes: readonly number[];
  /** Where what is not a dash begins. */
  readonly column: number;
  readonly key: string | undefined;
  /** Where the value begins; the line's length when there is none. */
  readonly valueColumn: number;
}

export interface Outline {
  readonly lines: readonly OutlineLine[];
  /** The line that the offset is on. */
  readonly at: number;
  readonly apiVersion: string;
  readonly kind: string;
}

const pattern = /^(\s*)((?:-\s+)*)(?:("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'{[&*!|>%@`-][^\s#:]*(?::[^\s#:]+)*)\s*:(?=\s|$)\s*)?/;

function lineOf(start: number, text: string): OutlineLine {
  const found = pattern.exec(text)!;
  const [whole, indent = '', dashText = '', key] = found;
  const dashes = [...dashText.matchAll(/-/g)].map((dash) => indent.length + dash.index);
  // a dash at the end of a line begins an item too
  const lone = /^(\s*(?:-\s+)*)-$/.exec(text.trimEnd());
  if (lone && !dashes.includes(lone[1]!.length)) dashes.push(lone[1]!.length);
  return {
    start,
    text,
    dashes,
    column: indent.length + dashText.length,
    key: key?.replace(/^(["'])(.*)\1$/, '$2'),
    valueColumn: key === undefined ? text.length : whole.length,
  };
}

/** The document around an offset. */
export function outlineAt(text: string, offset: number): Outline {
  const before = text.slice(0, offset).lastIndexOf('\n---');
  const from = before >= 0 ? text.indexOf('\n', before + 1) + 1 || text.length : 0;
  const next = text.indexOf('\n---', Math.max(offset - 1, 0));
  const lines: OutlineLine[] = [];
  let at = 0;
  let start = from;
  for (const line of text.slice(from, next < 0 ? text.length : next).split('\n')) {
    if (start <= offset) at = lines.length;
    lines.push(lineOf(start, line.replace(/\r$/, '')));
    start += line.length + 1;
  }
  const top = (key: string): string => {
    const line = lines.find((one) => one.key === key && one.column === 0);
    return line
      ? line.text
          .slice(line.valueColumn)
          .replace(/\s+#.*$/, '')
          .replace(/^["']|["']$/g, '')
          .trim()
      : '';
  };
  return { lines, at, apiVersion: top('apiVersion'), kind: top('kind') };
}

const blank = (line: OutlineLine): boolean => /^\s*(#|$|---)/.test(line.text);

/**
 * The path to the mapping that a field at `column` of a line would be in; undefined inside a block of text.
 * `dashes`: those that stand before the field on its own line.
 */
export function ownerPath(outline: Outline, index: number, column: number, dashes: readonly number[]): PathStep[] | undefined {
  const path: PathStep[] = [];
  let col = column;
  /** The list whose items begin at `col` is looked for; counts the items before. */
  let item: number | undefined;
  const enter = (columns: readonly number[], from: number): void => {
    // from the innermost dash outwards: each is an item of the one before
    for (let i = columns.length - 1; i >= 0; i--) {
      if (columns[i]! >= from) continue;
      if (item !== undefined) path.unshift(item);
      item = 0;
      col = columns[i]!;
    }
  };
  enter(dashes, column);
  for (let i = index - 1; i >= 0; i--) {
    const line = outline.lines[i]!;
    if (blank(line)) continue;
    const first = line.dashes[0] ?? line.column;
    if (item !== undefined && line.dashes.includes(col)) {
      item++;
      if (first < col) {
        path.unshift(item);
        item = undefined;
        enter(line.dashes, col);
      }
      continue;
    }
    if (item === undefined && line.dashes.length > 0 && line.column === col) {
      enter(line.dashes, col);
      continue;
    }
    const parent = item === undefined ? line.column < col : line.column <= col;
    if (!parent) continue;
    if (line.key === undefined) {
      if (first < col && line.dashes.length === 0) continue;
      if (line.dashes.length === 0) continue;
      enter(line.dashes, col);
      continue;
    }
    if (/^[|>][-+\d]*\s*(#.*)?$/.test(line.text.slice(line.valueColumn))) return undefined;
    if (item !== undefined) path.unshift(item);
    item = undefined;
    path.unshift(line.key);
    col = line.column;
    enter(line.dashes, col);
    if (col === 0 && item === undefined) break;
  }
  if (item !== undefined) path.unshift(item);
  return path;
}

/** The keys of the mapping that has a field at `column` of a line, but for the one on that line. */
export function siblingKeys(outline: Outline, index: number, column: number): Set<string> {
  const keys = new Set<string>();
  const ownDash = outline.lines[index]!.dashes.length > 0;
  const scan = (step: -1 | 1): void => {
    for (let i = index + step; i >= 0 && i < outline.lines.length; i += step) {
      const line = outline.lines[i]!;
      if (blank(line)) continue;
      const first = line.dashes[0] ?? line.column;
      if (line.column === column && line.key !== undefined && (step < 0 || line.dashes.length === 0)) keys.add(line.key);
      if (line.column === column && line.dashes.length > 0) {
        if (step > 0) keys.delete(line.key ?? '');
        break;
      }
      if (first < column) break;
    }
  };
  if (!ownDash) scan(-1);
  scan(1);
  return keys;
}
