import { equal } from '../equal';
import { forbiddenField, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { parseQuantity } from '../quantity';
import { accessModeErrors, volumeModes } from './claim-spec';
import { goStruct } from './go-struct';
import { immutableErrors } from './metadata';
import { byteLength, dnsLabelErrors, dnsSubdomainErrors } from './names';
import { nodeSelectorErrors } from './pod-affinity';
import { backstepErrors } from './pod-paths';
import type { NodeSelectorTerm } from './pod-shapes';
import {
  all,
  csiDriverErrors,
  initiatorErrors,
  isInitiator,
  namedSecret,
  needs,
  part,
  ranged,
  storageOSNameErrors,
  text,
  volumeSources,
  type Check,
  type Source,
  type SourceRule,
} from './pod-volume-sources';
import { termWarnings } from './node-labels';
import { oldSources } from './pod-volume-warnings';

interface VolumeSpec extends Source {
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly nodeAffinity?: { readonly required?: { nodeSelectorTerms?: NodeSelectorTerm[] } };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeAttributesClassName?: string;
}
interface Volume extends KubeObject {
  spec?: VolumeSpec;
}

const at = FieldPath.of('spec');

/** A secret of another namespace. */
const placedSecret: Check = (source, path) => {
  const secret = part(source, 'secretRef');
  const placed = secret && !text(secret, 'namespace') ? [required(path.child('secretRef').child('namespace'))] : [];
  return [...namedSecret(source, path), ...placed];
};

const csiSecrets = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'];
function secretErrors(secret: Source, path: FieldPath): FieldError[] {
  const [name, namespace] = [text(secret, 'name'), text(secret, 'namespace')];
  return [
    ...(name ? invalidEach(path.child('name'), name, dnsSubdomainErrors(name)) : [required(path.child('name'))]),
    ...(namespace ? invalidEach(path.child('namespace'), namespace, dnsLabelErrors(namespace)) : [required(path.child('namespace'))]),
  ];
}
const csi: Check = (source, path) => [
  ...csiDriverErrors(text(source, 'driver'), path.child('driver')),
  ...needs('volumeHandle')(source, path),
  ...csiSecrets.flatMap((field) => {
    const secret = part(source, field);
    return secret ? secretErrors(secret, path.child(field)) : [];
  }),
];

const local: Check = (source, path) => {
  const place = text(source, 'path');
  return place ? backstepErrors(place, path.child('path')) : [required(path.child('path'))];
};

const glusterfs: Check = (source, path) => {
  const errors = needs('endpoints', 'path')(source, path);
  if (source['endpointsNamespace'] === undefined) return errors;
  const namespace = text(source, 'endpointsNamespace');
  const unset = 'if the endpointnamespace is set, it must be a valid namespace name';
  const details = namespace ? dnsLabelErrors(namespace) : [unset];
  return [...errors, ...invalidEach(path.child('endpointsNamespace'), namespace, details)];
};

const azureFile: Check = (source, path) => [
  ...needs('secretName', 'shareName')(source, path),
  ...(source['secretNamespace'] === '' ? [required(path.child('secretNamespace'))] : []),
];

const portalText = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
/** `volume` is the name of the volume itself. */
const iscsi: Check = (source, path) => {
  const [portal, iqn] = [text(source, 'targetPortal'), text(source, 'iqn')];
  const errors = needs('targetPortal')(source, path);
  if (source['initiatorName'] !== undefined && byteLength(`${text(source, 'volume')}:${portal}`) > 64) {
    errors.push(invalidValue(path.child('targetportal'), portal, portalText));
  }
  if (!iqn) errors.push(required(path.child('iqn')));
  else if (!isInitiator(iqn)) errors.push(invalidValue(path.child('iqn'), iqn, 'must be valid format'));
  errors.push(...ranged('lun', 0, 255)(source, path));
  if ((source['chapAuthDiscovery'] || source['chapAuthSession']) && !source['secretRef']) errors.push(required(path.child('secretRef')));
  errors.push(...namedSecret(source, path));
  if (source['initiatorName'] !== undefined) errors.push(...initiatorErrors(text(source, 'initiatorName'), path.child('initiatorname')));
  return errors;
};

const named = new Map(volumeSources.map((rule) => [rule.name, rule]));
const asOfPods = (name: string): SourceRule => named.get(name)!;

/** Every source of a volume, in the order in which the server looks for them: a second one is refused. */
const sources: readonly SourceRule[] = [
  asOfPods('hostPath'),
  asOfPods('gcePersistentDisk'),
  asOfPods('awsElasticBlockStore'),
  { name: 'glusterfs', check: glusterfs },
  asOfPods('flocker'),
  asOfPods('nfs'),
  asOfPods('rbd'),
  asOfPods('quobyte'),
  asOfPods('cephfs'),
  { name: 'iscsi', check: iscsi },
  { name: 'cinder', check: all(needs('volumeID'), placedSecret) },
  asOfPods('fc'),
  asOfPods('flexVolume'),
  { name: 'azureFile', check: azureFile },
  asOfPods('vsphereVolume'),
  asOfPods('photonPersistentDisk'),
  asOfPods('portworxVolume'),
  asOfPods('azureDisk'),
  asOfPods('scaleIO'),
  { name: 'local', check: local },
  { name: 'storageos', check: all(storageOSNameErrors, placedSecret) },
  { name: 'csi', check: csi },
];

function sourceErrors(spec: VolumeSpec, name: string): FieldError[] {
  const errors: FieldError[] = [];
  let isFirst = true;
  for (const rule of sources) {
    const source = part(spec, rule.name);
    if (!source) continue;
    if (!isFirst && rule.name !== 'flexVolume') {
      errors.push(forbiddenField(at.child(rule.refusedAs ?? rule.name), 'may not specify more than 1 volume type'));
      continue;
    }
    isFirst = false;
    const path = at.child(rule.checkedAs ?? rule.name);
    errors.push(...rule.check(rule.name === 'iscsi' ? { ...source, volume: name } : source, path));
    if (rule.name === 'local' && !spec.nodeAffinity) {
      errors.push(required(at.child('nodeAffinity'), 'Local volume requires node affinity'));
    }
  }
  return isFirst ? [...errors, required(at, 'must specify a volume type')] : errors;
}

/** A quantity in whole units, away from zero: Value(). */
const wholeOf = (quantity: string): bigint => {
  const { nanos } = parseQuantity(quantity);
  const one = 1_000_000_000n;
  return nanos < 0n ? -((-nanos + one - 1n) / one) : (nanos + one - 1n) / one;
};

function capacityErrors(capacity: Readonly<Record<string, string>> | undefined): FieldError[] {
  const path = at.child('capacity');
  const names = Object.keys(capacity ?? {});
  const errors: FieldError[] = names.length === 0 ? [required(path)] : [];
  if (!names.includes('storage') || names.length > 1) errors.push(notSupported(path, capacity ?? null, ['storage']));
  for (const name of names) {
    const quantity = capacity![name]!;
    if (wholeOf(quantity) < 0n) errors.push(invalidValue(path.key(name), wholeOf(quantity), 'must be a valid resource quantity'));
    if (parseQuantity(quantity).nanos <= 0n) errors.push(invalidValue(path.key(name), quantity, 'must be greater than zero'));
  }
  return errors;
}

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const isRoot = (path: string): boolean => path.startsWith('/') && path.split('/').every((part) => part === '' || part === '.');

function classErrors({ storageClassName, volumeMode, volumeAttributesClassName: attributes, csi: driver }: VolumeSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (storageClassName) errors.push(...invalidEach(at.child('storageClassName'), storageClassName, dnsSubdomainErrors(storageClassName)));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(at.child('volumeMode'), volumeMode, volumeModes));
  }
  if (attributes === undefined) return errors;
  const path = at.child('volumeAttributesClassName');
  if (attributes) errors.push(...invalidEach(path, attributes, dnsSubdomainErrors(attributes)));
  else errors.push(required(path, 'an empty string is disallowed'));
  return driver ? errors : [...errors, required(at.child('csi'), 'has to be specified when using volumeAttributesClassName')];
}

