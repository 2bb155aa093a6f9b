/** A scalar's value, with the type that Go gives it. */
export type ScalarValue =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string; readonly tag: string }
  | { readonly type: 'float'; readonly value: number }
  /** `digits`: in decimal; `value` is as near as a double gets. */
  | { readonly type: 'int' | 'uint64'; readonly value: number; readonly digits: string };

const words = new Map<string, ScalarValue>();
const word = (texts: string, resolved: ScalarValue): void => {
  for (const text of texts.split(' ')) words.set(text, resolved);
};
word('y Y yes Yes YES true True TRUE on On ON', { type: 'bool', value: true });
word('n N no No NO false False FALSE off Off OFF', { type: 'bool', value: false });
word('~ null Null NULL', { type: 'null', value: null });
word('.nan .NaN .NAN', { type: 'float', value: Number.NaN });
word('.inf .Inf .INF +.inf +.Inf +.INF', { type: 'float', value: Infinity });
word('-.inf -.Inf -.INF', { type: 'float', value: -Infinity });
words.set('', { type: 'null', value: null });

const string = (value: string, tag = '!!str'): ScalarValue => ({ type: 'string', value, tag });

/**
 * What go-yaml makes of a plain scalar (YAML 1.1), by its first character: a word of the list, a number, or text.
 * `tag`: what it is said to be, if anything.
 */
export function plainScalar(text: string, tag = ''): ScalarValue {
  const first = text[0] ?? '';
  if (first !== '' && !/[-+.0-9yYnNtTfFoO~]/.test(first)) return string(text);
  const known = words.get(text);
  if (known) return known;
  if (first === '.') return /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/.test(text) ? float(text.replaceAll('_', ''), text) : string(text);
  if (!/[-+0-9]/.test(first)) return string(text);
  if ((tag === '' || tag === '!!timestamp') && isTimestamp(text)) return string(text, '!!timestamp');
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? float(plain, text) : string(text));
}

function float(text: string, original = text): ScalarValue {
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : string(original);
}

const bases: readonly (readonly [RegExp, string])[] = [
  [/^0[xX][0-9a-fA-F]+$/, '0x'],
  [/^0[bB][01]+$/, '0b'],
  [/^0[oO][0-7]+$/, '0o'],
];
const maxInt = 2n ** 63n - 1n;
const maxUint = 2n ** 64n - 1n;

/** strconv.ParseInt with base 0, then ParseUint: `0440` is octal, as `0o440` is. */
function integer(text: string): ScalarValue | undefined {
  const binaryWithSign = /^0b([-+])([01]+)$/.exec(text);
  if (binaryWithSign) return integer(`${binaryWithSign[1]}0b${binaryWithSign[2]}`);
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text)!;
  let magnitude: bigint | undefined;
  if (/^[1-9]\d*$/.test(body)) magnitude = body.length < 25 ? BigInt(body) : undefined;
  else if (/^0[0-7]*$/.test(body)) magnitude = body.length < 40 ? BigInt(`0o${body}`) : undefined;
  else {
    const base = bases.find(([pattern]) => pattern.test(body));
    if (base && body.length < 100) magnitude = BigInt(base[1] + body.slice(2));
  }
  if (magnitude === undefined) return undefined;
  const value = sign === '-' ? -magnitude : magnitude;
  if (value <= maxInt && value >= -maxInt - 1n) return { type: 'int', value: Number(value), digits: String(value) };
  return sign === '' && value <= maxUint ? { type: 'uint64', value: Number(value), digits: String(value) } : undefined;
}

const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isTimestamp(text: string): boolean {
  const found =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/.exec(
      text,
    );
  if (!found) return false;
  const [year, month, day, h1, m1, s1, zh, zm, h2, m2, s2] = found.slice(1).map((part) => Number(part ?? 0)) as [number, ...number[]];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month! < 1 || month! > 12 || day! < 1 || day! > (month === 2 && !leap ? 28 : days[month! - 1]!)) return false;
  return Math.max(h1!, h2!) < 24 && Math.max(m1!, m2!) < 60 && Math.max(s1!, s2!) < 60 && zh! <= 24 && zm! < 60;
}
