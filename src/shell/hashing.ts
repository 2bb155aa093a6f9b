import { encode } from './bytes';

/** FNV-1 in 32 bits, by which bash spreads keys over its hash tables. */
function hashOf(key: string): number {
  let hash = 2166136261;
  for (const byte of encode(key)) hash = (Math.imul(hash, 16777619) ^ byte) >>> 0;
  return hash;
}

/**
 * Keys in the order in which bash walks a hash table of `buckets` (a power of two): bucket by bucket, in each the newest
 * first. `keys` are in the order they came. A table that holds twice as many keys as it has buckets grows fourfold.
 */
export function walkOrder(keys: readonly string[], buckets: number): string[] {
  let size = buckets;
  while (keys.length >= size * 2) size *= 4;
  return keys
    .map((key, age) => ({ key, age, bucket: hashOf(key) & (size - 1) }))
    .sort((a, b) => a.bucket - b.bucket || b.age - a.age)
    .map((k) => k.key);
}
