import type { Clock, Timer } from '../../clock';
import { ApiError, type ApiClient } from '../api';
import type { Informer } from './informer';
import { nodes as nodesRef, pods as podsRef } from './resources';
import { isDone, type NodeView, type PodView } from './scheduling';

/** gcCheckPeriod, ms. */
const checkMs = 20_000;
/** How long a node may be unknown before its pods are taken for orphans, ms. */
const quarantineMs = 40_000;
/** --terminated-pod-gc-threshold. */
const mostTerminated = 12_500;

const outOfService = 'node.kubernetes.io/out-of-service';
const orphaned = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };

/** Takes away pods that nobody else will: of nodes that are gone or out of service, deleted ones without a node, too many that ended. */
export function startPodGc(clock: Clock, client: ApiClient, pods: Informer<PodView>, nodes: Informer<NodeView>): () => void {
  /** Nodes that nobody knows, and when they may be looked up, ms. */
  const quarantine = new Map<string, number>();
  let timer: Timer | undefined;
  let stopped = false;

  const remove = async (pod: PodView, condition?: typeof orphaned): Promise<void> => {
    const { name = '', namespace } = pod.metadata;
    if (!isDone(pod)) {
      const times = { lastProbeTime: null, lastTransitionTime: `${new Date(clock.now()).toISOString().slice(0, 19)}Z` };
      const told = condition && [{ ...condition, ...times, observedGeneration: pod.metadata.generation }];
      const status = { phase: 'Failed', ...(told && { conditions: told }) };
      await client.patch(podsRef, name, 'strategic', { status }, { namespace, subresource: 'status' });
    }
    await client.delete(podsRef, name, { namespace, gracePeriodSeconds: 0 });
  };

  const isGone = (name: string): Promise<boolean> =>
    client.get(nodesRef, name).then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.code === 404,
    );

  const orphans = async (all: readonly PodView[]): Promise<PodView[]> => {
    const gone = new Set<string>();
    for (const name of new Set(all.map((pod) => pod.spec?.nodeName ?? ''))) {
      if (!name || nodes.get(undefined, name)) continue;
      const dueMs = quarantine.get(name);
      if (dueMs === undefined) quarantine.set(name, clock.now() + quarantineMs);
      else if (dueMs <= clock.now()) {
        quarantine.delete(name);
        if (await isGone(name)) gone.add(name);
      }
    }
    return all.filter((pod) => gone.has(pod.spec?.nodeName ?? ''));
  };

  const isOut = (pod: PodView): boolean => {
    const node = nodes.get(undefined, pod.spec?.nodeName ?? '');
    const ready = node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return !!node && !ready && !!node.spec?.taints?.some(({ key }) => key === outOfService);
  };

  const collect = async (): Promise<void> => {
    const all = pods.list();
    const ended = all.filter(isDone);
    const created = (pod: PodView): string => pod.metadata.creationTimestamp ?? '';
    const tooMany = ended.sort((a, b) => (created(a) < created(b) ? -1 : 1)).slice(0, Math.max(0, ended.length - mostTerminated));
    const leaving = all.filter((pod) => pod.metadata.deletionTimestamp);
    const work: { readonly pod: PodView; readonly condition?: typeof orphaned }[] = [
      ...tooMany.map((pod) => ({ pod })),
      ...leaving.filter(isOut).map((pod) => ({ pod })),
      ...(await orphans(all)).map((pod) => ({ pod, condition: orphaned })),
      ...leaving.filter((pod) => !pod.spec?.nodeName).map((pod) => ({ pod })),
    ];
    for (const { pod, condition } of work) await remove(pod, condition).catch(() => undefined);
  };

  const schedule = (): void => {
    timer = clock.after(checkMs, () => void collect().then(() => stopped || schedule()));
  };
  schedule();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
