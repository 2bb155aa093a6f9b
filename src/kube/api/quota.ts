import { addAmounts, podAmounts, type Amounts, type SizedPod } from './pod-amounts';
import type { KubeObject } from './object';
import { qosClass } from './quality-of-service';
import { quantityNumber } from './quantity';

/** What objects cost a namespace, and which quota counts them (k8s.io/kubernetes/pkg/quota/v1/evaluator). */

interface Counted {
  readonly group: string;
  readonly plural: string;
}
interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}
export interface QuotaSpec {
  readonly hard?: Amounts;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}
export interface ResourceQuota extends KubeObject {
  spec?: QuotaSpec;
  status?: { hard?: Amounts; used?: Amounts };
}

const countName = ({ group, plural }: Counted): string => `count/${group ? `${plural}.${group}` : plural}`;

/** Kinds that were counted by their bare names before there was `count/`. */
const oldCounts: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage: Record<string, string> = { pods: '1' };
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    if (requests[name] !== undefined) usage[name] = usage[`requests.${name}`] = requests[name];
    if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name];
  }
  for (const [name, amount] of Object.entries(requests)) {
    if (name.startsWith('hugepages-')) usage[name] = usage[`requests.${name}`] = amount;
    else if (!isNative(name)) usage[`requests.${name}`] = amount;
  }
  return usage;
}

interface PodLike extends KubeObject {
  spec?: SizedPod & { activeDeadlineSeconds?: number; priorityClassName?: string; affinity?: Record<string, PodAffinity | undefined> };
  status?: { phase?: string };
}
interface AffinityTerm {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: unknown;
}
interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm?: AffinityTerm }[];
}

/** A pod that has ended, or should have, costs no more than its place in the storage. */
function isOver({ metadata, status }: PodLike, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  return metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) < nowMs;
}

function podUsage(pod: PodLike, nowMs: number): Amounts {
  if (isOver(pod, nowMs)) return {};
  const spec = pod.spec ?? {};
  return computeUsage(podAmounts(spec, 'requests'), podAmounts(spec, 'limits'));
}

interface ServiceLike extends KubeObject {
  spec?: { type?: string; ports?: unknown[]; allocateLoadBalancerNodePorts?: boolean };
}
function serviceUsage({ spec }: ServiceLike): Amounts {
  const ports = String(spec?.ports?.length ?? 0);
  const [balanced, onNodes] = [spec?.type === 'LoadBalancer', spec?.type === 'NodePort'];
  const hasNodePorts = onNodes || (balanced && spec?.allocateLoadBalancerNodePorts !== false);
  return { services: '1', 'services.nodeports': hasNodePorts ? ports : '0', 'services.loadbalancers': balanced ? '1' : '0' };
}

const classPrefix = '.storageclass.storage.k8s.io/';
interface ClaimLike extends KubeObject {
  spec?: { storageClassName?: string; resources?: { requests?: Amounts } };
}
function claimUsage({ spec }: ClaimLike): Amounts {
  const name = spec?.storageClassName;
  const storage = spec?.resources?.requests?.['storage'];
  const usage: Record<string, string> = { persistentvolumeclaims: '1' };
  if (name) usage[`${name}${classPrefix}persistentvolumeclaims`] = '1';
  if (storage === undefined) return usage;
  usage['requests.storage'] = storage;
  if (name) usage[`${name}${classPrefix}requests.storage`] = storage;
  return usage;
}

/** What one object costs. */
export function quotaUsage(resource: Counted, object: KubeObject, nowMs: number): Amounts {
  const usage: Amounts = { [countName(resource)]: '1' };
  if (resource.group !== '') return usage;
  if (resource.plural === 'pods') return { ...usage, ...podUsage(object as PodLike, nowMs) };
  if (resource.plural === 'services') return { ...usage, ...serviceUsage(object) };
  if (resource.plural === 'persistentvolumeclaims') return { ...usage, ...claimUsage(object) };
  return oldCounts.has(resource.plural) ? { ...usage, [resource.plural]: '1' } : usage;
}

const podNames: ReadonlySet<string> = new Set([
  ...['pods', 'cpu', 'memory', 'ephemeral-storage'],
  ...['requests', 'limits'].flatMap((kind) => ['cpu', 'memory', 'ephemeral-storage'].map((name) => `${kind}.${name}`)),
]);

const ownNames: Readonly<Record<string, (name: string) => boolean>> = {
  pods: (name) =>
    podNames.has(name) ||
    /^(requests\.)?hugepages-/.test(name) ||
    (name.startsWith('requests.') && !isNative(name) && !name.includes(classPrefix)),
  services: (name) => ['services', 'services.nodeports', 'services.loadbalancers'].includes(name),
  persistentvolumeclaims: (name) => ['persistentvolumeclaims', 'requests.storage'].includes(name) || name.includes(classPrefix),
};

