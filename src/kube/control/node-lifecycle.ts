import type { Clock, Timer } from '../../clock';
import { EventRecorder, referenceTo, type ApiClient } from '../api';
import type { Informer } from './informer';
import { RateLimitedQueue } from './rate-limited-queue';
import { nodes as nodesRef, pods as podsRef } from './resources';
import type { Condition, NodeView, PodView, Taint } from './scheduling';
import { WorkQueue } from './work-queue';

/** nodeMonitorPeriod, ms. */
const monitorMs = 5000;
/** nodeMonitorGracePeriod, ms: how long a kubelet may be silent. */
const graceMs = 50_000;
/** A zone is partially disrupted, and nobody evicted from it, when so many and such a share of its nodes are not ready. */
const leastDisrupted = 3;
const disruptedShare = 0.55;

const unreachable = 'node.kubernetes.io/unreachable';
const notReady = 'node.kubernetes.io/not-ready';
/** The taint a condition puts on its node: by type, then status. */
const conditionTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const unschedulable = 'node.kubernetes.io/unschedulable';
const own = new Set([unschedulable, ...Object.values(conditionTaints).flatMap((byStatus) => Object.values(byStatus))]);
/** What the kubelet reports, and is not known any more without it. */
const reported = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

const conditionOf = (node: NodeView, type: string): Condition | undefined =>
  node.status?.conditions?.find((condition) => condition.type === type);
const readiness = (node: NodeView): string => conditionOf(node, 'Ready')?.status ?? 'Unknown';

/** The NoSchedule taints that a node's conditions ask for. */
export function wantedTaints(node: NodeView): string[] {
  const keys = (node.status?.conditions ?? []).map(({ type, status }) => conditionTaints[type]?.[status]);
  return [...keys.filter((key) => key !== undefined), ...(node.spec?.unschedulable ? [unschedulable] : [])];
}

/**
 * Tells nodes whose kubelet is silent (node-lifecycle-controller): their conditions become Unknown, their pods not ready; taints
 * keep new pods off and let those that are there be evicted, unless no node at all is ready.
 */
