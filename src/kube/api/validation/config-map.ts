import { invalidEach, invalidValue, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { ConfigMap } from '../types';
import { byteLength, configKeyErrors } from './names';
import { dataLimit, decodedLength, sealedErrors } from './secret';

/** ValidateConfigMap, after its metadata. */
export function configMapErrors(configMap: ConfigMap): FieldError[] {
  const { data = {}, binaryData = {} } = configMap;
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, text] of Object.entries(data)) {
    const path = FieldPath.of('data').key(key);
    errors.push(...invalidEach(path, key, configKeyErrors(key), 'data-key'));
    if (Object.hasOwn(binaryData, key)) errors.push(invalidValue(path, key, 'duplicate of key present in binaryData', 'data-key-twice'));
    size += byteLength(text);
  }
  for (const [key, text] of Object.entries(binaryData)) {
    errors.push(...invalidEach(FieldPath.of('binaryData').key(key), key, configKeyErrors(key), 'data-key'));
    size += decodedLength(text);
  }
  // The error is of the whole object: a path of one empty name.
  if (size > dataLimit) errors.push(tooLong(FieldPath.root.key(''), dataLimit, 'data-too-large'));
  return errors;
}

/** ValidateConfigMapUpdate, after its metadata and before `configMapErrors`. */
export const configMapUpdateErrors = (configMap: ConfigMap, old: ConfigMap): FieldError[] =>
  sealedErrors(configMap, old, ['data', 'binaryData']);
