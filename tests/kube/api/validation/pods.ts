import { expect, it } from 'vitest';
import {
  decode,
  dropGatedFields,
  fieldErrorText,
  podWarnings,
  setDefaults,
  validatePodCreate,
  validatePodUpdate,
} from '../../../../src/kube/api';
import type { KubeObject, Pod } from '../../../../src/kube/api';

const gvk = { group: '', version: 'v1', kind: 'Pod' };

/** A pod as validation gets it: decoded, defaulted, and with what admission adds that validation looks at. */
export function prepared(manifest: unknown): Pod {
  const pod = decode(manifest, gvk).object as Pod;
  setDefaults(pod as KubeObject, gvk);
  pod.metadata.namespace ??= 'default';
  pod.spec.serviceAccountName ||= 'default';
  dropGatedFields(pod.spec);
  return pod;
}

export type Fields = Record<string, unknown>;
/** What is set, and what is said of it. */
export type Row = readonly [fields: Fields, ...texts: string[]];

const container = { name: 'app', image: 'nginx' };

/** A pod of one container unless the spec brings its own. */
export const podOf = (spec: Fields = {}, metadata: Fields = {}): Pod =>
  prepared({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-app', ...metadata }, spec: { containers: [container], ...spec } });

export const withContainer = (fields: Fields, spec: Fields = {}): Pod => podOf({ containers: [{ ...container, ...fields }], ...spec });
export const withVolume = (source: Fields): Pod => podOf({ volumes: [{ name: 'data', ...source }] });

export const errorsOf = (pod: Pod): string[] => [...new Set(validatePodCreate(pod).map(fieldErrorText))];
export const warningsOf = (pod: Pod): string[] => podWarnings(pod);

/** What is wrong with changing `before` into `after`, both of them stored. */
export function changesOf(before: Pod, after: Pod, subresource?: string): string[] {
  const stored = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-02T03:04:05Z' };
  const [old, now] = [before, after].map((pod) => ({ ...pod, metadata: { ...pod.metadata, ...stored } }) as Pod);
  return [...new Set(validatePodUpdate(now!, old!, subresource).map(fieldErrorText))];
}

export function table(title: string, rows: readonly Row[], said: (fields: Fields) => string[]): void {
  it.each(rows.map(([fields, ...texts]) => [JSON.stringify(fields), fields, texts] as const))(`${title}: %s`, (_text, fields, texts) => {
    expect(said(fields)).toEqual(texts);
  });
}
