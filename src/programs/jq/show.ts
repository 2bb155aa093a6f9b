import { kindOf } from './values';

/** jq 1.6's colours: null, false, true, numbers, strings, arrays, objects; keys of objects. */
const colors = { null: '1;30', false: '0;39', true: '0;39', number: '0;39', string: '0;32', array: '1;39', object: '1;39' } as const;
const keyColor = '34;1';

/** A number as jq prints doubles: the shortest digits, 17 at most, an exponent of two digits where it is far from them. */
export function showNumber(value: number): string {
  if (Number.isNaN(value)) return 'null';
  const n = value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;
  if (n === 0) return Object.is(n, -0) ? '-0' : '0';
  const [mantissa = '0', power = '0'] = Math.abs(n).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(power) + 1;
  const sign = n < 0 ? '-' : '';
  if (point <= -4 || point > digits.length + 15)
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${point - 1 < 0 ? '-' : '+'}${String(Math.abs(point - 1)).padStart(2, '0')}`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export interface Layout {
  /** What a level is indented by; empty: all on one line. */
  readonly indent: string;
  readonly color: boolean;
  readonly sorted: boolean;
  readonly ascii: boolean;
}

function showString(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text).replace(/\x7f/g, '\\u007f');
  return ascii ? quoted.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`) : quoted;
}

/** A value as jq prints it. */
export function show(value: unknown, layout: Layout, level = 0): string {
  const { indent, color, sorted, ascii } = layout;
  const kind = typeof value === 'boolean' ? (String(value) as 'true') : (kindOf(value) as keyof typeof colors);
  const on = color ? `\x1b[${colors[kind]}m` : '';
  const off = color ? '\x1b[0m' : '';
  const breakTo = (n: number): string => (indent === '' ? '' : `\n${indent.repeat(n)}`);
  if (kind === 'array') {
    const items = value as unknown[];
    if (items.length === 0) return `${on}[]${off}`;
    const shown = items.map((own) => breakTo(level + 1) + show(own, layout, level + 1));
    if (!color) return `[${shown.join(',')}${breakTo(level)}]`;
    return `${on}[${shown.join(`${on},`)}${on}${breakTo(level)}${on}]${off}`;
  }
  if (kind === 'object') {
    const entries = Object.entries(value as object);
    if (entries.length === 0) return `${on}{}${off}`;
    if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    const gap = indent === '' ? '' : ' ';
    if (!color)
      return `{${entries.map(([key, own]) => `${breakTo(level + 1)}${showString(key, ascii)}:${gap}${show(own, layout, level + 1)}`).join(',')}${breakTo(level)}}`;
    const shown = entries.map(
      ([key, own]) =>
        `${breakTo(level + 1)}${off}\x1b[${keyColor}m${showString(key, ascii)}${off}${on}:${gap}${off}${show(own, layout, level + 1)}`,
    );
    return `${on}{${shown.join(`${on},`)}${on}${breakTo(level)}${on}}${off}`;
  }
  const text =
    kind === 'string' ? showString(value as string, ascii) : kind === 'number' ? showNumber(value as number) : String(value ?? null);
  return on + text + off;
}

/** A value on one line, as `tojson` makes it. */
export const compact = (value: unknown): string => show(value, { indent: '', color: false, sorted: false, ascii: false });

export const toText = (value: unknown): string => (typeof value === 'string' ? value : compact(value));
