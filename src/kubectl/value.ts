import { type KubeObject, parseQuantity, QuantityError } from '../kube/api';
import { goJson, isFields, sortKeys } from '../manifest';
import { failure } from './errors';

export { goJson, isFields, sortKeys };

/** A value inside an object, of whatever shape. */
export type Value = unknown;
export type Fields = { [key: string]: unknown };

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

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return keys.length === Object.keys(b).filter((key) => b[key] !== undefined).length && keys.every((key) => equal(a[key], b[key]));
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
export { lastApplied };

/** The object without managedFields, as every printer shows it. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Throws apimachinery's words for text that is no quantity. */
export function checkQuantity(text: string): void {
  try {
    parseQuantity(text);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw failure(error.message);
  }
}
