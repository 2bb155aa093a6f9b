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

/** The reader takes a bare `.` for a number. */
const readable = (text: string): string => text.replace(/^( *)\.: \{\}$/gm, '$1".": {}');

test.each(recorded)('%s is written as recorded', (_name, stdout) => {
  expect(
    documents(readable(stdout))
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
