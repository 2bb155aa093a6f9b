import { describe, expect, test } from 'vitest';
import { expandBraces } from '../../src/shell/braces';
import { decode, encode } from '../../src/shell/bytes';
import { Fields } from '../../src/shell/fields';
import { LineBuffer } from '../../src/shell/line-buffer';
import { LineGroups, parsePiece, type Reading } from '../../src/shell/parse';
import { charWidth, textWidth } from '../../src/shell/width';

const reading: Reading = { extglob: false, extended: true };

describe('brace expansion', () => {
  test.each([
    ['{a,b}{1,2}', 'a1 a2 b1 b2'], ['pre{x,,y}post', 'prexpost prepost preypost'], ['{01..03}', '01 02 03'], ['{a..e..2}', 'a c e'], ['{3..1}', '3 2 1'],
    ['{single}', '{single}'], ['a{b,{c,d}}e', 'abe ace ade'], ['{a,b', '{a,b'], ['"{a,b}"', '"{a,b}"'], ['${x:-{a,b}}', '${x:-{a,b}}'],
  ])('%s', (text, expected) => {
    expect(expandBraces(text).join(' ')).toBe(expected);
  }); // prettier-ignore
});

describe('field splitting', () => {
  const split = (ifs: string, text: string): string[] => {
    const fields = new Fields(true, ifs);
    fields.expansion(text);
    return fields.finish().map((f) => f.text);
  };
  test.each([
    [' \t\n', '  a  b ', ['a', 'b']], [':', 'a::b', ['a', '', 'b']], [': ', 'a : b', ['a', 'b']], [':', 'a:', ['a']], ['', 'a b', ['a b']],
  ] as const)('IFS=%j %j', (ifs, text, expected) => {
    expect(split(ifs, text)).toEqual(expected);
  }); // prettier-ignore
});

test('bytes that are not UTF-8 come back as they were', () => {
  const bytes = Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0x80]);
  expect([...encode(decode(bytes))]).toEqual([...bytes]);
});

describe('reading commands', () => {
  test.each(['if true', 'echo "a', 'cat <<E\nx\n', 'f() {', 'a &&', 'echo $(', 'a |', 'for x in a; do\n'])(
    '%j wants more lines',
    (text) => {
      expect(parsePiece(text, false, reading).kind).toBe('incomplete');
    },
  );
  test.each(['echo )', 'if then', 'fi', 'a | | b'])('%j is wrong at once', (text) => {
    expect(parsePiece(`${text}\n`, false, reading).kind).toBe('error');
  });
  test('lines before a syntax error are handed out first', () => {
    const groups = new LineGroups('echo a\necho b\n)\n', 1, () => reading);
    expect([groups.next()?.piece.kind, groups.next()?.piece.kind, groups.next()?.piece.kind, groups.next()]).toEqual([
      'script',
      'script',
      'error',
      undefined,
    ]);
  });
  test('a group knows its first line', () => {
    const groups = new LineGroups('if true\nthen :\nfi\necho x\n', 1, () => reading);
    groups.next();
    expect(groups.next()?.line).toBe(4);
  });
});

test('wide and combining characters', () => {
  expect([charWidth('a'), charWidth('你'), charWidth('é'), charWidth('\u0301'), textWidth('日本x')]).toEqual([1, 2, 1, 0, 5]);
});

describe('line buffer', () => {
  const at = (text: string): LineBuffer => {
    const b = new LineBuffer();
    b.set(text);
    return b;
  };
  test('Ctrl-W takes the word before, Ctrl-Y brings it back', () => {
    const b = at('kubectl get pods');
    b.rubout();
    expect(b.text).toBe('kubectl get ');
    b.yank();
    expect(b.text).toBe('kubectl get pods');
  });
  test('Ctrl-K and undo', () => {
    const b = at('abc');
    b.home();
    b.right();
    b.killToEnd();
    expect(b.text).toBe('a');
    b.undo();
    expect(b.text).toBe('abc');
  });
  test('words', () => {
    const b = at('a-b cd');
    b.backwardWord();
    b.backwardWord();
    expect(b.cursor).toBe(2);
    b.forwardWord();
    expect(b.cursor).toBe(3);
  });
});

describe('characters of several code points', () => {
  const family = '👨‍👩‍👧';
  const flag = '🇩🇪';
  const heart = '❤️';

  test.each([family, flag, heart, 'é', '👍🏽', '1️⃣'])('%s is one character', (text) => {
    const buffer = new LineBuffer();
    buffer.insert(`a${text}b`);
    expect(buffer.chars).toEqual(['a', text, 'b']);
    buffer.left();
    buffer.backspace();
    expect(buffer.text).toBe('ab');
  });

  test.each([family, flag, heart, '1️⃣'])('%s takes two columns', (text) => expect(textWidth(text)).toBe(2));

  test('a joiner typed after an emoji makes one of the two', () => {
    const buffer = new LineBuffer();
    for (const part of ['👩', '\u200d', '🚀', '!']) buffer.insert(part);
    expect(buffer.chars).toEqual(['👩‍🚀', '!']);
    expect(buffer.cursor).toBe(2);
  });
});

describe('the kill ring', () => {
  test('kills one after the other are one text; Alt-Y goes back to the one before', () => {
    const buffer = new LineBuffer();
    const kill = (): void => {
      buffer.starts(true, false);
      buffer.rubout();
    };
    buffer.insert('one two three');
    kill();
    kill();
    buffer.starts(false, false);
    buffer.insert('x');
    kill();
    buffer.starts(false, true);
    buffer.yank();
    expect(buffer.text).toBe('one x');
    buffer.starts(false, true);
    buffer.yankPop();
    expect(buffer.text).toBe('one two three');
  });
});
