import { forbiddenField, invalidValue, notFoundValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { backstepErrors, descendingPathErrors } from './pod-paths';
import type { FullContainer, Volume, VolumeMount } from './pod-shapes';

/** The volumes that a container may mount: those that have no error of their own. */
export type KnownVolumes = ReadonlyMap<string, Volume>;

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursions = ['Disabled', 'Enabled', 'IfPossible'];

function propagationErrors(mount: VolumeMount, container: FullContainer, path: FieldPath): FieldError[] {
  const mode = mount.mountPropagation;
  if (mode === undefined) return [];
  if (!propagations.includes(mode)) return [notSupported(path, mode, propagations)];
  return mode === 'Bidirectional' && !container.securityContext?.privileged
    ? [forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
}

function recursionErrors(mount: VolumeMount, path: FieldPath): FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === 'Disabled') return [];
  if (!recursions.includes(mode)) return [notSupported(path, mode, recursions)];
  const errors: FieldError[] = [];
  if (!mount.readOnly) errors.push(forbiddenField(path, 'may only be specified when readOnly is true'));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.push(forbiddenField(path, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

/** A container's volumeMounts. The paths of subPath, mountPropagation and recursiveReadOnly errors have no index, as the server's. */
export function validateVolumeMounts(container: FullContainer, volumes: KnownVolumes, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const devices = container.volumeDevices ?? [];
  const places = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = path.index(i);
    const name = mount.name ?? '';
    const mountPath = mount.mountPath ?? '';
    if (!name) errors.push(required(at.child('name'), '', 'name-required'));
    if (!volumes.has(name)) errors.push(notFoundValue(at.child('name'), name, 'mount-without-volume'));
    if (!mountPath) errors.push(required(at.child('mountPath'), '', 'mount-path-required'));
    if (places.has(mountPath)) errors.push(invalidValue(at.child('mountPath'), mountPath, 'must be unique', 'duplicate-mount-path'));
    places.add(mountPath);
    if (devices.some((device) => (device.name ?? '') === name)) {
      errors.push(invalidValue(at.child('name'), name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => (device.devicePath ?? '') === mountPath)) {
      errors.push(invalidValue(at.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (mount.subPath) errors.push(...descendingPathErrors(mount.subPath, path.child('subPath')));
    if (mount.subPathExpr) {
      if (mount.subPath) {
        errors.push(invalidValue(at.child('subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      }
      errors.push(...descendingPathErrors(mount.subPathExpr, path.child('subPathExpr')));
    }
    errors.push(...propagationErrors(mount, container, path.child('mountPropagation')));
    errors.push(...recursionErrors(mount, path.child('recursiveReadOnly')));
  });
  return errors;
}

/** A container's volumeDevices: block devices, which only claims can give. */
export function validateVolumeDevices(container: FullContainer, volumes: KnownVolumes, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const places = new Set<string>();
  (container.volumeDevices ?? []).forEach((device, i) => {
    const at = path.index(i);
    const name = device.name ?? '';
    const place = device.devicePath ?? '';
    const volume = volumes.get(name);
    if (!name) errors.push(required(at.child('name'), '', 'name-required'));
    if (names.has(name)) errors.push(invalidValue(at.child('name'), name, 'must be unique'));
    if (volume && volume['persistentVolumeClaim'] === undefined && volume['ephemeral'] === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalidValue(at.child('name'), name, detail));
    }
    if (!volume) errors.push(notFoundValue(at.child('name'), name, 'mount-without-volume'));
    if (!place) errors.push(required(at.child('devicePath')));
    if (places.has(place)) errors.push(invalidValue(at.child('devicePath'), place, 'must be unique'));
    if (place && backstepErrors(place, at).length > 0) {
      errors.push(invalidValue(at.child('devicePath'), place, "can not contain backsteps ('..')"));
    } else places.add(place);
    if (mounts.some((mount) => (mount.name ?? '') === name)) {
      errors.push(invalidValue(at.child('name'), name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => (mount.mountPath ?? '') === place)) {
      errors.push(invalidValue(at.child('devicePath'), place, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
  });
  return errors;
}
