import { quantityNumber, type KubeObject } from '../api';
import { podAffinityReason, spreadReason, type PodAffinityTerm, type SpreadConstraint } from './scheduler-topology';

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}
export interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}
interface Term {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}
interface Container {
  name?: string;
  resources?: { requests?: Record<string, string> };
  ports?: { hostPort?: number; protocol?: string; hostIP?: string }[];
  restartPolicy?: string;
}
export interface Condition {
  type: string;
  status: string;
  lastHeartbeatTime?: string;
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
    affinity?: {
      nodeAffinity?: {
        requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] };
        preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; preference: Term }[];
      };
      podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] };
      podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] };
    };
    topologySpreadConstraints?: SpreadConstraint[];
    containers?: Container[];
    initContainers?: Container[];
    overhead?: Record<string, string>;
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
    priority?: number;
    preemptionPolicy?: string;
    terminationGracePeriodSeconds?: number;
  };
  status?: {
    phase?: string;
    conditions?: Condition[];
    containerStatuses?: { name: string; allocatedResources?: Record<string, string> }[];
    nominatedNodeName?: string;
    startTime?: string;
  };
}

export interface NodeView extends KubeObject {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { allocatable?: Record<string, string>; conditions?: Condition[] };
}

/** What is on the cluster when a pod is looked at: the nodes, and on each the pods that count. */
export interface ClusterView {
  readonly nodes: readonly NodeView[];
  readonly podsOn: ReadonlyMap<string, readonly PodView[]>;
}

/** The scheduler's plugin that objects, as far as another event than its own can help. */
export type Plugin = 'NodeUnschedulable' | 'TaintToleration' | 'NodeAffinity' | 'NodePorts' | 'NodeResourcesFit' | 'PodTopologySpread' | 'InterPodAffinity'; // prettier-ignore

/** Why a pod does not fit a node. `final`: no pod that leaves the node would help (UnschedulableAndUnresolvable). */
export interface Objection {
  readonly plugin: Plugin;
  readonly reasons: readonly string[];
  readonly final: boolean;
}

export const isDone = (pod: PodView): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** The view of all pods that hold something on their node. */
export function clusterView(nodes: readonly NodeView[], pods: readonly PodView[]): ClusterView {
  const podsOn = new Map<string, PodView[]>();
  for (const pod of pods) {
    const name = pod.spec?.nodeName;
    if (!name || isDone(pod)) continue;
    const list = podsOn.get(name);
    if (list) list.push(pod);
    else podsOn.set(name, [pod]);
  }
  return { nodes, podsOn };
}

export const podsOf = (view: ClusterView, node: NodeView): readonly PodView[] => view.podsOn.get(node.metadata.name ?? '') ?? [];

export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false;
    if (toleration.key && toleration.key !== taint.key) return false;
    return toleration.operator === 'Exists' || (!!toleration.key && (toleration.value ?? '') === (taint.value ?? ''));
  });
}

const operators: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, values) => value !== undefined && Number(value) > Number(values[0]),
  Lt: (value, values) => value !== undefined && Number(value) < Number(values[0]),
};

export const meets = ({ operator, values = [] }: Requirement, value: string | undefined): boolean =>
  operators[operator]?.(value, values) ?? false;

/** Whether one term of a node selector takes the node; an empty term takes none. */
function termTakes({ matchExpressions = [], matchFields = [] }: Term, node: NodeView): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every((requirement) => meets(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => meets(requirement, requirement.key === 'metadata.name' ? node.metadata.name : undefined))
  );
}

/** nodeSelector and required node affinity. */
export function matchesNodeAffinity(pod: PodView, node: NodeView): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return !terms || terms.some((term) => termTakes(term, node));
}

/** What was worked out of a pod's version. */
const requests = new WeakMap<PodView, Map<string, number>>();

/** What a pod asks of a resource: its containers together, or its hungriest init container if that is more. */
export function requested(pod: PodView, resource: string): number {
  let known = requests.get(pod);
  if (!known) requests.set(pod, (known = new Map()));
  let amount = known.get(resource);
  if (amount === undefined) known.set(resource, (amount = sumOf(pod, resource)));
  return amount;
}

