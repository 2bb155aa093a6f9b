import { type Change } from '../edit-script';
import { bytes } from '../text';

export interface Text {
  readonly lines: string[];
  readonly endsWithNewline: boolean;
}

export const textOf = (data: Uint8Array): Text => {
  const text = bytes.decode(data);
  const lines = text.split('\n');
  const endsWithNewline = text === '' || lines.at(-1) === '';
  if (lines.at(-1) === '') lines.pop();
  return { lines, endsWithNewline };
};

const noNewline = '\\ No newline at end of file\n';

/** How lines are dressed: colours, and a tab after the mark (-T). */
export interface Dress {
  readonly color: boolean;
  readonly initialTab: boolean;
}

const colors: Readonly<Record<string, string>> = { '<': '31', '-': '31', '>': '32', '+': '32' };

export const paint = (dress: Dress, code: string | undefined, text: string): string =>
  dress.color && code !== undefined ? `\x1b[${code}m${text}\x1b[0m` : text;

function lineOut(mark: string, t: Text, i: number, dress: Dress): string {
  const lead = dress.initialTab ? `${mark.trimEnd()}\t` : mark;
  return `${paint(dress, colors[mark[0] ?? ''], lead + t.lines[i])}\n${i === t.lines.length - 1 && !t.endsWithNewline ? noNewline : ''}`;
}

export function normal(list: readonly Change[], a: Text, b: Text, dress: Dress): string {
  const range = ([x, y]: readonly [number, number]): string => (y - x <= 1 ? String(y) : `${x + 1},${y}`);
  let out = '';
  for (const c of list) {
    const deleted = c.from[1] > c.from[0];
    const added = c.to[1] > c.to[0];
    out += `${paint(dress, '36', `${deleted ? range(c.from) : c.from[0]}${deleted ? (added ? 'c' : 'd') : 'a'}${added ? range(c.to) : c.to[0]}`)}\n`;
    for (let i = c.from[0]; i < c.from[1]; i++) out += lineOut('< ', a, i, dress);
    if (deleted && added) out += '---\n';
    for (let i = c.to[0]; i < c.to[1]; i++) out += lineOut('> ', b, i, dress);
  }
  return out;
}

/** -e: what ed(1) needs to make the second file of the first, from the end to the start. */
export function edScript(list: readonly Change[], b: Text): string {
  let out = '';
  for (const c of list.toReversed()) {
    const deleted = c.from[1] > c.from[0];
    const added = c.to[1] > c.to[0];
    const range = !deleted ? String(c.from[0]) : c.from[1] - c.from[0] === 1 ? String(c.from[1]) : `${c.from[0] + 1},${c.from[1]}`;
    out += `${range}${deleted ? (added ? 'c' : 'd') : 'a'}\n`;
    if (added) out += `${b.lines.slice(...c.to).join('\n')}\n.\n`;
  }
  return out;
}

/** -n: RCS's form. */
export function rcs(list: readonly Change[], b: Text): string {
  let out = '';
  for (const c of list) {
    if (c.from[1] > c.from[0]) out += `d${c.from[0] + 1} ${c.from[1] - c.from[0]}\n`;
    if (c.to[1] > c.to[0]) {
      out += `a${c.from[1]} ${c.to[1] - c.to[0]}\n`;
      for (let j = c.to[0]; j < c.to[1]; j++) out += `${b.lines[j]}${j === b.lines.length - 1 && !b.endsWithNewline ? '' : '\n'}`;
    }
  }
  return out;
}

/** -D NAME: both files in one, told apart by the preprocessor. */
export function ifdef(list: readonly Change[], a: Text, b: Text, name: string): string {
  let out = '';
  let i = 0;
  for (const c of [...list, undefined]) {
    for (; i < (c?.from[0] ?? a.lines.length); i++) out += `${a.lines[i]}\n`;
    if (!c) break;
    const [old, fresh] = [a.lines.slice(...c.from), b.lines.slice(...c.to)];
    if (old.length > 0) out += `#ifndef ${name}\n${old.join('\n')}\n`;
    if (fresh.length > 0) out += `${old.length > 0 ? `#else /* ${name} */` : `#ifdef ${name}`}\n${fresh.join('\n')}\n`;
    out += `#endif /* ${fresh.length > 0 ? '' : '! '}${name} */\n`;
    i = c.from[1];
  }
  return out;
}

