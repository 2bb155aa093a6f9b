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

/** -P, by JavaScript's own. */
function perlMatcher(patterns: readonly string[], options: MatchOptions): Matcher {
  const sources = patterns.map((p) => p.replace(/^(.*)\\K/s, '(?<=$1)').replace(/\(\?[imsx]+\)/g, ''));
  const flags = `g${options.ignoreCase || /\(\?i\)/.test(patterns.join('')) ? 'i' : ''}${options.word ? 'u' : ''}`;
  let source = sources.length === 1 ? (sources[0] ?? '') : sources.map((s) => `(?:${s})`).join('|');
  if (options.line) source = `^(?:${source})$`;
  else if (options.word) source = `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`;
  let regex: RegExp;
  try {
    regex = new RegExp(source, flags);
  } catch {
    throw new PatternError('BADPAT');
  }
  return {
    test: (line) => ((regex.lastIndex = 0), regex.test(line)),
    *matches(line) {
      for (const m of line.matchAll(regex)) yield { index: m.index, end: m.index + m[0].length };
    },
  };
}
