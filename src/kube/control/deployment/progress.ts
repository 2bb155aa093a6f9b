import type { Clock } from '../../../clock';
import { timeText, type Condition, type Deployment, type DeploymentStatus, type ReplicaSet } from '../workloads';
import { maxUnavailable, replicasOf, totalOf } from './sizes';

export const newCondition = (type: string, status: string, reason: string, message: string, nowMs: number): Condition => ({
  type,
  status,
  lastUpdateTime: timeText(nowMs),
  lastTransitionTime: timeText(nowMs),
  reason,
  message,
});

export const conditionOf = (status: DeploymentStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

const without = (conditions: readonly Condition[] | undefined, type: string): Condition[] =>
  (conditions ?? []).filter((condition) => condition.type !== type);

/** Puts a condition last; one of the same status and reason stays as it is, one of the same status keeps its transition time. */
export function withCondition(status: DeploymentStatus, condition: Condition): DeploymentStatus {
  const known = conditionOf(status, condition.type);
  if (known?.status === condition.status && known.reason === condition.reason) return status;
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : condition.lastTransitionTime;
  return { ...status, conditions: [...without(status.conditions, condition.type), { ...condition, lastTransitionTime }] };
}

export const withoutCondition = (status: DeploymentStatus, type: string): DeploymentStatus => ({
  ...status,
  conditions: without(status.conditions, type),
});

const sum = (sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas'): number =>
  sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0);

export function calculateStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const available = sum(all, 'availableReplicas');
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(all, 'replicas'),
    updatedReplicas: newSet ? sum([newSet], 'replicas') : 0,
    readyReplicas: sum(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalOf(all) - available),
    terminatingReplicas: sum(all, 'terminatingReplicas'),
    collisionCount: deployment.status?.collisionCount,
    conditions: deployment.status?.conditions ?? [],
  };
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  return withCondition(
    status,
    enough
      ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
      : newCondition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs),
  );
}

/** Status as Go writes it: without counts of none, but for those that are pointers. */
export function written(status: DeploymentStatus): DeploymentStatus {
  const kept = Object.entries(status).filter(([field, value]) => field === 'terminatingReplicas' || (value !== 0 && value !== undefined));
  return Object.fromEntries(kept);
}

export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean =>
  [status.updatedReplicas, status.replicas, status.availableReplicas].every((count) => (count ?? 0) === replicasOf(deployment)) &&
  (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);

function isProgressing({ status: old = {} }: Deployment, next: DeploymentStatus): boolean {
  const grown = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean => (next[field] ?? 0) > (old[field] ?? 0);
  const outdated = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;
  return grown('updatedReplicas') || outdated(next) < outdated(old) || grown('readyReplicas') || grown('availableReplicas');
}

/** "2147483647 means no deadline." */
export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2_147_483_647;

const deadlineMs = ({ spec }: Deployment, progressing: Condition): number =>
  Date.parse(progressing.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000;

function isTimedOut(deployment: Deployment, status: DeploymentStatus, nowMs: number): boolean {
  const progressing = conditionOf(status, 'Progressing');
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return false;
  return progressing.reason === 'ProgressDeadlineExceeded' || deadlineMs(deployment, progressing) < nowMs;
}

function withProgress(deployment: Deployment, status: DeploymentStatus, newSet: ReplicaSet | undefined, nowMs: number): DeploymentStatus {
  const who = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const progressing = (truth: string, reason: string, what: string): Condition =>
    newCondition('Progressing', truth, reason, `${who} ${what}`, nowMs);
  if (isComplete(deployment, status))
    return withCondition(status, progressing('True', 'NewReplicaSetAvailable', 'has successfully progressed.'));
  if (isProgressing(deployment, status)) {
    const known = conditionOf(deployment.status, 'Progressing');
    const condition = progressing('True', 'ReplicaSetUpdated', 'is progressing.');
    if (known?.status === 'True') condition.lastTransitionTime = known.lastTransitionTime;
    return withCondition(known ? withoutCondition(status, 'Progressing') : status, condition);
  }
  if (isTimedOut(deployment, status, nowMs))
    return withCondition(status, progressing('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'));
  return status;
}

/** Status during a rollout: what it is, and how it comes along. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  clock: Clock,
): DeploymentStatus {
  let status = calculateStatus(deployment, all, newSet, clock.now());
  if (!hasDeadline(deployment)) status = withoutCondition(status, 'Progressing');
  const isDone =
    status.replicas === status.updatedReplicas && conditionOf(deployment.status, 'Progressing')?.reason === 'NewReplicaSetAvailable';
  if (hasDeadline(deployment) && !isDone) status = withProgress(deployment, status, newSet, clock.now());
  const failing = [...(newSet ? [newSet] : []), ...all]
    .flatMap((set) => set.status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  if (!failing) return withoutCondition(status, 'ReplicaFailure');
  const { reason = '', message = '', lastTransitionTime } = failing;
  const condition = {
    ...newCondition('ReplicaFailure', failing.status, reason, message, 0),
    lastTransitionTime,
    lastUpdateTime: lastTransitionTime,
  };
  return withCondition(status, condition);
}

/** When to look again whether a rollout that stands still has run out of time; undefined when there is nothing to wait for. */
export function checkAgainMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const progressing = conditionOf(status, 'Progressing');
  if (!hasDeadline(deployment) || !progressing) return undefined;
  if (isComplete(deployment, status) || progressing.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(0, deadlineMs(deployment, progressing) - nowMs) + 1000;
}
