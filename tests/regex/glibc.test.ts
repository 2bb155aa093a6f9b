import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PatternError, Regex } from '../../src/regex';

interface Recorded {
  readonly patterns: readonly {
    readonly pattern: string;
    readonly flags: string;
    readonly error?: string;
    readonly matches?: Readonly<Record<string, readonly [place: number, ...groups: (string | null)[]] | null>>;
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('../recordings/linux/regex.json', import.meta.url), 'utf8')) as Recorded;

function compile(pattern: string, flags: string): Regex {
  const multiline = flags.includes('m');
  return new Regex([pattern], {
    dialect: flags.includes('E') ? 'extended' : 'basic',
    ignoreCase: flags.includes('i'),
    multiline,
    newlines: multiline,
  });
}

describe('as glibc has it', () => {
  for (const { pattern, flags, error, matches } of recorded.patterns)
    test(`${flags} ${pattern}`, () => {
      if (error !== undefined) return expect(() => compile(pattern, flags)).toThrow(PatternError);
      const regex = compile(pattern, flags);
      const found = Object.fromEntries(
        Object.keys(matches ?? {}).map((text) => {
          const m = regex.exec(text);
          return [text, m ? [m.index, ...m.groups.map((g) => g ?? null)] : null];
        }),
      );
      expect(found).toEqual(matches);
      for (const text of Object.keys(found)) expect(regex.test(text), text).toBe(found[text] !== null);
    });
  test('mistakes have its words', () => {
    for (const { pattern, flags, error } of recorded.patterns) {
      let said: string | undefined;
      try {
        compile(pattern, flags);
      } catch (thrown) {
        said = (thrown as Error).message;
      }
      expect(said, pattern).toBe(error);
    }
  });
});

describe('however much there is to try', () => {
  const long = 'a'.repeat(20_000);
  test.each([
    ['(a+)+$', `${long}b`, false],
    ['(a|aa)*c', long, false],
    ['(x+x+)+y', 'x'.repeat(20_000), false],
    ['(.*)(.*)(.*)(.*)[bc]', long, false],
    ['(a?){50}a{50}', long, true],
    ['(((a*)*)*)*b', `${long}b`, true],
  ])('%s is linear in the text', (pattern, text, matches) => {
    const regex = new Regex([pattern], { dialect: 'egrep' });
    expect(regex.test(text)).toBe(matches);
    expect(regex.exec(text) !== undefined).toBe(matches);
  });
  test('a search with back-references is given up in the end', () => {
    expect(() => new Regex(['(a+)(a+)(a+)(a+)\\1\\2\\3\\4c'], { dialect: 'egrep' }).test(`c${'a'.repeat(500)}`)).toThrow(
      'Memory exhausted',
    );
  });
  test('an expression may be too big', () => {
    expect(() => new Regex(['((a{1000}){1000}){1000}'], { dialect: 'egrep' })).toThrow('Regular expression too big');
    expect(() => new Regex(['('.repeat(100_000)], { dialect: 'egrep' })).toThrow('Memory exhausted');
  });
});

describe('several matches', () => {
  const replaced = (pattern: string, text: string): string =>
    new Regex([pattern], { dialect: 'egrep' }).replace(text, ({ groups }) => `<${groups[0]}>`);
  test('an empty match right behind another is none', () => {
    expect(replaced('a*', 'baaac')).toBe('<>b<aaa>c<>');
    expect(replaced('x*', 'abc')).toBe('<>a<>b<>c<>');
    expect(replaced('^', 'abc')).toBe('<>abc');
    expect(replaced('o+|oo', 'foooo😀o')).toBe('f<oooo>😀<o>');
  });
  test('whole words may be shorter than the longest match', () => {
    const regex = new Regex(['foo.*'], { dialect: 'grep', whole: 'word' });
    expect(regex.exec('foo bar_')?.groups[0]).toBe('foo bar_');
    expect(new Regex(['ab*'], { dialect: 'grep', whole: 'word' }).exec('abbx a-b')?.groups[0]).toBe('a');
  });
  test('patterns count their groups by themselves', () => {
    const regex = new Regex(['(a)\\1', '(b)\\1'], { dialect: 'egrep' });
    expect(['aa', 'bb', 'ab'].map((t) => regex.test(t))).toEqual([true, true, false]);
  });
});
