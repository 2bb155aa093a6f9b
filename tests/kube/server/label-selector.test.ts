import { describe, expect, test } from 'vitest';
import { labelMatcher } from '../../../src/kube/server/label-selector';

const labels = { app: 'web', tier: 'front', empty: '', n: '5' };
const object = { metadata: { labels } };

describe('a label selector picks objects', () => {
  test.each([
    ['', true], ['app=web', true], ['app==web', true], ['app = web , tier = front', true], ['app!=web', false], ['no!=x', true],
    ['app', true], ['!app', false], ['!no', true], ['no', false], ['app in (web, db)', true], ['app in (db)', false],
    ['app notin (db)', true], ['no notin (db)', true], ['empty=', true], ['empty', true], ['empty in ()', true], ['n>4', true],
    ['n<4', false], ['no>1', false], ['app=web,tier=back', false], ['example.com/app=web', false],
  ])('%s: %s', (selector, picks) => {
    expect(labelMatcher(selector)(object)).toBe(picks);
  }); // prettier-ignore
});

describe('what is no selector is refused in apimachinery’s words', () => {
  const key = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  test.each([
    ['a b=', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['-a=b', `unable to parse requirement: <nil>: Invalid value: "-a": ${key}`],
    ['a=-b', 'unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be an empty string'],
  ])('%s', (selector, message) => expect(() => labelMatcher(selector)).toThrow(message)); // prettier-ignore
});
