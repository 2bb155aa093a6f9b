import { describe, expect, test } from 'vitest';
import { canonicalQuantity, compareQuantities, parseQuantity, quantityNumber, quantityText, roundToMilli } from '../../../src/kube/api';

const wrongShape = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

describe('a quantity is stored in its canonical form', () => {
  test.each([
    ['0', '0'], ['0.5', '500m'], ['.5', '500m'], ['100m', '100m'], ['1000m', '1'], ['1.0', '1'], ['1000', '1k'], ['1500', '1500'],
    ['12e6', '12e6'], ['1E3', '1e3'], ['1e-3', '1e-3'], ['1Gi', '1Gi'], ['1024Mi', '1Gi'], ['1536Mi', '1536Mi'], ['1Ki', '1Ki'],
    ['0.5Gi', '512Mi'], ['0.3Gi', '322122547200m'], ['512Ki', '512Ki'], ['0.0001', '100u'], ['-1', '-1'], ['-1000m', '-1'],
    ['0.0000000001', '1n'], ['1n', '1n'], ['9223372036854775807', '9223372036854775807'], ['1P', '1P'], ['1E', '1E'],
    ['0.25Ki', '256'], ['.1Ki', '102400m'],
    // a whole number that needs no suffix stays as it is written
    ['+1', '+1'], ['1.', '1.'], ['100', '100'],
  ])('%s is %s', (given, stored) => expect(canonicalQuantity(given)).toBe(stored)); // prettier-ignore
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
  test('an exponent beyond all bounds is cut to what fits', () => {
    expect(quantityText(parseQuantity('1e999999999'))).toBe('9223372036854775807');
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
