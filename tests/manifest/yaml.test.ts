import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeText, readManifest, sortKeys } from '../../src/manifest';
import { compose, ConversionError, valueOf, YamlError } from '../../src/manifest/yaml';

interface Recorded {
  readonly text: string;
  readonly json?: string;
  readonly error?: string;
}

/** What go-yaml made of texts that were broken at random, each of its errors several times. */
const recorded = JSON.parse(readFileSync('tests/recordings/yaml/go-yaml.json', 'utf8')) as readonly Recorded[];

function read(text: string): string {
  try {
    return JSON.stringify(sortKeys(valueOf(compose(text))));
  } catch (error) {
    if (error instanceof YamlError) return `yaml: ${error.message}`;
    if (error instanceof ConversionError) return error.message;
    throw error;
  }
}

test('texts are read, or refused, as go-yaml does', () => {
  const differing = recorded.filter(({ text, json, error }) => read(text) !== (error ?? JSON.stringify(sortKeys(JSON.parse(json!)))));
  expect(differing).toEqual([]);
  expect(recorded.length).toBeGreaterThan(500);
});

const value = (text: string): unknown => readManifest(text).documents.map((one) => one.value)[0];

describe('scalars', () => {
  test.each([
    ['0440', 288], ['0o440', 288], ['0x1F', 31], ['0b101', 5], ['08', 8], ['0_440', 288], ['1_000', 1000], ['-0b11', -3], ['1e3', 1000],
    ['.5', 0.5], ['1.', 1], ['+12', 12], ['1e999', '1e999'], ['12:30', '12:30'], ['12:30:45', '12:30:45'], ['2001-01-01', '2001-01-01'],
    ['y', true], ['Yes', true], ['on', true], ['N', false], ['off', false], ['yEs', 'yEs'], ['~', null], ['Null', null], ['nULL', 'nULL'],
    ['"yes"', 'yes'], ["'0440'", '0440'], ['!!str 0440', '0440'], ['!!str yes', 'yes'], ['!!float 3', 3], ['!!int "5"', 5], ['!!binary aGk=', 'hi'],
    ['!custom 5', '5'], ['"\\x41\\u00e9\\U0001F511\\t"', 'Aé🔑\t'], ['"a\n  b\n\n  c"', 'a b\nc'], ["'it''s'", "it's"], ['|\n  a\n   b\n', 'a\n b\n'],
    ['>-\n  a\n  b\n', 'a b'], ['|+\n  a\n', 'a\n\n'], ['|2\n   a\n', ' a\n'], ['a # b', 'a'], ['a#b', 'a#b'], ['12345678901234567890123', 1.2345678901234568e22],
  ])('%j is %j', (text, expected) => {
    expect(value(`a: ${text}\n`)).toEqual({ a: expected });
  }); // prettier-ignore
});

