import type { KubeObject } from '../../kube/api';
import { rfc1123 } from '../duration';
import type { Kubectl } from '../kubectl';
import { pairsText } from '../selectors';
import { at, byName, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from '../value';
import { accessModes, describeClaimBody, phaseText, storageClassName } from './claim';
import { describeVolumeSource } from './volumes';
import type { Described, Description } from './writer';

export function describePersistentVolume({ object, events, d }: Described): void {
  const { name, labels, annotations, finalizers = [] } = object.metadata;
  const spec = (...path: string[]): string => textAt(object, 'spec', ...path);
  d.line(0, `Name:\t${name}`);
  d.labels('Labels', labels);
  d.annotations('Annotations', annotations);
  d.line(0, `Finalizers:\t[${finalizers.join(' ')}]`);
  d.line(0, `StorageClass:\t${storageClassName(object)}`);
  d.line(0, `Status:\t${phaseText(d, object)}`);
  d.line(0, `Claim:\t${isFields(at(object, 'spec', 'claimRef')) ? `${spec('claimRef', 'namespace')}/${spec('claimRef', 'name')}` : ''}`);
  d.line(0, `Reclaim Policy:\t${spec('persistentVolumeReclaimPolicy')}`);
  d.line(0, `Access Modes:\t${accessModes(textsAt(object, 'spec', 'accessModes'))}`);
  if (spec('volumeMode')) d.line(0, `VolumeMode:\t${spec('volumeMode')}`);
  d.line(0, `Capacity:\t${spec('capacity', 'storage') || '0'}`);
  const required = at(object, 'spec', 'nodeAffinity', 'required');
  d.line(0, `Node Affinity:\t${isFields(required) ? '' : '<none>'}`);
  if (isFields(required)) {
    const terms = listAt(required, 'nodeSelectorTerms');
    d.line(1, `Required Terms:\t${terms.length > 0 ? '' : '<none>'}`);
    terms.forEach((term, i) => selectorTerm(d, 2, `Term ${i}`, listAt(term, 'matchExpressions')));
  }
  d.line(0, `Message:\t${textAt(object, 'status', 'message')}`);
  d.line(0, 'Source:');
  describeVolumeSource(d, fieldsAt(object, 'spec'), true);
  d.events(events);
}

/** `Term 0:  zone in [a, b]` */
function selectorTerm(d: Description, level: number, title: string, list: readonly Fields[]): void {
  if (list.length === 0) return d.line(level, `${title}:\t<none>`);
  list.forEach((term, i) => {
    const values = textsAt(term, 'values');
    const rule = `${textAt(term, 'key')} ${(textAt(term, 'operator') || 'in').toLowerCase()}${values.length > 0 ? ` [${values.join(', ')}]` : ''}`;
    d.line(level, `${i === 0 ? `${title}:` : ''}\t${rule}`);
  });
}

/** Pods that mount the claim, or that it was made for. */
async function usersOf(k: Kubectl, claim: KubeObject): Promise<string[]> {
  const path = k.path((await k.mapper()).need('pods'), claim.metadata.namespace);
  const { items } = await k.json<{ items: KubeObject[] }>('GET', path, { query: { limit: 500 } });
  const owners = new Set((claim.metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod').map(({ uid }) => uid));
  const uses = (pod: KubeObject): boolean =>
    owners.has(pod.metadata.uid ?? '') ||
    listAt(pod, 'spec', 'volumes').some((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === claim.metadata.name);
  return items
    .filter(uses)
    .map(({ metadata }) => metadata.name ?? '')
    .sort(byName);
}

export async function describeClaim({ object, events, d }: Described, k: Kubectl): Promise<void> {
  const { name, namespace, finalizers = [] } = object.metadata;
  const users = await usersOf(k, object);
  d.line(0, `Name:\t${name}`);
  d.line(0, `Namespace:\t${namespace}`);
  describeClaimBody(d, 0, object, { phase: phaseText(d, object), finalizers });
  d.line(0, `Used By:\t${users[0] ?? '<none>'}`);
  for (const user of users.slice(1)) d.line(0, `\t${user}`);
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length > 0) {
    d.line(0, 'Conditions:');
    d.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
    d.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
    for (const c of conditions) {
      const of = (key: string): string => textAt(c, key);
      const cells = [of('type'), of('status'), rfc1123(of('lastProbeTime')), rfc1123(of('lastTransitionTime')), of('reason')];
      d.line(1, `${cells.map((cell) => `${cell} `).join('\t')}\t${of('message')}`);
    }
  }
  d.events(events);
}

const isDefault = (annotations: Readonly<Record<string, string>> | undefined): string =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (name) => annotations?.[name] === 'true',
  )
    ? 'Yes'
    : 'No';

const flagText = (value: unknown): string => (value === undefined ? '<unset>' : value ? 'True' : 'False');

export function describeStorageClass({ object, events, d }: Described): void {
  const { name, annotations } = object.metadata;
  d.line(0, `Name:\t${name}`);
  d.line(0, `IsDefaultClass:\t${isDefault(annotations)}`);
  d.line(0, `Annotations:\t${pairsText(annotations ?? {})}`);
  d.line(0, `Provisioner:\t${textAt(object, 'provisioner')}`);
  d.line(0, `Parameters:\t${pairsText(fieldsAt(object, 'parameters'))}`);
  d.line(0, `AllowVolumeExpansion:\t${flagText(at(object, 'allowVolumeExpansion'))}`);
  const options = textsAt(object, 'mountOptions');
  d.line(0, options.length > 0 ? 'MountOptions:' : 'MountOptions:\t<none>');
  for (const option of options) d.line(1, option);
  if (textAt(object, 'reclaimPolicy')) d.line(0, `ReclaimPolicy:\t${textAt(object, 'reclaimPolicy')}`);
  if (textAt(object, 'volumeBindingMode')) d.line(0, `VolumeBindingMode:\t${textAt(object, 'volumeBindingMode')}`);
  const topologies = listAt(object, 'allowedTopologies');
  if (topologies.length > 0) d.line(0, 'AllowedTopologies:\t');
  topologies.forEach((term, i) => selectorTerm(d, 1, `Term ${i}`, listAt(term, 'matchLabelExpressions')));
  d.events(events);
}

export function describeAttributesClass({ object, events, d }: Described): void {
  d.line(0, `Name:\t${object.metadata.name}`);
  d.line(0, `Annotations:\t${pairsText(object.metadata.annotations ?? {})}`);
  d.line(0, `DriverName:\t${textAt(object, 'driverName')}`);
  d.line(0, `Parameters:\t${pairsText(fieldsAt(object, 'parameters'))}`);
  d.events(events);
}

export function describeCsiNode({ object, events, d }: Described): void {
  const { name, labels, annotations, creationTimestamp } = object.metadata;
  d.line(0, `Name:\t${name}`);
  d.labels('Labels', labels);
  d.annotations('Annotations', annotations);
  d.line(0, `CreationTimestamp:\t${rfc1123(creationTimestamp ?? '')}`);
  d.line(0, 'Spec:');
  if (Array.isArray(at(object, 'spec', 'drivers'))) d.line(1, 'Drivers:');
  for (const driver of listAt(object, 'spec', 'drivers')) {
    d.line(2, `${textAt(driver, 'name')}:`);
    d.line(3, `Node ID:\t${textAt(driver, 'nodeID')}`);
    if (textAt(driver, 'allocatable', 'count')) {
      d.line(3, 'Allocatables:');
      d.line(4, `Count:\t${textAt(driver, 'allocatable', 'count')}`);
    }
    if (Array.isArray(driver['topologyKeys'])) d.line(3, `Topology Keys:\t[${textsAt(driver, 'topologyKeys').join(' ')}]`);
  }
  d.events(events);
}
