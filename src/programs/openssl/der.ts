/** DER, the encoding of certificates and keys (X.690), read and written. */
export type Der = Uint8Array;

const concat = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

/** A value of that tag with its length before it. */
export function tagged(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return concat([Uint8Array.of(tag, ...length), content]);
}

/** Big-endian, without leading zeros; `size`: padded to that many bytes. */
export function bytesOf(value: bigint, size = 0): Uint8Array {
  const hex = value.toString(16);
  const even = hex.padStart(Math.max(size * 2, hex.length + (hex.length % 2)), '0');
  return Uint8Array.from({ length: even.length / 2 }, (_, i) => parseInt(even.slice(2 * i, 2 * i + 2), 16));
}

export const sequence = (...parts: readonly Der[]): Der => tagged(0x30, ...parts);
export const set = (...parts: readonly Der[]): Der => tagged(0x31, ...parts);
export const octets = (content: Uint8Array): Der => tagged(0x04, content);
export const bits = (content: Uint8Array): Der => tagged(0x03, Uint8Array.of(0), content);
export const nothing: Der = Uint8Array.of(5, 0);
export const yes: Der = Uint8Array.of(1, 1, 255);
export const utf8 = (text: string): Der => tagged(0x0c, new TextEncoder().encode(text));

/** INTEGER: a first byte with its high bit set would mean a negative number. */
export function integer(value: bigint | number): Der {
  const bytes = bytesOf(BigInt(value));
  return tagged(0x02, bytes[0]! & 0x80 ? concat([Uint8Array.of(0), bytes]) : bytes);
}

/** `1.2.840.113549.1.1.1` */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arc = (n: number): number[] => {
    const digits = [n & 127];
    for (let left = n >>> 7; left > 0; left >>>= 7) digits.unshift((left & 127) | 128);
    return digits;
  };
  return tagged(0x06, Uint8Array.from([40 * first + second, ...rest.flatMap(arc)]));
}

/** UTCTime, seconds precise; GeneralizedTime from 2050 on. */
export function utcTime(ms: number): Der {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return text < '2050' ? tagged(0x17, new TextEncoder().encode(text.slice(2))) : tagged(0x18, new TextEncoder().encode(text));
}

/** A value read: `tag` is its first byte, `raw` all of it. */
export interface DerNode {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

/** What is no DER. */
export class DerError extends Error {}

/** The values that stand one after the other. Throws DerError. */
export function parseAll(bytes: Uint8Array): DerNode[] {
  const found: DerNode[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] as number;
    let length = bytes[at + 1] ?? -1;
    let start = at + 2;
    if (length > 128) {
      const count = length & 127;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[start++] ?? NaN);
    }
    const end = start + length;
    if (!(length >= 0 && end <= bytes.length)) throw new DerError('no DER');
    found.push({ tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

export const childrenOf = (node: DerNode): DerNode[] => parseAll(node.content);
export const numberOf = (content: Uint8Array): bigint => content.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

export function dottedOf(content: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 127);
    if (byte & 128) continue;
    if (arcs.length === 0) arcs.push(...(value < 80 ? [Math.floor(value / 40), value % 40] : [2, value - 80]));
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
}

/** ms since the epoch of a UTCTime or GeneralizedTime. */
export function timeOf({ tag, content }: DerNode): number {
  const text = new TextDecoder().decode(content);
  const m = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/.exec(text);
  if (!m) throw new DerError('no time');
  const year = Number(m[1]) + (tag !== 0x17 ? 0 : Number(m[1]) < 50 ? 2000 : 1900);
  return Date.UTC(year, Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6] ?? 0));
}
