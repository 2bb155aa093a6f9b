import { equal } from '../equal';
import { forbiddenField, invalidValue, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { compareQuantities, parseQuantity } from '../quantity';
import { claimSpecErrors, type ClaimSpec } from './claim-spec';
import { immutableErrors } from './metadata';

interface Claim extends KubeObject {
  spec?: ClaimSpec;
  status?: { phase?: string; capacity?: Record<string, string> };
}

const spec = FieldPath.of('spec');
const oldClass = 'volume.beta.kubernetes.io/storage-class';

/** ValidatePersistentVolumeClaim, after its metadata. */
export const claimErrors = (claim: Claim): FieldError[] => claimSpecErrors(claim.spec ?? {}, spec);

const sizeOf = (claim: Claim): string | undefined => claim.spec?.resources?.requests?.['storage'];

/** What may differ between an old claim and a new one is taken from the old. */
function comparable(now: Claim, old: Claim): ClaimSpec {
  const next = structuredClone(now.spec ?? {});
  const before = old.spec ?? {};
  if (!before.volumeName) next.volumeName = before.volumeName;
  if (next.storageClassName !== undefined && before.storageClassName === undefined) delete next.storageClassName;
  if (now.status?.phase !== 'Bound') return next;
  const size = sizeOf(old);
  if (next.resources?.requests && size !== undefined) next.resources.requests['storage'] = size;
  if (next.volumeAttributesClassName !== undefined) next.volumeAttributesClassName = before.volumeAttributesClassName;
  return next;
}

const defined = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** ValidatePersistentVolumeClaimUpdate, after `claimErrors`. Unlike upstream: the difference is not shown, its text is meant to vary. */
export function claimUpdateErrors(claim: Claim, old: Claim): FieldError[] {
  const errors: FieldError[] = [];
  const annotations = FieldPath.of('metadata', 'annotations', oldClass);
  const [now, before] = [claim.metadata.annotations?.[oldClass] ?? '', old.metadata.annotations?.[oldClass] ?? ''];
  if (now !== before) errors.push(invalidValue(annotations, now, 'field is immutable'));
  if (!equal(defined(comparable(claim, old)), defined(old.spec ?? {}))) {
    const detail = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';
    errors.push(forbiddenField(spec, detail, 'immutable-field'));
  }
  const [size, oldSize] = [parseQuantity(sizeOf(claim) ?? '0'), parseQuantity(sizeOf(old) ?? '0')];
  if (compareQuantities(size, oldSize) < 0 && compareQuantities(size, parseQuantity(old.status?.capacity?.['storage'] ?? '0')) <= 0) {
    errors.push(forbiddenField(spec.child('resources').child('requests').child('storage'), 'field can not be less than status.capacity'));
  }
  errors.push(...immutableErrors(claim.spec?.volumeMode, old.spec?.volumeMode, FieldPath.of('volumeMode')));
  const [name, oldName] = [claim.spec?.volumeAttributesClassName, old.spec?.volumeAttributesClassName];
  const path = spec.child('volumeAttributesClassName');
  if (oldName !== undefined && name === undefined) errors.push(forbiddenField(path, 'update from non-nil value to nil is forbidden'));
  if (oldName && name === '') errors.push(forbiddenField(path, 'update from non-nil value to an empty string is forbidden'));
  return errors;
}

/** Of a claim, or of a template for claims: half a byte cannot be stored. */
export function claimSpecWarnings(claim: ClaimSpec | undefined, path: FieldPath): string[] {
  const size = claim?.resources?.requests?.['storage'];
  if (size === undefined || parseQuantity(size).nanos % 1_000_000_000n === 0n) return [];
  const at = path.child('resources').child('requests').key('storage').toString();
  return [`${at}: fractional byte value "${size}" is invalid, must be an integer`];
}

export const claimWarnings = (claim: Claim): string[] => [
  ...(claim.metadata.annotations?.[oldClass] === undefined
    ? []
    : [`metadata.annotations[${oldClass}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
  ...claimSpecWarnings(claim.spec, spec),
];
