import type { KubeObject } from '../kube/api';

/** A value inside an object, of whatever shape. */
export type Value = unknown;
export type Fields = { [key: string]: unknown };

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of keys, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here: unknown = value;
  for (const key of path) {
    if (Array.isArray(here) && typeof key === 'number') here = here[key] as unknown;
    else if (isFields(here)) here = here[key];
    else return undefined;
  }
  return here;
}
export const textAt = (value: unknown, ...path: (string | number)[]): string => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : typeof found === 'number' || typeof found === 'boolean' ? String(found) : '';
};
export const fieldsAt = (value: unknown, ...path: (string | number)[]): Fields => {
  const found = at(value, ...path);
  return isFields(found) ? found : {};
};
export const listAt = (value: unknown, ...path: (string | number)[]): Fields[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as Fields[]) : [];
};
export const textsAt = (value: unknown, ...path: (string | number)[]): string[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.map(String) : [];
};

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Keys in order, deep: as Go writes maps. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (!isFields(value)) return value;
  const sorted: Fields = {};
  for (const key of Object.keys(value).sort(byName)) if (value[key] !== undefined) sorted[key] = sortKeys(value[key]);
  return sorted as T;
}

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length && keys.every((key) => equal(a[key], b[key]));
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
  return JSON.stringify(value ?? null, undefined, indent).replace(/[<>&\u2028\u2029]/g, (c) => escapes[c]!);
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
export { lastApplied };

/** The object without managedFields, as every printer shows it. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
