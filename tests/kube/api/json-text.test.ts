import { describe, expect, test } from 'vitest';
import { JsonNumber, JsonObject, jsonText, JsonSyntaxError, parseJson, parseJsonText, plainValue } from '../../../src/kube/api';

describe('JSON is read as JSON.parse reads it', () => {
  test.each([
    '{}', '[]', 'null', 'true', '0', '-1.5e3', '"a\\u00e9\\n\\"\\\\"', ' { "a" : [ 1 , {"b":null} ] } ', '"\\ud83d\\ude00"', '[[[]]]',
    '{"2":1,"1":2,"":3}', '123456789012345678901234567890',
  ])('%s', (text) => expect(plainValue(parseJsonText(text))).toEqual(JSON.parse(text))); // prettier-ignore
});

test('keys keep their order and stand as often as they are written', () => {
  const value = parseJsonText('{"b":1,"2":2,"b":3}') as JsonObject;
  expect(value.keys).toEqual(['b', '2', 'b']);
  expect(plainValue(value)).toEqual({ b: 3, 2: 2 });
});

test('numbers keep what a double would lose', () => {
  expect(parseJsonText('[30.0, 1e3, 9007199254740993, 7]')).toEqual([
    new JsonNumber('30.0'),
    new JsonNumber('1e3'),
    new JsonNumber('9007199254740993'),
    7,
  ]);
});

test('integers that a double cannot hold are bigints, up to an int64', () => {
  const text = '[9007199254740991,9007199254740993,-9223372036854775808,9223372036854775807]';
  const value = parseJson(text);
  expect(value).toEqual([9007199254740991, 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n]);
  expect(jsonText(value)).toBe(text);
  expect(parseJson('[9223372036854775808, 1234567890123456.5, 1e20]')).toEqual([2 ** 63, 1234567890123456.5, 1e20]);
});

test.each(['', ' ', '  '])('an object with a bigint is written as others are, indented by %j', (indent) => {
  const fields = (big: unknown): object => ({ a: [1, { b: 'x"y', c: null }, []], d: {}, e: undefined, f: [undefined], g: big });
  expect(jsonText(fields(2n ** 60n), indent)).toBe(JSON.stringify(fields(0), undefined, indent).replace(/0(?=\s*\}$)/, String(2n ** 60n)));
});

test('__proto__ is a key like others', () => {
  const value = plainValue(parseJsonText('{"__proto__":{"polluted":true},"constructor":1}')) as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

describe('text that is no JSON is refused in Go’s words', () => {
  test.each([
    ['', 'unexpected end of JSON input'], ['x', "invalid character 'x' looking for beginning of value"], ['{', 'unexpected end of JSON input'],
    ['{"a" 1}', "invalid character '1' after object key"], ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"], ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{} x', "invalid character 'x' after top-level value"], ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"], ['[01]', "invalid character '1' after array element"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"], ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ])('%j: %s', (text, message) => expect(() => parseJsonText(text)).toThrow(new JsonSyntaxError(message))); // prettier-ignore

  test('nesting without end is refused before the stack is used up', () => {
    expect(() => parseJsonText('['.repeat(200_000))).toThrow(JsonSyntaxError);
    expect(() => parseJsonText('{"a":'.repeat(200_000))).toThrow(JsonSyntaxError);
    expect(() => parseJsonText('['.repeat(20_000) + ']'.repeat(20_000))).toThrow('exceeded max depth');
  });
});
