import { forbiddenField, invalidEach, invalidValue, notSupported, required, tooLong, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { parseQuantity } from '../quantity';
import type { Volume } from '../types';
import { byteLength, dnsLabelErrors, dnsSubdomainErrors, rangeText } from './names';
import { validateClaimTemplate } from './pod-claim-template';
import { validateConfigMapVolume, validateDownwardVolume, validateProjectedVolume, validateSecretVolume } from './pod-volume-files';
import { backstepErrors, descendingPathErrors } from './pod-paths';

export type Source = Readonly<Record<string, unknown>>;
/** `ofPod`: it is a pod's volume, not one of a template, which may leave out what a pod must have. */
export type Check = (source: Source, path: FieldPath, ofPod?: boolean) => FieldError[];

export interface SourceRule {
  readonly name: string;
  /** The field that the server names when it is a second source, and when it looks into it, where they differ from the real one. */
  readonly refusedAs?: string;
  readonly checkedAs?: string;
  readonly check: Check;
}

export const text = (source: Source, field: string): string => (typeof source[field] === 'string' ? source[field] : '');
const number = (source: Source, field: string): number => (typeof source[field] === 'number' ? source[field] : 0);
const list = (source: Source, field: string): readonly string[] => (Array.isArray(source[field]) ? source[field] : []);
export const part = (source: Source, field: string): Source | undefined => source[field] as Source | undefined;

export const needs =
  (...fields: readonly string[]): Check =>
  (source, path) =>
    fields.filter((field) => !text(source, field)).map((field) => required(path.child(field)));

export const all =
  (...checks: readonly Check[]): Check =>
  (source, path) =>
    checks.flatMap((check) => check(source, path));

export const ranged =
  (field: string, low: number, high: number, shownLow = low): Check =>
  (source, path) => {
    const value = number(source, field);
    return value < low || value > high ? [invalidValue(path.child(field), value, rangeText(shownLow, high))] : [];
  };

const needsList =
  (field: string): Check =>
  (source, path) =>
    list(source, field).length === 0 ? [required(path.child(field))] : [];

export const namedSecret: Check = (source, path) => {
  const secret = part(source, 'secretRef');
  return secret && !text(secret, 'name') ? [required(path.child('secretRef').child('name'))] : [];
};

const hostPathTypes = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
const hostPath: Check = (source, path) => {
  const place = text(source, 'path');
  if (!place) return [required(path.child('path'), '', 'path-required')];
  const type = text(source, 'type');
  return [
    ...backstepErrors(place, path.child('path')),
    ...(hostPathTypes.includes(type) ? [] : [notSupported(path.child('type'), type, hostPathTypes, 'host-path-type')]),
  ];
};

const emptyDir: Check = (source, path) => {
  const limit = source['sizeLimit'];
  const negative = limit !== undefined && parseQuantity(String(limit)).nanos < 0n;
  return negative
    ? [forbiddenField(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity', 'negative-quantity')]
    : [];
};

const initiatorForms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};
export const isInitiator = (value: string): boolean => initiatorForms[value.slice(0, 3)]?.test(value) ?? false;
export function initiatorErrors(value: string, path: FieldPath): FieldError[] {
  const form = initiatorForms[value.slice(0, 3)];
  if (!form) return [invalidValue(path, value, 'must be valid format starting with iqn, eui, or naa')];
  return form.test(value) ? [] : [invalidValue(path, value, 'must be valid format')];
}
const iscsi: Check = (source, path) => {
  const errors = needs('targetPortal', 'iqn')(source, path);
  if (text(source, 'iqn')) errors.push(...initiatorErrors(text(source, 'iqn'), path.child('iqn')));
  errors.push(...ranged('lun', 0, 255)(source, path));
  if ((source['chapAuthDiscovery'] || source['chapAuthSession']) && !source['secretRef']) errors.push(required(path.child('secretRef')));
  if (source['initiatorName'] !== undefined) errors.push(...initiatorErrors(text(source, 'initiatorName'), path.child('initiatorname')));
  return errors;
};

const nfs: Check = (source, path) => [
  ...needs('server', 'path')(source, path),
  ...(text(source, 'path').startsWith('/') ? [] : [invalidValue(path.child('path'), text(source, 'path'), 'must be an absolute path')]),
];

const flocker: Check = (source, path) => {
  const name = text(source, 'datasetName');
  const errors: FieldError[] = [];
  if (!name && !text(source, 'datasetUUID')) errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (name && text(source, 'datasetUUID')) {
    errors.push(invalidValue(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (name.includes('/')) errors.push(invalidValue(path.child('datasetName'), name, "must not contain '/'"));
  return errors;
};

const hostAndPort = /^(\[[^\]]*\]|[^:[\]]*):[^:]*$/;
const quobyte: Check = (source, path) => {
  const registry = text(source, 'registry');
  const detail = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(path.child('registry'), detail));
  else if (byteLength(text(source, 'tenant')) >= 65) {
    errors.push(required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of registry.split(',')) {
      if (!hostAndPort.test(pair)) errors.push(invalidValue(path.child('registry'), registry, detail));
    }
  }
  return [...errors, ...needs('volume')(source, path)];
};

const fibreChannel: Check = (source, path) => {
  const [wwns, wwids] = [list(source, 'targetWWNs'), list(source, 'wwids')];
  const errors: FieldError[] = [];
  const at = path.child('targetWWNs');
  if (wwns.length === 0 && wwids.length === 0) errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (wwns.length > 0 && wwids.length > 0) errors.push(invalidValue(at, wwns, 'targetWWNs and wwids can not be specified simultaneously'));
  if (wwns.length === 0) return errors;
  if (source['lun'] === undefined) return [...errors, required(path.child('lun'), 'lun is required if targetWWNs is specified')];
  return [...errors, ...ranged('lun', 0, 255)(source, path)];
};

const flexVolume: Check = (source, path) => {
  const errors = needs('driver')(source, path);
  for (const key of Object.keys(part(source, 'options') ?? {})) {
    if (/\.(kubernetes\.io|k8s\.io)$/.test(`.${key.split('/')[0]!.toLowerCase()}`)) {
      errors.push(invalidValue(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  }
  return errors;
};

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];
const managedUri = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobUri = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const azureDisk: Check = (source, path) => {
  const errors = needs('diskName', 'diskURI')(source, path);
  const { cachingMode, kind } = source as { cachingMode?: string; kind?: string };
  const uri = text(source, 'diskURI');
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode)) {
    errors.push(notSupported(path.child('cachingMode'), cachingMode, cachingModes));
  }
  if (kind === undefined) return errors;
  if (!diskKinds.includes(kind)) errors.push(notSupported(path.child('kind'), kind, diskKinds));
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', managedUri] : ['https://', blobUri];
  if (!uri.startsWith(start)) errors.push(notSupported(path.child('diskURI'), uri, [form]));
  return errors;
};

export const storageOSNameErrors: Check = (source, path) => {
  const [name, namespace] = [text(source, 'volumeName'), text(source, 'volumeNamespace')];
  const errors = needs('volumeName')(source, path);
  if (name) errors.push(...invalidEach(path.child('volumeName'), name, dnsLabelErrors(name)));
  if (namespace) errors.push(...invalidEach(path.child('volumeNamespace'), namespace, dnsLabelErrors(namespace)));
  return errors;
};

/** ValidateCSIDriverName; a name that is missing is a bad one besides. */
export const csiDriverErrors = (driver: string, path: FieldPath): FieldError[] => [
  ...(driver ? [] : [required(path)]),
  ...(byteLength(driver) > 63 ? [tooLong(path, 63)] : []),
  ...invalidEach(path, driver, dnsSubdomainErrors(driver.toLowerCase())),
];

const csi: Check = (source, path) => {
  const errors = csiDriverErrors(text(source, 'driver'), path.child('driver'));
  const secret = part(source, 'nodePublishSecretRef');
  if (!secret) return errors;
  const name = text(secret, 'name');
  if (!name) return [...errors, required(path.child('nodePublishSecretRef').child('name'))];
  return [...errors, ...invalidEach(path.child('name'), name, dnsSubdomainErrors(name))];
};

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
export function pullPolicyErrors(policy: string | undefined, path: FieldPath): FieldError[] {
  if (!policy) return [required(path)];
  return pullPolicies.includes(policy) ? [] : [notSupported(path, policy, pullPolicies, 'pull-policy')];
}
const image: Check = (source, path, ofPod) => [
  ...(ofPod ? needs('reference')(source, path) : []),
  ...pullPolicyErrors(text(source, 'pullPolicy'), path.child('pullPolicy')),
];

const gitRepo: Check = (source, path) => [
  ...needs('repository')(source, path),
  ...descendingPathErrors(text(source, 'directory'), path.child('directory')),
];

const typed =
  <K extends keyof Volume>(check: (source: NonNullable<Volume[K]>, path: FieldPath) => FieldError[]): Check =>
  (source, path) =>
    check(source as unknown as NonNullable<Volume[K]>, path);

/** Every volume source, in the order in which the server looks for them: a second one is refused. */
export const volumeSources: readonly SourceRule[] = [
  { name: 'emptyDir', check: emptyDir },
  { name: 'hostPath', check: hostPath },
  { name: 'gitRepo', check: gitRepo },
  { name: 'gcePersistentDisk', checkedAs: 'persistentDisk', check: all(needs('pdName'), ranged('partition', 0, 255, 1)) },
  { name: 'awsElasticBlockStore', check: all(needs('volumeID'), ranged('partition', 0, 255, 1)) },
  { name: 'secret', check: typed<'secret'>(validateSecretVolume) },
  { name: 'nfs', check: nfs },
  { name: 'iscsi', check: iscsi },
  { name: 'glusterfs', check: needs('endpoints', 'path') },
  { name: 'flocker', check: flocker },
  { name: 'persistentVolumeClaim', check: needs('claimName') },
  { name: 'rbd', check: all(needsList('monitors'), needs('image')) },
  { name: 'cinder', check: all(needs('volumeID'), namedSecret) },
  { name: 'cephfs', refusedAs: 'cephFS', check: needsList('monitors') },
  { name: 'quobyte', check: quobyte },
  { name: 'downwardAPI', refusedAs: 'downwarAPI', check: typed<'downwardAPI'>(validateDownwardVolume) },
  { name: 'fc', check: fibreChannel },
  { name: 'flexVolume', check: flexVolume },
  { name: 'configMap', check: typed<'configMap'>(validateConfigMapVolume) },
  { name: 'azureFile', check: needs('secretName', 'shareName') },
  { name: 'vsphereVolume', check: needs('volumePath') },
  { name: 'photonPersistentDisk', check: needs('pdID') },
  { name: 'portworxVolume', check: needs('volumeID') },
  { name: 'azureDisk', check: azureDisk },
  { name: 'storageos', check: all(storageOSNameErrors, namedSecret) },
  { name: 'projected', check: typed<'projected'>(validateProjectedVolume) },
  { name: 'scaleIO', check: needs('gateway', 'system', 'volumeName') },
  { name: 'csi', check: csi },
  { name: 'ephemeral', check: validateClaimTemplate },
  { name: 'image', check: image },
];
