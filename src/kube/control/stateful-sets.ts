import type { Clock } from '../../clock';
import { ApiError, equal, type ApiClient, type KubeObject, type LabelSelector, type Pod } from '../api';
import { claim } from './claims';
import {
  dataHash,
  forgetRevisions,
  revise,
  revisionData,
  revisionLabel,
  revisionOf,
  type ControllerRevision,
  type Revised,
} from './history';
import type { Informer } from './informer';
import { PodControl } from './pod-control';
import { isAvailable, isReady, isTerminal, nextAvailableMs } from './pod-state';
import { persistentVolumeClaims as claimsRef, statefulSets as setsRef } from './resources';
import { setQueue } from './set-queue';

import { podFromTemplate } from './workloads';

export interface StatefulSet extends Revised {
  spec: Revised['spec'] & {
    replicas?: number;
    selector?: LabelSelector;
    serviceName?: string;
    minReadySeconds?: number;
    podManagementPolicy?: string;
    ordinals?: { start?: number };
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
    volumeClaimTemplates?: KubeObject[];
  };
  status?: Record<string, unknown> & { currentRevision?: string };
}

const nameLabel = 'statefulset.kubernetes.io/pod-name';
const indexLabel = 'apps.kubernetes.io/pod-index';

const ordinalOf = (set: StatefulSet, pod: Pod): number => {
  const suffix = (pod.metadata.name ?? '').slice(`${set.metadata.name}-`.length);
  return /^\d+$/.test(suffix) ? Number(suffix) : -1;
};

const claimName = (template: KubeObject, set: StatefulSet, ordinal: number): string =>
  `${template.metadata.name}-${set.metadata.name}-${ordinal}`;

/** The pod of an ordinal: its name, host name and volumes are the same each time it is made. */
function statefulPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Pod {
  const { $patch: _patch, ...template } = (revision.data?.spec?.template ?? {}) as Record<string, unknown>;
  const pod = podFromTemplate(template, set);
  const name = `${set.metadata.name}-${ordinal}`;
  delete pod.metadata.generateName;
  pod.metadata.name = name;
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [nameLabel]: name,
    [indexLabel]: String(ordinal),
    [revisionLabel]: revision.metadata.name!,
  };
  const spec = pod.spec as Pod['spec'] & { hostname?: string; subdomain?: string };
  spec.hostname = name;
  if (set.spec.serviceName) spec.subdomain = set.spec.serviceName;
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claims = templates.map((each) => ({
    name: each.metadata.name!,
    persistentVolumeClaim: { claimName: claimName(each, set, ordinal), readOnly: false },
  }));
  const others = (spec.volumes ?? []).filter((volume) => !claims.some(({ name: taken }) => taken === volume.name));
  if (claims.length > 0) spec.volumes = [...claims, ...others] as Pod['spec']['volumes'];
  return pod;
}

