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
  [['1-2', '1:2', '1a', 'a']],
  [['9223372036854775808', '1']],
])('keys stand in go-yaml’s order: %j', (keys) => {
  expect(order([...keys].reverse())).toEqual(keys);
});

test('a key of more than 128 characters stands on a line of its own', () => {
  const key = 'a'.repeat(129);
  expect(emitYaml({ [key]: 'x', ['b'.repeat(128)]: 'v' })).toBe(`? ${key}\n: x\n${'b'.repeat(128)}: v\n`);
});

// As kubectl 1.36.3 prints them with -o yaml.
test.each([
  ['2020-02-30', '2020-02-30'],
  ['2020-02-29', '"2020-02-29"'],
  ['1e309', '1e309'],
  ['0x10000000000000000', '0x10000000000000000'],
  ['0O17', '"0O17"'],
  ['.1_', '.1_'],
  ['1:30', '"1:30"'],
  [1e20, '1e+20'],
  [0.000001, '1e-06'],
  [1234567.5, '1.2345675e+06'],
  [123456.5, '123456.5'],
  [2 ** 63, '9223372036854776000'],
  [2 ** 64, '1.8446744073709552e+19'],
])('%j is written %s', (value, text) => {
  expect(emitYaml(value)).toBe(`${text}\n`);
});
