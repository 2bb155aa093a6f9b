import type { FieldError } from '../field-error';
import type { KubeObject } from '../object';
import type { GroupVersionKind } from '../schema';

/** What is wrong with an object that is to be created. */
export function validateCreate(_gvk: GroupVersionKind, _object: KubeObject): FieldError[] {
  return [];
}

/** What is wrong with a change of an object. */
export function validateUpdate(_gvk: GroupVersionKind, _object: KubeObject, _old: KubeObject, _subresource?: string): FieldError[] {
  return [];
}