/** Which of the names that a quota limits are about objects of a resource. */
export function quotaNames(resource: Counted, names: readonly string[]): string[] {
  const own = resource.group === '' && Object.hasOwn(ownNames, resource.plural) ? ownNames[resource.plural] : undefined;
  const old = resource.group === '' && oldCounts.has(resource.plural) ? resource.plural : undefined;
  return names.filter((name) => name === countName(resource) || name === old || own?.(name));
}

const crosses = ({ namespaces = [], namespaceSelector }: AffinityTerm = {}): boolean =>
  namespaces.length > 0 || (namespaceSelector !== undefined && namespaceSelector !== null);
const looksAbroad = (affinity: PodAffinity = {}): boolean =>
  (affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(crosses) ||
  (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).some(({ podAffinityTerm }) => crosses(podAffinityTerm));

const hasDeadline = (pod: PodLike): boolean => (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
const isBestEffort = (pod: PodLike): boolean => qosClass(pod as Parameters<typeof qosClass>[0]) === 'BestEffort';

function classMatches(pod: PodLike, { operator, values = [] }: ScopeRequirement): boolean {
  const name = pod.spec?.priorityClassName ?? '';
  if (operator === 'In') return name !== '' && values.includes(name);
  if (operator === 'NotIn') return name === '' || !values.includes(name);
  return operator === 'DoesNotExist' ? name === '' : name !== '';
}

const podScopes: Readonly<Record<string, (pod: PodLike, requirement: ScopeRequirement) => boolean>> = {
  Terminating: hasDeadline,
  NotTerminating: (pod) => !hasDeadline(pod),
  BestEffort: isBestEffort,
  NotBestEffort: (pod) => !isBestEffort(pod),
  PriorityClass: classMatches,
  CrossNamespacePodAffinity: ({ spec }) => looksAbroad(spec?.affinity?.['podAffinity']) || looksAbroad(spec?.affinity?.['podAntiAffinity']),
};

/** Whether a quota's scopes include an object; only pods have scopes. */
export function inQuotaScopes(spec: QuotaSpec, resource: Counted, object: KubeObject): boolean {
  const requirements = [
    ...(spec.scopes ?? []).map((scopeName): ScopeRequirement => ({ scopeName, operator: 'Exists' })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (resource.group !== '' || resource.plural !== 'pods') return false;
  return requirements.every((requirement) => {
    const scope = requirement.scopeName ?? '';
    return Object.hasOwn(podScopes, scope) && podScopes[scope]!(object as PodLike, requirement);
  });
}

export const onlyAmounts = (amounts: Amounts, names: readonly string[]): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => names.includes(name)));

/** What all objects of a namespace cost together, of what a quota limits: 0 where nothing does. */
export function quotaUsed(
  spec: QuotaSpec,
  resources: Iterable<readonly [resource: Counted, objects: readonly KubeObject[]]>,
  nowMs: number,
): Amounts {
  const names = Object.keys(spec.hard ?? {});
  let used: Amounts = Object.fromEntries(names.map((name) => [name, '0']));
  for (const [resource, objects] of resources) {
    const own = quotaNames(resource, names);
    if (own.length === 0) continue;
    for (const object of objects) {
      if (inQuotaScopes(spec, resource, object)) used = addAmounts(used, onlyAmounts(quotaUsage(resource, object, nowMs), own));
    }
  }
  return used;
}

const mustBeGiven = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'];

/** "if we quota cpu or memory, then each container must make an explicit request for the resource": what is missing, in words. */
export function quotaConstraint(resource: Counted, names: readonly string[], object: KubeObject): string | undefined {
  if (resource.group !== '' || resource.plural !== 'pods') return undefined;
  const { spec = {} } = object as PodLike;
  if (Object.keys({ ...spec.resources?.requests, ...spec.resources?.limits }).length > 0) return undefined;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])] as { name?: string; resources?: SizedPod['resources'] }[];
  const missing = mustBeGiven
    .filter((name) => names.includes(name))
    .flatMap((name) => {
      const without = containers.filter(
        ({ resources = {} }) => computeUsage(resources.requests ?? {}, resources.limits ?? {})[name] === undefined,
      );
      const shown = [...new Set(without.map(({ name: container = '' }) => container))].sort().join(',');
      return without.length > 0 ? [`${name} for: ${shown}`] : [];
    });
  return missing.length > 0 ? `must specify ${missing.join('; ')}` : undefined;
}

/** Names of amounts that are more than `most` allows. */
export const amountsOver = (amounts: Amounts, most: Amounts): string[] =>
  Object.keys(amounts).filter((name) => Object.hasOwn(most, name) && quantityNumber(amounts[name]!) > quantityNumber(most[name]!));
