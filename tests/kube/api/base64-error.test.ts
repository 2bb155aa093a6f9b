import { describe, expect, test } from 'vitest';
import { base64Error, canonicalBase64 } from '../../../src/kube/api/base64-error';

describe('base64 that Go cannot read is refused at the byte where Go stops', () => {
  test.each([
    ['YWRtaW4=', undefined], ['', undefined], ['YWRt\naW4=\n', undefined], ['YWRtaW4=\r\n', undefined], ['YW\nRt', undefined],
    ['***', 0], ['admin!', 5], ['YWRtaW4', 4], ['YWRtaW4%3D', 7], ['YWRtaW4==', 8], ['YWRtaW4=x', 8], ['YQ=', 3], ['YQ=x', 2],
    ['Y', 0], ['Y===', 1], ['=', 0], ['YWRt aW4=', 4], [' YWRtaW4=', 0], ['YWRtaW4= ', 8], ['YWR_aW4=', 3], ['YQ==YQ==', 4],
    ['aé==', 1], ['YWRtaé==', 5], ['YQ=\n=', undefined],
  ])('%j: %s', (text, at) => expect(base64Error(text)).toBe(at)); // prettier-ignore
});

test('bytes are written back in one form', () => {
  expect(canonicalBase64('YWRt\naW4=\n')).toBe('YWRtaW4=');
  // bits beyond the last byte are dropped
  expect(canonicalBase64('YWRtaW5=')).toBe('YWRtaW4=');
  expect(canonicalBase64('YWRt')).toBe('YWRt');
});
