import { type Fields, fieldsAt, isFields, listAt, textAt } from '../value';
import type { Description } from './writer';

const optional = (source: Fields): string => textAt(source, 'optional') || 'false';

export function describeVolumes(d: Description, volumes: readonly Fields[], space = ''): void {
  if (volumes.length === 0) return d.line(0, `${space}Volumes:\t<none>`);
  d.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    d.line(1, `${space ? ' ' : ''}${textAt(volume, 'name')}:`);
    const kind = Object.keys(kinds).find((key) => isFields(volume[key]));
    if (kind) kinds[kind]!(d, fieldsAt(volume, kind));
    else d.line(2, 'Type:\t<unknown>');
  }
}

const kinds: Readonly<Record<string, (d: Description, source: Fields) => void>> = {
  hostPath(d, source) {
    d.line(2, 'Type:\tHostPath (bare host directory volume)');
    d.line(2, `Path:\t${textAt(source, 'path')}`);
    d.line(2, `HostPathType:\t${textAt(source, 'type')}`);
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
  image(d, source) {
    d.line(2, 'Type:\tImage (a container image or OCI artifact)');
    d.line(2, `Reference:\t${textAt(source, 'reference')}`);
    d.line(2, `PullPolicy:\t${textAt(source, 'pullPolicy')}`);
  },
};

function downwardItems(d: Description, source: Fields): void {
  for (const item of listAt(source, 'items')) {
    const field = textAt(item, 'fieldRef', 'fieldPath') || textAt(item, 'resourceFieldRef', 'resource');
    d.line(3, `${field} -> ${textAt(item, 'path')}`);
  }
}
