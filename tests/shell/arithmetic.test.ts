import { describe, expect, test } from 'vitest';
import { type ArithmeticScope, evaluate } from '../../src/shell/arithmetic';

function scope(values: Record<string, string> = {}, extended = true): ArithmeticScope & { values: Record<string, string> } {
  return { values, extended, isAssoc: () => false, get: (name) => values[name], set: (name, value) => void (values[name] = value) };
}

describe('values', () => {
  test.each([
    ['1+2*3', 7], ['(1+2)*3', 9], ['-7/2', -3], ['-7%3', -1], ['2**10', 1024], ['1<<4|1', 17], ['~0', -1], ['!5', 0], ['1?2:3', 2],
    ['0||2', 1], ['1,2', 2], ['0x1f', 31], ['010', 8], ['2#101', 5], ['36#z', 35], ['x', 5], ['y+1', 6], ['nothing', 0], ['', 0],
    ['9223372036854775807+1', -9223372036854775808n],
  ])('%s', (text, value) => {
    expect(evaluate(text, scope({ x: '5', y: 'x' }))).toBe(BigInt(value));
  }); // prettier-ignore
});

test('an assignment in the branch not taken is not made', () => {
  const s = scope({ x: '1' });
  evaluate('0 && (x=9)', s);
  evaluate('1 ? 2 : (x=9)', s);
  expect(s.values['x']).toBe('1');
});

test('++ and += change the variable', () => {
  const s = scope({ x: '1' });
  expect(evaluate('x++ + ++x', s)).toBe(4n);
  evaluate('x += 4', s);
  expect(s.values['x']).toBe('7');
});

describe('errors', () => {
  test.each([
    ['5%0', '5%0: division by 0 (error token is "0")'],
    ['1 2', '1 2: syntax error in expression (error token is "2")'],
    ['1a', '1a: value too great for base (error token is "1a")'],
  ])('%s', (text, message) => {
    expect(() => evaluate(text, scope())).toThrow(message);
  });
  test('ash has its own words', () => {
    expect(() => evaluate('1/0', scope({}, false))).toThrow('divide by zero');
  });
});
