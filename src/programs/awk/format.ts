import { conversionAt, formatFloat, formatInteger, formatString } from '../printf-format';
import { NumericText, toNumber, toText, type Value } from './values';

/** An int's, which mawk keeps whole numbers in. */
export const largestInt = 2 ** 31 - 1;

/** CONVFMT and OFMT: whole numbers that an int (busybox: a long long) holds stand in full, others in a printf format. */
export function numberFormat(format: string, mawk: boolean): (n: number) => string {
  const limit = mawk ? largestInt : 2 ** 63 - 1;
  return (n) => {
    if (Number.isInteger(n) && Math.abs(n) <= limit) return Math.abs(n) < 1e16 ? String(n === 0 ? 0 : n) : BigInt(n).toString();
    return awkFormat(format, [n], { convert: String, mawk });
  };
}

/** A format that mawk refuses, and what it had made of it by then. */
export class FormatError extends Error {
  constructor(
    readonly before: string,
    readonly problem: 'not enough arguments passed to' | `improper conversion(number ${number}) in`,
  ) {
    super(problem);
  }
}

/** What mawk's int conversions make of a number that is too large for them. */
const clamped = (n: number, letter: string): number =>
  letter === 'd' || letter === 'i' ? Math.max(-largestInt, Math.min(largestInt, n)) : Math.max(0, Math.min(2 ** 32 - 1, n));

interface Formatting {
  readonly convert: (n: number) => string;
  readonly mawk: boolean;
}

/** awk's sprintf. Throws FormatError. */
export function awkFormat(whole: string, args: readonly Value[], { convert, mawk }: Formatting): string {
  const end = mawk ? whole.indexOf('\0') : -1;
  const format = end < 0 ? whole : whole.slice(0, end);
  let out = '';
  let conversions = 0;
  let next = 0;
  for (let i = 0; i < format.length;) {
    const at = format.indexOf('%', i);
    if (at < 0) return out + format.slice(i);
    out += format.slice(i, at);
    const c = conversionAt(format, at);
    i = at + c.text.length;
    if (c.letter === '%') {
      out += '%';
      continue;
    }
    conversions++;
    const needed = 1 + [c.width, c.precision].filter((n) => n === '*').length;
    if (mawk && next + needed > args.length) throw new FormatError(out, 'not enough arguments passed to');
    const star = (n: number | '*' | undefined): number | undefined => (n === '*' ? Math.trunc(toNumber(args[next++])) : n);
    const width = star(c.width);
    const precision = star(c.precision);
    const field = { flags: c.flags, width, precision };
    const value = args[next];
    switch (c.letter) {
      case 'd': case 'i': case 'o': case 'x': case 'X': case 'u': {
        next++;
        const exact = Math.trunc(toNumber(value));
        const n = mawk ? clamped(exact, c.letter) : exact;
        out += Number.isFinite(n) ? formatInteger(BigInt(n), c.letter, field) : formatString(toText(n, String), field);
        break;
      }
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
        next++;
        out += formatFloat(toNumber(value), c.letter, field);
        break;
      case 'c': {
        next++;
        const text = typeof value === 'number' ? String.fromCharCode(Math.trunc(value) & 255) : (toText(value, convert)[0] ?? (mawk ? '\0' : ''));
        out += formatString(text, { ...field, precision: undefined });
        break;
      }
      case 's':
        next++;
        out += formatString(value instanceof NumericText ? value.text : toText(value, convert), field);
        break;
      default:
        if (mawk) throw new FormatError(out, `improper conversion(number ${conversions}) in`);
        out += c.text;
    } // prettier-ignore
  }
  return out;
}
