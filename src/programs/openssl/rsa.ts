import { sha256 } from '../sha256';
import { bits, bytesOf, integer, nothing, objectId, octets, sequence, type Der } from './der';

export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly secret: bigint;
  readonly primes: readonly [bigint, bigint];
}

export const rsaEncryption = objectId('1.2.840.113549.1.1.1');
export const sha256Prefix = Uint8Array.from([0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20]);

/** Left to right, so that a small base costs next to nothing. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n];
  while (b > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((y % modulus) + modulus) % modulus;
}

const smallPrimes = Array.from({ length: 10_000 }, (_, i) => 2 * i + 3).filter((n) => {
  for (let d = 3; d * d <= n; d += 2) if (n % d === 0) return false;
  return true;
});

/** Miller-Rabin to a few bases: composites pass with a chance far below 2^-80 at these sizes. */
function isPrime(n: bigint): boolean {
  let odd = n - 1n;
  let twos = 0;
  for (; !(odd & 1n); odd >>= 1n) twos++;
  return [2n, 3n, 5n, 7n, 11n].every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i++) if ((x = (x * x) % n) === n - 1n) return true;
    return false;
  });
}

function randomBits(count: number, random: () => number): bigint {
  let value = 0n;
  for (let i = 0; i < count; i += 16) value = (value << 16n) | BigInt(Math.floor(random() * 65536));
  return value & ((1n << BigInt(count)) - 1n);
}

/** A prime of that many bits, its two highest set, that `exponent` does not divide less one. */
function randomPrime(count: number, exponent: bigint, random: () => number): bigint {
  const start = randomBits(count, random) | (3n << BigInt(count - 2)) | 1n;
  const residues = smallPrimes.map((prime) => Number(start % BigInt(prime)));
  for (let step = 0; ; step += 2) {
    if (smallPrimes.some((prime, i) => (residues[i]! + step) % prime === 0)) continue;
    const candidate = start + BigInt(step);
    if ((candidate - 1n) % exponent !== 0n && isPrime(candidate)) return candidate;
  }
}

export function makeKey(size: number, random: () => number): RsaKey {
  const exponent = 65537n;
  const p = randomPrime(size / 2, exponent, random);
  const q = randomPrime(size - size / 2, exponent, random);
  return { modulus: p * q, exponent, secret: inverse(exponent, (p - 1n) * (q - 1n)), primes: p > q ? [p, q] : [q, p] };
}

/** PKCS #1. */
export const rsaNumbers = ({ modulus, exponent, secret, primes: [p, q] }: RsaKey): bigint[] => [
  0n, modulus, exponent, secret, p, q, secret % (p - 1n), secret % (q - 1n), inverse(q, p),
]; // prettier-ignore

/** PKCS #8. */
export const privateKey = (key: RsaKey): Der =>
  sequence(integer(0), sequence(rsaEncryption, nothing), octets(sequence(...rsaNumbers(key).map(integer))));

export const publicKeyBits = (key: Pick<RsaKey, 'modulus' | 'exponent'>): Der => sequence(integer(key.modulus), integer(key.exponent));
export const publicKey = (key: Pick<RsaKey, 'modulus' | 'exponent'>): Der =>
  sequence(sequence(rsaEncryption, nothing), bits(publicKeyBits(key)));

/** RSASSA-PKCS1-v1_5 with SHA-256. */
export function sign(key: RsaKey, content: Uint8Array): Uint8Array {
  const size = Math.ceil(key.modulus.toString(16).length / 2);
  const digest = [...sha256Prefix, ...sha256(content)];
  const block = [0, 1, ...Array<number>(size - digest.length - 3).fill(255), 0, ...digest];
  const value = block.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return bytesOf(power(value, key.secret, key.modulus), size);
}
