import { dropGatedFields, type KubeObject, type LabelSelector, type Pod, type PodSpec } from '../api';
import { timestamp, type ServerContext } from './context';
import { qosClass } from './quality-of-service';
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
    (keys ?? []).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
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

export const podStrategy: Strategy = {
  generation: true,
  returnsDeleted: true,
  prepareCreate,
  prepareUpdate(pod, old) {
    mend(pod['spec'] as PodSpec);
    pod['status'] = old['status'];
  },
  graceSeconds: (pod, choice) => graceSeconds(pod as Pod, choice.gracePeriodSeconds),
};
