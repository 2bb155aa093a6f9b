import { invalidEach, invalidValue, notFoundValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { canonicalQuantity } from '../quantity';
import type { ObjectFieldSelector, ResourceFieldSelector, EnvFromSource, EnvSource, KeySelector, Volume } from '../types';
import { asPrefix, configKeyErrors, dnsLabelErrors, dnsSubdomainErrors, envNameErrors, qualifiedNameErrors } from './names';
import { backstepErrors } from './pod-paths';
import type { FileKeySelector, FullContainer, FullEnvVar } from './pod-shapes';

/** What a pod may be asked of itself, for one form of reference or another. */
const podFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Of these, what an environment variable may hold. */
export const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Of these, what a file of a downwardAPI volume may hold. */
export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** `metadata.labels['app']` as its path and its key. */
function subscripted(fieldPath: string): { path: string; key: string } | undefined {
  const match = /^(.+?)\['(.*)'\]$/s.exec(fieldPath);
  return match ? { path: match[1]!, key: match[2]! } : undefined;
}

function conversionFault(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  const part = subscripted(fieldPath);
  if (part) {
    const keyed = part.path === 'metadata.annotations' || part.path === 'metadata.labels';
    return keyed ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return podFields.includes(fieldPath) || fieldPath === 'spec.host' ? undefined : `field label not supported: ${fieldPath}`;
}

export function validateFieldRef(ref: ObjectFieldSelector, allowed: readonly string[], path: FieldPath): FieldError[] {
  if (!ref.apiVersion) return [required(path.child('apiVersion'))];
  if (!ref.fieldPath) return [required(path.child('fieldPath'))];
  const fault = conversionFault(ref.apiVersion, ref.fieldPath);
  if (fault) return [invalidValue(path.child('fieldPath'), ref.fieldPath, `error converting fieldPath: ${fault}`, 'field-path')];
  const part = subscripted(ref.fieldPath);
  if (part) {
    const key = part.path === 'metadata.annotations' ? part.key.toLowerCase() : part.key;
    return invalidEach(path, key, qualifiedNameErrors(key));
  }
  // Old clients say spec.host for spec.nodeName.
  const field = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath;
  return allowed.includes(field) ? [] : [notSupported(path.child('fieldPath'), field, allowed, 'field-path')];
}

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const hugePagesField = /^(limits|requests)\.hugepages-/;
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const cpuDivisors = ['1m', '1'];

function divisorFault(resource: string, unit: string): string | undefined {
  const [, kind = ''] = resource.split('.');
  if (kind === 'cpu') return cpuDivisors.includes(unit) ? undefined : "only divisor's values 1m and 1 are supported with the cpu resource";
  const named =
    kind === 'memory'
      ? 'memory'
      : kind === 'ephemeral-storage'
        ? 'local ephemeral storage'
        : kind.startsWith('hugepages-')
          ? 'hugepages'
          : '';
  if (!named || byteDivisors.includes(unit)) return undefined;
  return `only divisor's values ${byteDivisors.join(', ')} are supported with the ${named} resource`;
}

/** In a volume the container must be named; an environment variable's is its own. */
export function validateResourceFieldRef(ref: ResourceFieldSelector, path: FieldPath, inVolume: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const resource = ref.resource ?? '';
  if (inVolume && !ref.containerName) errors.push(required(path.child('containerName')));
  else if (!resource) errors.push(required(path.child('resource')));
  else if (!resourceFields.includes(resource) && !hugePagesField.test(resource)) {
    errors.push(notSupported(path.child('resource'), resource, resourceFields));
  }
  const divisor = canonicalQuantity(ref.divisor ?? '0');
  const fault = divisor === '0' ? undefined : divisorFault(resource, divisor);
  if (fault) errors.push(invalidValue(path.child('divisor'), resource, fault));
  return errors;
}

function validateKeySelector(ref: KeySelector, path: FieldPath): FieldError[] {
  const name = ref.name ?? '';
  return [
    ...invalidEach(path.child('name'), name, dnsSubdomainErrors(name), 'reference-name'),
    ...(ref.key
      ? invalidEach(path.child('key'), ref.key, configKeyErrors(ref.key), 'data-key')
      : [required(path.child('key'), '', 'key-required')]),
  ];
}

function validateFileKeySelector(ref: FileKeySelector, path: FieldPath): FieldError[] {
  const { key, volumeName, path: file } = ref;
  return [
    ...(key ? invalidEach(path.child('key'), key, envNameErrors(key)) : [required(path.child('key'), '', 'key-required')]),
    ...(volumeName ? invalidEach(path.child('volumeName'), volumeName, dnsLabelErrors(volumeName)) : [required(path.child('volumeName'))]),
    ...(file ? backstepErrors(file, path.child('path')) : [required(path.child('path'))]),
  ];
}

function validateValueFrom(variable: FullEnvVar, path: FieldPath): FieldError[] {
  const from = variable.valueFrom;
  if (!from) return [];
  const errors: FieldError[] = [];
  if (from.fieldRef) errors.push(...validateFieldRef(from.fieldRef, envFields, path.child('fieldRef')));
  if (from.resourceFieldRef) errors.push(...validateResourceFieldRef(from.resourceFieldRef, path.child('resourceFieldRef'), false));
  if (from.configMapKeyRef) errors.push(...validateKeySelector(from.configMapKeyRef, path.child('configMapKeyRef')));
  if (from.secretKeyRef) errors.push(...validateKeySelector(from.secretKeyRef, path.child('secretKeyRef')));
  if (from.fileKeyRef) errors.push(...validateFileKeySelector(from.fileKeyRef, path.child('fileKeyRef')));
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = from;
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((source) => source !== undefined).length;
  if (sources === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalidValue(path, '', detail, 'value-source-required'));
  } else if (variable.value) {
    errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty', 'value-and-value-from'));
  } else if (sources > 1) {
    errors.push(invalidValue(path, '', 'may not have more than one field specified at a time', 'one-value-source'));
  }
  return errors;
}

export function validateEnv(variables: readonly FullEnvVar[] = [], path: FieldPath): FieldError[] {
  return variables.flatMap((variable, i) => {
    const at = path.index(i);
    return [
      ...(variable.name
        ? invalidEach(at.child('name'), variable.name, envNameErrors(variable.name), 'env-name')
        : [required(at.child('name'), '', 'name-required')]),
      ...validateValueFrom(variable, at.child('valueFrom')),
    ];
  });
}

function validateEnvSource(source: EnvSource, path: FieldPath): FieldError[] {
  if (!source.name) return [required(path.child('name'), '', 'reference-name')];
  return invalidEach(path.child('name'), source.name, asPrefix(dnsSubdomainErrors)(source.name), 'reference-name');
}

/** Errors about the choice of a source have the list's path, without an index, as the server's. */
export function validateEnvFrom(sources: readonly EnvFromSource[] = [], path: FieldPath): FieldError[] {
  return sources.flatMap((source, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    if (source.prefix) errors.push(...invalidEach(at.child('prefix'), source.prefix, envNameErrors(source.prefix), 'env-name'));
    if (source.configMapRef) errors.push(...validateEnvSource(source.configMapRef, at.child('configMapRef')));
    if (source.secretRef) errors.push(...validateEnvSource(source.secretRef, at.child('secretRef')));
    if (!source.configMapRef && !source.secretRef) {
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`', 'env-source-required'));
    } else if (source.configMapRef && source.secretRef) {
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time', 'one-env-source'));
    }
    return errors;
  });
}

/** Variables read from a file: its volume is one of the pod's, and an emptyDir. */
export function validateFileKeyVolumes(container: FullContainer, volumes: readonly Volume[] = [], path: FieldPath): FieldError[] {
  return (container.env ?? []).flatMap((variable, i) => {
    const ref = variable.valueFrom?.fileKeyRef;
    if (!ref) return [];
    const at = path.child('env').index(i).child('valueFrom').child('fileKeyRef').child('volumeName');
    const name = ref.volumeName ?? '';
    const volume = volumes.findLast((candidate) => (candidate.name ?? '') === name);
    if (!volume) return [notFoundValue(at, name, 'mount-without-volume')];
    return volume.emptyDir ? [] : [invalidValue(at, name, 'referenced volume must be of type emptyDir')];
  });
}
