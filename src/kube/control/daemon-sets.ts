import type { Clock } from '../../clock';
import { equal, type ApiClient, type LabelSelector, type Pod } from '../api';
import { claim } from './claims';
import { templateHash } from './deployment/template-hash';
import { forgetRevisions, revise, revisionLabel, revisionOf, type ControllerRevision, type Revised } from './history';
import type { Informer } from './informer';
import { PodControl } from './pod-control';
import { isActive, isAvailable, isReady, isTerminal, nextAvailableMs } from './pod-state';
import { daemonSets as daemonSetsRef } from './resources';
import { matchesNodeAffinity, tolerates, type NodeView, type PodView, type Toleration } from './scheduling';
import { setQueue } from './set-queue';
import { keyOf } from './work-queue';
import { podFromTemplate, scaled, type IntOrPercent } from './workloads';

export interface DaemonSet extends Revised {
  spec: Revised['spec'] & {
    selector?: LabelSelector;
    minReadySeconds?: number;
    updateStrategy?: { type?: string; rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent } };
  };
  status?: Record<string, unknown> & { collisionCount?: number };
}

const generationAnnotation = 'deprecated.daemonset.template.generation';
const generationLabel = 'pod-template-generation';

/** What every daemon puts up with on its node. */
const ownTolerations: readonly Toleration[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
].map(([what, effect]) => ({ key: `node.kubernetes.io/${what}`, operator: 'Exists', effect }));
const networkToleration: Toleration = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

interface Placed {
  affinity?: { nodeAffinity?: Record<string, unknown> };
  tolerations?: Toleration[];
  hostNetwork?: boolean;
}

/** A set's pod for a node: the scheduler puts it there and nowhere else. */
function daemonPod(set: DaemonSet, node: NodeView, hash: string): Pod {
  const pod = podFromTemplate(set.spec.template, set);
  const generation = set.metadata.annotations?.[generationAnnotation];
  pod.metadata.labels = { ...pod.metadata.labels, [revisionLabel]: hash, ...(generation && { [generationLabel]: generation }) };
  const spec = pod.spec as Placed;
  const here = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }] };
  const required = (spec.affinity?.nodeAffinity?.['requiredDuringSchedulingIgnoredDuringExecution'] ?? {}) as {
    nodeSelectorTerms?: object[];
  };
  const nodeSelectorTerms = required.nodeSelectorTerms?.map((term) => ({ ...term, ...here })) ?? [here];
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  spec.affinity = { ...spec.affinity, nodeAffinity };
  spec.tolerations = [...(spec.tolerations ?? []), ...ownTolerations, ...(spec.hostNetwork ? [networkToleration] : [])];
  return pod;
}

/** Whether a node should get a pod of the set, and whether one that is there may stay. */
function suits(set: DaemonSet, node: NodeView): { start: boolean; stay: boolean } {
  const pod = { metadata: {}, spec: set.spec.template?.spec ?? {} } as PodView;
  if (!matchesNodeAffinity(pod, node)) return { start: false, stay: false };
  const tolerations = [...(pod.spec?.tolerations ?? []), ...ownTolerations];
  const taints = (node.spec?.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerations, taint));
  return { start: taints.length === 0, stay: !taints.some(({ effect }) => effect === 'NoExecute') };
}

