/** make's functions of text, by name: what each makes of its expanded arguments. */

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((w) => w !== '');

/** What `%` stands for in a word, where the pattern fits it. */
export function stem(pattern: string, word: string): string | undefined {
  const at = pattern.indexOf('%');
  if (at < 0) return pattern === word ? '' : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const fits = word.length >= before.length + after.length && word.startsWith(before) && word.endsWith(after);
  return fits ? word.slice(before.length, word.length - after.length) : undefined;
}

export function patsubst(pattern: string, replacement: string, text: string): string {
  return wordsOf(text)
    .map((word) => {
      const found = stem(pattern, word);
      return found === undefined ? word : pattern.includes('%') ? replacement.replace('%', () => found) : replacement;
    })
    .join(' ');
}

const each = (text: string, make: (word: string) => string): string => wordsOf(text).map(make).join(' ');
const lastSlash = (word: string): number => word.lastIndexOf('/') + 1;
const lastDot = (word: string): number => {
  const at = word.lastIndexOf('.');
  return at >= lastSlash(word) ? at : -1;
};
const filter = (patterns: string, text: string, keep: boolean): string =>
  wordsOf(text)
    .filter((word) => wordsOf(patterns).some((p) => stem(p, word) !== undefined) === keep)
    .join(' ');

export const textFunctions: Readonly<Record<string, (...args: string[]) => string>> = {
  subst: (from = '', to = '', text = '') => (from === '' ? text : text.replaceAll(from, to)),
  patsubst: (pattern = '', to = '', text = '') => patsubst(pattern, to, text),
  strip: (text = '') => wordsOf(text).join(' '),
  findstring: (what = '', text = '') => (text.includes(what) ? what : ''),
  filter: (patterns = '', text = '') => filter(patterns, text, true),
  'filter-out': (patterns = '', text = '') => filter(patterns, text, false),
  sort: (text = '') => [...new Set(wordsOf(text))].sort().join(' '),
  word: (n = '', text = '') => wordsOf(text)[Number(n) - 1] ?? '',
  words: (text = '') => String(wordsOf(text).length),
  wordlist: (from = '', to = '', text = '') => wordsOf(text).slice(Number(from) - 1, Number(to)).join(' '),
  firstword: (text = '') => wordsOf(text)[0] ?? '',
  lastword: (text = '') => wordsOf(text).at(-1) ?? '',
  dir: (text = '') => each(text, (w) => w.slice(0, lastSlash(w)) || './'),
  notdir: (text = '') => each(text, (w) => w.slice(lastSlash(w))),
  suffix: (text = '') => wordsOf(text).flatMap((w) => (lastDot(w) < 0 ? [] : [w.slice(lastDot(w))])).join(' '),
  basename: (text = '') => each(text, (w) => (lastDot(w) < 0 ? w : w.slice(0, lastDot(w)))),
  addprefix: (prefix = '', text = '') => each(text, (w) => prefix + w),
  addsuffix: (suffix = '', text = '') => each(text, (w) => w + suffix),
  join: (a = '', b = '') => {
    const [x, y] = [wordsOf(a), wordsOf(b)];
    return Array.from({ length: Math.max(x.length, y.length) }, (_, i) => (x[i] ?? '') + (y[i] ?? '')).join(' ');
  },
}; // prettier-ignore

export { wordsOf };
