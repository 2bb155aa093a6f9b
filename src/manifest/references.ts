import type { PathStep } from '../kube/api';
import { isFields } from './go-json';

/** What of a Pod names a Secret or a ConfigMap, or keys of one. */
export interface Reference {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  /** Where the name is written. */
  readonly path: readonly PathStep[];
  readonly keys: readonly { readonly key: string; readonly path: readonly PathStep[] }[];
  /** The Pod starts without it. */
  readonly optional: boolean;
  readonly use: 'volume' | 'variable';
}

export const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Where a kind has its PodSpec. */
export function podSpecPath(kind: string): readonly string[] | undefined {
  if (kind === 'Pod') return ['spec'];
  if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return ['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'Job', 'ReplicationController'].includes(kind)
    ? ['spec', 'template', 'spec']
    : undefined;
}

export function valueAt(value: unknown, path: readonly PathStep[]): unknown {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === 'number') here = here[step] as unknown;
    else if (isFields(here) && typeof step === 'string') here = Object.hasOwn(here, step) ? here[step] : undefined;
    else return undefined;
  }
  return here;
}

/** The items of a list at a path, each with its own path. */
export function itemsAt(value: unknown, path: readonly PathStep[]): { item: Record<string, unknown>; path: PathStep[] }[] {
  const list = valueAt(value, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, i) => (isFields(item) ? [{ item, path: [...path, i] }] : []));
}

/** All of a PodSpec, as far as it is written in the right shape. */
export function referencesIn(object: unknown, spec: readonly string[]): Reference[] {
  const found: Reference[] = [];
  const add = (kind: Reference['kind'], source: unknown, path: PathStep[], nameField: string, use: Reference['use']): void => {
    if (!isFields(source)) return;
    const name = source[nameField];
    if (typeof name !== 'string' || !name) return;
    const keys = itemsAt(source, ['items']).flatMap(({ item, path: inner }) =>
      typeof item.key === 'string' ? [{ key: item.key, path: [...path, ...inner, 'key'] }] : [],
    );
    if (typeof source.key === 'string') keys.push({ key: source.key, path: [...path, 'key'] });
    found.push({ kind, name, path: [...path, nameField], keys, optional: source.optional === true, use });
  };
  for (const { item, path } of itemsAt(object, [...spec, 'volumes'])) {
    add('Secret', item.secret, [...path, 'secret'], 'secretName', 'volume');
    add('ConfigMap', item.configMap, [...path, 'configMap'], 'name', 'volume');
    for (const { item: source, path: inner } of itemsAt(object, [...path, 'projected', 'sources'])) {
      add('Secret', source.secret, [...inner, 'secret'], 'name', 'volume');
      add('ConfigMap', source.configMap, [...inner, 'configMap'], 'name', 'volume');
    }
  }
  for (const list of containerLists) {
    for (const { path } of itemsAt(object, [...spec, list])) {
      for (const { item, path: inner } of itemsAt(object, [...path, 'env'])) {
        const from = isFields(item.valueFrom) ? item.valueFrom : {};
        add('Secret', from.secretKeyRef, [...inner, 'valueFrom', 'secretKeyRef'], 'name', 'variable');
        add('ConfigMap', from.configMapKeyRef, [...inner, 'valueFrom', 'configMapKeyRef'], 'name', 'variable');
      }
      for (const { item, path: inner } of itemsAt(object, [...path, 'envFrom'])) {
        add('Secret', item.secretRef, [...inner, 'secretRef'], 'name', 'variable');
        add('ConfigMap', item.configMapRef, [...inner, 'configMapRef'], 'name', 'variable');
      }
    }
  }
  return found;
}

/** The keys that a Secret or ConfigMap has. */
export const keysOf = (object: Readonly<Record<string, unknown>>): string[] => [
  ...new Set(['data', 'stringData', 'binaryData'].flatMap((field) => (isFields(object[field]) ? Object.keys(object[field]) : []))),
];
