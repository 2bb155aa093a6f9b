import type { KubeObject } from '../../kube/api';
import { at, isFields, textAt, textsAt } from '../value';
import type { Description } from './writer';

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
/** `RWO,ROX`, in kubectl's order. */
export const accessModes = (list: readonly string[]): string =>
  Object.keys(modes)
    .filter((mode) => list.includes(mode))
    .map((mode) => modes[mode])
    .join(',');

/** A volume's or claim's phase, or how long it has been going. */
export const phaseText = (d: Description, object: KubeObject): string =>
  object.metadata.deletionTimestamp
    ? `Terminating (lasts ${d.since(object.metadata.deletionTimestamp)})`
    : textAt(object, 'status', 'phase');

export const storageClassName = (object: KubeObject): string =>
  object.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? textAt(object, 'spec', 'storageClassName');

/** What a claim and the template of one have in common; `full` is what only a claim has. */
export function describeClaimBody(
  d: Description,
  level: number,
  claim: KubeObject,
  full?: { readonly phase: string; readonly finalizers: readonly string[] },
): void {
  const spec = (...path: string[]): string => textAt(claim, 'spec', ...path);
  d.line(level, `StorageClass:\t${storageClassName(claim)}`);
  if (full) d.line(level, `Status:\t${full.phase}`);
  d.line(level, `Volume:\t${spec('volumeName')}`);
  d.labels('Labels', claim.metadata?.labels, level);
  d.annotations('Annotations', claim.metadata?.annotations, level);
  if (full) d.line(level, `Finalizers:\t[${full.finalizers.join(' ')}]`);
  const bound = spec('volumeName') !== '';
  d.line(level, `Capacity:\t${bound ? textAt(claim, 'status', 'capacity', 'storage') || '0' : ''}`);
  d.line(level, `Access Modes:\t${bound ? accessModes(textsAt(claim, 'status', 'accessModes')) : ''}`);
  if (spec('volumeMode')) d.line(level, `VolumeMode:\t${spec('volumeMode')}`);
  if (!isFields(at(claim, 'spec', 'dataSource'))) return;
  d.line(level, 'DataSource:');
  if (spec('dataSource', 'apiGroup')) d.line(level + 1, `APIGroup:\t${spec('dataSource', 'apiGroup')}`);
  d.line(level + 1, `Kind:\t${spec('dataSource', 'kind')}`);
  d.line(level + 1, `Name:\t${spec('dataSource', 'name')}`);
}
