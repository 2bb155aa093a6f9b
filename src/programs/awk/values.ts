import type { Table } from './tables';

/** A number, a string, or input text that looks like a number (`numeric`), or nothing yet. */
export type Value = number | string | NumericText | undefined;

/** POSIX's strnum. */
export class NumericText {
  constructor(
    readonly text: string,
    readonly number: number,
  ) {}
}

const hexadecimal = /^[ \t\n\r\f\v]*([+-]?)(0[xX][0-9a-fA-F]+)/;
/** strtod(3) reads these words, whatever follows them. */
const word = /^[ \t\n\r\f\v]*([+-]?)(inf|nan)/i;
const leading = /^[ \t\n\r\f\v]*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/;
const entire = /^[ \t\n\r\f\v]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\r\f\v]*$/;

/** What comes from outside: a field, a getline, an argument. */
export const fromInput = (text: string): Value => (entire.test(text) ? new NumericText(text, Number(text)) : text);

export function toNumber(v: Value): number {
  if (typeof v === 'number') return v;
  if (v === undefined) return 0;
  if (v instanceof NumericText) return v.number;
  const hex = hexadecimal.exec(v);
  if (hex) return Number(hex[2]) * (hex[1] === '-' ? -1 : 1);
  const named = word.exec(v);
  if (named) return named[2]?.toLowerCase() === 'nan' ? NaN : named[1] === '-' ? -Infinity : Infinity;
  const m = leading.exec(v);
  return m ? Number(m[0]) : 0;
}

export function toText(v: Value, format: (n: number) => string): string {
  if (typeof v === 'string') return v;
  if (v === undefined) return '';
  if (v instanceof NumericText) return v.text;
  if (!Number.isFinite(v)) return Number.isNaN(v) ? (Object.is(v, -NaN) ? '-nan' : 'nan') : v > 0 ? 'inf' : '-inf';
  return format(v);
}

export const truthy = (v: Value): boolean =>
  typeof v === 'number' ? v !== 0 : typeof v === 'string' ? v !== '' : v instanceof NumericText ? v.number !== 0 : false;

/** Whether it compares as a number. */
export const isNumeric = (v: Value): boolean => typeof v === 'number' || v instanceof NumericText || v === undefined;

export const isTable = (cell: Value | Table): cell is Table => typeof cell === 'object' && 'keys' in cell;
