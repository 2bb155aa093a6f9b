import { describe, expect, it } from 'vitest';
import { addressErrors, addressFamily, addressWarnings, cidrErrors } from '../../../../src/kube/api/validation/addresses';

const none = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const noRange = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const padded = 'must not have leading 0s';
const mapped = 'must not be an IPv4-mapped IPv6 address';
const paddedRange = 'must not have leading 0s in IP or prefix length';

describe('addresses', () => {
  it.each([
    ['1.2.3.4', undefined],
    ['0.0.0.0', undefined],
    ['255.255.255.255', undefined],
    ['::', undefined],
    ['::1', undefined],
    ['1::', undefined],
    ['2001:db8::ffff', undefined],
    ['1:2:3:4:5:6:7:8', undefined],
    ['FE80:0:0:0:0:0:0:0abc', undefined],
    ['1:2:3:4:5:6:1.2.3.4', undefined],
    ['1.1.1.01', padded],
    ['010.000.000.005', padded],
    ['::00001', padded],
    ['64:ff9b::1.2.3.04', padded],
    ['::ffff:1.1.1.1', mapped],
    ['::ffff:101:101', mapped],
    ['', none],
    ['web', none],
    ['1.2.3', none],
    ['1.2.3.4.5', none],
    ['1.2.3.256', none],
    ['1.2.3.-4', none],
    ['1.2.3.4:80', none],
    ['1.2.3.0/24', none],
    ['2001:db8::10005', none],
    ['1::2::3', none],
    [':::', none],
    ['1:2:3:4:5:6:7', none],
    ['1:2:3:4:5:6:7:8:9', none],
    ['1:2:3:4::5:6:7:8', none],
    ['fe80::1%eth0', none],
    ['1:2:3:4:5:6:7:1.2.3.4', none],
    ['1.2.3.4::', none],
  ])('%j', (value, error) => expect(addressErrors(value)).toEqual(error === undefined ? [] : [error]));

  it.each([
    ['10.0.0.1', 'IPv4'],
    ['::1', 'IPv6'],
    ['10.0.0.01', undefined],
    ['web', undefined],
  ])('%j is of %s', (value, family) => expect(addressFamily(value)).toBe(family));

  it.each([
    ['10.0.0.0/8', undefined],
    ['0.0.0.0/0', undefined],
    ['10.1.2.3/32', undefined],
    ['10.1.2.128/25', undefined],
    ['2001:db8::/64', undefined],
    ['::1/128', undefined],
    ['10.0.0.0', noRange],
    ['10.0.0.0/33', noRange],
    ['::/129', noRange],
    ['10.0.0.0/', noRange],
    ['10.0.0.0/-1', noRange],
    ['web/8', noRange],
    ['10.0.0.0/08', paddedRange],
    ['10.00.0.0/8', paddedRange],
    ['::ffff:10.0.0.0/104', 'must not have an IPv4-mapped IPv6 address'],
    ['10.1.2.3/24', 'must not have bits set beyond the prefix length'],
    ['2001:db8::1/64', 'must not have bits set beyond the prefix length'],
  ])('range %j', (value, error) => expect(cidrErrors(value)).toEqual(error === undefined ? [] : [error]));

  it.each([
    ['2001:db8:0:0::2', '2001:db8::2'],
    ['2001:DB8::2', '2001:db8::2'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1::3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s should be written %s', (value, canonical) =>
    expect(addressWarnings('spec.x', value)).toEqual([
      `spec.x: IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`,
    ]),
  );

  it.each(['::', '1:0:3:4:5:6:7:8', '2001:db8::2', '10.0.0.1', '010.0.0.1'])('%s is left alone', (value) =>
    expect(addressWarnings('spec.x', value)).toEqual([]),
  );
});
