/** IP addresses as Go's net/netip and apimachinery's util/validation read them. */

interface Address {
  readonly family: 'IPv4' | 'IPv6';
  /** Four bytes or eight groups of two. */
  readonly words: readonly number[];
  /** A number in it is written longer than it needs to be. */
  readonly padded: boolean;
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^0*\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return { family: 'IPv4', words: parts.map(Number), padded: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

function parseV6(text: string): Address | undefined {
  let padded = false;
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2) return undefined;
  const tail = halves.at(-1)!.at(-1);
  if (tail?.includes('.')) {
    const v4 = parseV4(tail);
    if (!v4) return undefined;
    padded = v4.padded;
    const [a, b, c, d] = v4.words as [number, number, number, number];
    halves.at(-1)!.splice(-1, 1, (a * 256 + b).toString(16), (c * 256 + d).toString(16));
  }
  if (!halves.flat().every((group) => /^0*[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  padded ||= halves.flat().some((group) => group.length > 4);
  const [before, after] = halves.map((half) => half.map((group) => parseInt(group, 16))) as [number[], number[] | undefined];
  if (!after) return before.length === 8 ? { family: 'IPv6', words: before, padded } : undefined;
  const missing = 8 - before.length - after.length;
  if (missing < 1) return undefined;
  return { family: 'IPv6', words: [...before, ...new Array<number>(missing).fill(0), ...after], padded };
}

const parse = (text: string): Address | undefined => (text.includes(':') ? parseV6(text) : parseV4(text));

/** An IPv4 address in IPv6's notation. */
const isMapped = ({ family, words }: Address): boolean =>
  family === 'IPv6' && words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;

/** Bits after the first `length`. */
function hasRest({ family, words }: Address, length: number): boolean {
  const size = family === 'IPv4' ? 8 : 16;
  return words.some((word, i) => {
    const kept = Math.min(size, Math.max(0, length - i * size));
    return (word & ((1 << (size - kept)) - 1)) !== 0;
  });
}

/** The longest run of zeros, of two groups at least, becomes `::` (RFC 5952). */
function canonicalV6(words: readonly number[]): string {
  let [start, longest] = [-1, 1];
  words.forEach((_, i) => {
    let end = i;
    while (words[end] === 0) end++;
    if (end - i > longest) [start, longest] = [i, end - i];
  });
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return start < 0 ? text(words) : `${text(words.slice(0, start))}::${text(words.slice(start + longest))}`;
}

/** Which family an address is of; undefined for what is none. Leading zeros in IPv4 are refused, as in Go since 1.17. */
export function addressFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  const address = parse(text);
  return address?.padded ? undefined : address?.family;
}

export function addressErrors(value: string): string[] {
  const address = parse(value);
  if (!address) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  if (address.padded) return ['must not have leading 0s'];
  return isMapped(address) ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** ValidateNonSpecialIP: what no endpoint and no external address may be. */
export function specialAddressErrors(value: string): string[] {
  const address = parse(value);
  if (!address) return ['must be a valid IP address'];
  const { family, words } = address;
  const [a = 0, b = 0, c = 0] = words;
  const isV4 = family === 'IPv4';
  const others = words.slice(0, -1).every((word) => word === 0);
  const last = words.at(-1);
  const errors: string[] = [];
  if (others && last === 0) errors.push(`may not be unspecified (${value})`);
  if (isV4 ? a === 127 : others && last === 1) errors.push('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isV4 ? a === 169 && b === 254 : (a & 0xffc0) === 0xfe80)
    errors.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (isV4 ? a === 224 && b === 0 && c === 0 : (a & 0xff0f) === 0xff02)
    errors.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return errors;
}

/** `10.0.0.0/8`, `2001:db8::/64`. */
export function cidrErrors(value: string): string[] {
  const slash = value.indexOf('/');
  const address = slash < 0 ? undefined : parse(value.slice(0, slash));
  const bits = value.slice(slash + 1);
  if (!address || !/^\d+$/.test(bits) || Number(bits) > (address.family === 'IPv4' ? 32 : 128)) {
    return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
  }
  if (address.padded || (bits.length > 1 && bits.startsWith('0'))) return ['must not have leading 0s in IP or prefix length'];
  if (isMapped(address)) return ['must not have an IPv4-mapped IPv6 address'];
  return hasRest(address, Number(bits)) ? ['must not have bits set beyond the prefix length'] : [];
}

/** What a Warning header says of a good address that is not written as it should be. */
export function addressWarnings(path: string, value: string): string[] {
  const address = parse(value);
  if (address?.family !== 'IPv6') return [];
  const canonical = canonicalV6(address.words);
  return canonical === value
    ? []
    : [`${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`];
}

/** Whether `inner` is a part of `outer`, and not all of it; both are good CIDRs. */
export function cidrContains(outer: string, inner: string): boolean {
  const [[place, length], [address, bits]] = [outer, inner].map((text) => {
    const slash = text.indexOf('/');
    return [parse(text.slice(0, slash))!, Number(text.slice(slash + 1))] as const;
  }) as [readonly [Address, number], readonly [Address, number]];
  if (place.family !== address.family || length >= bits) return false;
  const size = place.family === 'IPv4' ? 8 : 16;
  return place.words.every((word, i) => {
    const kept = Math.min(size, Math.max(0, length - i * size));
    const rest = size - kept;
    return word >> rest === address.words[i]! >> rest;
  });
}
