import { expect, test } from 'vitest';
import { FakeMachine } from './fake-machine';

const esc = '\x1b';
const enter = '\r';

/** [editor, the file before, keys, the file after]. */
const cases: readonly (readonly [string, string, readonly string[], string])[] = [
  ['vi', 'one\ntwo\n', ['x', ':wq', enter], 'ne\ntwo\n'],
  ['vi', 'one\ntwo\n', ['dd', 'ZZ'], 'two\n'],
  ['vi', 'one\ntwo\n', ['j', 'i', 'X', esc, ':x', enter], 'one\nXtwo\n'],
  ['vi', 'one\n', ['o', 'new', esc, ':wq', enter], 'one\nnew\n'],
  ['vi', 'one\n', ['A', '!', esc, 'u', ':wq', enter], 'one\n'],
  ['vi', 'a b c\n', ['w', 'dw', ':wq', enter], 'a c\n'],
  ['vi', 'a b\n', ['w', 'cw', 'xyz', esc, ':wq', enter], 'a xyz\n'],
  ['vi', 'a\nb\n', ['yy', 'j', 'p', ':wq', enter], 'a\nb\na\n'],
  ['vi', 'foo\nbar foo\n', ['/foo', enter, 'x', ':wq', enter], 'foo\nbar oo\n'],
  ['vi', 'a1\na2\n', [':%s/a/b/', enter, ':wq', enter], 'b1\nb2\n'],
  ['vi', 'x\ny\nz\n', ['G', 'dd', ':wq', enter], 'x\ny\n'],
  ['vi', 'kept\n', ['dd', ':q!', enter], 'kept\n'],
  ['vi', 'a b c\n', ['x', '.', ':wq', enter], 'b c\n'],
  ['vi', 'abc\n', ['$', 'rX', '0', '~', ':wq', enter], 'AbX\n'],
  ['vi', 'one\ntwo\n', ['J', ':wq', enter], 'one two\n'],
  ['vi', '(a)\n', ['l', 'f)', 'i', 'b', esc, ':wq', enter], '(ab)\n'],
  ['nano', 'one\n', ['X', '\x0f', enter, '\x18'], 'Xone\n'],
  ['nano', 'one\ntwo\n', ['\x0b', '\x18', 'y', enter], 'two\n'],
  ['nano', 'one\n', ['z', '\x18', 'n'], 'one\n'],
  ['nano', 'one\ntwo\n', ['\x0b', '\x1b[B', '\x15', '\x18', 'y', enter], 'two\none\n'],
  ['nano', 'ab\n', ['\x1b[C', enter, '\x18', 'y', enter], 'a\nb\n'],
  ['nano', 'find me\n', ['\x17', 'me', enter, '!', '\x18', 'y', enter], 'find !me\n'],
  ['nano', '', ['h', 'i', '\x18', 'y', enter], 'hi\n'],
];

for (const [editor, before, keys, after] of cases) {
  test(`${editor}: ${JSON.stringify(keys.join(' '))} on ${JSON.stringify(before)}`, async () => {
    const machine = new FakeMachine({ f: before });
    const r = await machine.run('gnu', [editor, 'f'], '', {}, keys);
    expect({ text: machine.read('f'), code: r.code, err: r.err }).toEqual({ text: after, code: 0, err: '' });
  });
}

test("busybox's vi edits too", async () => {
  const machine = new FakeMachine({ f: 'one\n' });
  await machine.run('busybox', ['vi', 'f'], '', {}, ['x', ':wq', enter]);
  expect(machine.read('f')).toBe('ne\n');
});

test('less shows a page and ends with q', async () => {
  const machine = new FakeMachine({ f: Array.from({ length: 50 }, (_, i) => `line ${i + 1}\n`).join('') });
  const r = await machine.run('gnu', ['less', 'f'], '', {}, [' ', '/line 40', enter, 'q']);
  expect(r.out).toContain('line 23');
  expect(r.out).toContain('line 46');
  expect(r.code).toBe(0);
});
