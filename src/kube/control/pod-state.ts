import type { Pod } from '../api';

const conditionOf = (pod: Pod, type: string) => pod.status?.conditions?.find((condition) => condition.type === type);

/** Neither ended nor on its way out. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && !pod.metadata.deletionTimestamp;

export const isTerminal = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** Being deleted and not yet gone. */
export const isTerminating = (pod: Pod): boolean => !isTerminal(pod) && !!pod.metadata.deletionTimestamp;

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

const sinceMs = (time: string | null | undefined): number => (time ? Date.parse(time) : 0);

/** When a ready pod counts as available; undefined for one that is not ready. */
export function availableAtMs(pod: Pod, minReadySeconds = 0): number | undefined {
  if (!isReady(pod)) return undefined;
  return minReadySeconds === 0 ? 0 : sinceMs(conditionOf(pod, 'Ready')?.lastTransitionTime) + minReadySeconds * 1000;
}

export function isAvailable(pod: Pod, minReadySeconds: number | undefined, nowMs: number): boolean {
  const atMs = availableAtMs(pod, minReadySeconds);
  return atMs !== undefined && atMs <= nowMs;
}

/** In how many ms the first of those pods is available that were ready but not available yet at `lookedMs`; undefined: there are none. */
export function nextAvailableMs(
  pods: readonly Pod[],
  minReadySeconds: number | undefined,
  lookedMs: number,
  nowMs: number,
): number | undefined {
  const waits = pods
    .map((pod) => availableAtMs(pod, minReadySeconds))
    .filter((atMs): atMs is number => atMs !== undefined && atMs > lookedMs);
  return waits.length > 0 ? Math.max(0, Math.min(...waits) - nowMs) : undefined;
}

const restartsOf = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount ?? 0));
const deletionCost = (pod: Pod): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost']) || 0;
const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const readyMs = (pod: Pod): number => sinceMs(conditionOf(pod, 'Ready')?.lastTransitionTime);
const createdMs = (pod: Pod): number => sinceMs(pod.metadata.creationTimestamp);

/** Ages in powers of two: pods of about the same age count as equally old. */
const magnitude = (sinceTimeMs: number, nowMs: number): number =>
  sinceTimeMs === 0 ? -1 : Math.floor(Math.log2(Math.max(1, nowMs - sinceTimeMs)));

/**
 * The order in which a controller that has too many pods deletes them (ActivePodsWithRanks): unassigned, pending and not
 * ready ones first, then cheap ones, those that share a node with many of their kind (`crowd`), young and often restarted ones.
 */
export function deletionOrder(nowMs: number, crowd: (pod: Pod) => number): (a: Pod, b: Pod) => number {
  const rules: readonly ((a: Pod, b: Pod) => number)[] = [
    (a, b) => Number(!!a.spec.nodeName) - Number(!!b.spec.nodeName),
    (a, b) => (phaseRank[a.status?.phase ?? ''] ?? 0) - (phaseRank[b.status?.phase ?? ''] ?? 0),
    (a, b) => Number(isReady(a)) - Number(isReady(b)),
    (a, b) => deletionCost(a) - deletionCost(b),
    (a, b) => crowd(b) - crowd(a),
    (a, b) => (isReady(a) && isReady(b) ? magnitude(readyMs(a), nowMs) - magnitude(readyMs(b), nowMs) : 0),
    (a, b) => restartsOf(b) - restartsOf(a),
    (a, b) => magnitude(createdMs(a), nowMs) - magnitude(createdMs(b), nowMs),
    (a, b) => ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1),
  ];
  return (a, b) => {
    for (const rule of rules) {
      const order = rule(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}