/** Keeps one pod of each DaemonSet on every node that suits it. */
export function startDaemonSets(
  clock: Clock,
  client: ApiClient,
  sets: Informer<DaemonSet>,
  revisions: Informer<ControllerRevision>,
  podInformer: Informer<Pod>,
  nodes: Informer<NodeView>,
): () => void {
  const control = new PodControl(client, clock, podInformer, 'daemonset-controller');
  // The node a pod is on, or is meant for.
  const nodeOf = (pod: Pod): string | undefined => {
    const affinity = (pod.spec as Placed).affinity?.nodeAffinity?.['requiredDuringSchedulingIgnoredDuringExecution'];
    const terms = (affinity as { nodeSelectorTerms?: { matchFields?: { values?: string[] }[] }[] } | undefined)?.nodeSelectorTerms;
    return pod.spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0];
  };

  /** Old pods that may go now: at most as many are unavailable as the strategy lets be. */
  const outdated = (set: DaemonSet, pods: readonly Pod[], hash: string, wanted: number): Pod[] => {
    const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
    const old = pods.filter((pod) => revisionOf(pod) !== hash);
    if (type !== 'RollingUpdate' || old.length === 0) return [];
    const most = Math.max(1, scaled(rollingUpdate?.maxUnavailable ?? 1, wanted, Math.ceil));
    const available = (pod: Pod): boolean => isAvailable(pod, set.spec.minReadySeconds, clock.now());
    const broken = old.filter((pod) => !available(pod));
    const room = most - (wanted - pods.filter(available).length);
    return [...broken, ...old.filter(available).slice(0, Math.max(0, room))];
  };

  const sync = async (set: DaemonSet): Promise<number | undefined> => {
    const lookedMs = clock.now();
    const hash = templateHash(set.spec.template ?? {}, set.status?.collisionCount);
    const { current, history } = await revise(client, revisions, set, hash);
    const revision = revisionOf(current) ?? hash;
    const { namespace } = set.metadata;
    const candidates = control.inNamespace(namespace).filter((pod) => !control.isDoomed(pod));
    const pods = await claim({
      client,
      owner: set,
      ownerRef: daemonSetsRef,
      selector: set.spec.selector,
      informer: podInformer,
      candidates,
    });
    const byNode = new Map<string, Pod[]>();
    for (const pod of pods) byNode.set(nodeOf(pod) ?? '', [...(byNode.get(nodeOf(pod) ?? '') ?? []), pod]);
    const all = nodes.list();
    const places = all.map((node) => ({ node, ...suits(set, node), pods: byNode.get(node.metadata.name ?? '') ?? [] }));
    const wanted = places.filter(({ start }) => start).length;
    if (!set.metadata.deletionTimestamp) {
      const doomed: Pod[] = [];
      for (const { node, start, stay, pods: here } of places) {
        for (const pod of here.filter((each) => each.status?.phase === 'Failed' && !each.metadata.deletionTimestamp)) {
          const message = `Found failed daemon pod ${namespace}/${pod.metadata.name} on node ${node.metadata.name}, will try to kill it`;
          control.event(set, 'Warning', 'FailedDaemonPod', message);
          doomed.push(pod);
        }
        const live = here.filter((pod) => !isTerminal(pod));
        if (start && here.length === 0) await control.create(set, daemonPod(set, node, revision));
        else if (!stay && !start) doomed.push(...live.filter(isActive));
        else doomed.push(...live.filter(isActive).slice(1));
      }
      const gone = pods.filter((pod) => !all.some(({ metadata }) => metadata.name === nodeOf(pod)) && isActive(pod));
      const active = pods.filter((pod) => isActive(pod) && !doomed.includes(pod));
      doomed.push(...gone, ...outdated(set, active, revision, wanted));
      await Promise.all([...new Set(doomed)].map((pod) => control.delete(set, pod)));
    }
    const firsts = places.map((place) => ({ ...place, pod: place.pods[0] }));
    const due = firsts.filter(({ start }) => start);
    const count = (test: (pod: Pod) => boolean): number => due.filter(({ pod }) => pod && test(pod)).length;
    const available = count((pod) => isAvailable(pod, set.spec.minReadySeconds, clock.now()));
    const updated = count((pod) => revisionOf(pod) === revision);
    const status = {
      currentNumberScheduled: count(() => true),
      numberMisscheduled: firsts.filter(({ start, pod }) => !start && pod).length,
      desiredNumberScheduled: wanted,
      numberReady: count(isReady),
      observedGeneration: set.metadata.generation,
      ...(updated > 0 && { updatedNumberScheduled: updated }),
      ...(available > 0 && { numberAvailable: available }),
      ...(wanted > available && { numberUnavailable: wanted - available }),
    };
    const latest = sets.get(namespace, set.metadata.name!) ?? set;
    if (!equal(status, latest.status))
      sets.note(await client.update<DaemonSet>(daemonSetsRef, { ...latest, status }, { subresource: 'status' }));
    await forgetRevisions(client, set, history, new Set([revision, ...pods.map(revisionOf)]));
    return nextAvailableMs(pods, set.spec.minReadySeconds, lookedMs, clock.now());
  };

  const queue = setQueue({ clock, kind: 'DaemonSet', sets, pods: podInformer, sync });
  const wakeAll = (): void => sets.list().forEach((set) => queue.add(keyOf(set)));
  nodes.on({
    added: wakeAll,
    updated(node, old) {
      if (!equal(node.metadata.labels, old.metadata.labels) || !equal(node.spec, old.spec)) wakeAll();
    },
    deleted: wakeAll,
  });
  return () => queue.stop();
}
