import { goQuoted } from '../decode-error';
import type { FieldPath } from '../field-path';
import type { VolumeProjection } from '../types';
import type { ClaimSpec } from './claim-spec';
import { claimSpecWarnings } from './claims';
import type { Volume } from './pod-shapes';

/** Volume sources that were given up, and where messages name them. */
export const oldSources: readonly (readonly [source: string, shownAs: string, text: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

interface File {
  readonly path: string;
  /** Which of a projected volume's sources it comes from. */
  readonly source?: string;
}

const files = (items: readonly { path: string }[] | undefined, source?: string): File[] =>
  (items ?? []).map(({ path = '' }) => ({ path, source }));
const shown = ({ path, source }: File): string => (source ? `${goQuoted(path)} (${source})` : goQuoted(path));

/** Paths that are the same, or one of which lies in the other: the second with each of those before it. */
function overlaps(list: readonly File[]): string[] {
  const before: File[] = [];
  return list.flatMap(({ path, source }) => {
    const file = { path: path.replace(/\/+$/, ''), source };
    const hits = file.path
      ? before.filter(
          (other) => other.path && (`${other.path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${other.path}/`)),
        )
      : [];
    before.push(file);
    return hits.map((other) => `${shown(file)} with ${shown(other)}`);
  });
}

function projectedFiles(source: VolumeProjection): File[] {
  if (source.configMap?.items) return files(source.configMap.items, `ConfigMap ${goQuoted(source.configMap.name ?? '')}`);
  if (source.secret?.items) return files(source.secret.items, `Secret ${goQuoted(source.secret.name ?? '')}`);
  if (source.downwardAPI?.items) return files(source.downwardAPI.items, 'DownwardAPI');
  return source.serviceAccountToken ? files([source.serviceAccountToken], 'ServiceAccountToken') : [];
}

const isEmpty = ({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): boolean =>
  !configMap && !secret && !downwardAPI && !serviceAccountToken;

function pathWarnings(volume: Volume): string[] {
  const name = goQuoted(volume.name ?? '');
  const of = (what: string, list: readonly File[]): string[] =>
    overlaps(list).map((text) => `volume ${name} (${what}): overlapping paths: ${text}`);
  const { configMap, secret, downwardAPI, projected } = volume;
  const sources = projected?.sources ?? [];
  return [
    ...(configMap ? of(`ConfigMap ${goQuoted(configMap.name ?? '')}`, files(configMap.items)) : []),
    ...(secret ? of(`Secret ${goQuoted(secret.secretName ?? '')}`, files(secret.items)) : []),
    ...(downwardAPI ? of('DownwardAPI', files(downwardAPI.items)) : []),
    ...sources.filter(isEmpty).map(() => `volume ${name} (Projected) has no sources provided`),
    ...of('Projected', sources.flatMap(projectedFiles)),
  ];
}

/** Sources that no longer work, and files that lie on one another. */
export function volumeWarnings(volumes: readonly Volume[] = [], path: FieldPath): string[] {
  const each = volumes.flatMap((volume, i) => {
    const at = path.child('volumes').index(i);
    const old = oldSources.filter(([source]) => volume[source] !== undefined);
    const { volumeClaimTemplate: template } = (volume['ephemeral'] ?? {}) as { volumeClaimTemplate?: { spec?: ClaimSpec } };
    return [
      ...old.map(([, shownAs, text]) => `${at.child(shownAs).toString()}: ${text}`),
      ...claimSpecWarnings(template?.spec, at.child('ephemeral').child('volumeClaimTemplate').child('spec')),
    ];
  });
  return [...each, ...volumes.flatMap(pathWarnings)];
}
