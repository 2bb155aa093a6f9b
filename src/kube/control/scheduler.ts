import type { Clock } from '../../clock';
import { ApiClient, ApiError, type KubeObject, type Transport } from '../api';
import type { Informer } from './informer';
import { persistentVolumeClaims, pods as podsRef } from './resources';
import { SchedulerEvents } from './scheduler-events';
import { preemption, preemptionFailure, type Preemption } from './scheduler-preemption';
import { clusterView, filterNode, isDone, scoreNode, type NodeView, type Objection, type Plugin, type PodView } from './scheduling';
import type { Claim } from './volume-claims';
import { keyOf, splitKey, WorkQueue } from './work-queue';

const schedulerName = 'default-scheduler';
/** Pods no node fits are tried again when something happens that may help, else after this long, ms. */
const unschedulableMs = 300_000;
/** Between two tries of a pod: doubled each time (podInitialBackoffSeconds, podMaxBackoffSeconds), ms. */
const firstBackOffMs = 1000;
const mostBackOffMs = 10_000;

const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** A pod that no node took: who objected, and when it was tried. */
interface Waiting {
  readonly plugins: ReadonlySet<Plugin | 'VolumeBinding'>;
  readonly attempts: number;
  readonly triedMs: number;
}

/** What may help a pod that waits, by the plugin that objected (queueing hints). */
type Happening = 'pod-gone' | 'pod-bound' | 'node' | 'claim';
const hints: Readonly<Record<Plugin | 'VolumeBinding', readonly Happening[]>> = {
  NodeUnschedulable: ['node'],
  TaintToleration: ['node'],
  NodeAffinity: ['node'],
  NodePorts: ['node', 'pod-gone'],
  NodeResourcesFit: ['node', 'pod-gone'],
  PodTopologySpread: ['node', 'pod-gone', 'pod-bound'],
  InterPodAffinity: ['node', 'pod-gone', 'pod-bound'],
  VolumeBinding: ['node', 'claim'],
};

