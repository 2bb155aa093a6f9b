import { goQuoted } from '../decode-error';
import { duplicate, forbiddenField, invalidEach, invalidValue, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { ObjectMeta } from '../object';
import { dnsLabelErrors, dnsSubdomainErrors } from './names';
import type { KnownVolumes } from './pod-mounts';
import type { Volume } from './pod-shapes';
import { volumeSources, type Source } from './pod-volume-sources';

const sourceOf = (volume: Volume, name: string): Source | undefined => volume[name] as Source | undefined;

/** What an `ephemeral` volume's claim will be called has to be a name too. */
function claimNameErrors(volume: Volume, podName: string | undefined, path: FieldPath): FieldError[] {
  if (!volume['ephemeral'] || !podName || !volume.name) return [];
  const claim = `${podName}-${volume.name}`;
  const texts = dnsSubdomainErrors(claim).map((text) => `PVC name ${goQuoted(claim)}: ${text}`);
  return invalidEach(path.child('name'), volume.name, texts);
}

function validateSource(volume: Volume, path: FieldPath, podName: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const { name, refusedAs = name, checkedAs = name, check } of volumeSources) {
    const source = sourceOf(volume, name);
    if (source === undefined) continue;
    if (found++ > 0) errors.push(forbiddenField(path.child(refusedAs), 'may not specify more than 1 volume type', 'one-volume-source'));
    else errors.push(...check(source, path.child(checkedAs), podName !== undefined));
    if (name === 'ephemeral' && found === 1) errors.push(...claimNameErrors(volume, podName, path));
    if (name === 'iscsi' && source['initiatorName'] !== undefined && `${volume.name ?? ''}:${source['targetPortal'] ?? ''}`.length > 64) {
      const detail = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
      errors.push(invalidValue(path.child('name'), volume.name ?? '', detail));
    }
  }
  if (found === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

/** A pod's volumes. Those with an error count as missing for the mounts that name them. */
export function validateVolumes(
  volumes: readonly Volume[] = [],
  path: FieldPath,
  metadata: ObjectMeta | undefined,
): { errors: FieldError[]; known: KnownVolumes } {
  const errors: FieldError[] = [];
  const known = new Map<string, Volume>();
  const madeClaims = new Set(
    metadata?.name ? volumes.filter((volume) => volume['ephemeral']).map((volume) => `${metadata.name}-${volume.name ?? ''}`) : [],
  );
  volumes.forEach((volume, i) => {
    const at = path.index(i);
    const name = volume.name ?? '';
    const own = validateSource(volume, at, metadata && (metadata.name ?? ''));
    if (!name) own.push(required(at.child('name'), '', 'name-required'));
    else own.push(...invalidEach(at.child('name'), name, dnsLabelErrors(name), 'lowercase-name'));
    if (known.has(name)) own.push(duplicate(at.child('name'), name, 'duplicate-name'));
    if (own.length === 0) known.set(name, volume);
    errors.push(...own);
    const claim = sourceOf(volume, 'persistentVolumeClaim')?.['claimName'];
    if (typeof claim === 'string' && madeClaims.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalidValue(at.child('persistentVolumeClaim').child('claimName'), claim, detail));
    }
  });
  return { errors, known };
}
