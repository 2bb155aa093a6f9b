import { expect, test } from 'vitest';
import { emitYaml } from '../../../src/kube/api';

const order = (keys: readonly string[]): string[] =>
  emitYaml(Object.fromEntries(keys.map((key) => [key, true])))
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/: true$/, '').replace(/^"(.*)"$/, '$1'));

test.each([
  [['_', '1', 'M', 'a', 'z']],
  [['a1', 'a2', 'a10', 'a10b', 'ab']],
  [['2', '10', '100']],
  [['.a', '.b', 'a', 'a-b', 'a.b', 'aa']],
  [['name', 'namespace']],
])('keys stand in go-yaml’s order: %j', (keys) => {
  expect(order([...keys].reverse())).toEqual(keys);
});

test('a key of more than 128 characters stands on a line of its own', () => {
  const key = 'a'.repeat(129);
  expect(emitYaml({ [key]: 'x', ['b'.repeat(128)]: 'v' })).toBe(`? ${key}\n: x\n${'b'.repeat(128)}: v\n`);
});
