import { conversionAt, formatFloat, formatInteger, formatString } from '../printf-format';
import { NumericText, toNumber, toText, type Value } from './values';

/** CONVFMT and OFMT: a number in a printf format. */
export function numberFormat(format: string): (n: number) => string {
  return (n) => awkFormat(format, [n], (x) => String(x));
}

/** awk's sprintf. */
export function awkFormat(format: string, args: readonly Value[], convert: (n: number) => string): string {
  let out = '';
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
    const star = (n: number | '*' | undefined): number | undefined => (n === '*' ? Math.trunc(toNumber(args[next++])) : n);
    const width = star(c.width);
    const precision = star(c.precision);
    const field = { flags: c.flags, width, precision };
    const value = args[next];
    switch (c.letter) {
      case 'd': case 'i': case 'o': case 'x': case 'X': case 'u': {
        next++;
        const n = Math.trunc(toNumber(value));
        out += Number.isFinite(n) ? formatInteger(BigInt(n), c.letter, field) : formatString(toText(n, String), field);
        break;
      }
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
        next++;
        out += formatFloat(toNumber(value), c.letter, field);
        break;
      case 'c': {
        next++;
        const text = typeof value === 'number' ? String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000) : ([...toText(value, convert)][0] ?? '');
        out += formatString(text, { ...field, precision: undefined });
        break;
      }
      case 's':
        next++;
        out += formatString(value instanceof NumericText ? value.text : toText(value, convert), field);
        break;
      default:
        out += c.text;
    } // prettier-ignore
  }
  return out;
}
