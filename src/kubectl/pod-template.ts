import type { KubeObject } from '../kube/api';
import { failure } from './errors';
import { type Fields, fieldsAt, isFields, listAt } from './value';

/** Where an object keeps the spec of its pods: itself, its template, or its job's template. */
export function podSpecPath(object: KubeObject): string[] | undefined {
  if (object.kind === 'Pod') return ['spec'];
  if (object.kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return isFields((object.spec as Fields | undefined)?.template) ? ['spec', 'template', 'spec'] : undefined;
}

export const podSpecOf = (object: KubeObject): Fields => fieldsAt(object, ...(podSpecPath(object) ?? ['spec']));
export const podContainers = (object: KubeObject): Fields[] => listAt(podSpecOf(object), 'containers');

/** The object with another pod spec. Throws for kinds that have none. */
export function withPodSpec(object: KubeObject, change: (spec: Fields) => Fields): KubeObject {
  const path = podSpecPath(object);
  if (!path) {
    const version = (object.apiVersion ?? '').split('/').at(-1);
    throw failure(`the object is not a pod or does not have a pod template: *${version}.${object.kind}`);
  }
  const changed = ([key, ...rest]: readonly string[], here: Fields): Fields =>
    key === undefined ? change(here) : { ...here, [key]: changed(rest, fieldsAt(here, key)) };
  return changed(path, object as unknown as Fields) as unknown as KubeObject;
}

/** A patch of the pod spec, put where the object keeps it. */
export function podSpecPatch(object: KubeObject, patch: Fields): Fields {
  return [...(podSpecPath(object) ?? ['spec'])].reverse().reduce<Fields>((inner, key) => ({ [key]: inner }), patch);
}
