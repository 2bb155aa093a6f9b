/** DER, the encoding of certificates and keys (X.690), as far as writing them takes. */
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

/** UTCTime, seconds precise. */
export const utcTime = (ms: number): Der =>
  tagged(0x17, new TextEncoder().encode(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
