import type { Clock } from '../../clock';
import { equal, selectorMatches, type ApiClient, type LabelSelector, type Pod, type ResourceRef } from '../api';
import { claim } from './claims';
import type { Informer } from './informer';
import { burstReplicas, PodControl } from './pod-control';
import { deletionOrder, isActive, isAvailable, isReady, isTerminating, nextAvailableMs } from './pod-state';
import { replicaSets as replicaSetsRef, replicationControllers as controllersRef } from './resources';
import { keyOf, splitKey, WorkQueue } from './work-queue';
import { controllerOf, isOwnedBy, podFromTemplate, timeText, type Condition, type ReplicaSet, type ReplicaSetStatus } from './workloads';

interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** A failure to make or delete pods is a condition as long as it lasts. */
function conditionsAfter(old: readonly Condition[], failure: Failure | undefined, now: string): Condition[] {
  const known = old.find(({ type }) => type === 'ReplicaFailure');
  if (failure && known) return [...old];
  const others = old.filter((condition) => condition !== known);
  return failure ? [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: now, ...failure }] : others;
}

function statusOf(
  set: ReplicaSet,
  pods: readonly Pod[],
  terminating: number | undefined,
  failure: Failure | undefined,
  nowMs: number,
): ReplicaSetStatus {
  const labels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const counts = {
    fullyLabeledReplicas: pods.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value)).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(pod, set.spec.minReadySeconds, nowMs)).length,
  };
  const conditions = conditionsAfter(set.status?.conditions ?? [], failure, timeText(nowMs));
  return {
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    observedGeneration: set.metadata.generation,
    ...(conditions.length > 0 && { conditions }),
  };
}

/** ReplicaSets, or what came before them. */
interface ReplicaKind {
  readonly kind: string;
  readonly ref: ResourceRef;
  /** Who its events are from. */
  readonly component: string;
  selectorOf(set: ReplicaSet): LabelSelector | undefined;
  /** Status counts the pods that are on their way out. */
  readonly countsTerminating: boolean;
}

const replicaSet: ReplicaKind = {
  kind: 'ReplicaSet',
  ref: replicaSetsRef,
  component: 'replicaset-controller',
  selectorOf: ({ spec }) => spec.selector,
  countsTerminating: true,
};

const replicationController: ReplicaKind = {
  kind: 'ReplicationController',
  ref: controllersRef,
  component: 'replication-controller',
  // Its selector is labels and nothing else.
  selectorOf: ({ spec }) => spec.selector && { matchLabels: spec.selector as Record<string, string> },
  countsTerminating: false,
};

type Start = (clock: Clock, client: ApiClient, sets: Informer<ReplicaSet>, pods: Informer<Pod>) => () => void;

/** Keeps as many pods of each ReplicaSet as it asks for. */
export const startReplicaSets: Start = (...parts) => startReplicas(replicaSet, ...parts);

/** Likewise of each ReplicationController. */
export const startReplicationControllers: Start = (...parts) => startReplicas(replicationController, ...parts);

function startReplicas(
  { kind, ref, component, selectorOf, countsTerminating }: ReplicaKind,
  clock: Clock,
  client: ApiClient,
  sets: Informer<ReplicaSet>,
  podInformer: Informer<Pod>,
): () => void {
  const control = new PodControl(client, clock, podInformer, component);
  const matches = (set: ReplicaSet, pod: Pod): boolean =>
    set.metadata.namespace === pod.metadata.namespace && selectorMatches(selectorOf(set), pod.metadata.labels ?? {}) === true;

  /** How many pods of the same Deployment share a pod's node. */
  const crowdOf = (set: ReplicaSet): ((pod: Pod) => number) => {
    const controller = controllerOf(set)?.uid;
    const related = controller ? sets.list().filter((other) => controllerOf(other)?.uid === controller) : [set];
    const counts = new Map<string, number>();
    for (const pod of control.inNamespace(set.metadata.namespace)) {
      if (!isActive(pod) || !related.some((other) => matches(other, pod))) continue;
      const node = pod.spec.nodeName ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    return (pod) => counts.get(pod.spec.nodeName ?? '') ?? 0;
  };

  const manage = async (set: ReplicaSet, pods: Pod[]): Promise<void> => {
    const missing = (set.spec.replicas ?? 0) - pods.length;
    if (missing > 0) {
      const make = (): Promise<Pod> => control.create(set, podFromTemplate(set.spec.template, set));
      await control.createMany(Math.min(missing, burstReplicas), make);
    } else if (missing < 0) {
      const doomed = pods.sort(deletionOrder(clock.now(), crowdOf(set))).slice(0, Math.min(-missing, burstReplicas));
      await Promise.all(doomed.map((pod) => control.delete(set, pod)));
    }
  };

  const writeStatus = async (set: ReplicaSet, status: ReplicaSetStatus): Promise<void> => {
    if (equal(set.status, status)) return;
    sets.note(await client.update<ReplicaSet>(ref, { ...set, status: { ...status } }, { subresource: 'status' }));
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const set = sets.get(namespace, name);
      if (!set) return undefined;
      const all = control.inNamespace(namespace);
      const candidates = all.filter((pod) => isActive(pod) && !control.isDoomed(pod));
      const pods = await claim({
        client,
        owner: set,
        ownerRef: ref,
        selector: selectorOf(set),
        informer: podInformer,
        candidates,
      });
      const terminating = countsTerminating ? all.filter((pod) => isOwnedBy(pod, set) && isTerminating(pod)).length : undefined;
      let failure: unknown;
      if (!set.metadata.deletionTimestamp) await manage(set, [...pods]).catch((error: unknown) => (failure = error));
      const reason = pods.length < (set.spec.replicas ?? 0) ? 'FailedCreate' : 'FailedDelete';
      const told = failure === undefined ? undefined : { reason, message: (failure as Error).message };
      const nowMs = clock.now();
      await writeStatus(sets.get(namespace, name) ?? set, statusOf(set, pods, terminating, told, nowMs));
      if (failure !== undefined) throw failure;
      return nextAvailableMs(pods, set.spec.minReadySeconds, nowMs, clock.now());
    },
  });

  const wakeOwner = (pod: Pod): void => {
    const controller = controllerOf(pod);
    if (controller) {
      if (controller.kind === kind) queue.add(`${pod.metadata.namespace}/${controller.name}`);
      return;
    }
    if (pod.metadata.deletionTimestamp) return;
    for (const set of sets.list()) if (matches(set, pod)) queue.add(keyOf(set));
  };
  podInformer.on({
    added: wakeOwner,
    updated(pod, old) {
      if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) wakeOwner(old);
      wakeOwner(pod);
    },
    deleted: wakeOwner,
  });
  sets.on({ added: (set) => queue.add(keyOf(set)), updated: (set) => queue.add(keyOf(set)), deleted: (set) => queue.forget(keyOf(set)) });
  return () => queue.stop();
}
