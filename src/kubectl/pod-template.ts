import type { KubeObject } from '../kube/api';
import { type Fields, fieldsAt, isFields, listAt } from './value';

/** Where an object keeps the spec of its pods: itself, its template, or its job's template. */
export function podSpecPath(object: KubeObject): string[] | undefined {
  if (object.kind === 'Pod') return ['spec'];
  if (object.kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return isFields((object.spec as Fields | undefined)?.template) ? ['spec', 'template', 'spec'] : undefined;
}

export const podSpecOf = (object: KubeObject): Fields => fieldsAt(object, ...(podSpecPath(object) ?? ['spec']));
export const podContainers = (object: KubeObject): Fields[] => listAt(podSpecOf(object), 'containers');

/** A patch of the pod spec, put where the object keeps it. */
export function podSpecPatch(object: KubeObject, patch: Fields): Fields {
  return [...(podSpecPath(object) ?? ['spec'])].reverse().reduce<Fields>((inner, key) => ({ [key]: inner }), patch);
}
