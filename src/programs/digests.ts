import { hex } from './sha256';

/** MD5 (RFC 1321), SHA-1 and SHA-512 (FIPS 180-4) in hexadecimal. */

function blocks(data: Uint8Array, size: 64 | 128, bigEndian: boolean): DataView {
  const lengthBytes = size === 64 ? 8 : 16;
  const total = Math.ceil((data.length + 1 + lengthBytes) / size) * size;
  const out = new Uint8Array(total);
  out.set(data);
  out[data.length] = 0x80;
  const view = new DataView(out.buffer);
  const [high, low] = [Math.floor(data.length / 0x20000000), data.length << 3];
  view.setUint32(total - (bigEndian ? 8 : 4), high, !bigEndian);
  view.setUint32(total - (bigEndian ? 4 : 8), low, !bigEndian);
  return view;
}

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

export function md5Hex(data: Uint8Array): string {
  const view = blocks(data, 64, false);
  const h = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d] = h as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + f + (sines[i] as number) + view.getInt32(at + g * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, shifts[round * 4 + (i % 4)] as number)) | 0];
    }
    [a, b, c, d].forEach((v, i) => (h[i] = ((h[i] as number) + v) | 0));
  }
  const out = new DataView(new ArrayBuffer(16));
  h.forEach((v, i) => out.setInt32(i * 4, v, true));
  return hex(new Uint8Array(out.buffer));
}

export function sha1Hex(data: Uint8Array): string {
  const view = blocks(data, 64, true);
  const h = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0);
  const w = new Int32Array(80);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 80; i++)
      w[i] = rotate((w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number), 1);
    let [a, b, c, d, e] = h as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const t = (rotate(a, 5) + f + e + k + (w[i] as number)) | 0;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, t];
    }
    [a, b, c, d, e].forEach((v, i) => (h[i] = ((h[i] as number) + v) | 0));
  }
  const out = new DataView(new ArrayBuffer(20));
  h.forEach((v, i) => out.setInt32(i * 4, v));
  return hex(new Uint8Array(out.buffer));
}

const mask = (1n << 64n) - 1n;

/** The first 64 bits of the fractional part of an integer root of n. */
function rootFraction(n: bigint, root: 2n | 3n): bigint {
  const scaled = n << (64n * root);
  let [low, high] = [0n, 1n << 80n];
  while (low < high) {
    const mid = (low + high + 1n) >> 1n;
    if (mid ** root <= scaled) low = mid;
    else high = mid - 1n;
  }
  return low & mask;
}

let constants: { k: bigint[]; h: bigint[] } | undefined;
function sha512Constants(): { k: bigint[]; h: bigint[] } {
  if (constants) return constants;
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  constants = { k: primes.map((p) => rootFraction(p, 3n)), h: primes.slice(0, 8).map((p) => rootFraction(p, 2n)) };
  return constants;
}

export function sha512Hex(data: Uint8Array): string {
  const view = blocks(data, 128, true);
  const { k, h: initial } = sha512Constants();
  const h = [...initial];
  const right = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & mask;
  const w: bigint[] = [];
  for (let at = 0; at < view.byteLength; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = view.getBigUint64(at + i * 8);
    for (let i = 16; i < 80; i++) {
      const [x, y] = [w[i - 15] as bigint, w[i - 2] as bigint];
      w[i] =
        ((w[i - 16] as bigint) +
          (right(x, 1n) ^ right(x, 8n) ^ (x >> 7n)) +
          (w[i - 7] as bigint) +
          (right(y, 19n) ^ right(y, 61n) ^ (y >> 6n))) &
        mask;
    }
    let [a, b, c, d, e, f, g, z] = h as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < 80; i++) {
      const t1 = z + (right(e, 14n) ^ right(e, 18n) ^ right(e, 41n)) + ((e & f) ^ (~e & mask & g)) + (k[i] as bigint) + (w[i] as bigint);
      const t2 = (right(a, 28n) ^ right(a, 34n) ^ right(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [z, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & mask, c, b, a, (t1 + t2) & mask];
    }
    [a, b, c, d, e, f, g, z].forEach((v, i) => (h[i] = ((h[i] as bigint) + v) & mask));
  }
  return h.map((v) => v.toString(16).padStart(16, '0')).join('');
}

/** POSIX cksum's CRC. */
export function posixCrc(data: Uint8Array): number {
  let crc = 0;
  const feed = (byte: number): void => {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  };
  for (const b of data) feed(b);
  for (let n = data.length; n > 0; n = Math.floor(n / 256)) feed(n & 255);
  return ~crc >>> 0;
}