function sumOf(pod: PodView, resource: string): number {
  const infeasible = pod.status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible');
  // a resize counts from when it is asked for, unless the node can never give it
  const of = ({ name, resources }: Container): number => {
    const wanted = quantityNumber(resources?.requests?.[resource] ?? '0');
    const given = pod.status?.containerStatuses?.find((status) => status.name === name)?.allocatedResources?.[resource];
    if (given === undefined) return wanted;
    return infeasible ? quantityNumber(given) : Math.max(wanted, quantityNumber(given));
  };
  const running = (pod.spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  let sidecars = 0;
  let initPeak = 0;
  for (const container of pod.spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars += of(container);
    else initPeak = Math.max(initPeak, sidecars + of(container));
  }
  return Math.max(running + sidecars, initPeak) + quantityNumber(pod.spec?.overhead?.[resource] ?? '0');
}

const hostPorts = (pod: PodView): string[] =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')].flatMap((container) =>
    (container.ports ?? [])
      .filter((port) => port.hostPort)
      .map((port) => `${port.protocol ?? 'TCP'}/${port.hostPort}/${port.hostIP ?? ''}`),
  );

/** Two host ports exclude each other on one address, or when one takes all addresses. */
function portsConflict(wanted: readonly string[], taken: ReadonlySet<string>): boolean {
  const parts = [...taken].map((port) => port.split('/'));
  const everywhere = (address: string): boolean => address === '' || address === '0.0.0.0';
  return wanted.some((port) => {
    const [protocol, number, address = ''] = port.split('/');
    return parts.some(([p, n, a = '']) => p === protocol && n === number && (a === address || everywhere(a) || everywhere(address)));
  });
}

function resourceObjection(pod: PodView, node: NodeView, others: readonly PodView[]): Objection | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const reasons: string[] = [];
  let final = false;
  if (allocatable['pods'] !== undefined && others.length + 1 > quantityNumber(allocatable['pods'])) reasons.push('Too many pods');
  const names = new Set(
    [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].flatMap((c) => Object.keys(c.resources?.requests ?? {})),
  );
  for (const name of names) {
    const wanted = requested(pod, name);
    if (wanted === 0) continue;
    const total = quantityNumber(allocatable[name] ?? '0');
    const used = others.reduce((sum, other) => sum + requested(other, name), 0);
    if (wanted <= total - used) continue;
    reasons.push(`Insufficient ${name}`);
    if (wanted > total) final = true;
  }
  return reasons.length ? { plugin: 'NodeResourcesFit', reasons, final } : undefined;
}

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** Why a pod does not fit a node with `others` on it: what the first plugin that objects says; undefined when it fits. */
export function filterNode(
  pod: PodView,
  node: NodeView,
  view: ClusterView,
  others: readonly PodView[] = podsOf(view, node),
): Objection | undefined {
  const tolerations = pod.spec?.tolerations ?? [];
  const objection = (plugin: Plugin, reason: string, final: boolean): Objection => ({ plugin, reasons: [reason], final });
  if (node.spec?.unschedulable && !tolerates(tolerations, unschedulable))
    return objection('NodeUnschedulable', 'node(s) were unschedulable', true);
  const taint = node.spec?.taints?.find((candidate) => candidate.effect !== 'PreferNoSchedule' && !tolerates(tolerations, candidate));
  if (taint) return objection('TaintToleration', 'node(s) had untolerated taint(s)', true);
  if (!matchesNodeAffinity(pod, node)) return objection('NodeAffinity', "node(s) didn't match Pod's node affinity/selector", true);
  const ports = hostPorts(pod);
  if (ports.length && portsConflict(ports, new Set(others.flatMap(hostPorts))))
    return objection('NodePorts', "node(s) didn't have free ports for the requested pod ports", false);
  const resources = resourceObjection(pod, node, others);
  if (resources) return resources;
  const spread = spreadReason(pod, node, view, others);
  if (spread) return objection('PodTopologySpread', spread.reason, spread.final);
  const affinity = podAffinityReason(pod, node, view, others);
  return affinity && objection('InterPodAffinity', affinity.reason, affinity.final);
}

/** What a container that asks for nothing is taken to use, for scores alone. */
const usual = { cpu: 0.1, memory: 200 * 1024 ** 2 };

/** How good a node is for a pod it fits: preferred affinity and taints first, then what is free. Higher is better. */
export function scoreNode(pod: PodView, node: NodeView, view: ClusterView): number {
  const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const affinity = preferred.reduce((sum, { weight, preference }) => sum + (termTakes(preference, node) ? weight : 0), 0);
  const shunned = (node.spec?.taints ?? []).filter((t) => t.effect === 'PreferNoSchedule' && !tolerates(pod.spec?.tolerations ?? [], t));
  const others = podsOf(view, node);
  const free = (['cpu', 'memory'] as const).map((name) => {
    const total = quantityNumber(node.status?.allocatable?.[name] ?? '0');
    if (total <= 0) return 0;
    const used = [...others, pod].reduce(
      (sum, each) => sum + (requested(each, name) || usual[name] * (each.spec?.containers?.length ?? 1)),
      0,
    );
    return Math.max(0, (total - used) / total);
  });
  return affinity * 2 - shunned.length * 300 + (free[0]! + free[1]!) * 50;
}
