/** Conversions of printf(3): their syntax, and numbers formatted as C does (exact, ties to even). */

export interface Conversion {
  readonly flags: string;
  /** undefined: none; '*': from an argument. */
  readonly width: number | '*' | undefined;
  readonly precision: number | '*' | undefined;
  /** d i o u x X c s b q e E f F g G a A, or whatever letter stood there. */
  readonly letter: string;
  readonly text: string;
}

const conversion = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|j|z|t|q(?=[diouxX]))?(.?)/sy;

const count = (text: string | undefined): number | '*' | undefined =>
  text === undefined ? undefined : text === '*' ? '*' : Number(text) || 0;

/** The conversion at `index`, where a `%` stands. */
export function conversionAt(format: string, index: number): Conversion {
  conversion.lastIndex = index;
  const m = conversion.exec(format);
  if (!m) return { flags: '', width: undefined, precision: undefined, letter: '', text: '%' };
  return { flags: m[1] ?? '', width: count(m[2]), precision: count(m[3]), letter: m[4] ?? '', text: m[0] };
}

/** Like a conversion, its `*` replaced. */
export interface Field {
  readonly flags: string;
  readonly width?: number | undefined;
  readonly precision?: number | undefined;
}

export function pad(text: string, field: Field, zero = false): string {
  const width = field.width ?? 0;
  if (width < 0) return text.padEnd(-width);
  if (text.length >= width) return text;
  if (field.flags.includes('-')) return text.padEnd(width);
  if (zero && field.flags.includes('0')) {
    const prefix = /^[-+ ]?(0[xX])?/.exec(text)?.[0] ?? '';
    return prefix + text.slice(prefix.length).padStart(width - prefix.length, '0');
  }
  return text.padStart(width);
}

const sign = (negative: boolean, flags: string): string => (negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '');

export function formatInteger(value: bigint, letter: string, field: Field): string {
  const unsigned = 'ouxX'.includes(letter);
  const v = unsigned ? BigInt.asUintN(64, value) : value;
  const magnitude = v < 0n ? -v : v;
  let digits = letter === 'o' ? magnitude.toString(8) : letter === 'x' || letter === 'X' ? magnitude.toString(16) : magnitude.toString();
  if (field.precision !== undefined && field.precision >= 0)
    digits = field.precision === 0 && magnitude === 0n ? '' : digits.padStart(field.precision, '0');
  if (field.flags.includes('#')) {
    if (letter === 'o' && !digits.startsWith('0')) digits = `0${digits}`;
    if ((letter === 'x' || letter === 'X') && magnitude !== 0n) digits = `0x${digits}`;
  }
  if (letter === 'X') digits = digits.toUpperCase();
  return pad((unsigned ? '' : sign(v < 0n, field.flags)) + digits, field, field.precision === undefined);
}

export function formatString(text: string, field: Field): string {
  const precision = field.precision;
  return pad(precision !== undefined && precision >= 0 ? text.slice(0, precision) : text, field);
}

/** All decimal digits of a positive finite double: `0.DIGITS * 10^exponent`. */
function exactDigits(x: number): { digits: string; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (biased ? 1n << 52n : 0n);
  const power = (biased || 1) - 1075;
  const scaled = power >= 0 ? mantissa << BigInt(power) : mantissa * 5n ** BigInt(-power);
  const text = scaled.toString();
  const exponent = text.length + (power >= 0 ? 0 : power);
  return { digits: text.replace(/0+$/, ''), exponent };
}

/** Rounds to `keep` digits (may be <= 0), half to even. */
function roundDigits(number: { digits: string; exponent: number }, keep: number): { digits: string; exponent: number } {
  const { digits, exponent } = number;
  if (keep < 0) return { digits: '', exponent };
  if (digits.length <= keep) return number;
  const kept = digits.slice(0, keep);
  const tail = digits.slice(keep);
  const half = tail[0] === '5' && /^50*$/.test(tail);
  const up = half ? Number(kept.at(-1) ?? '0') % 2 === 1 : (tail[0] as string) >= '5';
  if (!up) return { digits: kept, exponent };
  const raised = (BigInt(kept || '0') + 1n).toString();
  return raised.length > kept.length ? { digits: raised, exponent: exponent + 1 } : { digits: raised.padStart(kept.length, '0'), exponent };
}

function fixed(x: number, precision: number): string {
  if (x === 0) return precision > 0 ? `0.${'0'.repeat(precision)}` : '0';
  const exact = exactDigits(x);
  const { digits, exponent } = roundDigits(exact, exact.exponent + precision);
  const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, '0') : '0';
  const fraction = (exponent > 0 ? digits.slice(exponent) : '0'.repeat(Math.min(-exponent, precision)) + digits)
    .padEnd(precision, '0')
    .slice(0, precision);
  return precision > 0 ? `${whole}.${fraction}` : whole;
}

function exponential(x: number, precision: number): string {
  const rounded = x === 0 ? { digits: '', exponent: 1 } : roundDigits(exactDigits(x), precision + 1);
  const digits = rounded.digits.padEnd(precision + 1, '0').slice(0, precision + 1);
  const power = rounded.exponent - 1;
  return `${digits[0]}${precision > 0 ? `.${digits.slice(1)}` : ''}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function general(x: number, precision: number, keepZeros: boolean): string {
  const p = precision || 1;
  const power = x === 0 ? 0 : roundDigits(exactDigits(x), p).exponent - 1;
  const text = power < -4 || power >= p ? exponential(x, p - 1) : fixed(x, p - 1 - power);
  return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+(?=e|$)/, '');
}

function hexadecimal(x: number): string {
  if (x === 0) return '0x0p+0';
  const power = Math.floor(Math.log2(x));
  const text = (x / 2 ** power).toString(16);
  return `0x${text}p${power < 0 ? '' : '+'}${power}`;
}

export function formatFloat(value: number, letter: string, field: Field): string {
  const lower = letter.toLowerCase();
  const x = Math.abs(value);
  const precision = field.precision === undefined || field.precision < 0 ? 6 : field.precision;
  const negative = value < 0 || Object.is(value, -0);
  let text: string;
  if (Number.isNaN(value)) text = 'nan';
  else if (x === Infinity) text = 'inf';
  else if (lower === 'f') text = fixed(x, precision);
  else if (lower === 'e') text = exponential(x, precision);
  else if (lower === 'g') text = general(x, precision, field.flags.includes('#'));
  else text = hexadecimal(x);
  if (letter !== lower) text = text.toUpperCase();
  return pad(sign(negative, field.flags) + text, field, Number.isFinite(value));
}
