import { PatternError, Regex } from '../regex';

/** What grep asks of its patterns. */
export interface Matcher {
  test(line: string): boolean;
  /** Repetitions with nothing before them, which mean nothing. */
  readonly ignored?: readonly string[];
  matches(line: string): Iterable<{ readonly index: number; readonly end: number }>;
}

export type Kind = 'basic' | 'extended' | 'fixed' | 'perl';

export interface MatchOptions {
  readonly ignoreCase: boolean;
  readonly word: boolean;
  readonly line: boolean;
  readonly gnu: boolean;
  readonly bytes: boolean;
}

/** One expression of all patterns. Throws PatternError. */
export function matcherOf(patterns: readonly string[], kind: Kind, options: MatchOptions): Matcher {
  if (patterns.length === 0) return { test: () => false, matches: () => [] };
  if (kind === 'perl') return perlMatcher(patterns, options);
  const { ignoreCase, bytes, gnu } = options;
  const whole = options.line ? 'line' : options.word ? 'word' : undefined;
  const dialect = kind === 'extended' ? (gnu ? 'egrep' : 'extended') : gnu ? 'grep' : 'basic';
  return new Regex(kind === 'fixed' ? patterns.map((p) => p.replace(/[\\^$.*[\]]/g, '\\$&')) : patterns, {
    dialect: kind === 'fixed' ? 'grep' : dialect,
    ignoreCase,
    bytes,
    whole,
  });
}

const inBrackets: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '[:alnum:]_',
  s: '[:space:]',
  t: '\t',
  n: '\n',
  '.': '.',
  '/': '/',
  '\\': '\\',
};
const outside: Readonly<Record<string, string>> = { d: '[0-9]', D: '[^0-9]', t: '\t', n: '\n' };

/** A Perl pattern that is no more than an extended one, as such: it says the same of whether a line matches, and never takes long. */
function plainPattern(pattern: string): string | undefined {
  let out = '';
  const tokens = /\\([^])|\[(\^?)((?:\\[^]|\[:\w+:\]|[^\]\\])+)\]|(\(\?:)|\(\?|([*+?]|\{\d+(?:,\d*)?\})(\?|\+)?|[^]/gy;
  for (const [whole, escaped, negated, members, group, repeat, how] of pattern.matchAll(tokens)) {
    if (escaped !== undefined) {
      const plain = outside[escaped] ?? (/[\wAZzK]/.test(escaped) && !/[wWsSbB]/.test(escaped) ? undefined : `\\${escaped}`);
      if (plain === undefined) return undefined;
      out += plain;
    } else if (members !== undefined) {
      const parts = [...members.matchAll(/\\([^])|[^]/g)].map(([c, e]) => (e === undefined ? c : inBrackets[e]));
      if (parts.includes(undefined)) return undefined;
      out += `[${negated}${parts.join('')}]`;
    } else if (group !== undefined) out += '(';
    else if (repeat !== undefined) {
      if (how === '+') return undefined;
      out += repeat;
    } else if (whole === '(?' || whole === '[' || whole === '{') return undefined;
    else out += whole;
  }
  return out;
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: '0-9A-Za-z', upper: 'A-Z', lower: 'a-z', space: '\\s', blank: ' \\t', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', word: '\\w',
}; // prettier-ignore

/** What JavaScript writes otherwise: `\\K`, `\\A`, `\\z`, `\\h`, classes by name, possessive repetitions. */
const scripted = (pattern: string): string =>
  pattern
    .replace(/^(.*)\\K/s, '(?<=$1)')
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\(\?[imsx]+\)/g, '')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole)
    .replace(/\\([^])/g, (whole, c: string) => ({ A: '^', z: '$', Z: '$', h: '[ \\t]' })[c] ?? whole)
    .replace(/(?<!\\)([*+?}])\+/g, '$1');

/** PCRE's words for what JavaScript finds wrong. */
const perlProblems: readonly (readonly [RegExp, string])[] = [
  [/unmatched|unexpected '?\)/i, 'unmatched closing parenthesis'],
  [/unterminated group|missing \)|unterminated parenthetical/i, 'missing closing parenthesis'],
  [/nothing to repeat/i, 'quantifier does not follow a repeatable item'],
  [/range out of order|invalid range/i, 'range out of order in character class'],
  [/character class|missing terminating/i, 'missing terminating ] for character class'],
  [/numbers out of order/i, 'numbers out of order in {} quantifier'],
  [/at end of pattern/i, '\\ at end of pattern'],
];

/** -P, by JavaScript's own. */
function perlMatcher(patterns: readonly string[], options: MatchOptions): Matcher {
  const sources = patterns.map(scripted);
  const flags = `g${options.ignoreCase || /\(\?i\)/.test(patterns.join('')) ? 'i' : ''}${options.word || /\\[pP]\{/.test(patterns.join('')) ? 'u' : ''}`;
  let source = sources.length === 1 ? (sources[0] ?? '') : sources.map((s) => `(?:${s})`).join('|');
  if (options.line) source = `^(?:${source})$`;
  else if (options.word) source = `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`;
  let regex: RegExp;
  try {
    regex = new RegExp(source, flags);
  } catch (error) {
    throw new PatternError('BADPAT', perlProblems.find(([said]) => said.test(String(error)))?.[1]);
  }
  const plain = patterns.map((p) => plainPattern(p.replace(/\(\?i\)/g, '')));
  const known = plain.every((p) => p !== undefined)
    ? new Regex(plain, {
        dialect: 'egrep',
        ignoreCase: flags.includes('i'),
        bytes: options.bytes,
        whole: options.line ? 'line' : options.word ? 'word' : undefined,
      })
    : undefined;
  return {
    test: (line) => (known ? known.test(line) : ((regex.lastIndex = 0), regex.test(line))),
    *matches(line) {
      regex.lastIndex = 0;
      for (const m of line.matchAll(regex)) yield { index: m.index, end: m.index + m[0].length };
    },
  };
}
