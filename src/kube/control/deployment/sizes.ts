import { scaled, type Deployment, type ReplicaSet } from '../workloads';

export const replicasOf = (object: Deployment | ReplicaSet): number => object.spec.replicas ?? 0;
export const totalOf = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, set) => sum + replicasOf(set), 0);
export const active = (sets: readonly ReplicaSet[]): ReplicaSet[] => sets.filter((set) => replicasOf(set) > 0);
export const isRolling = ({ spec }: Deployment): boolean => spec.strategy?.type === 'RollingUpdate';

/** How many pods a rolling update may have too many and too few; never both none, or it could not move. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, replicasOf(deployment), Math.ceil);
  const unavailable = scaled(maxUnavailable, replicasOf(deployment), Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? fenceposts(deployment).surge : 0);

export function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment) || replicasOf(deployment) === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicasOf(deployment));
}

/** To how many replicas the new ReplicaSet may grow now. */
export function newSetSize(deployment: Deployment, all: readonly ReplicaSet[], newSet: ReplicaSet | undefined): number {
  if (!isRolling(deployment)) return replicasOf(deployment);
  const now = newSet ? replicasOf(newSet) : 0;
  const room = replicasOf(deployment) + maxSurge(deployment) - totalOf(all);
  return room <= 0 ? now : now + Math.min(room, replicasOf(deployment) - now);
}

export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicas = 'deployment.kubernetes.io/max-replicas';

const annotated = (set: ReplicaSet, name: string): number | undefined => {
  const value = set.metadata.annotations?.[name];
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
};

/** The Deployment was asked for another size than its ReplicaSets know of. */
export const isScaling = (deployment: Deployment, sets: readonly ReplicaSet[]): boolean =>
  active(sets).some((set) => {
    const desired = annotated(set, desiredReplicas);
    return desired !== undefined && desired !== replicasOf(deployment);
  });

export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [desiredReplicas]: String(replicasOf(deployment)),
  [maxReplicas]: String(replicasOf(deployment) + maxSurge(deployment)),
});

/** Part of the replicas to add (or, below zero, to take away) that falls to one ReplicaSet by its size. */
function share(set: ReplicaSet, deployment: Deployment, left: number): number {
  if (replicasOf(set) === 0 || left === 0) return 0;
  if (replicasOf(deployment) === 0) return Math.max(-replicasOf(set), left);
  const whole = annotated(set, maxReplicas) ?? deployment.status?.replicas ?? 0;
  const wanted = Math.round((replicasOf(set) * (replicasOf(deployment) + maxSurge(deployment))) / whole) - replicasOf(set);
  return left > 0 ? Math.min(wanted, left) : Math.max(wanted, left);
}

const createdMs = (set: ReplicaSet): number => Date.parse(set.metadata.creationTimestamp ?? '') || 0;
export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  createdMs(a) - createdMs(b) || (a.metadata.name! < b.metadata.name! ? -1 : 1);

/** New sizes for all active ReplicaSets of a Deployment that is scaled during a rollout, largest first. */
export function proportionalSizes(deployment: Deployment, sets: readonly ReplicaSet[]): [ReplicaSet, number][] {
  const allowed = replicasOf(deployment) > 0 ? replicasOf(deployment) + maxSurge(deployment) : 0;
  const toAdd = allowed - totalOf(sets);
  const sorted = [...sets].sort((a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)));
  let added = 0;
  const sizes = sorted.map((set): [ReplicaSet, number] => {
    const part = share(set, deployment, toAdd - added);
    added += part;
    return [set, replicasOf(set) + part];
  });
  if (sizes[0] && toAdd !== 0) sizes[0][1] = Math.max(0, sizes[0][1] + toAdd - added);
  return sizes;
}
