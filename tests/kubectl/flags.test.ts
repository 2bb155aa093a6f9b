import { expect, test } from 'vitest';
import { type Flag, FlagProblem, parseDuration, parseFlags } from '../../src/kubectl/flags';

const known: Flag[] = [
  { name: 'output', short: 'o', kind: 'string' },
  { name: 'watch', short: 'w', kind: 'bool' },
  { name: 'all-namespaces', short: 'A', kind: 'bool' },
  { name: 'filename', short: 'f', kind: 'slice' },
  { name: 'from-literal', kind: 'array' },
  { name: 'dry-run', kind: 'string', value: 'none', optional: 'unchanged' },
  { name: 'v', short: 'v', kind: 'int', value: '0' },
];
const parse = (line: string) => parseFlags(line.split(' '), known);

test.each([
  ['-o yaml', 'output', 'yaml'],
  ['-oyaml', 'output', 'yaml'],
  ['-o=yaml', 'output', 'yaml'],
  ['--output yaml', 'output', 'yaml'],
  ['--output=yaml', 'output', 'yaml'],
  ['-wo yaml', 'output', 'yaml'],
  ['-wAoyaml', 'output', 'yaml'],
  ['--dry-run', 'dry-run', 'unchanged'],
  ['--dry-run=client', 'dry-run', 'client'],
  ['pods', 'dry-run', 'none'],
  ['-o json -o yaml', 'output', 'yaml'],
])('%s gives %s the value %s', (line, name, value) => {
  expect(parse(line).flags.string(name)).toBe(value);
});

test.each([
  ['--foo', 'unknown flag: --foo'],
  ['-x', "unknown shorthand flag: 'x' in -x"],
  ['-all', "unknown shorthand flag: 'a' in -all"],
  ['-o', "flag needs an argument: 'o' in -o"],
  ['--output', 'flag needs an argument: --output'],
  ['--v=banana', 'invalid argument "banana" for "-v, --v" flag: strconv.ParseInt: parsing "banana": invalid syntax'],
  ['--watch=maybe', 'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
  ['---x', 'bad flag syntax: ---x'],
])('%s is refused: %s', (line, message) => {
  expect(() => parse(line)).toThrow(new FlagProblem(message));
});

test('slices split at commas, arrays do not', () => {
  expect(parse('-f a,b -f c').flags.list('filename')).toEqual(['a', 'b', 'c']);
  expect(parse('--from-literal=a=1,2').flags.list('from-literal')).toEqual(['a=1,2']);
});

test('words after -- are no flags', () => {
  expect(parse('pod -w -- ls -o')).toMatchObject({ args: ['pod', 'ls', '-o'], dashAt: 1 });
});

test.each([
  ['1m30s', 90_000],
  ['0', 0],
  ['1.5h', 5_400_000],
  ['10', undefined],
  ['1x', undefined],
])('the duration %s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
