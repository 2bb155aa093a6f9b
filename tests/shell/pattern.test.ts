import { describe, expect, test } from 'vitest';
import { hasGlob, matches, quotePattern, removeMatch } from '../../src/shell/pattern';

describe('matches', () => {
  test.each([
    ['a*', 'abc', true], ['a?c', 'abc', true], ['[a-c]', 'b', true], ['[!a-c]', 'b', false], ['[]x]', ']', true], ['[a-]', '-', true],
    ['[[:digit:]]*', '5x', true], ['\\*', '*', true], ['\\*', 'x', false], ['@(a|b)c', 'bc', true], ['!(a)', 'a', false], ['+(ab)', 'abab', true],
    ['-[a-f]', '-f', true], ['a.b', 'axb', false], ['[', '[', true], ['*.yaml', 'x.yaml', true],
  ] as const)('%s %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  }); // prettier-ignore
});

test('quoted text matches itself only', () => {
  const text = 'a*b?[c]{x}(y)|$^+.-';
  expect(matches(quotePattern(text), text)).toBe(true);
  expect(hasGlob(quotePattern(text))).toBe(false);
});

test.each([
  ['#', '/b/c.tar.gz'], ['##', 'c.tar.gz'], ['%', '/a/b'], ['%%', ''],
] as const)('${x%s}', (operator, expected) => {
  const pattern = operator.startsWith('#') ? '*/' : '/*';
  const text = '/a/b/c.tar.gz';
  expect(removeMatch(operator === '#' ? `a${text.slice(2)}` : text, pattern, operator)).toBe(operator === '#' ? 'b/c.tar.gz' : expected);
}); // prettier-ignore