/** Changes whose context overlaps, together. */
function hunks(list: readonly Change[], context: number): Change[][] {
  const out: Change[][] = [];
  for (const c of list) {
    const last = out.at(-1)?.at(-1);
    if (last && c.from[0] - last.from[1] <= 2 * context) out.at(-1)?.push(c);
    else out.push([c]);
  }
  return out;
}

export function unified(list: readonly Change[], a: Text, b: Text, context: number, dress: Dress): string {
  let out = '';
  const range = (start: number, count: number): string => (count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`);
  for (const h of hunks(list, context)) {
    const [first, last] = [h[0] as Change, h.at(-1) as Change];
    const [fromA, toA] = [Math.max(0, first.from[0] - context), Math.min(a.lines.length, last.from[1] + context)];
    const [fromB, toB] = [Math.max(0, first.to[0] - context), Math.min(b.lines.length, last.to[1] + context)];
    out += `${paint(dress, '36', `@@ -${range(fromA, toA - fromA)} +${range(fromB, toB - fromB)} @@`)}\n`;
    let i = fromA;
    for (const c of h) {
      for (; i < c.from[0]; i++) out += lineOut(' ', a, i, dress);
      for (; i < c.from[1]; i++) out += lineOut('-', a, i, dress);
      for (let j = c.to[0]; j < c.to[1]; j++) out += lineOut('+', b, j, dress);
    }
    for (; i < toA; i++) out += lineOut(' ', a, i, dress);
  }
  return out;
}

export function contextual(list: readonly Change[], a: Text, b: Text, context: number, dress: Dress): string {
  let out = '';
  const range = (x: number, y: number): string => (y - x <= 1 ? String(y) : `${x + 1},${y}`);
  for (const h of hunks(list, context)) {
    const [first, last] = [h[0] as Change, h.at(-1) as Change];
    const [fromA, toA] = [Math.max(0, first.from[0] - context), Math.min(a.lines.length, last.from[1] + context)];
    const [fromB, toB] = [Math.max(0, first.to[0] - context), Math.min(b.lines.length, last.to[1] + context)];
    out += `***************\n*** ${range(fromA, toA)} ****\n`;
    const mark = (c: Change | undefined, sign: string): string =>
      !c ? '  ' : c.from[1] > c.from[0] && c.to[1] > c.to[0] ? '! ' : `${sign} `;
    if (h.some((c) => c.from[1] > c.from[0])) for (let i = fromA; i < toA; i++) out += lineOut(mark(h.find((c) => i >= c.from[0] && i < c.from[1]), '-'), a, i, dress); // prettier-ignore
    out += `--- ${range(fromB, toB)} ----\n`;
    if (h.some((c) => c.to[1] > c.to[0])) for (let j = fromB; j < toB; j++) out += lineOut(mark(h.find((c) => j >= c.to[0] && j < c.to[1]), '+'), b, j, dress); // prettier-ignore
  }
  return out;
}

/** -y: the two files beside each other, with tabs between as they fit. */
export function sideBySide(list: readonly Change[], a: Text, b: Text, width: number, common: 'both' | 'left' | 'none'): string {
  const tab = 8;
  const offset = Math.floor((width + tab + 3) / (2 * tab)) * tab;
  const half = Math.max(0, Math.min(offset - 3, width - offset));
  const second = half > 0 ? offset : width;
  let out = '';
  const reach = (from: number, to: number): number => {
    let at = from;
    for (let next = at + tab - (at % tab); next <= to; next += tab) {
      out += '\t';
      at = next;
    }
    if (to > at) out += ' '.repeat(to - at);
    return to;
  };
  const row = (left: string | undefined, mark: string, right: string | undefined): void => {
    let column = 0;
    if (left !== undefined) {
      out += left.slice(0, half);
      column = Math.min(left.length, half);
    }
    if (mark !== ' ') {
      column = reach(column, Math.floor((half + second - 1) / 2)) + 1;
      out += mark;
    }
    if (right) {
      reach(column, second);
      out += right.slice(0, half);
    }
    out += '\n';
  };
  let [i, j] = [0, 0];
  for (const c of [...list, { from: [a.lines.length, a.lines.length], to: [b.lines.length, b.lines.length] } as Change]) {
    for (; i < c.from[0]; i++, j++)
      if (common !== 'none') row(a.lines[i], common === 'left' ? '(' : ' ', common === 'left' ? undefined : b.lines[j]);
    while (i < c.from[1] && j < c.to[1]) row(a.lines[i++], '|', b.lines[j++]);
    while (j < c.to[1]) row(undefined, '>', b.lines[j++]);
    while (i < c.from[1]) row(a.lines[i++], '<', undefined);
  }
  return out;
}
