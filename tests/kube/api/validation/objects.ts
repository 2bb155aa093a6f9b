import { expect, test } from 'vitest';
import {
  decode,
  fieldErrorText,
  setDefaults,
  validateCreate,
  validateUpdate,
  validationWarnings,
  type GroupVersionKind,
  type KubeObject,
} from '../../../../src/kube/api';

export type Fields = Record<string, unknown>;
export interface Manifest extends Fields {
  readonly apiVersion: string;
  readonly kind: string;
}

export function gvkOf({ apiVersion = '', kind = '' }: { apiVersion?: string; kind?: string }): GroupVersionKind {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
}

/** The manifest with what stands at each path (`spec.ports.0.name`) put there; undefined takes it away. */
export function changed<T extends object>(manifest: T, changes: Fields): T {
  const next = structuredClone(manifest);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.').map((step) => step.replace(/~/g, '.'));
    const last = steps.pop()!;
    let place = next as Fields;
    for (const step of steps) place = (place[step] ??= {}) as Fields;
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return next;
}

/** As the server has an object before it looks at it: decoded and defaulted. */
export function made(manifest: Manifest): KubeObject {
  const gvk = gvkOf(manifest);
  const { object } = decode(manifest, gvk);
  setDefaults(object, gvk);
  return object;
}

const stored = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, uid: 'u', resourceVersion: '1' } });

export const errorsOf = (manifest: Manifest): string[] => validateCreate(gvkOf(manifest), made(manifest)).map(fieldErrorText);
export const warningsOf = (manifest: Manifest): string[] => validationWarnings(gvkOf(manifest), made(manifest));
/** What is wrong with making `after` of `before`; each thing is said once. */
export const changeErrors = (before: Manifest, after: Manifest, subresource?: string): string[] => [
  ...new Set(validateUpdate(gvkOf(before), stored(made(after)), stored(made(before)), subresource).map(fieldErrorText)),
];

/** What is changed of a good manifest, and what is said of it then. */
export type Mutation = readonly [changes: Fields, ...texts: string[]];

/** The manifest is good, and each mutation of it is told what is wrong. */
export function mutations(
  title: string,
  valid: Manifest,
  rows: readonly Mutation[],
  said: (manifest: Manifest) => string[] = errorsOf,
): void {
  test(`${title}: nothing is said of what is good`, () => expect(said(valid)).toEqual([]));
  test.each(rows.map(([changes, ...texts]) => [JSON.stringify(changes), changes, texts] as const))(
    `${title}: %s`,
    (_text, changes, texts) => {
      expect(said(changed(valid, changes))).toEqual(texts);
    },
  );
}
