import type { Clock } from '../../clock';
import { EventRecorder, referenceTo, type ApiClient } from '../api';
import type { Informer } from './informer';
import { pods as podsRef } from './resources';
import { isDone, tolerates, type NodeView, type PodView } from './scheduling';
import { keyOf, splitKey, WorkQueue } from './work-queue';

const component = 'taint-eviction-controller';
const noExecute = 'NoExecute';

/** How long a pod may stay on a node with these taints: 0 not at all, Infinity as long as it likes, seconds. */
function staySeconds(
  { spec }: PodView,
  taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[],
): number {
  const tolerations = spec?.tolerations ?? [];
  if (!taints.every((taint) => tolerates(tolerations, taint))) return 0;
  const used = tolerations.filter((toleration) => taints.some((taint) => tolerates([toleration], taint)));
  return Math.max(0, Math.min(...used.map(({ tolerationSeconds = Infinity }) => tolerationSeconds)));
}

/** Deletes pods from nodes whose NoExecute taints they do not tolerate, or not any longer (taint-eviction-controller). */
export function startTaintEviction(clock: Clock, client: ApiClient, pods: Informer<PodView>, nodes: Informer<NodeView>): () => void {
  const recorder = new EventRecorder({ client, clock, component });
  /** When a pod's stay began, and when it ends, ms. */
  const leaving = new Map<string, { readonly sinceMs: number; readonly untilMs: number }>();

  const evict = async (pod: PodView): Promise<void> => {
    const { name = '', namespace, uid = '' } = pod.metadata;
    recorder.event(referenceTo(pod), 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastProbeTime: null,
      lastTransitionTime: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      observedGeneration: pod.metadata.generation,
    };
    await client.patch(podsRef, name, 'strategic', { status: { conditions: [condition] } }, { namespace, subresource: 'status' });
    await client.delete(podsRef, name, { namespace, preconditions: { uid } });
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const pod = pods.get(namespace, name);
      const node = pod && nodes.get(undefined, pod.spec?.nodeName ?? '');
      const taints = (node?.spec?.taints ?? []).filter(({ effect }) => effect === noExecute);
      const stay = pod && taints.length ? staySeconds(pod, taints) : Infinity;
      if (!pod || pod.metadata.deletionTimestamp || isDone(pod) || stay === Infinity) {
        if (leaving.delete(key) && pod && !pod.metadata.deletionTimestamp)
          recorder.event(referenceTo(pod), 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
        return undefined;
      }
      const now = clock.now();
      const sinceMs = leaving.get(key)?.sinceMs ?? now;
      const untilMs = sinceMs + stay * 1000;
      leaving.set(key, { sinceMs, untilMs });
      if (untilMs > now) return untilMs - now;
      leaving.delete(key);
      await evict(pod);
      return undefined;
    },
  });
  const look = (pod: PodView): void => {
    if (!pod.spec?.nodeName) return;
    const tainted = nodes.get(undefined, pod.spec.nodeName)?.spec?.taints?.some(({ effect }) => effect === noExecute);
    if (tainted || leaving.has(keyOf(pod))) queue.add(keyOf(pod));
  };
  pods.on({
    added: look,
    updated: look,
    deleted(pod) {
      leaving.delete(keyOf(pod));
      queue.forget(keyOf(pod));
    },
  });
  const taintsOf = (node: NodeView): string => JSON.stringify(node.spec?.taints ?? []);
  nodes.on({
    updated(node, old) {
      if (taintsOf(node) === taintsOf(old)) return;
      for (const pod of pods.list()) if (pod.spec?.nodeName === node.metadata.name) queue.add(keyOf(pod));
    },
  });
  return () => queue.stop();
}
