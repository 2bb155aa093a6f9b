import { quantityNumber, type KubeObject } from '../api';

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}
interface Taint {
  key: string;
  value?: string;
  effect: string;
}
interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}
interface Term {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}
interface Container {
  resources?: { requests?: Record<string, string> };
  ports?: { hostPort?: number; protocol?: string; hostIP?: string }[];
  restartPolicy?: string;
}
interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface PodView extends KubeObject {
  spec?: {
    nodeName?: string;
    schedulerName?: string;
    schedulingGates?: unknown[];
    nodeSelector?: Record<string, string>;
    tolerations?: Toleration[];
    affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] } } };
    containers?: Container[];
    initContainers?: Container[];
    overhead?: Record<string, string>;
  };
  status?: { phase?: string; conditions?: Condition[] };
}

export interface NodeView extends KubeObject {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { allocatable?: Record<string, string> };
}

function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false;
    if (toleration.key && toleration.key !== taint.key) return false;
    return toleration.operator === 'Exists' || (!!toleration.key && (toleration.value ?? '') === (taint.value ?? ''));
  });
}

function meets(requirement: Requirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function matchesAffinity(pod: PodView, node: NodeView): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some((term) => {
    const expressions = term.matchExpressions ?? [];
    const fields = term.matchFields ?? [];
    if (expressions.length + fields.length === 0) return false;
    return (
      expressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
      fields.every((requirement) => meets(requirement, requirement.key === 'metadata.name' ? node.metadata.name : undefined))
    );
  });
}

/** What a pod asks of a resource: its containers together, or its hungriest init container if that is more. */
function requested(pod: PodView, resource: string): number {
  const of = (container: Container): number => quantityNumber(container.resources?.requests?.[resource] ?? '0');
  const running = (pod.spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  let sidecars = 0;
  let initPeak = 0;
  for (const container of pod.spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars += of(container);
    else initPeak = Math.max(initPeak, sidecars + of(container));
  }
  return Math.max(running + sidecars, initPeak) + quantityNumber(pod.spec?.overhead?.[resource] ?? '0');
}

const isDone = (pod: PodView): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
const hostPorts = (pod: PodView): string[] =>
  (pod.spec?.containers ?? []).flatMap((container) =>
    (container.ports ?? []).filter((port) => port.hostPort).map((port) => `${port.protocol ?? 'TCP'}/${port.hostPort}`),
  );

function resourceReasons(pod: PodView, node: NodeView, others: readonly PodView[]): string[] {
  const allocatable = node.status?.allocatable ?? {};
  const reasons: string[] = [];
  if (allocatable['pods'] !== undefined && others.length + 1 > quantityNumber(allocatable['pods'])) reasons.push('Too many pods');
  const names = new Set((pod.spec?.containers ?? []).flatMap((container) => Object.keys(container.resources?.requests ?? {})));
  for (const name of [...names].sort()) {
    const wanted = requested(pod, name);
    if (wanted === 0) continue;
    const used = others.reduce((sum, other) => sum + requested(other, name), 0);
    if (wanted > quantityNumber(allocatable[name] ?? '0') - used) reasons.push(`Insufficient ${name}`);
  }
  return reasons;
}

/** Why a pod does not fit a node, in the words of the first plugin that objects; empty when it fits. */
export function filterNode(pod: PodView, node: NodeView, pods: readonly PodView[]): string[] {
  const tolerations = pod.spec?.tolerations ?? [];
  const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (node.spec?.unschedulable && !tolerates(tolerations, unschedulable)) return ['node(s) were unschedulable'];
  const taint = node.spec?.taints?.find((candidate) => candidate.effect !== 'PreferNoSchedule' && !tolerates(tolerations, candidate));
  if (taint) return ['node(s) had untolerated taint(s)'];
  if (!matchesAffinity(pod, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  const others = pods.filter((other) => other.spec?.nodeName === node.metadata.name && !isDone(other));
  const taken = new Set(others.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => taken.has(port))) return ["node(s) didn't have free ports for the requested pod ports"];
  return resourceReasons(pod, node, others);
}
