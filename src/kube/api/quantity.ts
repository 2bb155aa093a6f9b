/** How a quantity was written, which its canonical form keeps (apimachinery's resource.Format). */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** A quantity, exact to a billionth. */
export interface Amount {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

/** Why a text is no quantity, in apimachinery's words. */
export class QuantityError extends Error {}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const one = 1_000_000_000n;
// What is written with a binary suffix is cut to what fits.
const largest = (2n ** 63n - 1n) * one;

/** What a suffix multiplies by, as a fraction. */
function scaleOf(suffix: string): { by: bigint; over: bigint; format: QuantityFormat } {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) {
    const power = BigInt(decimal - 3);
    return { by: power > 0n ? 1000n ** power : 1n, over: power < 0n ? 1000n ** -power : 1n, format: 'DecimalSI' };
  }
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { by: 1024n ** BigInt(binary), over: 1n, format: 'BinarySI' };
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix);
  if (!exponent) throw new QuantityError(suffixWrong);
  const power = Math.max(-400, Math.min(400, Number(exponent[1])));
  return { by: power > 0 ? 10n ** BigInt(power) : 1n, over: power < 0 ? 10n ** BigInt(-power) : 1n, format: 'DecimalExponent' };
}

// apimachinery scans, and so takes a number without digits (`.`, `+`, `Mi`) for 0.
const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** Reads a quantity; throws QuantityError. */
export function parseQuantity(text: string): Amount {
  const match = text === '' || text.length > 10_000 ? null : shape.exec(text);
  if (!match) throw new QuantityError(formatWrong);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const { by, over, format } = scaleOf(suffix);
  const numerator = BigInt(`${whole}${fraction}` || '0') * by * one;
  const denominator = over * 10n ** BigInt(fraction.length);
  let nanos = numerator / denominator;
  // Away from zero: a trace of something is never nothing.
  if (nanos * denominator !== numerator) nanos += 1n;
  if (format === 'BinarySI' && nanos > largest) nanos = largest;
  const small = format === 'BinarySI' && nanos < one && nanos > 0n;
  return { nanos: sign === '-' ? -nanos : nanos, format: small ? 'DecimalSI' : format };
}

/** The canonical text: `1`, `500m`, `1Gi`, `12e6`. */
export function quantityText({ nanos, format }: Amount): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  let number = nanos < 0n ? -nanos : nanos;
  if (format === 'BinarySI' && number >= 1024n * one && number % one === 0n) {
    number /= one;
    let step = 0;
    for (; number % 1024n === 0n && step < binarySuffixes.length - 1; step++) number /= 1024n;
    return `${sign}${number}${binarySuffixes[step]}`;
  }
  let step = 0;
  for (; number % 1000n === 0n; step++) number /= 1000n;
  const exponent = (step - 3) * 3;
  // Beyond `E` there is no suffix.
  if (format === 'DecimalExponent' || step >= decimalSuffixes.length) return `${sign}${number}${exponent === 0 ? '' : `e${exponent}`}`;
  return `${sign}${number}${decimalSuffixes[step]}`;
}

/** Whether apimachinery takes a number for one in canonical form already, and so keeps its text (`+1`, `1.234`, `1E3`). */
function keepsText(whole: string, fraction: string, suffix: string): boolean {
  const number = whole.replace(/^0+/, '') || '0';
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) {
    // "1Mi (2^20) has ~6 digits of decimal precision"
    return fraction === '' && number.length <= 14 - binary * 3 && (BigInt(number) & 7n) !== 0n;
  }
  const digits = number + fraction;
  const decimal = decimalSuffixes.indexOf(suffix);
  const scale = (decimal >= 0 ? (decimal - 3) * 3 : Number(suffix.slice(1))) - fraction.length;
  return digits.length <= 18 && scale >= -9 && scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

/** A quantity as the server stores it: `0.5` as `500m`. Throws QuantityError. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  const [, , whole = '', fraction = '', suffix = ''] = shape.exec(text)!;
  return keepsText(whole, fraction, suffix) ? text : quantityText(quantity);
}

/** -1, 0 or 1. */
export function compareQuantities(a: Amount, b: Amount): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

/** The value as a number, near enough for sums and comparisons of machines' sizes; NaN when the text is no quantity. */
export function quantityNumber(text: string | number): number {
  try {
    return Number(parseQuantity(String(text)).nanos) / 1e9;
  } catch {
    return Number.NaN;
  }
}

/** To a multiple of `1m`, away from zero: finer amounts are not kept. */
export function roundToMilli(quantity: Amount): Amount {
  const milli = 1_000_000n;
  const rest = quantity.nanos % milli;
  if (rest === 0n) return quantity;
  return { ...quantity, nanos: quantity.nanos - rest + (quantity.nanos > 0n ? milli : -milli) };
}

/** A quantity in units of `divisor` (1 when absent or 0), rounded up, as the downward API gives it (ExtractContainerResourceValue). */
export function quantityIn(text: string, divisor: string | undefined): string {
  const asked = divisor ? parseQuantity(divisor).nanos : 0n;
  const unit = asked === 0n ? one : asked;
  return String((parseQuantity(text).nanos + unit - 1n) / unit);
}