/** Keeps the numbered pods of each StatefulSet: one after another, unless they may come and go at once. */
export function startStatefulSets(
  clock: Clock,
  client: ApiClient,
  sets: Informer<StatefulSet>,
  revisions: Informer<ControllerRevision>,
  podInformer: Informer<Pod>,
): () => void {
  const control = new PodControl(client, clock, podInformer, 'statefulset-controller');
  const tell = (set: StatefulSet, verb: string, pod: Pod, error?: unknown): void => {
    const reason = `${error ? 'Failed' : 'Successful'}${verb[0]!.toUpperCase()}${verb.slice(1)}`;
    const end = error ? `failed error: ${(error as Error).message}` : 'successful';
    control.event(set, error ? 'Warning' : 'Normal', reason, `${verb} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} ${end}`);
  };

  const makeClaims = async (set: StatefulSet, ordinal: number): Promise<void> => {
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const metadata = {
        name: claimName(template, set, ordinal),
        namespace: set.metadata.namespace,
        labels: { ...template.metadata.labels, ...set.spec.selector?.matchLabels },
        annotations: template.metadata.annotations,
      };
      const wanted = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: template['spec'] };
      try {
        await client.create(claimsRef, wanted);
        const message = `create Claim ${metadata.name} Pod ${set.metadata.name}-${ordinal} in StatefulSet ${set.metadata.name} success`;
        control.event(set, 'Normal', 'SuccessfulCreate', message);
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
      }
    }
  };

  const make = async (set: StatefulSet, ordinal: number, revision: ControllerRevision): Promise<void> => {
    await makeClaims(set, ordinal);
    const pod = statefulPod(set, ordinal, revision);
    try {
      podInformer.note(await client.create<Pod>(podInformer.ref, pod));
      tell(set, 'create', pod);
    } catch (error) {
      tell(set, 'create', pod, error);
      throw error;
    }
  };

  const end = async (set: StatefulSet, pod: Pod): Promise<void> => {
    const { name = '', namespace, uid } = pod.metadata;
    await client.delete(podInformer.ref, name, { namespace, preconditions: { uid } }).then(
      () => tell(set, 'delete', pod),
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 404) return;
        tell(set, 'delete', pod, error);
        throw error;
      },
    );
  };

  const isHealthy = (set: StatefulSet, pod: Pod | undefined): boolean =>
    !!pod && !pod.metadata.deletionTimestamp && isAvailable(pod, set.spec.minReadySeconds, clock.now());

  /** One step towards what is wanted; with OrderedReady only the first thing that is not right. */
  const step = async (
    set: StatefulSet,
    pods: ReadonlyMap<number, Pod>,
    current: ControllerRevision,
    update: ControllerRevision,
  ): Promise<void> => {
    const first = set.spec.ordinals?.start ?? 0;
    const wanted = Array.from({ length: set.spec.replicas ?? 1 }, (_, i) => first + i);
    const isParallel = set.spec.podManagementPolicy === 'Parallel';
    const partition = set.spec.updateStrategy?.type === 'RollingUpdate' ? (set.spec.updateStrategy.rollingUpdate?.partition ?? 0) : 0;
    for (const ordinal of wanted) {
      const pod = pods.get(ordinal);
      if (pod && isTerminal(pod) && !pod.metadata.deletionTimestamp) {
        const { namespace, name } = set.metadata;
        control.event(
          set,
          'Warning',
          'RecreatingFailedPod',
          `StatefulSet ${namespace}/${name} is recreating failed Pod ${pod.metadata.name}`,
        );
        await end(set, pod);
        if (!isParallel) return;
      } else if (!pod) {
        await make(set, ordinal, ordinal < first + partition ? current : update);
        if (!isParallel) return;
      } else if (!isParallel && !isHealthy(set, pod)) return;
    }
    const extra = [...pods.entries()].filter(([ordinal]) => !wanted.includes(ordinal)).sort(([a], [b]) => b - a);
    for (const [, pod] of extra) {
      if (!pod.metadata.deletionTimestamp) await end(set, pod);
      if (!isParallel) return;
    }
    if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
    for (const ordinal of wanted.toReversed()) {
      if (ordinal < first + partition) return;
      const pod = pods.get(ordinal);
      if (pod && revisionOf(pod) !== update.metadata.name && !pod.metadata.deletionTimestamp) return end(set, pod);
      if (!isHealthy(set, pod)) return;
    }
  };

  const sync = async (set: StatefulSet): Promise<number | undefined> => {
    const lookedMs = clock.now();
    const { name = '', namespace } = set.metadata;
    const { current: update, history } = await revise(client, revisions, set, dataHash(revisionData(set.spec.template)));
    const current = history.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
    const candidates = control.inNamespace(namespace);
    const own = await claim({ client, owner: set, ownerRef: setsRef, selector: set.spec.selector, informer: podInformer, candidates });
    const pods = new Map(own.map((pod) => [ordinalOf(set, pod), pod] as const).filter(([ordinal]) => ordinal >= 0));
    if (!set.metadata.deletionTimestamp) await step(set, pods, current, update);
    const list = [...pods.values()];
    const count = (test: (pod: Pod) => boolean): number => list.filter((pod) => !pod.metadata.deletionTimestamp && test(pod)).length;
    const updated = count((pod) => revisionOf(pod) === update.metadata.name);
    const isDone = updated === (set.spec.replicas ?? 1) && count(isReady) === updated && list.length === updated;
    const now = isDone ? update : current;
    const counts = {
      readyReplicas: count(isReady),
      currentReplicas: count((pod) => revisionOf(pod) === now.metadata.name),
      updatedReplicas: updated,
    };
    const status = {
      observedGeneration: set.metadata.generation,
      replicas: list.length,
      ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
      currentRevision: now.metadata.name,
      updateRevision: update.metadata.name,
      collisionCount: 0,
      availableReplicas: count((pod) => isAvailable(pod, set.spec.minReadySeconds, clock.now())),
    };
    const latest = sets.get(namespace, name) ?? set;
    if (!equal(status, latest.status))
      sets.note(await client.update<StatefulSet>(setsRef, { ...latest, status }, { subresource: 'status' }));
    const live = new Set([current, update].map(revisionOf));
    const named = history.filter(({ metadata }) => list.some((pod) => revisionOf(pod) === metadata.name));
    await forgetRevisions(client, set, history, new Set([...live, ...named.map(revisionOf)]));
    return nextAvailableMs(list, set.spec.minReadySeconds, lookedMs, clock.now());
  };

  const queue = setQueue({ clock, kind: 'StatefulSet', sets, pods: podInformer, sync });
  return () => queue.stop();
}
