import type { Clock } from '../../../clock';
import {
  ApiError,
  EventRecorder,
  isEmptySelector,
  equal,
  referenceTo,
  selectorMatches,
  type ApiClient,
  type KubeObject,
  type Pod,
} from '../../api';
import { claim } from '../claims';
import type { Informer } from '../informer';
import { deployments as deploymentsRef, replicaSets as replicaSetsRef } from '../resources';
import { isTerminal } from '../pod-state';
import { keyOf, splitKey, WorkQueue } from '../work-queue';
import { controllerOf, controllerRef, isOwnedBy, type Deployment, type DeploymentStatus, type ReplicaSet } from '../workloads';
import { templateHash } from './template-hash';
import {
  calculateStatus,
  checkAgainMs,
  conditionOf,
  hasDeadline,
  isComplete,
  newCondition,
  rolloutStatus,
  withCondition,
  written,
} from './progress';
import { hashLabel, newSetOf, revisionAnnotation, revisionOf, sameTemplate, setAnnotations } from './revisions';
import { Scaling } from './scaling';
import { isRolling, isScaling, newSetSize } from './sizes';

interface Rollout {
  deployment: Deployment;
  readonly old: readonly ReplicaSet[];
  readonly newSet: ReplicaSet | undefined;
}

/** Keeps for each Deployment a ReplicaSet of its template, and rolls from old ones over to it. */
export function startDeployments(
  clock: Clock,
  client: ApiClient,
  deployments: Informer<Deployment>,
  sets: Informer<ReplicaSet>,
  pods: Informer<Pod>,
): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'deployment-controller' });
  const scaling = new Scaling(client, sets, recorder);
  const warn = (about: KubeObject, reason: string, message: string): void => recorder.event(referenceTo(about), 'Warning', reason, message);

  const writeStatus = async (deployment: Deployment, status: DeploymentStatus): Promise<Deployment> => {
    const next = written(status);
    if (equal(next, deployment.status ?? {})) return deployment;
    return deployments.note(
      await client.update<Deployment>(deploymentsRef, { ...deployment, status: { ...next } }, { subresource: 'status' }),
    );
  };
  const tell = (deployment: Deployment, status: string, reason: string, message: string): Promise<Deployment> =>
    writeStatus(deployment, withCondition(deployment.status ?? {}, newCondition('Progressing', status, reason, message, clock.now())));

  const setsOf = (deployment: Deployment): ReplicaSet[] => sets.list().filter((set) => isOwnedBy(set, deployment));

  /** The revision of the new ReplicaSet is the Deployment's too. */
  const withRevision = async (deployment: Deployment, revision: string): Promise<Deployment> => {
    if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment;
    const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
    // A status update writes the annotation along.
    const next = { ...deployment, metadata: { ...deployment.metadata, annotations } };
    return deployments.note(await client.update<Deployment>(deploymentsRef, next, { subresource: 'status' }));
  };

  const makeSet = async (deployment: Deployment, old: readonly ReplicaSet[], revision: number): Promise<Rollout> => {
    const hash = templateHash(deployment.spec.template ?? {}, deployment.status?.collisionCount);
    const labels = { ...deployment.spec.template?.metadata?.labels, [hashLabel]: hash };
    const { selector, minReadySeconds, template } = deployment.spec;
    const wanted: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: setAnnotations(deployment, undefined, revision),
        ownerReferences: [controllerRef(deployment)],
      },
      spec: {
        replicas: newSetSize(deployment, old, undefined),
        ...(minReadySeconds && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template?.metadata, labels } },
      },
    };
    let made: ReplicaSet;
    try {
      made = sets.note(await client.create<ReplicaSet>(replicaSetsRef, wanted));
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') {
        const taken = await client.get<ReplicaSet>(replicaSetsRef, wanted.metadata.name!, wanted.metadata.namespace);
        if (!isOwnedBy(taken, deployment) || !sameTemplate(taken.spec.template, template)) {
          const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
          await writeStatus(deployment, { ...deployment.status, collisionCount });
          throw error;
        }
        made = sets.note(taken);
      } else {
        const message = `Failed to create new replica set "${wanted.metadata.name}": ${(error as Error).message}`;
        if (hasDeadline(deployment)) await tell(deployment, 'False', 'ReplicaSetCreateError', message);
        warn(deployment, 'ReplicaSetCreateError', message);
        throw error;
      }
    }
    const size = made.spec.replicas ?? 0;
    if (size > 0) {
      const message = `Scaled up replica set ${made.metadata.name} from 0 to ${size}`;
      recorder.event(referenceTo(deployment), 'Normal', 'ScalingReplicaSet', message);
    }
    const annotated = {
      ...deployment,
      metadata: { ...deployment.metadata, annotations: { ...deployment.metadata.annotations, [revisionAnnotation]: String(revision) } },
    };
    const told = hasDeadline(deployment)
      ? await tell(annotated, 'True', 'NewReplicaSetCreated', `Created new replica set "${made.metadata.name}"`)
      : await withRevision(deployment, String(revision));
    return { deployment: told, old, newSet: made };
  };

  /** Sorts a Deployment's ReplicaSets into the new one and old ones and brings the revisions up to date. */
  const revise = async (deployment: Deployment, makes: boolean): Promise<Rollout> => {
    const all = setsOf(deployment);
    const known = newSetOf(deployment, all);
    const old = all.filter((set) => set !== known);
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (!known) return makes ? makeSet(deployment, old, revision) : { deployment, old, newSet: undefined };
    const annotations = setAnnotations(deployment, known, revision);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    if (!equal(annotations, known.metadata.annotations ?? {}) || (known.spec.minReadySeconds ?? 0) !== minReadySeconds) {
      const { resourceVersion, namespace, name } = known.metadata;
      const patch = { metadata: { resourceVersion, annotations }, spec: { minReadySeconds } };
      return { deployment, old, newSet: sets.note(await client.patch<ReplicaSet>(replicaSetsRef, name!, 'merge', patch, { namespace })) };
    }
    let told = await withRevision(deployment, known.metadata.annotations?.[revisionAnnotation] ?? String(revision));
    if (hasDeadline(told) && !conditionOf(told.status, 'Progressing'))
      told = await tell(told, 'True', 'FoundNewReplicaSet', `Found new replica set "${known.metadata.name}"`);
    return { deployment: told, old, newSet: known };
  };

  const fresh = (set: ReplicaSet): ReplicaSet => sets.get(set.metadata.namespace, set.metadata.name!) ?? set;

  const finishTurn = async ({ deployment, old, newSet }: Rollout): Promise<number | undefined> => {
    const all = (newSet ? [...old, newSet] : old).map(fresh);
    const status = rolloutStatus(deployment, all, newSet && fresh(newSet), clock);
    await writeStatus(deployment, status);
    return checkAgainMs(deployment, status, clock.now());
  };

  const roll = async (start: Deployment): Promise<number | undefined> => {
    const rollout = await revise(start, true);
    const { deployment, old, newSet } = rollout;
    const moved = (await scaling.growNew(deployment, [...old, newSet!], newSet!)) || (await scaling.shrinkOld(deployment, old, newSet!));
    if (!moved && isComplete(deployment, deployment.status ?? {})) await scaling.forgetOld(deployment, old);
    return finishTurn(rollout);
  };

  /** Old pods that are still there, or not yet known to be gone. */
  const runsOld = (old: readonly ReplicaSet[], newSet: ReplicaSet | undefined): boolean =>
    old.some((set) => (set.status?.replicas ?? 0) > 0) ||
    pods.list().some((pod) => {
      const owner = controllerOf(pod)?.uid;
      return owner !== newSet?.metadata.uid && !isTerminal(pod) && old.some((set) => set.metadata.uid === owner);
    });

  const recreate = async (start: Deployment): Promise<number | undefined> => {
    const before = await revise(start, false);
    if (await scaling.emptyOld(before.deployment, before.old)) return finishTurn(before);
    if (runsOld(before.old, before.newSet)) return finishTurn(before);
    const rollout = before.newSet ? before : await revise(before.deployment, true);
    await scaling.growNew(rollout.deployment, [...rollout.old, rollout.newSet!], rollout.newSet!);
    if (isComplete(rollout.deployment, rollout.deployment.status ?? {})) await scaling.forgetOld(rollout.deployment, rollout.old);
    return finishTurn(rollout);
  };

  /** Without a rollout: the Deployment is paused, or was only asked for another size. */
  const resize = async (start: Deployment): Promise<void> => {
    const { deployment, old, newSet } = await revise(start, false);
    await scaling.proportionally(deployment, newSet, old);
    if (deployment.spec.paused) await scaling.forgetOld(deployment, old);
    const all = (newSet ? [...old, newSet] : old).map(fresh);
    await writeStatus(deployment, calculateStatus(deployment, all, newSet && fresh(newSet), clock.now()));
  };

  const notePause = async (deployment: Deployment): Promise<Deployment> => {
    const reason = conditionOf(deployment.status, 'Progressing')?.reason;
    if (!hasDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return deployment;
    if (deployment.spec.paused && reason !== 'DeploymentPaused')
      return tell(deployment, 'Unknown', 'DeploymentPaused', 'Deployment is paused');
    if (!deployment.spec.paused && reason === 'DeploymentPaused')
      return tell(deployment, 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    return deployment;
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      let deployment = deployments.get(namespace, name);
      if (!deployment) return undefined;
      const { selector } = deployment.spec;
      if (selector && isEmptySelector(selector)) {
        warn(deployment, 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
        return undefined;
      }
      await claim({ client, owner: deployment, ownerRef: deploymentsRef, selector, informer: sets, candidates: sets.list() });
      if (deployment.metadata.deletionTimestamp) {
        const all = setsOf(deployment);
        await writeStatus(deployment, calculateStatus(deployment, all, newSetOf(deployment, all), clock.now()));
        return undefined;
      }
      deployment = await notePause(deployment);
      if (deployment.spec.paused || isScaling(deployment, setsOf(deployment))) return void (await resize(deployment));
      return isRolling(deployment) ? roll(deployment) : recreate(deployment);
    },
  });

  const wakeOwner = (set: ReplicaSet): void => {
    const controller = controllerOf(set);
    if (controller) {
      if (controller.kind === 'Deployment') queue.add(`${set.metadata.namespace}/${controller.name}`);
      return;
    }
    for (const deployment of deployments.list())
      if (deployment.metadata.namespace === set.metadata.namespace && selectorMatches(deployment.spec.selector, set.metadata.labels ?? {}))
        queue.add(keyOf(deployment));
  };
  const wake = (deployment: Deployment): void => queue.add(keyOf(deployment));
  deployments.on({ added: wake, updated: wake, deleted: (deployment) => queue.forget(keyOf(deployment)) });
  sets.on({
    added: wakeOwner,
    updated(set, old) {
      if (controllerOf(old)?.uid !== controllerOf(set)?.uid) wakeOwner(old);
      wakeOwner(set);
    },
    deleted: wakeOwner,
  });
  // "Recreate waits for the last old pod."
  pods.on({
    deleted(pod) {
      const set = sets.list().find((candidate) => isOwnedBy(pod, candidate));
      if (set) wakeOwner(set);
    },
  });
  return () => queue.stop();
}
