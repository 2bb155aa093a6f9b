import { describe, expect, test } from 'vitest';
import { parseTime, timeText } from '../../../src/kube/api/time';

const layout = '2006-01-02T15:04:05Z07:00';
const cannot = (text: string, rest: string, element: string): string =>
  `parsing time ${JSON.stringify(text)} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${element}"`;

describe('times are read as Go reads RFC 3339', () => {
  test.each([
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'], ['2020-01-01T00:00:00.123Z', '2020-01-01T00:00:00Z'],
    ['2020-01-01T02:00:00+02:00', '2020-01-01T00:00:00Z'], ['2020-02-29T23:59:59-01:30', '2020-03-01T01:29:59Z'],
  ])('%s is %s', (given, stored) => {
    const time = parseTime(given);
    expect('ms' in time && timeText(time.ms)).toBe(stored);
  }); // prettier-ignore

  test.each([
    ['yesterday', cannot('yesterday', 'yesterday', '2006')], ['', cannot('', '', '2006')],
    ['2020-01-01', cannot('2020-01-01', '', 'T')], ['2020-01-01 00:00:00Z', cannot('2020-01-01 00:00:00Z', ' 00:00:00Z', 'T')],
    ['2020-01-01T00:00:00', cannot('2020-01-01T00:00:00', '', 'Z07:00')], ['2020/01/01', cannot('2020/01/01', '/01/01', '-')],
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2021-02-29T00:00:00Z', 'parsing time "2021-02-29T00:00:00Z": day out of range'],
    ['2020-01-01T25:00:00Z', 'parsing time "2020-01-01T25:00:00Z": hour out of range'],
    ['2020-01-01T00:00:00Zx', 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
  ])('%j is refused', (given, error) => expect(parseTime(given)).toEqual({ error })); // prettier-ignore
});

test('a time with microseconds has all six digits', () => {
  const time = parseTime('2020-01-01T00:00:00.000123Z', true);
  expect('ms' in time && timeText(time.ms, time.micros)).toBe('2020-01-01T00:00:00.000123Z');
  expect(parseTime('2020-01-01T00:00:00Z', true)).toEqual({
    error: 'parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  });
});
