/** strconv.FormatFloat(value, 'g', -1, bits): the shortest text that reads back as the same number. */
export function goFloat(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const same =
    bits === 32
      ? (text: string): boolean => Math.fround(Number(text)) === Math.fround(value)
      : (text: string): boolean => Number(text) === value;
  if (bits === 32 && !Number.isFinite(Math.fround(value))) return value > 0 ? '+Inf' : '-Inf';
  let text = '';
  for (let digits = 0; digits < 17; digits++) {
    text = value.toExponential(digits);
    if (same(text)) break;
  }
  const [mantissa = '', power = ''] = text.split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return plainDecimal(mantissa, exponent);
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/\D/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return sign + whole + (rest && `.${rest}`);
}
