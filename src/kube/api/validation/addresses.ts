/** IP addresses as Go's net package and apimachinery's util/validation read them. */

const isV4 = (text: string): boolean => {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255 && (part === '0' || !part.startsWith('0')))
  );
};

function isV6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || text.includes('%')) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups[groups.length - 1]!;
  let count = groups.reduce((sum, half) => sum + half.length, 0);
  if (last.length && last[last.length - 1]!.includes('.')) {
    if (!isV4(last.pop()!)) return false;
    count++;
  }
  if (!groups.every((half) => half.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Which family an address is of; undefined for what is none. Leading zeros in IPv4 are refused, as in Go since 1.17. */
export function addressFamily(text: string): 'IPv4' | 'IPv6' | undefined {
  if (text.includes(':')) return isV6(text) ? 'IPv6' : undefined;
  return isV4(text) ? 'IPv4' : undefined;
}

export function addressErrors(value: string): string[] {
  return addressFamily(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

/** `10.0.0.0/8`, `2001:db8::/64`. */
export function cidrErrors(value: string): string[] {
  const slash = value.indexOf('/');
  const family = slash < 0 ? undefined : addressFamily(value.slice(0, slash));
  const bits = value.slice(slash + 1);
  const good = family !== undefined && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 'IPv4' ? 32 : 128);
  return good ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}
