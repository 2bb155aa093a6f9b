import { parseQuantity, qosClass, quantityNumber, quantityText, type Container, type Pod, type ResourceRequirements } from '../api';
import type { ContainerResources } from '../runtime';

const periodUs = 100_000;
const memoryOf = (text: string | undefined): number => (text === undefined ? 0 : quantityNumber(text));
const milliOf = (text: string | undefined): number => (text === undefined ? 0 : Math.ceil(quantityNumber(text) * 1000));

/** cpu.shares of a request in millicores (MilliCPUToShares): 2 for nothing. */
const sharesOf = (milli: number): number => (milli === 0 ? 2 : Math.max(2, Math.floor((milli * 1024) / 1000)));
/** Microseconds of each period (MilliCPUToQuota); Infinity without a limit. */
const quotaOf = (milli: number): number => (milli === 0 ? Infinity : Math.max(1000, Math.floor((milli * periodUs) / 1000)));

/** Containers that run beside each other once the pod is up. */
const standing = (pod: Pod): Container[] => [
  ...pod.spec.containers,
  ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
];

/** How soon the OOM killer takes a container's processes, by its QoS class and memory request. */
function oomScore(pod: Pod, container: Container, machineBytes: number): number {
  if ((pod.spec.priority ?? 0) >= 2_000_000_000) return -997;
  const qos = qosClass(pod);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const score = Math.floor(1000 - (1000 * memoryOf(container.resources?.requests?.['memory'])) / machineBytes);
  // a burstable container stays between the guaranteed and those that asked for nothing
  return Math.min(Math.max(score, 3), 999);
}

/** What a container may use, as the runtime sets it. */
export function containerResources(pod: Pod, container: Container, machineBytes: number): ContainerResources {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const cpuRequest = requests['cpu'] ?? limits['cpu'];
  return {
    memoryLimitBytes: memoryOf(limits['memory']) || Infinity,
    cpuShares: sharesOf(milliOf(cpuRequest)),
    cpuQuotaUs: quotaOf(milliOf(limits['cpu'])),
    cpuPeriodUs: periodUs,
    oomScoreAdj: oomScore(pod, container, machineBytes),
  };
}

/** What the pod's own cgroup may use: a limit only where every container has one. */
export function podResources(pod: Pod): Pick<ContainerResources, 'memoryLimitBytes' | 'cpuShares' | 'cpuQuotaUs' | 'cpuPeriodUs'> {
  const all = standing(pod);
  const sum = (of: (c: Container) => number): number => all.reduce((total, c) => total + of(c), 0);
  const limited = (name: string): boolean => all.every((c) => c.resources?.limits?.[name] !== undefined);
  const init = pod.spec.initContainers ?? [];
  const peak = (of: (c: Container) => number): number => Math.max(sum(of), ...init.map(of));
  return {
    memoryLimitBytes: limited('memory') ? peak((c) => memoryOf(c.resources?.limits?.['memory'])) : Infinity,
    cpuShares: sharesOf(peak((c) => milliOf(c.resources?.requests?.['cpu']))),
    cpuQuotaUs: limited('cpu') ? quotaOf(peak((c) => milliOf(c.resources?.limits?.['cpu']))) : Infinity,
    cpuPeriodUs: periodUs,
  };
}

/** Quantities of one resource added up, in the first one's format. */
function total(texts: readonly string[]): string {
  const amounts = texts.map((text) => parseQuantity(text));
  return quantityText({ nanos: amounts.reduce((sum, { nanos }) => sum + nanos, 0n), format: amounts[0]?.format ?? 'DecimalSI' });
}

/** Requests or limits of the whole pod; a limit counts only where every container has one. */
export function podTotals(pod: Pod, kind: 'requests' | 'limits'): Record<string, string> {
  const all = standing(pod);
  const names = new Set(all.flatMap((c) => Object.keys(c.resources?.[kind] ?? {})));
  const totals: Record<string, string> = {};
  for (const name of [...names].sort()) {
    const texts = all.flatMap((c) => c.resources?.[kind]?.[name] ?? []);
    if (kind === 'requests' || texts.length === all.length) totals[name] = total(texts);
  }
  return totals;
}

/** The request of a pod in millicores or bytes, as the kubelet counts its node's use. */
export const podRequest = (pod: Pod, name: 'cpu' | 'memory'): number =>
  standing(pod).reduce(
    (sum, c) => sum + (name === 'cpu' ? milliOf(c.resources?.requests?.[name]) : memoryOf(c.resources?.requests?.[name])),
    0,
  );

export const sameResources = (a: ResourceRequirements | undefined, b: ResourceRequirements | undefined): boolean =>
  (['requests', 'limits'] as const).every((kind) => {
    const [left, right] = [a?.[kind] ?? {}, b?.[kind] ?? {}];
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => quantityNumber(left[name] ?? 'NaN') === quantityNumber(right[name] ?? 'NaN'));
  });
