/** Messages of the domain name system (RFC 1035), as far as names and IPv4 addresses need it. */

export const recordTypes = { A: 1, PTR: 12, AAAA: 28 } as const;
export type RecordType = keyof typeof recordTypes;

export interface DnsQuery {
  readonly id: number;
  readonly name: string;
  readonly type: number;
}

export interface DnsAnswer {
  readonly name: string;
  readonly address: string;
}

/** NOERROR, SERVFAIL, NXDOMAIN. */
export type DnsCode = 0 | 2 | 3;

const encodeName = (name: string): number[] => [
  ...name
    .split('.')
    .filter(Boolean)
    .flatMap((label) => [label.length, ...new TextEncoder().encode(label)]),
  0,
];
const short = (value: number): number[] => [(value >> 8) & 255, value & 255];

/** A name and the place after it; a pointer leads to an earlier one. */
function readName(bytes: Uint8Array, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let at = start;
  let next: number | undefined;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    if (length >= 0xc0) {
      next ??= at + 2;
      const target = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      if (target >= at) break;
      at = target;
      continue;
    }
    labels.push(new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { name: labels.join('.'), next: next ?? at + 1 };
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export function encodeQuery(query: DnsQuery): Uint8Array {
  // "recursion desired"
  const head = [...short(query.id), 0x01, 0x00, ...short(1), 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...head, ...encodeName(query.name), ...short(query.type), ...short(1)]);
}

export function decodeQuery(bytes: Uint8Array): DnsQuery {
  const { name, next } = readName(bytes, 12);
  return { id: word(bytes, 0), name, type: word(bytes, next) };
}

/** An authoritative answer: addresses, or a code that says why there are none. */
export function encodeReply(query: DnsQuery, code: DnsCode, addresses: readonly string[]): Uint8Array {
  const head = [...short(query.id), 0x85, 0x80 | code, ...short(1), ...short(addresses.length), 0, 0, 0, 0];
  const records = addresses.flatMap((address) => [
    0xc0,
    12,
    ...short(1),
    ...short(1),
    0,
    0,
    0,
    30,
    ...short(4),
    ...address.split('.').map(Number),
  ]);
  return Uint8Array.from([...head, ...encodeName(query.name), ...short(query.type), ...short(1), ...records]);
}

export function decodeReply(bytes: Uint8Array): { code: number; answers: DnsAnswer[] } {
  const count = word(bytes, 6);
  const answers: DnsAnswer[] = [];
  let at = readName(bytes, 12).next + 4;
  for (let i = 0; i < count && at < bytes.length; i++) {
    const { name, next } = readName(bytes, at);
    const length = word(bytes, next + 8);
    if (word(bytes, next) === recordTypes.A) answers.push({ name, address: [...bytes.subarray(next + 10, next + 14)].join('.') });
    at = next + 10 + length;
  }
  return { code: (bytes[3] ?? 0) & 15, answers };
}
