import type { CharSet } from './syntax';

/** Tests of character classes: of ASCII by ranges, beyond by Unicode's properties, as a UTF-8 locale has them. */
interface ClassRule {
  readonly ascii: readonly (readonly [from: number, to: number])[];
  readonly beyond?: RegExp;
}

const range = (text: string): (readonly [number, number])[] =>
  (text.match(/[^]-[^]/g) ?? []).map((r) => [r.charCodeAt(0), r.charCodeAt(2)] as const);

const rules: Readonly<Record<string, ClassRule>> = {
  alpha: { ascii: range('A-Za-z'), beyond: /[\p{L}\p{Nd}\p{Nl}]/u },
  digit: { ascii: range('0-9') },
  alnum: { ascii: range('0-9A-Za-z'), beyond: /[\p{L}\p{Nd}\p{Nl}]/u },
  upper: { ascii: range('A-Z'), beyond: /\p{Lu}/u },
  lower: { ascii: range('a-z'), beyond: /\p{Ll}/u },
  space: { ascii: [[9, 13], [32, 32]], beyond: /(?![\u00a0\u2007\u202f])[\p{Z}\u0085]/u },
  blank: { ascii: [[9, 9], [32, 32]], beyond: /(?![\u00a0\u2007\u202f])\p{Zs}/u },
  punct: { ascii: range('!-/:-@[-`{-~'), beyond: /[\p{P}\p{S}]/u },
  print: { ascii: range(' -~'), beyond: /[^\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u },
  graph: { ascii: range('!-~'), beyond: /[^\p{Cc}\p{Cs}\p{Cn}\p{Z}]/u },
  cntrl: { ascii: [[0, 31], [127, 127]], beyond: /[\u0080-\u009f\u2028\u2029]/u },
  xdigit: { ascii: range('0-9A-Fa-f') },
}; // prettier-ignore

export const isClass = (name: string): boolean => Object.hasOwn(rules, name);

/** What a set is made of. */
export interface Parts {
  readonly ranges: (readonly [from: number, to: number])[];
  readonly classes: string[];
  negated: boolean;
  /** Never in a negated set: with REG_NEWLINE no list matches a newline it does not name. */
  readonly never?: number;
}

export interface Locale {
  /** The C locale: a character is a byte, and those above 127 are in no class. */
  readonly bytes: boolean;
  readonly ignoreCase: boolean;
}

/** Bytes that are no UTF-8 are lone surrogates here; only a pattern's own such byte matches them. */
const isStray = (code: number): boolean => code >= 0xdc80 && code <= 0xdcff;

/** towupper(3): one character for one. */
export function upper(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code;
  const text = String.fromCodePoint(code);
  const big = text.toUpperCase();
  return big.length === text.length ? (big.codePointAt(0) ?? code) : code;
}

const inClass = (name: string, code: number, bytes: boolean): boolean => {
  const rule = rules[name] as ClassRule;
  if (code < 128) return rule.ascii.some(([from, to]) => code >= from && code <= to);
  return !bytes && rule.beyond !== undefined && rule.beyond.test(String.fromCodePoint(code));
};

/** "a word is a sequence of alphanumerics and underscores". */
export const isWord = (code: number, bytes: boolean): boolean => code === 95 || inClass('alnum', code, bytes);

export function setOf(parts: Parts, locale: Locale): CharSet {
  const fold = (code: number): number => (locale.ignoreCase && !(locale.bytes && code > 127) ? upper(code) : code);
  const ranges = parts.ranges.map(([from, to]) => (from === to ? ([fold(from), fold(from)] as const) : ([from, to] as const)));
  const classes = parts.classes.map((c) => (locale.ignoreCase && (c === 'upper' || c === 'lower') ? 'alpha' : c));
  const { negated, never } = parts;
  const [single] = ranges;
  const cased =
    locale.ignoreCase && single !== undefined && String.fromCodePoint(single[0]).toLowerCase() !== String.fromCodePoint(single[0]);
  const only =
    !negated && classes.length === 0 && ranges.length === 1 && single && single[0] === single[1] && !cased ? single[0] : undefined;
  return {
    key: `${negated ? '^' : ''}${locale.ignoreCase ? 'i' : ''}${ranges.join(' ')};${classes.join()};${never ?? ''}`,
    ...(only === undefined ? {} : { only }),
    has: (code) => {
      const c = fold(code);
      const inside = ranges.some(([from, to]) => c >= from && c <= to) || classes.some((name) => inClass(name, code, locale.bytes));
      return negated ? !inside && code !== never && (locale.bytes || !isStray(code)) : inside;
    },
  };
}

export const character = (code: number, locale: Locale): CharSet => setOf({ ranges: [[code, code]], classes: [], negated: false }, locale);

/** `.`. */
export const anything = (locale: Locale, newline: boolean): CharSet =>
  setOf({ ranges: [], classes: [], negated: true, ...(newline ? {} : { never: 10 }) }, locale);