/** `0/2 nodes are available: …`: the reasons with how many nodes gave each, then what the plugins after the filters say. */
function failureText(nodeCount: number, reasons: readonly string[], after: string): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${texts.join(', ')}.${after}`;
}

/** Binds each pod that has no node to one that fits it. */
export function startScheduler(
  clock: Clock,
  transport: Transport,
  host: string,
  pods: Informer<PodView>,
  nodes: Informer<NodeView>,
  claims: Informer<Claim>,
): () => void {
  const client = new ApiClient(transport, 'kube-scheduler/v1.36.2');
  const events = new SchedulerEvents(client, clock, host);
  const waiting = new Map<string, Waiting>();
  /** Pods that were bound and are not yet seen to be. */
  const assumed = new Map<string, PodView>();

  const setStatus = (pod: KubeObject, status: object): Promise<unknown> =>
    client.patch(podsRef, pod.metadata.name!, 'strategic', { status }, { namespace: pod.metadata.namespace, subresource: 'status' });

  const fail = async (pod: PodView, plugins: Waiting['plugins'], message: string, nominated?: string): Promise<number> => {
    const key = keyOf(pod);
    waiting.set(key, { plugins, attempts: (waiting.get(key)?.attempts ?? 0) + 1, triedMs: clock.now() });
    await events.record(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    const old = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
    if (old?.status === 'False' && old.message === message && nominated === undefined) return unschedulableMs;
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      observedGeneration: pod.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime: old?.status === 'False' ? old.lastTransitionTime : seconds(clock.now()),
    };
    await setStatus(pod, { conditions: [condition], ...(nominated !== undefined && { nominatedNodeName: nominated }) });
    return unschedulableMs;
  };

  /** Why the pod's claims keep it from every node. */
  const claimProblem = async (pod: PodView): Promise<string | undefined> => {
    for (const { persistentVolumeClaim: claim } of pod.spec?.volumes ?? []) {
      if (!claim) continue;
      try {
        const found = await client.get<KubeObject>(persistentVolumeClaims, claim.claimName, pod.metadata.namespace);
        if ((found['status'] as { phase?: string } | undefined)?.phase !== 'Bound')
          return 'pod has unbound immediate PersistentVolumeClaims';
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) throw error;
        return `persistentvolumeclaim "${claim.claimName}" not found`;
      }
    }
    return undefined;
  };

  /** Victims are told why, then deleted with their grace. */
  const preempt = async (pod: PodView, { node, victims }: Preemption): Promise<void> => {
    for (const victim of victims) {
      if (victim.metadata.deletionTimestamp) continue;
      const text = `${schedulerName}: preempting to accommodate a higher priority pod`;
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: text };
      await setStatus(victim, { conditions: [{ ...condition, lastProbeTime: null, lastTransitionTime: seconds(clock.now()), observedGeneration: victim.metadata.generation }] }); // prettier-ignore
      await client.delete(podsRef, victim.metadata.name!, { namespace: victim.metadata.namespace });
      await events.record(
        victim,
        'Normal',
        'Preempted',
        'Preempting',
        `Preempted by pod ${pod.metadata.uid} on node ${node.metadata.name}`,
      );
    }
  };

  const bind = async (pod: PodView, node: NodeView): Promise<void> => {
    const { namespace, name, uid } = pod.metadata;
    const target = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target };
    try {
      await client.create(podsRef, binding, { namespace, name, subresource: 'binding' });
    } catch (error) {
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return;
      throw error;
    }
    waiting.delete(keyOf(pod));
    if (!pods.get(namespace, name!)?.spec?.nodeName)
      assumed.set(keyOf(pod), { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } });
    await events.record(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`);
    events.forget(pod);
  };

  const queue = new WorkQueue({
    clock,
    baseDelayMs: 1000,
    maxDelayMs: 10_000,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const pod = pods.get(namespace, name);
      if (!pod || !needsNode(pod) || assumed.has(key)) return undefined;
      const view = clusterView(nodes.list(), [...pods.list(), ...assumed.values()]);
      const total = view.nodes.length;
      if (total === 0) return fail(pod, new Set(['NodeAffinity']), 'no nodes available to schedule pods');
      const none = ' no new claims to deallocate, preemption: ';
      const claim = await claimProblem(pod);
      if (claim !== undefined) {
        const hopeless = `0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
        return fail(pod, new Set(['VolumeBinding']), `0/${total} nodes are available: ${claim}.${none}${hopeless}`);
      }
      const objections = new Map<NodeView, Objection>();
      const fitting: NodeView[] = [];
      for (const node of view.nodes) {
        const objection = filterNode(pod, node, view);
        if (objection) objections.set(node, objection);
        else fitting.push(node);
      }
      if (fitting.length) {
        const scored = fitting.map((node) => ({ node, score: scoreNode(pod, node, view) }));
        await bind(pod, scored.reduce((a, b) => (b.score > a.score ? b : a)).node);
        return undefined;
      }
      const plugins = new Set([...objections.values()].map(({ plugin }) => plugin));
      const reasons = [...objections.values()].flatMap((objection) => objection.reasons);
      const found = pod.spec?.preemptionPolicy === 'Never' ? undefined : preemption(pod, view, objections);
      if (!found) return fail(pod, plugins, failureText(total, reasons, `${none}${preemptionFailure(pod, total, objections)}`));
      await preempt(pod, found);
      return fail(pod, plugins, failureText(total, reasons, ''), found.node.metadata.name);
    },
  });

  const needsNode = (pod: PodView): boolean =>
    !pod.spec?.nodeName &&
    !pod.metadata.deletionTimestamp &&
    !pod.spec?.schedulingGates?.length &&
    (pod.spec?.schedulerName ?? schedulerName) === schedulerName &&
    pod.status?.phase === 'Pending';
  /** Has those tried again that this may help, when their back-off is over. */
  const helps = (happening: Happening): void => {
    for (const [key, { plugins, attempts, triedMs }] of waiting) {
      if (![...plugins].some((plugin) => hints[plugin].includes(happening))) continue;
      const backOffMs = Math.min(firstBackOffMs * 2 ** (attempts - 1), mostBackOffMs);
      queue.addAfter(key, Math.max(0, triedMs + backOffMs - clock.now()));
    }
  };
  const retryNow = (key: string): void => {
    waiting.delete(key);
    queue.add(key);
  };
  pods.on({
    added(pod) {
      if (needsNode(pod)) queue.add(keyOf(pod));
    },
    updated(pod, old) {
      if (pod.spec?.nodeName) assumed.delete(keyOf(pod));
      if (pod.spec?.nodeName && !old.spec?.nodeName) return helps('pod-bound');
      if (isDone(pod) && !isDone(old)) return helps('pod-gone');
      const changed =
        JSON.stringify(pod.spec) !== JSON.stringify(old.spec) ||
        JSON.stringify(pod.metadata.labels) !== JSON.stringify(old.metadata.labels);
      if (!changed) return;
      if (pod.spec?.nodeName) return helps('pod-gone');
      if (needsNode(pod)) retryNow(keyOf(pod));
    },
    deleted(pod) {
      waiting.delete(keyOf(pod));
      assumed.delete(keyOf(pod));
      events.forget(pod);
      if (pod.spec?.nodeName) helps('pod-gone');
    },
  });
  nodes.on({
    added: () => helps('node'),
    updated(node, old) {
      const view = (n: NodeView): string => JSON.stringify([n.spec, n.metadata.labels, n.status?.allocatable]);
      if (view(node) !== view(old)) helps('node');
    },
  });
  claims.on({
    added: () => helps('claim'),
    updated(claim, old) {
      if (claim.status?.phase !== old.status?.phase) helps('claim');
    },
  });
  return () => queue.stop();
}