describe('structure', () => {
  test.each([
    ['the last of equal keys counts', 'a: 1\nb: 2\na: 3\n', { a: 3, b: 2 }],
    ['keys become text', '1: a\ntrue: b\n1.5: c\n0x10: d\n1e10: e\n', { 1: 'a', true: 'b', '1.5': 'c', 16: 'd', '1e+10': 'e' }],
    ['aliases are copies', 'a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['a merged field gives way to later ones, not to earlier', 'd: &d {a: 1, b: 1}\ne:\n  a: 2\n  <<: *d\n  b: 2\n', { d: { a: 1, b: 1 }, e: { a: 1, b: 2 } }],
    ['of several merged the first wins', 'a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b]}\n', { a: { x: 1 }, b: { x: 2 }, c: { x: 1 } }],
    ['a quoted << is a key', '"<<": 1\n', { '<<': 1 }],
    ['lists need no indentation', 'a:\n- b\n- c: d\n  e: f\n', { a: ['b', { c: 'd', e: 'f' }] }],
    ['tabs after a value', 'a: b\t\nc:\td\n', { a: 'b', c: 'd' }],
    ['flow style over lines, with trailing commas', 'a: {b: [1,\n  2,],\n  c,}\n', { a: { b: [1, 2], c: null } }],
    ['a name that objects have', '__proto__: {a: 1}\n', JSON.parse('{"__proto__":{"a":1}}')],
  ])('%s', (_name, text, expected) => {
    expect(value(text)).toEqual(expected);
    expect(Object.keys(value(text) as object)).toEqual(Object.keys(expected as object));
  }); // prettier-ignore
});

describe('documents', () => {
  const values = (text: string): unknown[] => readManifest(text).documents.map((one) => one.value);
  test.each([
    ['are parted by lines of three dashes', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['may have comments and blanks after the dashes', 'a: 1\n--- # two\nb: 2\n---  \nc: 3', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['may be empty', '---\n---\na: 1\n---\n# nothing\n---\n', [null, { a: 1 }, null]],
    ['are parted in blocks of text too, at the beginning of a line', 'a: |\n  x\n---\nb: 1\n', [{ a: 'x\n' }, { b: 1 }]],
    ['end at three dots', 'a: 1\n...\n{[\n', [{ a: 1 }]],
    ['may have any line breaks', 'a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1 }, { b: 'x\ny\n' }]],
    ['of JSON follow each other', '{"a":1}\n{"b":2} {"c":3}', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['of JSON may go on in YAML', '{"a":1}\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['that look like JSON may be YAML', '{a: 1, b: "x",}\n', [{ a: 1, b: 'x' }]],
    ['of nothing', '', []],
  ])('%s', (_name, text, expected) => {
    expect(readManifest(text).problem).toBeUndefined();
    expect(values(text)).toEqual(expected);
  }); // prettier-ignore

  test.each([
    ['the count of lines begins anew', 'a: 1\n---\n\nb: c: d\n', 'error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context', [{ a: 1 }]],
    ['the first line has no number', 'b: c: d\n', 'error converting YAML to JSON: yaml: mapping values are not allowed in this context', []],
    ['four dashes', 'a: 1\n----\nb: 1\n', 'invalid Yaml document separator: -', []],
    ['text after the dashes', 'a: 1\n---\nb: 1\n--- c: 1\n', 'invalid Yaml document separator: c: 1', [{ a: 1 }]],
    ['a brace too many', '{"a":1}}', "json: offset 8: invalid character '}' looking for beginning of value", [{ a: 1 }]],
    ['a brace too few', '{"a":{"b":1}', 'unexpected EOF', []],
    ['a bad escape', '{"a":"\\q"}', 'json: offset 8: invalid escape sequence `\\q` in string', []],
    ['bytes are counted, not characters', '{"é":"\\q"}', 'json: offset 9: invalid escape sequence `\\q` in string', []],
    ['no comma', '{"a":"x""b":2}', 'json: offset 9: invalid character \'"\' after object key:value pair', []],
    ['a third JSON value that is none', '{"a":1}{"b":2}{"c":]', "invalid character ']' looking for beginning of value", [{ a: 1 }, { b: 2 }]],
    ['more documents than fit', '---\na: 1\n'.repeat(100_000), 'more than 10000 documents, which is as many as are read here', []],
    ['too many aliases', bomb(), 'error converting YAML to JSON: yaml: document contains excessive aliasing', []],
    ['too deep', '['.repeat(20_000), 'error converting YAML to JSON: yaml: exceeded max depth of 10000', []],
    ['too deep in blocks', '- '.repeat(20_000), 'error converting YAML to JSON: yaml: exceeded max depth of 10000', []],
  ])('%s is an error', (_name, text, message, before) => {
    const { documents, problem } = readManifest(text);
    expect([problem?.message, documents.map((one) => one.value)]).toEqual([message, before]);
  }); // prettier-ignore
});

function bomb(): string {
  const row = (name: string, of: string): string => `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`;
  return ['a', ...'bcdefghij'].map((name, i) => row(name, i === 0 ? 'lol' : `*${'abcdefghij'[i - 1]}`)).join('');
}

test.each([
  ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x61], 'a'],
  ['UTF-16, small end first', [0xff, 0xfe, 0x61, 0, 0x3d, 0xd8, 0x11, 0xdd], 'a🔑'.replace('🔑', '\u{1f511}')],
  ['UTF-16, big end first', [0xfe, 0xff, 0, 0x61], 'a'],
  ['what is no text', [0x61, 0xff], 'a\ufffd'],
])('%s is read', (_name, bytes, text) => {
  expect(decodeText(new Uint8Array(bytes))).toBe(text);
});

test.each([
  ['a long line', `a: ${'x'.repeat(10_000_000)}\n`],
  ['many documents', 'a: b\n---\n'.repeat(100_000)],
  ['a long block', `a: |\n${'  some text\n'.repeat(400_000)}`],
  ['many quotes', '"'.repeat(1_000_001)],
  ['binary', String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 256))],
])(
  '%s is read in bounded time',
  (_name, text) => {
    const { documents, problem } = readManifest(text);
    expect(documents.length > 0 || problem !== undefined).toBe(true);
  },
  15_000,
);
