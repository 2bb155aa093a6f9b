import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sortKeys } from '../../src/kubectl/value';
import { documents, yamlText } from '../../src/kubectl/yaml';

interface Entry {
  cmd?: string;
  stdout?: string;
  code?: number;
}
const folder = 'tests/recordings/kubernetes';
const recorded = readdirSync(folder).flatMap((file) =>
  (JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Entry[])
    .filter(({ cmd = '', code }) => /^kubectl (?!version).*-o ?yaml( \S*)?$/.test(cmd) && !code && !/-w|\|/.test(cmd))
    .map(({ cmd, stdout = '' }) => [`${file}: ${cmd}`, stdout] as const),
);

test.each(recorded)('%s is written as recorded', (_name, stdout) => {
  expect(
    documents(stdout)
      .map((value) => yamlText(sortKeys(value)))
      .join('---\n'),
  ).toBe(stdout);
});

test.each([
  ['yes', '"yes"'],
  ['y', '"y"'],
  ['', '""'],
  ['0440', '"0440"'],
  ['1.5', '"1.5"'],
  ['1_000', '"1_000"'],
  ['2026-11-23T06:33:09Z', '"2026-11-23T06:33:09Z"'],
  ['12:30', '"12:30"'],
  ['alpine:3.8', 'alpine:3.8'],
  ['key: value', "'key: value'"],
  ["it's", "it's"],
  ["'quoted", "'''quoted'"],
  ['*all', "'*all'"],
  ['-dash', '-dash'],
  ['- dash', "'- dash'"],
  [' led', "' led'"],
  ['a\tb', '"a\\tb"'],
  ['🔑', '"\\U0001F511"'],
  ['Grüße', 'Grüße'],
  ['a\nb\n', '|\n  a\n  b'],
  ['a\nb', '|-\n  a\n  b'],
  ['a\n\n', '|+\n  a\n'],
  ['a \nb', '"a \\nb"'],
])('the text %j is written %s', (value, written) => {
  expect(yamlText({ k: value })).toBe(`k: ${written}\n`);
});

interface Recorded {
  file?: string;
  text?: string;
  stderr?: string;
}
const unreadable = ['e-bad-manifests', 'k11-bad-manifests'].flatMap((name) => {
  const entries = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Recorded[];
  const files = new Map<string, string>();
  const found = new Map<string, readonly [string, string, string]>();
  for (const { file, text = '', stderr = '' } of entries) {
    if (file) files.set(file, text);
    const match = /error parsing (\S+): (.*)/.exec(stderr);
    if (match && !found.has(match[1]!)) found.set(match[1]!, [match[1]!, files.get(match[1]!)!, match[2]!]);
  }
  return [...found.values()];
});

test.each(unreadable)('%s cannot be read, in the recorded words', (_file, text, message) => {
  expect(() => documents(text)).toThrow(new Error(message));
});

test('scalars are read as go-yaml reads them', () => {
  const text = 'a: 0440\nb: 0o440\nc: 2026-11-23\nd: 12:30\ne: yes\ng: 1_000\nh: 1.5\ni: 1e3\nj: ~\nk: 0x1f\nl: "0440"\np: 440\na: 1\n';
  expect(documents(text)).toEqual([
    { a: 1, b: 288, c: '2026-11-23', d: '12:30', e: true, g: 1000, h: 1.5, i: 1000, j: null, k: 31, l: '0440', p: 440 },
  ]);
});
