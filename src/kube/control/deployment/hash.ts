// No vowels, no 0, 1, 3, so that no hash spells a word (apimachinery's util/rand).
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a of 32 bits. */
export function fnv32a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

export const safeEncode = (text: string): string => [...text].map((char) => alphabet[char.charCodeAt(0) % alphabet.length]).join('');
