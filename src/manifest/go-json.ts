import { isFields, jsonText } from '../kube/api';

export { isFields };

/** Keys in order, deep: as Go writes maps. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (!isFields(value)) return value;
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, sortKeys(value[key])])) as T;
}

function hasNull(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasNull);
  if (!isFields(value)) return false;
  for (const key in value) if (value[key] === null || hasNull(value[key])) return true;
  return false;
}

/** Fields that are null are as good as not written: what kubectl apply sends. */
export const withoutNulls = <T>(value: T): T => (hasNull(value) ? dropNulls(value) : value);

function dropNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(dropNulls) as T;
  if (!isFields(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, dropNulls(inner)])) as T;
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** encoding/json's text, HTML characters escaped. Keys stay in the value's own order. */
export function goJson(value: unknown, indent = ''): string {
  return jsonText(value ?? null, indent).replace(/[<>&\u2028\u2029]/g, (c) => escapes[c]!);
}
