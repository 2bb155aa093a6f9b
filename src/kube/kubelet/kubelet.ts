import type { Clock, Timer } from '../../clock';
import { ApiError, Cancel, type ApiClient, type NodeProxy, type Pod } from '../api';
import { NodeFiles, type Process, type Runtime } from '../runtime';
import { allocatableOf, Allocations, retryResizesMs } from './allocations';
import { getOrUndefined, leases, nodes, pods } from './clients';
import type { EventSink } from './event-sink';
import { EvictionManager, monitoringMs } from './eviction';
import { Gate } from './gate';
import { LogLinks } from './log-links';
import { allocatable, nodeObject, nodeStatus, type NodeFacts } from './node-object';
import { NodeServer } from './node-server';
import { Pleg } from './pleg';
import { PodSyncer } from './pod-syncer';
import { sourcesFor } from './sources';
import { PodWorker } from './pod-worker';
import { ProbeManager } from './probes';
import { isoSeconds } from './status';
import { StatusManager } from './status-manager';
import { TerminationMessages } from './termination-message';
import { TokenCache } from './token-cache';
import { VolumeManager } from './volume-manager';

/** nodeStatusUpdateFrequency, ms. */
const heartbeatMs = 10_000;

export interface KubeletOptions {
  readonly clock: Clock;
  readonly client: ApiClient;
  readonly runtime: Runtime;
  readonly events: EventSink;
  /** The kubelet's own process on the node. */
  readonly proc: Process;
  readonly node: NodeFacts;
  /** Where the lines of its log go: severity, source line, text. */
  readonly log: (severity: 'I' | 'E', place: string, text: string) => void;
  /** Anything that should not happen. */
  readonly report: (error: unknown) => void;
}

/** The kubelet of one node: runs the pods bound to it, reports their status and its own. */
export class Kubelet {
  readonly server: NodeProxy;
  readonly #options: KubeletOptions;
  readonly #messages: TerminationMessages;
  readonly #links: LogLinks;
  readonly #evictions: EvictionManager;
  readonly #statuses: StatusManager;
  readonly #volumes: VolumeManager;
  readonly #allocations: Allocations;
  readonly #syncer: PodSyncer;
  readonly #pleg: Pleg;
  readonly #probes: ProbeManager;
  readonly #workers = new Map<string, PodWorker>();
  readonly #gate = new Gate();
  #cancel = new Cancel();
  readonly #timers = new Set<Timer>();