/** ValidatePersistentVolume, after its metadata. */
export function volumeErrors({ metadata, spec = {} }: Volume): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, nodeAffinity } = spec;
  const errors: FieldError[] = accessModes.length > 0 ? [] : [required(at.child('accessModes'))];
  errors.push(...accessModeErrors(accessModes, at.child('accessModes')), ...capacityErrors(spec.capacity));
  const policyPath = at.child('persistentVolumeReclaimPolicy');
  if (policy && !reclaimPolicies.includes(policy)) errors.push(notSupported(policyPath, policy, reclaimPolicies));
  if (nodeAffinity) {
    const path = at.child('nodeAffinity').child('required');
    if (nodeAffinity.required) errors.push(...nodeSelectorErrors(nodeAffinity.required, path));
    else errors.push(required(path, 'must specify required node constraints'));
  }
  errors.push(...sourceErrors(spec, metadata.name ?? ''));
  const hostPath = part(spec, 'hostPath');
  if (hostPath && isRoot(text(hostPath, 'path')) && policy === 'Recycle') {
    errors.push(forbiddenField(policyPath, "may not be 'recycle' for a hostPath mount of '/'"));
  }
  return [...errors, ...classErrors(spec)];
}

const sourceOf = (spec: VolumeSpec, old: VolumeSpec): object =>
  Object.fromEntries(
    sources.flatMap(({ name }) => {
      const source = part(spec, name);
      if (!source) return [];
      const mayBeAdded = name === 'csi' && part(old, 'csi') && part(old, 'csi')!['controllerExpandSecretRef'] === undefined;
      return [[name, mayBeAdded ? { ...source, controllerExpandSecretRef: undefined } : source]];
    }),
  );

