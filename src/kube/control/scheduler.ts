import type { Clock } from '../../clock';
import { ApiClient } from '../api';
import { ApiError, type KubeObject } from '../api';
import type { Transport } from '../api';
import type { Informer } from './informer';
import { filterNode, type NodeView, type PodView } from './scheduling';
import { newEvents, pods as podsRef } from './resources';
import { keyOf, splitKey, WorkQueue } from './work-queue';

const schedulerName = 'default-scheduler';
// Pods no node fits are tried again when the cluster changes, else after this long.
const unschedulableMs = 300_000;

const micro = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

/** `0/2 nodes are available: …`, reasons sorted with their counts. */
function failureText(nodeCount: number, reasons: readonly string[]): string {
  if (nodeCount === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const head = `0/${nodeCount} nodes are available: ${texts.join(', ')}.`;
  const preemption = `0/${nodeCount} nodes are available: ${nodeCount} Preemption is not helpful for scheduling.`;
  return `${head} no new claims to deallocate, preemption: ${preemption}`;
}

/** Binds each pod that has no node to one that fits it. */
export function startScheduler(
  clock: Clock,
  transport: Transport,
  host: string,
  pods: Informer<PodView>,
  nodes: Informer<NodeView>,
): () => void {
  const client = new ApiClient(transport, 'kube-scheduler/v1.36.2');
  const waiting = new Map<string, { eventName: string; count: number; message: string }>();

  const record = async (pod: KubeObject, type: string, reason: string, action: string, note: string): Promise<void> => {
    const key = keyOf(pod);
    const now = micro(clock.now());
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    const known = waiting.get(key);
    if (reason === 'FailedScheduling' && known?.message === note) {
      known.count++;
      const series = { count: known.count, lastObservedTime: now };
      await client.patch(newEvents, known.eventName, 'strategic', { series }, { namespace });
      return;
    }
    const nanoseconds = BigInt(Math.floor(clock.now())) * 1_000_000n + BigInt(Math.floor(clock.random() * 1e6));
    const eventName = `${name}.${nanoseconds.toString(16)}`;
    if (reason === 'FailedScheduling') waiting.set(key, { eventName, count: 1, message: note });
    await client.create(newEvents, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      eventTime: now,
      reportingController: schedulerName,
      reportingInstance: `${schedulerName}-${host}`,
      action,
      reason,
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion },
      note,
      type,
    });
  };

  const fail = async (pod: PodView, message: string): Promise<void> => {
    await record(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const old = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
    if (old?.status === 'False' && old.message === message) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      observedGeneration: pod.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime: old?.status === 'False' ? old.lastTransitionTime : `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    };
    const { namespace, name } = pod.metadata;
    await client.patch(podsRef, name!, 'strategic', { status: { conditions: [condition] } }, { namespace, subresource: 'status' });
  };

  const queue = new WorkQueue({
    clock,
    baseDelayMs: 1000,
    maxDelayMs: 10_000,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const pod = pods.get(namespace, name);
      if (!pod || !needsNode(pod)) return undefined;
      const all = nodes.list();
      const reasons: string[] = [];
      const fitting = all.filter((node) => {
        const reason = filterNode(pod, node, pods.list());
        reasons.push(...reason);
        return reason.length === 0;
      });
      if (fitting.length === 0) {
        await fail(pod, failureText(all.length, reasons));
        return unschedulableMs;
      }
      const load = (node: NodeView): number => pods.list().filter((other) => other.spec?.nodeName === node.metadata.name).length;
      const best = fitting.reduce((a, b) => (load(b) < load(a) ? b : a));
      try {
        await client.create(
          podsRef,
          {
            apiVersion: 'v1',
            kind: 'Binding',
            metadata: { name, namespace, uid: pod.metadata.uid },
            target: { apiVersion: 'v1', kind: 'Node', name: best.metadata.name },
          },
          { namespace, name, subresource: 'binding' },
        );
      } catch (error) {
        if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return undefined;
        throw error;
      }
      await record(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${namespace}/${name} to ${best.metadata.name}`);
      waiting.delete(key);
      return undefined;
    },
  });

  const needsNode = (pod: PodView): boolean =>
    !pod.spec?.nodeName &&
    !pod.metadata.deletionTimestamp &&
    !pod.spec?.schedulingGates?.length &&
    (pod.spec?.schedulerName ?? schedulerName) === schedulerName &&
    pod.status?.phase === 'Pending';
  const retryAll = (): void => {
    for (const pod of pods.list()) if (needsNode(pod)) queue.add(keyOf(pod));
  };
  pods.on({
    added(pod) {
      if (needsNode(pod)) queue.add(keyOf(pod));
    },
    updated(pod, old) {
      const changed =
        JSON.stringify(pod.spec) !== JSON.stringify(old.spec) ||
        JSON.stringify(pod.metadata.labels) !== JSON.stringify(old.metadata.labels);
      if (changed && needsNode(pod)) queue.add(keyOf(pod));
    },
    deleted(pod) {
      waiting.delete(keyOf(pod));
      if (pod.spec?.nodeName) retryAll();
    },
  });
  nodes.on({
    added: retryAll,
    updated(node, old) {
      const view = (n: NodeView): string => JSON.stringify([n.spec, n.metadata.labels, n.status?.allocatable]);
      if (view(node) !== view(old)) retryAll();
    },
  });
  return () => queue.stop();
}