export function startNodeLifecycle(clock: Clock, client: ApiClient, pods: Informer<PodView>, nodes: Informer<NodeView>): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'node-controller' });
  /** When a node was last heard of: its newest heartbeat, and when that was seen, ms. */
  const heard = new Map<string, { readonly heartbeat: string; readonly ms: number }>();
  let disrupted = false;
  let timer: Timer | undefined;
  let stopped = false;
  const now = (): string => `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;

  const swapTaints = async (node: NodeView, add: readonly Taint[], remove: (taint: Taint) => boolean): Promise<void> => {
    const name = node.metadata.name ?? '';
    const kept = (node.spec?.taints ?? []).filter((taint) => !remove(taint));
    const added = add.filter(({ key, effect }) => !kept.some((taint) => taint.key === key && taint.effect === effect));
    if (!added.length && kept.length === (node.spec?.taints ?? []).length) return;
    const all = [...kept, ...added.map((taint) => ({ ...taint, timeAdded: now() }))];
    nodes.note(await client.patch<NodeView>(nodesRef, name, 'merge', { spec: { taints: all.length ? all : null } }));
  };

  const queue = new WorkQueue({
    clock,
    async sync(name) {
      const node = nodes.get(undefined, name);
      if (!node) return;
      const wanted = wantedTaints(node);
      const add = wanted.map((key) => ({ key, effect: 'NoSchedule' }));
      await swapTaints(node, add, ({ key, effect }) => effect === 'NoSchedule' && own.has(key) && !wanted.includes(key));
    },
  });

  /** "we need to rate limit adding taints": one node, then one in 10 s. */
  const tainting = new RateLimitedQueue(clock, async (name) => {
    const node = nodes.get(undefined, name);
    const status = node && readiness(node);
    if (!node || status === 'True') return;
    const [key, opposite] = status === 'Unknown' ? [unreachable, notReady] : [notReady, unreachable];
    await swapTaints(node, [{ key, effect: 'NoExecute' }], (taint) => taint.effect === 'NoExecute' && taint.key === opposite);
  });

  const reachable = async (node: NodeView): Promise<void> => {
    tainting.remove(node.metadata.name ?? '');
    await swapTaints(node, [], ({ key, effect }) => effect === 'NoExecute' && (key === unreachable || key === notReady));
  };

  const markPods = async (name: string): Promise<void> => {
    for (const pod of pods.list()) {
      if (pod.spec?.nodeName !== name) continue;
      const conditions = pod.status?.conditions ?? [];
      if (!conditions.some(({ type, status }) => type === 'Ready' && status !== 'False')) continue;
      const changed = conditions.map((each) => (each.type === 'Ready' ? { ...each, status: 'False', lastTransitionTime: now() } : each));
      const { namespace, name: podName = '' } = pod.metadata;
      await client.patch(podsRef, podName, 'merge', { status: { conditions: changed } }, { namespace, subresource: 'status' });
      recorder.event(referenceTo(pod), 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  };

  const forget = async (node: NodeView): Promise<NodeView> => {
    const conditions = [...(node.status?.conditions ?? [])];
    for (const type of reported) {
      const at = conditions.findIndex((condition) => condition.type === type);
      if (conditions[at]?.status === 'Unknown') continue;
      const unknown = { type, status: 'Unknown', lastTransitionTime: now() };
      if (at >= 0)
        conditions[at] = { ...conditions[at], ...unknown, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
      else conditions.push({ ...unknown, reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' });
    }
    const name = node.metadata.name ?? '';
    return nodes.note(await client.patch<NodeView>(nodesRef, name, 'merge', { status: { conditions } }, { subresource: 'status' }));
  };

  const look = async (node: NodeView): Promise<NodeView> => {
    const name = node.metadata.name ?? '';
    const heartbeat = conditionOf(node, 'Ready')?.lastHeartbeatTime ?? '';
    const last = heard.get(name);
    if (last?.heartbeat !== heartbeat) heard.set(name, { heartbeat, ms: clock.now() });
    const silent = clock.now() - (heard.get(name)?.ms ?? 0) > graceMs;
    const before = readiness(node);
    const after = silent && before !== 'Unknown' ? await forget(node) : node;
    if (before === 'True') await reachable(after);
    else tainting.add(name);
    if (readiness(after) !== 'True' && before === 'True') {
      recorder.event(referenceTo(node), 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      await markPods(name);
    }
    return after;
  };

  const monitor = async (): Promise<void> => {
    const all = nodes.list();
    for (const name of heard.keys()) if (!nodes.get(undefined, name)) heard.delete(name);
    const looked: NodeView[] = [];
    for (const node of all) looked.push(await look(node));
    const out = looked.filter((node) => readiness(node) !== 'True').length;
    const allOut = all.length > 0 && out === all.length;
    // "Entering master disruption mode": when nobody is ready the fault may be the network's, and nobody is evicted
    if (allOut && !disrupted) for (const { metadata } of all) await reachable(nodes.get(undefined, metadata.name ?? '') ?? { metadata });
    if (!allOut && disrupted) for (const [name, { heartbeat }] of heard) heard.set(name, { heartbeat, ms: clock.now() });
    disrupted = allOut;
    tainting.paused = allOut || (out >= leastDisrupted && out / all.length >= disruptedShare);
  };

  const schedule = (): void => {
    timer = clock.after(monitorMs, () => {
      // what another writer changed at the same time is seen again in five seconds
      void monitor().catch(() => undefined).then(() => stopped || schedule()); // prettier-ignore
    });
  };
  schedule();
  nodes.on({ added: ({ metadata }) => queue.add(metadata.name ?? ''), updated: ({ metadata }) => queue.add(metadata.name ?? '') });
  pods.on({
    updated(pod, old) {
      const name = pod.spec?.nodeName;
      const node = name && name !== old.spec?.nodeName ? nodes.get(undefined, name) : undefined;
      if (node && heard.has(name ?? '') && readiness(node) !== 'True') void markPods(name ?? '').catch(() => undefined);
    },
  });
  return () => {
    stopped = true;
    timer?.cancel();
    queue.stop();
    tainting.stop();
  };
}
