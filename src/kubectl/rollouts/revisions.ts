import type { KubeObject } from '../../kube/api';
import type { Kubectl } from '../kubectl';
import { selectorText } from '../selectors';
import { at, byName, equal, fieldsAt, isFields } from '../value';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const causeAnnotation = 'kubernetes.io/change-cause';
const hashLabel = 'pod-template-hash';

/** The objects of a type that a workload controls. */
export async function ownedBy(k: Kubectl, owner: KubeObject, type: string): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need(type);
  const query = { labelSelector: selectorText(at(owner, 'spec', 'selector')), limit: 500 };
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, owner.metadata.namespace), { query });
  const isOwn = ({ metadata }: KubeObject): boolean =>
    !!metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata.uid);
  return items.filter(isOwn).map((object) => ({ apiVersion: mapping.groupVersion, kind: mapping.kind, ...object }));
}

/** A ReplicaSet's template as its Deployment has it: without the hash. */
export function templateOf(set: KubeObject): Record<string, unknown> {
  const template = fieldsAt(set, 'spec', 'template');
  const { [hashLabel]: _hash, ...labels } = fieldsAt(template, 'metadata', 'labels');
  return { ...template, metadata: { ...fieldsAt(template, 'metadata'), labels } };
}

/** Null as nothing: Go's zero time, and lists of none. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, bare(each)]])));
}

export function newReplicaSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = bare(templateOf(deployment));
  const age = ({ metadata }: KubeObject): string => `${metadata.creationTimestamp} ${metadata.name}`;
  return [...sets].sort((a, b) => byName(age(a), age(b))).find((set) => equal(bare(templateOf(set)), wanted));
}

/** One revision of a workload: what its pods were made of then. */
export interface Revision {
  readonly number: number;
  readonly cause: string;
  /** With the labels and annotations of the record itself, where a Deployment's has them. */
  readonly template: Record<string, unknown>;
  readonly object: KubeObject;
}

async function deploymentHistory(k: Kubectl, deployment: KubeObject): Promise<Revision[]> {
  const sets = await ownedBy(k, deployment, 'replicasets.apps');
  return sets.map((set) => {
    const annotations = set.metadata.annotations ?? {};
    const cause = annotations[causeAnnotation] ?? '';
    const template = fieldsAt(set, 'spec', 'template');
    const metadata = fieldsAt(template, 'metadata');
    const marked = { ...fieldsAt(metadata, 'annotations'), ...(cause && { [causeAnnotation]: cause }) };
    const shown = { ...template, metadata: { ...metadata, annotations: marked } };
    return { number: Number(annotations[revisionAnnotation] ?? 0), cause, template: shown, object: set };
  });
}

/** DaemonSets and StatefulSets keep theirs as patches, in ControllerRevisions. */
async function controllerHistory(k: Kubectl, workload: KubeObject): Promise<Revision[]> {
  const records = await ownedBy(k, workload, 'controllerrevisions.apps');
  return records.map((object) => {
    const { $patch: _patch, ...template } = fieldsAt(object, 'data', 'spec', 'template');
    const cause = object.metadata.annotations?.[causeAnnotation] ?? '';
    return { number: Number(object['revision'] ?? 0), cause, template, object };
  });
}

/** The revisions of a workload, oldest first. */
export async function historyOf(k: Kubectl, workload: KubeObject): Promise<Revision[]> {
  const list = await (workload.kind === 'Deployment' ? deploymentHistory : controllerHistory)(k, workload);
  return list.sort((a, b) => a.number - b.number);
}
