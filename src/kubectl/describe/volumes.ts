import type { KubeObject } from '../../kube/api';
import { byName, type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import { describeClaimBody } from './claim';
import type { Description } from './writer';

const optional = (source: Fields): string => textAt(source, 'optional') || 'false';

export function describeVolumes(d: Description, volumes: readonly Fields[], space = ''): void {
  if (volumes.length === 0) return d.line(0, `${space}Volumes:\t<none>`);
  d.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    d.line(1, `${space ? ' ' : ''}${textAt(volume, 'name')}:`);
    describeVolumeSource(d, volume);
  }
}

/** Where the data of a Pod's volume, or of a PersistentVolume, come from. */
export function describeVolumeSource(d: Description, volume: Fields, isPersistent = false): void {
  const known = isPersistent ? { ...kinds, ...persistentKinds } : kinds;
  const kind = Object.keys(known).find((key) => isFields(volume[key]));
  if (kind) known[kind]!(d, fieldsAt(volume, kind));
  else d.line(1, '<unknown>');
}

type Source = (d: Description, source: Fields) => void;

const kinds: Readonly<Record<string, Source>> = {
  hostPath(d, source) {
    d.line(2, 'Type:\tHostPath (bare host directory volume)');
    d.line(2, `Path:\t${textAt(source, 'path')}`);
    d.line(2, `HostPathType:\t${'type' in source ? textAt(source, 'type') : '<none>'}`);
  },
  emptyDir(d, source) {
    d.line(2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)");
    d.line(2, `Medium:\t${textAt(source, 'medium')}`);
    d.line(2, `SizeLimit:\t${textAt(source, 'sizeLimit') || '<unset>'}`);
  },
  secret(d, source) {
    d.line(2, 'Type:\tSecret (a volume populated by a Secret)');
    d.line(2, `SecretName:\t${textAt(source, 'secretName')}`);
    d.line(2, `Optional:\t${optional(source)}`);
  },
  configMap(d, source) {
    d.line(2, 'Type:\tConfigMap (a volume populated by a ConfigMap)');
    d.line(2, `Name:\t${textAt(source, 'name')}`);
    d.line(2, `Optional:\t${optional(source)}`);
  },
  downwardAPI(d, source) {
    d.line(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)');
    d.line(2, 'Items:');
    downwardItems(d, source);
  },
  projected(d, source) {
    d.line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)');
    for (const part of listAt(source, 'sources')) {
      if (isFields(part.secret)) {
        d.line(2, `SecretName:\t${textAt(part, 'secret', 'name')}`);
        d.line(2, `Optional:\t${optional(part.secret)}`);
      } else if (isFields(part.downwardAPI)) d.line(2, 'DownwardAPI:\ttrue');
      else if (isFields(part.configMap)) {
        d.line(2, `ConfigMapName:\t${textAt(part, 'configMap', 'name')}`);
        d.line(2, `Optional:\t${optional(part.configMap)}`);
      } else if (isFields(part.serviceAccountToken)) {
        d.line(2, `TokenExpirationSeconds:\t${textAt(part, 'serviceAccountToken', 'expirationSeconds')}`);
      }
    }
  },
  persistentVolumeClaim(d, source) {
    d.line(2, 'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)');
    d.line(2, `ClaimName:\t${textAt(source, 'claimName')}`);
    d.line(2, `ReadOnly:\t${textAt(source, 'readOnly') || 'false'}`);
  },
  nfs(d, source) {
    d.line(2, 'Type:\tNFS (an NFS mount that lasts the lifetime of a pod)');
    d.line(2, `Server:\t${textAt(source, 'server')}`);
    d.line(2, `Path:\t${textAt(source, 'path')}`);
    d.line(2, `ReadOnly:\t${textAt(source, 'readOnly') || 'false'}`);
  },
  csi: (d, source) => csi(d, source, false),
  ephemeral(d, source) {
    d.line(2, 'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)');
    if (isFields(source.volumeClaimTemplate)) describeClaimBody(d, 2, source.volumeClaimTemplate as unknown as KubeObject);
  },
  image(d, source) {
    d.line(2, 'Type:\tImage (a container image or OCI artifact)');
    d.line(2, `Reference:\t${textAt(source, 'reference')}`);
    d.line(2, `PullPolicy:\t${textAt(source, 'pullPolicy')}`);
  },
};

/** Sources that only a PersistentVolume has, or that it shows otherwise. */
const persistentKinds: Readonly<Record<string, Source>> = {
  local(d, source) {
    d.line(2, 'Type:\tLocalVolume (a persistent volume backed by local storage on a node)');
    d.line(2, `Path:\t${textAt(source, 'path')}`);
  },
  csi: (d, source) => csi(d, source, true),
};

function csi(d: Description, source: Fields, isPersistent: boolean): void {
  d.line(2, 'Type:\tCSI (a Container Storage Interface (CSI) volume source)');
  d.line(2, `Driver:\t${textAt(source, 'driver')}`);
  d.line(2, `FSType:\t${textAt(source, 'fsType')}`);
  if (isPersistent) d.line(2, `VolumeHandle:\t${textAt(source, 'volumeHandle')}`);
  d.line(2, `ReadOnly:\t${textAt(source, 'readOnly') || 'false'}`);
  const attributes = Object.entries(fieldsAt(source, 'volumeAttributes')).sort(([a], [b]) => byName(a, b));
  if (attributes.length === 0) d.line(2, 'VolumeAttributes:\t<none>');
  attributes.forEach(([key, value], i) => {
    const text = `${key}=${String(value)}`;
    // each part is indented, not only the line
    d.line(i ? 4 : 2, `${i ? '' : 'VolumeAttributes:'}\t    ${text.length > 140 ? `${text.slice(0, 140)}...` : text}`);
  });
}

function downwardItems(d: Description, source: Fields): void {
  for (const item of listAt(source, 'items')) {
    const field = textAt(item, 'fieldRef', 'fieldPath') || textAt(item, 'resourceFieldRef', 'resource');
    d.line(3, `${field} -> ${textAt(item, 'path')}`);
  }
}
