import { forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { parseQuantity } from '../quantity';
import { labelSelectorErrors, type LabelSelector } from './label-selector';
import { dnsLabelErrors, dnsSubdomainErrors } from './names';

interface DataSource {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}

export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  volumeName?: string;
  storageClassName?: string;
  volumeMode?: string;
  dataSource?: DataSource;
  dataSourceRef?: DataSource;
  volumeAttributesClassName?: string;
}

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const volumeModes = ['Block', 'Filesystem'];

/** Of a claim's and of a volume's accessModes alike. */
export function accessModeErrors(modes: readonly string[], path: FieldPath): FieldError[] {
  const errors = modes.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(path, mode, accessModes));
  const alone = modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && accessModes.includes(mode));
  return alone ? [...errors, forbiddenField(path, 'may not use ReadWriteOncePod with other access modes')] : errors;
}

function dataSourceErrors(source: DataSource, path: FieldPath): FieldError[] {
  const { apiGroup = '', kind = '', name = '', namespace = '' } = source;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(path.child('name')));
  if (!kind) errors.push(required(path.child('kind')));
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    errors.push(invalidValue(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  if (apiGroup) errors.push(...invalidEach(path.child('apiGroup'), apiGroup, dnsSubdomainErrors(apiGroup)));
  if (namespace) errors.push(...invalidEach(path.child('namespace'), namespace, dnsLabelErrors(namespace)));
  return errors;
}

/** Both fields say the same, unless the newer one reaches into another namespace. */
function twoSourcesErrors({ dataSource, dataSourceRef }: ClaimSpec, path: FieldPath): FieldError[] {
  if (!dataSource || !dataSourceRef) return [];
  // The server shows the path, not what stands there.
  const refuse = (why: string): FieldError[] => [invalidValue(path, `${path.child('dataSource').toString()}`, why)];
  if (dataSourceRef.namespace) return refuse('may not be specified when dataSourceRef.namespace is specified');
  const { apiGroup, kind, name } = dataSource;
  const isSame = apiGroup === dataSourceRef.apiGroup && kind === dataSourceRef.kind && name === dataSourceRef.name;
  return isSame ? [] : refuse('must match dataSourceRef');
}

const classErrors = (name: string | undefined, path: FieldPath): FieldError[] =>
  name ? invalidEach(path, name, dnsSubdomainErrors(name)) : [];

/** ValidatePersistentVolumeClaimSpec. */
export function claimSpecErrors(spec: ClaimSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(path.child('accessModes'), 'at least 1 access mode is required'));
  errors.push(...labelSelectorErrors(spec.selector, path.child('selector')), ...accessModeErrors(modes, path.child('accessModes')));
  const storage = spec.resources?.requests?.['storage'];
  const storagePath = path.child('resources').key('storage');
  if (storage === undefined) errors.push(required(storagePath));
  else if (parseQuantity(storage).nanos <= 0n) errors.push(invalidValue(storagePath, storage, 'must be greater than zero'));
  errors.push(...classErrors(spec.storageClassName, path.child('storageClassName')));
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(notSupported(path.child('volumeMode'), spec.volumeMode, volumeModes));
  }
  if (spec.dataSource) errors.push(...dataSourceErrors(spec.dataSource, path.child('dataSource')));
  if (spec.dataSourceRef) errors.push(...dataSourceErrors(spec.dataSourceRef, path.child('dataSourceRef')));
  errors.push(...twoSourcesErrors(spec, path));
  return [...errors, ...classErrors(spec.volumeAttributesClassName, path.child('volumeAttributesClassName'))];
}
