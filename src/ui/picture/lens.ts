import type { Scene, SceneSecret } from '../../sandbox/protocol';

/** Bytes that stand side by side: 48 bits, which are 8 letters of base64. */
export const windowBytes = 6;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export interface ByteCell {
  /** Its place in the value. */
  readonly index: number;
  readonly hex: string;
  /** As text; a dot for what does not print. */
  readonly character: string;
  readonly bits: readonly string[];
}
export interface LetterCell {
  readonly letter: string;
  /** Which of the value's bytes are in it: one or two. */
  readonly bytes: readonly number[];
}

export function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(); // the server takes no other, but a page must not stop for it
  }
}

const bitsOf = (byte: number): string[] => [...byte.toString(2).padStart(8, '0')];

/** The bytes from `start` on, and the letters that they become. */
export function regroup(
  value: Uint8Array,
  start: number,
): { readonly bytes: readonly ByteCell[]; readonly letters: readonly LetterCell[] } {
  const part = value.subarray(start, start + windowBytes);
  const bytes = [...part].map((byte, at) => ({
    index: start + at,
    hex: byte.toString(16).padStart(2, '0'),
    character: byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·',
    bits: bitsOf(byte),
  }));
  const bits = [...part].flatMap(bitsOf);
  const letters: LetterCell[] = [];
  for (let at = 0; at < bits.length; at += 6) {
    const six = bits
      .slice(at, at + 6)
      .join('')
      .padEnd(6, '0');
    const first = Math.floor(at / 8);
    const last = Math.min(Math.floor((at + 5) / 8), part.length - 1);
    letters.push({ letter: alphabet[parseInt(six, 2)]!, bytes: first === last ? [start + first] : [start + first, start + last] });
  }
  while (letters.length % 4 > 0) letters.push({ letter: '=', bytes: [] });
  return { bytes, letters };
}

export interface Reached {
  readonly pod: string;
  readonly container: string;
  /** A file's path or a variable's name. */
  readonly name: string;
}

/** Where a key of a Secret is seen in Pods of its namespace: as files and as variables. */
export function reachedBy(
  { pods }: Scene,
  secret: SceneSecret,
  key: string,
): { readonly files: readonly Reached[]; readonly variables: readonly Reached[] } {
  const files: Reached[] = [];
  const variables: Reached[] = [];
  for (const pod of pods.filter(({ namespace }) => namespace === secret.namespace)) {
    for (const container of pod.containers) {
      const at = { pod: pod.name, container: container.name };
      for (const { volume: name, path, subPath } of container.mounts) {
        const volume = pod.volumes.find((one) => one.name === name);
        if (volume?.secret !== secret.name) continue;
        const file = volume.items ? volume.items.find((item) => item.key === key)?.path : key;
        if (file === undefined || (subPath !== '' && subPath !== file)) continue;
        files.push({ ...at, name: subPath === '' ? `${path.replace(/\/$/, '')}/${file}` : path });
      }
      for (const variable of container.variables) {
        if (variable.secret !== secret.name) continue;
        if (variable.key === undefined) variables.push({ ...at, name: `${variable.name}${key}` });
        else if (variable.key === key) variables.push({ ...at, name: variable.name });
      }
    }
  }
  return { files, variables };
}