/** ValidatePersistentVolumeUpdate, after `volumeErrors`. Unlike upstream: the difference is not shown, its text is meant to vary. */
export function volumeUpdateErrors({ spec = {} }: Volume, { spec: old = {} }: Volume): FieldError[] {
  const errors: FieldError[] = [];
  if (!equal(sourceOf(spec, old), sourceOf(old, old))) {
    const detail = 'spec.persistentvolumesource is immutable after creation\n';
    errors.push(forbiddenField(at.child('persistentvolumesource'), detail, 'immutable-field'));
  }
  errors.push(...immutableErrors(spec.volumeMode, old.volumeMode, FieldPath.of('volumeMode')));
  if (old.nodeAffinity && !equal(spec.nodeAffinity, old.nodeAffinity)) {
    const shown = spec.nodeAffinity ? goStruct('VolumeNodeAffinity', spec.nodeAffinity) : null;
    errors.push(invalidValue(FieldPath.of('nodeAffinity'), shown, 'field is immutable', 'immutable-field'));
  }
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.push(forbiddenField(at.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

const oldAnnotations: readonly (readonly [name: string, text: string])[] = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

/** GetWarningsForPersistentVolume. */
export function volumeWarnings({ metadata, spec = {} }: Volume): string[] {
  const annotations = metadata.annotations ?? {};
  const warnings = oldAnnotations
    .filter(([name]) => Object.hasOwn(annotations, name))
    .map(([name, why]) => `metadata.annotations[${name}]: ${why}`);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  }
  const terms = at.child('nodeAffinity').child('required').child('nodeSelectorTerms');
  return [
    ...warnings,
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, i) => termWarnings(term, terms.index(i), false)),
    ...oldSources.filter(([name]) => part(spec, name)).map(([, shownAs, why]) => `spec.${shownAs}: ${why}`),
  ];
}