  constructor(options: KubeletOptions) {
    this.#options = options;
    const { clock, client, runtime, events, proc, node } = options;
    const files = new NodeFiles(proc);
    const wake = (uid: string): void => this.#workers.get(uid)?.wake();
    this.#messages = new TerminationMessages(runtime, files);
    this.#links = new LogLinks(runtime, files);
    this.#statuses = new StatusManager(client, this.#gate);
    const sources = { client, nodeIp: node.ip, allocatable: allocatable(node), tokens: new TokenCache(clock) };
    this.#volumes = new VolumeManager({
      proc,
      clock,
      events,
      memory: allocatable(node).memory,
      sources: (pod) => sourcesFor(sources, pod, pod.status?.podIP ?? ''),
      report: options.report,
      gate: this.#gate,
    });
    const probes = (this.#probes = new ProbeManager({ runtime, clock, events, changed: wake, report: options.report, gate: this.#gate }));
    const memoryBytes = node.memoryKb * 1024;
    const { cpu, memory } = allocatable(node);
    this.#allocations = new Allocations({
      runtime,
      clock,
      events,
      memoryBytes,
      allocatable: allocatableOf(cpu, memory),
      activePods: () => [...this.#workers.values()].filter((worker) => worker.active).map((worker) => worker.pod),
    });
    this.#syncer = new PodSyncer({
      runtime,
      clock,
      client,
      events,
      statuses: this.#statuses,
      volumes: this.#volumes,
      files,
      probes,
      allocations: this.#allocations,
      memoryBytes,
      sources,
      nodeIp: node.ip,
      seenMs: () => this.#pleg.relistedMs,
      messages: this.#messages,
    });
    this.#evictions = new EvictionManager({
      proc,
      runtime,
      events,
      volumes: this.#volumes,
      activePods: () => [...this.#workers.values()].filter((worker) => worker.active).map((worker) => worker.pod),
      evict: (pod, message) => {
        this.#syncer.evict(pod, message);
        this.#workers.get(pod.metadata.uid ?? '')?.terminate(1);
      },
    });
    this.#pleg = new Pleg(runtime, clock, (uid) => {
      this.#syncer.prune(uid);
      wake(uid);
    });
    this.server = new NodeServer(runtime, files, clock);
  }

  /** Registers the node, then runs until `stop`. */
  async start(): Promise<void> {
    await this.#register();
    for (const path of ['/kubepods', '/kubepods/besteffort', '/kubepods/burstable']) this.#options.runtime.cgroups.set(path);
    this.#begin(false);
  }

  #begin(anew: boolean): void {
    const { log, node } = this.#options;
    log('I', 'server.go:525', `"Kubelet version" kubeletVersion="${node.kubeletVersion}"`);
    log('I', 'kubelet_node_status.go:78', `"Successfully registered node" node="${node.name}"`);
    this.#pleg.start();
    this.#every(heartbeatMs, () => this.#heartbeat());
    this.#every(retryResizesMs, () => this.#retryResizes());
    this.#every(monitoringMs, () => this.#evictions.look());
    void this.#watch(this.#cancel, anew);
  }

  /** Not suspended. */
  get isRunning(): boolean {
    return this.#gate.isOpen;
  }

  /** Its process is gone: nothing is reported or done to pods, whose containers go on. */
  suspend(): void {
    this.#gate.close();
    this.#cancel.abort();
    this.#pleg.stop();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /** Its process is there again: it registers, looks at all pods anew and tells what it finds. */
  async resume(): Promise<void> {
    if (this.isRunning) return;
    const { events, node } = this.#options;
    this.#cancel = new Cancel();
    this.#statuses.forgetAll();
    this.#gate.open();
    const before = await getOrUndefined<NodeLike>(this.#options.client, nodes, node.name);
    const wasReady = before?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    events.recordNode('Starting', 'Starting kubelet.');
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
      events.recordNode(reason, `Node ${node.name} status is now: ${reason}`);
    events.recordNode('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    await this.#register();
    if (!wasReady) events.recordNode('NodeReady', `Node ${node.name} status is now: NodeReady`);
    this.#begin(true);
  }

  stop(): void {
    this.#cancel.abort();
    this.#pleg.stop();
    this.#messages.stop();
    this.#links.stop();
    for (const timer of this.#timers) timer.cancel();
    for (const worker of this.#workers.values()) worker.stop();
    this.#probes.stop();
    this.#volumes.stop();
  }

  #every(ms: number, run: () => Promise<void>): void {
    const { signal } = this.#cancel;
    const timer = this.#options.clock.after(ms, () => {
      this.#timers.delete(timer);
      void run().catch(this.#options.report).then(() => {
        if (!signal.aborted) this.#every(ms, run);
      }); // prettier-ignore
    });
    this.#timers.add(timer);
  }

  async #register(): Promise<void> {
    const { client, node } = this.#options;
    if (!(await getOrUndefined(client, nodes, node.name))) await client.create(nodes, nodeObject(node));
    await this.#heartbeat();
  }

  async #heartbeat(): Promise<void> {
    const { client, clock, node, runtime } = this.#options;
    const there = await getOrUndefined<NodeLike>(client, nodes, node.name);
    const status = nodeStatus(node, runtime.listImages(), clock.now(), there?.status?.conditions);
    await client.patch(nodes, node.name, 'merge', { status }, { subresource: 'status' });
    await this.#renewLease();
  }

  async #renewLease(): Promise<void> {
    const { client, clock, node } = this.#options;
    const renewTime = `${isoSeconds(clock.now()).slice(0, -1)}.000000Z`;
    const spec = { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime };
    try {
      if (await getOrUndefined(client, leases, node.name, 'kube-node-lease'))
        await client.patch(leases, node.name, 'merge', { spec }, { namespace: 'kube-node-lease' });
      else
        await client.create(leases, {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: node.name, namespace: 'kube-node-lease' },
          spec,
        });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async #retryResizes(): Promise<void> {
    for (const pod of this.#allocations.retry()) this.#workers.get(pod.metadata.uid ?? '')?.wake();
  }

  /** Lists the node's pods (`all` of which are synced then), and follows what happens to them; begins anew when the server ends the watch. */
  async #watch({ signal }: Cancel, all: boolean): Promise<void> {
    const { client, clock, node, report } = this.#options;
    const query = { fieldSelector: `spec.nodeName=${node.name}` };
    while (!signal.aborted) {
      try {
        const list = await client.list<Pod>(pods, { query });
        const there = new Set(list.items.map((pod) => pod.metadata.uid));
        for (const pod of list.items) this.#changed(pod);
        for (const [uid, worker] of this.#workers) if (!there.has(uid)) this.#removed(worker.pod);
        if (all) for (const worker of this.#workers.values()) worker.wake();
        const resourceVersion = list.metadata.resourceVersion;
        for await (const event of client.watch<Pod>(pods, {
          query,
          ...(resourceVersion !== undefined && { resourceVersion }),
          signal,
        })) {
          if (event.type === 'DELETED') this.#removed(event.object);
          else if (event.type !== 'BOOKMARK') this.#changed(event.object);
        }
      } catch (error) {
        if (!(error instanceof ApiError)) report(error);
      }
      await clock.sleep(1000);
    }
  }

  #changed(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    const worker = this.#workers.get(uid);
    if (worker) return this.#deliver(worker, pod);
    const { clock, report, log } = this.#options;
    const made = new PodWorker(pod, {
      syncer: this.#syncer,
      clock,
      report,
      gate: this.#gate,
      finished: (ended) => this.#finished(ended),
      log({ metadata }, { message }) {
        const about = `pod="${metadata.namespace}/${metadata.name}" podUID="${metadata.uid}"`;
        log('E', 'pod_workers.go:1324', `"Error syncing pod, skipping" err=${JSON.stringify(message)} ${about}`);
      },
    });
    this.#workers.set(uid, made);
    if (pod.metadata.deletionTimestamp) made.terminate(pod.metadata.deletionGracePeriodSeconds);
  }

  /** A status the kubelet wrote itself is no reason to sync again. */
  #deliver(worker: PodWorker, pod: Pod): void {
    const own = (each: Pod): string =>
      JSON.stringify([
        each.spec,
        each.metadata.deletionTimestamp,
        each.metadata.deletionGracePeriodSeconds,
        each.metadata.labels,
        each.metadata.annotations,
      ]);
    if (own(worker.pod) === own(pod)) worker.replace(pod);
    else worker.update(pod);
  }

  #removed(pod: Pod): void {
    const worker = this.#workers.get(pod.metadata.uid ?? '');
    if (!worker) return;
    worker.removed = true;
    if (worker.finished) return void this.#workers.delete(pod.metadata.uid ?? '');
    worker.terminate(worker.pod.metadata.deletionGracePeriodSeconds);
  }

  async #finished(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    await this.#retryResizes();
    const worker = this.#workers.get(uid);
    if (worker && !worker.removed) await this.#statuses.remove(pod);
    this.#statuses.forget(uid);
    this.#workers.delete(uid);
  }
}

interface NodeLike {
  metadata: { name?: string };
  status?: {
    conditions?: { type: string; status: string; reason: string; message: string; lastHeartbeatTime: string; lastTransitionTime: string }[];
  };
  [field: string]: unknown;
}
