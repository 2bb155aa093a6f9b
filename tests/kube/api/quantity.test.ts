import { describe, expect, test } from 'vitest';
import { canonicalQuantity, compareQuantities, parseQuantity, quantityNumber, quantityText, roundToMilli } from '../../../src/kube/api';

const wrongShape = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

describe('a quantity is stored in its canonical form', () => {
  test.each([
    ['0', '0'], ['0.5', '500m'], ['.5', '500m'], ['100m', '100m'], ['1000m', '1'], ['1.0', '1'], ['1000', '1k'], ['10000m', '10'],
    ['1.5', '1500m'], ['12e6', '12e6'], ['1e1', '10'], ['1e-3', '1e-3'], ['0.500', '500m'], ['00', '0'], ['1.000', '1'],
    ['1Gi', '1Gi'], ['8Gi', '8Gi'], ['1024Mi', '1Gi'], ['1536Mi', '1536Mi'], ['1Ki', '1Ki'], ['512Ki', '512Ki'],
    ['0.5Gi', '512Mi'], ['0.3Gi', '322122547200m'], ['0.0001', '100u'], ['-1', '-1'], ['-1000m', '-1'], ['0.25Ki', '256'], ['.1Ki', '102400m'],
    ['0.0000000001', '1n'], ['1n', '1n'], ['9223372036854775807', '9223372036854775807'], ['1P', '1P'], ['1E', '1E'], ['1000E', '1e21'],
  ])('%s is %s', (given, stored) => expect(canonicalQuantity(given)).toBe(stored)); // prettier-ignore
});

describe('a quantity that looks canonical to apimachinery stays as it is written', () => {
  test.each(['+1', '1.', '007', '100', '1500m', '1.234', '1E3', '+1Gi', '1.Gi', '1025Mi'])('%s', (text) => {
    expect(canonicalQuantity(text)).toBe(text);
  });
});

describe('what is no quantity is refused in apimachinery’s words', () => {
  test.each([
    ['', wrongShape], ['1GB', wrongShape], ['1 Gi', wrongShape], ['1,5', wrongShape], ['1_000', wrongShape], ['1gi', wrongShape],
    ['200milli', wrongShape], ['½', wrongShape], ['true', wrongShape], ['1.2.3', wrongShape], ['0x10', wrongShape],
    ['500mi', wrongSuffix], ['1G1', wrongSuffix], ['1Mm', wrongSuffix], ['1KiB', wrongShape], ['1K', wrongSuffix],
  ])('%s: %s', (given, message) => expect(() => parseQuantity(given)).toThrow(message)); // prettier-ignore

  test('a text of a million digits is refused at once', () => {
    expect(() => parseQuantity('9'.repeat(1_000_000))).toThrow(wrongShape);
  });
  test('an amount beyond all bounds takes no time', () => {
    expect(quantityText(parseQuantity('99999999Ei'))).toBe('9223372036854775807');
    expect(quantityText(parseQuantity('1e999999999'))).toMatch(/^10*e\d+$/);
  });
});

test('amounts compare by value, whatever their form', () => {
  expect(compareQuantities(parseQuantity('1Gi'), parseQuantity('1G'))).toBe(1);
  expect(compareQuantities(parseQuantity('1000m'), parseQuantity('1'))).toBe(0);
  expect(quantityNumber('64Mi')).toBe(64 * 1024 * 1024);
  expect(quantityNumber('many')).toBeNaN();
});

test('less than a thousandth is rounded up to one', () => {
  expect(quantityText(roundToMilli(parseQuantity('0.0001')))).toBe('1m');
  expect(quantityText(roundToMilli(parseQuantity('1500u')))).toBe('2m');
  expect(quantityText(roundToMilli(parseQuantity('2Gi')))).toBe('2Gi');
});
