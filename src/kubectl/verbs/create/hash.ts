import { goJson, sortKeys } from '../../value';
import { sha256 } from '../../sha256';

const letters: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** Ten characters of a SHA-256, without digits and letters that could form words (kustomize's and kubectl's hash). */
function encodeHash(hex: string): string {
  return [...hex.slice(0, 10)].map((c) => letters[c] ?? c).join('');
}

export function secretHash({ name, type, data }: { name: string; type: string; data: Record<string, string> }): string {
  return encodeHash(sha256(new TextEncoder().encode(goJson(sortKeys({ kind: 'Secret', type, name, data })))));
}

export function configMapHash({
  name,
  data,
  binaryData,
}: {
  name: string;
  data: Record<string, string>;
  binaryData?: Record<string, string>;
}): string {
  const value = { kind: 'ConfigMap', name, data, ...(binaryData ? { binaryData } : {}) };
  return encodeHash(sha256(new TextEncoder().encode(goJson(sortKeys(value)))));
}
