import { forbiddenField, invalidValue, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { DownwardAPIVolumeFile, KeyToPath, Volume } from '../types';
import { validateFieldRef, validateResourceFieldRef, volumeFields } from './pod-env';
import { modeErrors, volumeFilePathErrors } from './pod-paths';

/** Volumes whose files the kubelet writes: secret, configMap, downwardAPI and projected. */

function validateItem(item: KeyToPath, path: FieldPath): FieldError[] {
  const file = item.path ?? '';
  return [
    ...(item.key ? [] : [required(path.child('key'), '', 'key-required')]),
    ...(file ? [] : [required(path.child('path'), '', 'path-required')]),
    ...volumeFilePathErrors(file, path.child('path')),
    ...modeErrors(item.mode, path.child('mode')),
  ];
}

const validateItems = (items: readonly KeyToPath[] = [], path: FieldPath): FieldError[] =>
  items.flatMap((item, i) => validateItem(item, path.index(i)));

export function validateSecretVolume(secret: NonNullable<Volume['secret']>, path: FieldPath): FieldError[] {
  return [
    ...(secret.secretName ? [] : [required(path.child('secretName'), '', 'secret-name-required')]),
    ...modeErrors(secret.defaultMode, path.child('defaultMode')),
    ...validateItems(secret.items, path.child('items')),
  ];
}

export function validateConfigMapVolume(configMap: NonNullable<Volume['configMap']>, path: FieldPath): FieldError[] {
  return [
    ...(configMap.name ? [] : [required(path.child('name'), '', 'config-map-name-required')]),
    ...modeErrors(configMap.defaultMode, path.child('defaultMode')),
    ...validateItems(configMap.items, path.child('items')),
  ];
}

/** `path` is the volume's: the server does not say which of the items it means. */
function validateDownwardFile(file: DownwardAPIVolumeFile, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const name = file.path ?? '';
  if (!name) errors.push(required(path.child('path'), '', 'path-required'));
  errors.push(...volumeFilePathErrors(name, path.child('path')));
  if (file.fieldRef) {
    errors.push(...validateFieldRef(file.fieldRef, volumeFields, path.child('fieldRef')));
    if (file.resourceFieldRef) {
      errors.push(invalidValue(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef) {
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, path.child('resourceFieldRef'), true));
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...modeErrors(file.mode, path.child('mode'))];
}

export function validateDownwardVolume(volume: NonNullable<Volume['downwardAPI']>, path: FieldPath): FieldError[] {
  return [
    ...modeErrors(volume.defaultMode, path.child('defaultMode')),
    ...(volume.items ?? []).flatMap((file) => validateDownwardFile(file, path)),
  ];
}

const leastTokenSeconds = 600;
const mostTokenSeconds = 2 ** 32;

/** Sources of one volume share a directory, so their paths must differ. */
export function validateProjectedVolume(volume: NonNullable<Volume['projected']>, path: FieldPath): FieldError[] {
  const errors = modeErrors(volume.defaultMode, path.child('defaultMode'));
  const taken = new Set<string>();
  const take = (file: string | undefined, shown: string): void => {
    if (!file) return;
    if (taken.has(file)) errors.push(invalidValue(path, shown, 'conflicting duplicate paths', 'conflicting-paths'));
    taken.add(file);
  };
  (volume.sources ?? []).forEach((source, i) => {
    const at = path.child('sources').index(i);
    for (const kind of ['secret', 'configMap'] as const) {
      const bundle = source[kind];
      if (!bundle) continue;
      if (!bundle.name) errors.push(required(at.child(kind).child('name'), '', 'reference-name'));
      (bundle.items ?? []).forEach((item, j) => {
        errors.push(...validateItem(item, at.child(kind).child('items').index(j)));
        take(item.path, bundle.name ?? '');
      });
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, at.child('downwardAPI')));
      take(file.path, file.path);
    }
    const token = source.serviceAccountToken;
    if (token) {
      const seconds = token.expirationSeconds ?? 0;
      const secondsPath = at.child('serviceAccountToken').child('expirationSeconds');
      if (seconds < leastTokenSeconds) errors.push(invalidValue(secondsPath, seconds, 'may not specify a duration less than 10 minutes'));
      if (seconds > mostTokenSeconds)
        errors.push(invalidValue(secondsPath, seconds, 'may not specify a duration larger than 2^32 seconds'));
      if (!token.path) errors.push(required(path.child('path'), '', 'path-required'));
      else errors.push(...volumeFilePathErrors(token.path, path.child('path')));
    }
    const kinds = [source.secret, source.configMap, source.downwardAPI, token].filter((kind) => kind !== undefined).length;
    if (kinds > 1) errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source', 'one-volume-source'));
  });
  return errors;
}
