import type { ApiClient, EventRecorder } from '../../api';
import { ApiError, referenceTo } from '../../api';
import type { Informer } from '../informer';
import { replicaSets as replicaSetsRef } from '../resources';
import type { Deployment, ReplicaSet } from '../workloads';
import { revisionOf } from './revisions';
import {
  active,
  isRolling,
  maxUnavailable,
  newSetSize,
  proportionalSizes,
  byCreation,
  replicasOf,
  sizeAnnotations,
  totalOf,
} from './sizes';

/** Changes the sizes of a Deployment's ReplicaSets. */
export class Scaling {
  constructor(
    private readonly client: ApiClient,
    private readonly sets: Informer<ReplicaSet>,
    private readonly recorder: EventRecorder,
  ) {}

  /** Whether the size changed. */
  async to(deployment: Deployment, set: ReplicaSet, size: number): Promise<boolean> {
    const was = replicasOf(set);
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
    const isKnown = Object.entries(annotations).every(([name, value]) => set.metadata.annotations?.[name] === value);
    if (was === size && isKnown) return false;
    const { resourceVersion } = set.metadata;
    const patch = { metadata: { resourceVersion, annotations }, spec: { replicas: size } };
    const options = { namespace: set.metadata.namespace };
    this.sets.note(await this.client.patch<ReplicaSet>(replicaSetsRef, set.metadata.name!, 'merge', patch, options));
    if (was === size) return false;
    const way = was < size ? 'up' : 'down';
    const message = `Scaled ${way} replica set ${set.metadata.name} from ${was} to ${size}`;
    this.recorder.event(referenceTo(deployment), 'Normal', 'ScalingReplicaSet', message);
    return true;
  }

  /** Outside of rollouts: a size that was asked for is given to the one active ReplicaSet, or to all in proportion. */
  async proportionally(deployment: Deployment, newSet: ReplicaSet | undefined, old: readonly ReplicaSet[]): Promise<void> {
    const all = newSet ? [...old, newSet] : [...old];
    const busy = active(all);
    const only = busy.length === 1 ? busy[0] : busy.length === 0 ? (newSet ?? [...old].sort(byCreation).at(-1)) : undefined;
    if (only) {
      if (replicasOf(only) !== replicasOf(deployment)) await this.to(deployment, only, replicasOf(deployment));
      return;
    }
    if (busy.length === 0) return;
    if (newSet && replicasOf(newSet) === replicasOf(deployment) && newSet.status?.availableReplicas === replicasOf(deployment)) {
      for (const set of active(old)) await this.to(deployment, set, 0);
      return;
    }
    if (!isRolling(deployment)) return;
    for (const [set, size] of proportionalSizes(deployment, busy)) await this.to(deployment, set, size);
  }

  async growNew(deployment: Deployment, all: readonly ReplicaSet[], newSet: ReplicaSet): Promise<boolean> {
    if (replicasOf(newSet) === replicasOf(deployment)) return false;
    const isLarge = replicasOf(newSet) > replicasOf(deployment);
    return this.to(deployment, newSet, isLarge ? replicasOf(deployment) : newSetSize(deployment, all, newSet));
  }

  async shrinkOld(deployment: Deployment, old: readonly ReplicaSet[], newSet: ReplicaSet): Promise<boolean> {
    const busy = active(old).sort(byCreation);
    if (busy.length === 0) return false;
    const fewest = replicasOf(deployment) - maxUnavailable(deployment);
    const unavailableNew = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
    const most = totalOf([...old, newSet]) - fewest - unavailableNew;
    if (most <= 0) return false;
    const sizes = new Map(busy.map((set) => [set, replicasOf(set)]));
    // Unhealthy replicas go first: they would hold the rollout up, and nobody misses them.
    let cleaned = 0;
    for (const set of busy) {
      const unhealthy = Math.min(most - cleaned, replicasOf(set) - (set.status?.availableReplicas ?? 0));
      if (unhealthy <= 0) continue;
      sizes.set(set, replicasOf(set) - unhealthy);
      cleaned += unhealthy;
    }
    let spare = [...old, newSet].reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0) - fewest;
    for (const set of busy) {
      const fewer = Math.max(0, Math.min(sizes.get(set)!, spare));
      sizes.set(set, sizes.get(set)! - fewer);
      spare -= fewer;
    }
    let changed = false;
    for (const [set, size] of sizes) if (size !== replicasOf(set)) changed = (await this.to(deployment, set, size)) || changed;
    return changed;
  }

  async emptyOld(deployment: Deployment, old: readonly ReplicaSet[]): Promise<boolean> {
    const busy = active(old);
    for (const set of busy) await this.to(deployment, set, 0);
    return busy.length > 0;
  }

  /** Deletes the oldest ReplicaSets beyond `revisionHistoryLimit`, as far as they have no pods. */
  async forgetOld(deployment: Deployment, old: readonly ReplicaSet[]): Promise<void> {
    const limit = deployment.spec.revisionHistoryLimit;
    if (limit === undefined || limit === 2_147_483_647) return;
    const kept = old.filter((set) => !set.metadata.deletionTimestamp).sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b));
    for (const set of kept.slice(0, Math.max(0, kept.length - limit))) {
      const isObserved = (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);
      if (set.status?.replicas || replicasOf(set) > 0 || !isObserved) continue;
      await this.client.delete(replicaSetsRef, set.metadata.name!, { namespace: set.metadata.namespace }).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      });
    }
  }
}
