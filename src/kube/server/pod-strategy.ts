import { dropGatedFields, qosClass, type KubeObject, type LabelSelector, type Pod, type PodSpec } from '../api';
import { timestamp, type ServerContext } from './context';
import type { Strategy } from './strategy';

interface KeyedTerm {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}
interface Affinity {
  requiredDuringSchedulingIgnoredDuringExecution?: KeyedTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm: KeyedTerm }[];
}
interface Placement {
  affinity?: { podAffinity?: Affinity; podAntiAffinity?: Affinity };
  topologySpreadConstraints?: KeyedTerm[];
  schedulingGates?: unknown[];
}

const termsOf = (affinity: Affinity = {}): KeyedTerm[] => [
  ...(affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
];

/** Keys whose values are the pod's own become requirements of the selector. */
function bindLabelKeys(term: KeyedTerm, labels: Record<string, string>): void {
  const selector = term.labelSelector;
  if (!selector) return;
  const requirements = (keys: readonly string[] | undefined, operator: string) =>
    (keys ?? []).flatMap((key) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key]!] }] : []));
  const added = [...requirements(term.matchLabelKeys, 'In'), ...requirements(term.mismatchLabelKeys, 'NotIn')];
  if (added.length > 0) term.labelSelector = { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] };
}

/** What a pod may ask for and does not get: fields of gates that are off, a grace period below zero. */
function mend(spec: PodSpec): void {
  dropGatedFields(spec);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
}

function prepareCreate(pod: KubeObject, context: ServerContext): void {
  const { spec, metadata } = pod as Pod;
  mend(spec);
  const { affinity, topologySpreadConstraints, schedulingGates } = spec as Placement;
  const terms = [...termsOf(affinity?.podAffinity), ...termsOf(affinity?.podAntiAffinity), ...(topologySpreadConstraints ?? [])];
  for (const term of terms) bindLabelKeys(term, metadata.labels ?? {});
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: timestamp(context.clock.now()),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  pod['status'] = {
    phase: 'Pending',
    ...(schedulingGates?.length ? { conditions: [gated] } : {}),
    qosClass: qosClass(pod as Parameters<typeof qosClass>[0]),
  };
}

/** Seconds until a deletion takes effect: none for a pod that runs nowhere, or has ended. */
function graceSeconds({ spec, status }: Pod, wanted: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds = 30 } = spec;
  if (!nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const seconds = wanted ?? terminationGracePeriodSeconds;
  return seconds < 0 ? 1 : seconds;
}

type Sized = { name?: string; resources?: unknown; resizePolicy?: unknown };

/** The old containers with the wanted sizes; a list that is another one is left for validation to refuse. */
function resized(wanted: readonly Sized[] | undefined, old: readonly Sized[] | undefined): Sized[] | undefined {
  if (!old || wanted?.length !== old.length) return wanted?.slice();
  return old.map((container, i) => {
    const { name, resources, resizePolicy } = wanted[i]!;
    return { ...container, name, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}

/** ephemeralcontainers and resize change one thing of the spec each, status none. */
function prepareSubresource(object: KubeObject, before: KubeObject, subresource: string): void {
  const [pod, old] = [object as Pod, before as Pod];
  if (subresource === 'status') {
    if (old.metadata.ownerReferences) pod.metadata.ownerReferences = old.metadata.ownerReferences;
    else delete pod.metadata.ownerReferences;
    if (pod.status && !pod.status.qosClass) pod.status.qosClass = old.status?.qosClass;
    return;
  }
  if (subresource !== 'ephemeralcontainers' && subresource !== 'resize') return;
  const { ephemeralContainers, containers, initContainers } = pod.spec;
  const resources = pod.spec['resources'];
  const { resourceVersion, uid } = pod.metadata;
  for (const key of Object.keys(pod.metadata)) delete (pod.metadata as Record<string, unknown>)[key];
  Object.assign(pod.metadata, old.metadata, { resourceVersion, uid });
  pod.spec = structuredClone(old.spec);
  pod.status = old.status;
  if (subresource === 'ephemeralcontainers') pod.spec.ephemeralContainers = ephemeralContainers;
  if (subresource !== 'resize') return;
  pod.spec.containers = (resized(containers, old.spec.containers) ?? []) as Pod['spec']['containers'];
  pod.spec.initContainers = resized(initContainers, old.spec.initContainers) as Pod['spec']['initContainers'];
  if (resources !== undefined) pod.spec['resources'] = resources;
}

export const podStrategy: Strategy = {
  generation: true,
  returnsDeleted: true,
  prepareCreate,
  prepareUpdate(pod, old) {
    mend(pod['spec'] as PodSpec);
    pod['status'] = old['status'];
  },
  prepareSubresource,
  graceSeconds: (pod, choice) => graceSeconds(pod as Pod, choice.gracePeriodSeconds),
};
