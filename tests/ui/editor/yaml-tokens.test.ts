import { describe, expect, it } from 'vitest';
import { yamlStart, yamlTokens } from '../../../src/ui/editor/yaml-tokens';

const letters = { '': '.', key: 'k', string: 's', number: 'n', keyword: 'w', comment: 'c', delimiter: '-' } as const;

/** Each character's kind as a letter, below the text it is of. */
function paint(text: string): string {
  let state = yamlStart;
  return text
    .split('\n')
    .map((line) => {
      const { tokens, end } = yamlTokens(line, state);
      state = end;
      return [...line].map((_, at) => letters[tokens.findLast(({ start }) => start <= at)?.kind ?? '']).join('');
    })
    .join('\n');
}

const cases: readonly (readonly [rule: string, text: string, painted: string])[] = [
  ['keys and plain strings', 'name: a b', 'kkkk-....'],
  ['a list of mappings', '- name: x', '-.kkkk-..'],
  ['numbers as kubectl reads them', 'mode: 0440', 'kkkk-.nnnn'],
  ['octal with an o', 'mode: 0o17', 'kkkk-.nnnn'],
  ['an address is no number', 'ip: 10.0.0.1', 'kk-.........'],
  ['an image is no number', 'image: alpine:3.8', 'kkkkk-...........'],
  ['words that are no strings', 'a: yes', 'k-.www'],
  ['null', '- ~', '-.w'],
  ['quoted strings', 'a: "b: #c" # d', 'k-.sssssss.ccc'],
  ['a quoted key', '"a b": 1', 'kkkkk-.n'],
  ['doubled quotes', "a: 'it''s'", 'k-.sssssss'],
  ['an escaped quote', 'a: "\\""', 'k-.ssss'],
  ['a hash within a word', 'a: b#c', 'k-....'],
  ['a colon within a word', 'a: b:c', 'k-....'],
  ['a list in brackets', 'a: [b, 1, "c"]', 'k-.-.-.n-.sss-'],
  ['a mapping in braces', '{a: 1, b: no}', '-k-.n-.k-.ww-'],
  ['a document starts', '--- # new', '---.ccccc'],
  ['an anchor and an alias', 'a: &x b\nc: *x', 'k-.ww..\nk-.ww'],
  ['a literal block ends where less is indented', 'a: |\n  b: 1\n\n  # c\nd: 1', 'k-.-\nssssss\n\nsssss\nk-.n'],
  ['a block in a list', '- |\n  x: y\n- z', '-.-\nssssss\n-..'],
  ['a block in a list of mappings', '- a: >-\n    x: y\n  b: 1', '-.k-.--\nssssssss\n..k-.n'],
  ['a string over lines', 'a: "b\n  c" # d', 'k-.ss\nssss.ccc'],
  ['brackets over lines', 'a: [b,\n  c: 1]', 'k-.-.-\n..k-.n-'],
  ['a value that is a key alone', 'spec:', 'kkkk-'],
  ['an empty line', '', ''],
];

describe('colours of YAML', () => {
  it.each(cases)('%s', (_rule, text, painted) => {
    expect(paint(text)).toBe(painted);
  });

  it('reaches the end of any line', () => {
    const odd = ['"', "'", '- - - x', '? a', ': b', '[[[', ']]]', '}', ', ,', '@x', '`', '%TAG', '!!str a', '|', '>', '&', '*', '#', '\t'];
    for (const one of odd) for (const two of odd) expect(() => paint(`${one}\n${one} ${two}\n ${two}`)).not.toThrow();
  });
});
