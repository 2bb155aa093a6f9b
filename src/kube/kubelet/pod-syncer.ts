import type { Clock } from '../../clock';
import type { ApiClient, EphemeralContainer, Pod, PodStatus } from '../api';
import { RuntimeError, type NodeFiles, type PodSandbox, type Runtime } from '../runtime';
import type { Allocations } from './allocations';
import { type Cancellation, ContainerKiller } from './container-killer';
import { logDirectory } from './container-config';
import { ContainerStarter, type Failure } from './container-starter';
import type { EventSink } from './event-sink';
import { LifecycleHooks } from './lifecycle-hooks';
import { computePodActions, definitionChanges, type PodRecords } from './pod-actions';
import { podRecords } from './pod-records';
import type { ProbeManager } from './probes';
import { podSandboxConfig } from './sandbox-config';
import { delayTerminal, podStatus, type WaitReason } from './status';
import type { NodeSources } from './sources';
import type { StatusManager } from './status-manager';
import type { TerminationMessages } from './termination-message';
import type { VolumeManager } from './volume-manager';

export interface SyncerOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly client: ApiClient;
  readonly events: EventSink;
  readonly statuses: StatusManager;
  readonly volumes: VolumeManager;
  readonly files: NodeFiles;
  readonly probes: ProbeManager;
  readonly allocations: Allocations;
  readonly nodeIp: string;
  readonly sources: NodeSources;
  /** Of the node. */
  readonly memoryBytes: number;
  /** When the runtime was last asked what there is. */
  readonly seenMs: () => number;
  readonly messages: TerminationMessages;
}

const deadlineExceeded = 'DeadlineExceeded';

/** A sync that did not reach what the spec says; the worker tries again later. */
export class SyncError extends Error {
  constructor(
    message: string,
    /** When every failure is a restart's back-off: the shortest of what is left of them, ms. */
    readonly backOffMs?: number,
  ) {
    super(message);
  }
}

/** Brings one pod after the other to what its spec says. Holds what outlives a single sync: back-offs and wait reasons. */
export class PodSyncer {
  readonly #options: SyncerOptions;
  readonly #killer: ContainerKiller;
  readonly #starter: ContainerStarter;
  /** By pod UID, then container. */
  readonly #waiting = new Map<string, Map<string, WaitReason>>();
  /** By pod UID. */
  readonly #evictions = new Map<string, WaitReason>();

  constructor(options: SyncerOptions) {
    this.#options = options;
    const hooks = new LifecycleHooks(options.runtime, options.clock);
    this.#killer = new ContainerKiller({ ...options, hooks });
    this.#starter = new ContainerStarter({ ...options, hooks, killer: this.#killer, records: (uid) => this.records(uid) });
  }

  /** What the pod has as of the last relist, or right now. */
  records(uid: string, now = false): PodRecords {
    const { runtime, seenMs } = this.#options;
    return podRecords(runtime, uid, now ? Infinity : seenMs());
  }

  /**
   * The pod's status from what there is, written to the server. `now`: everything of it has ended, and is looked at as it
   * is now; until then a phase that is final is not told.
   */
  async writeStatus(given: Pod, terminating: boolean, now = false): Promise<PodStatus> {
    const { clock, nodeIp, statuses, probes, allocations } = this.#options;
    const uid = given.metadata.uid ?? '';
    const pod = allocations.allocated(given);
    const known = statuses.get(uid);
    const records = this.records(uid, now);
    const evicted = this.#evicted(pod);
    if (evicted?.reason === deadlineExceeded && known?.reason !== evicted.reason)
      this.#options.events.record(pod, 'Normal', evicted.reason, evicted.message);
    const status = podStatus({
      pod: known ? { ...pod, status: { ...pod.status, ...known } } : pod,
      ...records,
      waiting: this.#waiting.get(uid) ?? new Map(),
      ...probes.results(pod, records.containers),
      message: (id) => this.#options.messages.of(id),
      resizes: allocations.conditions(uid),
      ...(evicted && { evicted }),
      nodeIp,
      nowMs: clock.now(),
      seenMs: this.#options.seenMs(),
      terminating,
    });
    await statuses.set(pod, now ? status : delayTerminal(known ?? pod.status ?? {}, status));
    return status;
  }

  /** What is left of the pod's activeDeadlineSeconds, ms; undefined when it has none. */
  deadlineLeftMs(pod: Pod): number | undefined {
    const { activeDeadlineSeconds } = pod.spec;
    const startTime = this.#options.statuses.get(pod.metadata.uid ?? '')?.startTime ?? pod.status?.startTime;
    if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
    return Date.parse(startTime) + activeDeadlineSeconds * 1000 - this.#options.clock.now();
  }

  /** The pod is to be ended for good, and its status to say why. */
  evict(pod: Pod, message: string): void {
    this.#evictions.set(pod.metadata.uid ?? '', { reason: 'Evicted', message });
  }

  /** Why the pod is ended before its containers are, if it is. */
  #evicted(pod: Pod): WaitReason | undefined {
    const eviction = this.#evictions.get(pod.metadata.uid ?? '');
    if (eviction) return eviction;
    if ((this.deadlineLeftMs(pod) ?? 1) > 0) return undefined;
    const { phase, reason } = this.#options.statuses.get(pod.metadata.uid ?? '') ?? {};
    if ((phase === 'Succeeded' || phase === 'Failed') && reason !== deadlineExceeded) return undefined;
    return { reason: deadlineExceeded, message: 'Pod was active on the node longer than the specified deadline' };
  }

  /** One syncPod. Resolves to true when the pod has come to its end. `gone` says that the pod is to be ended instead. */
  async sync(given: Pod, gone: () => boolean, cancellation: Cancellation): Promise<boolean> {
    const { volumes, probes, allocations } = this.#options;
    const uid = given.metadata.uid ?? '';
    allocations.admit(given);
    const pod = allocations.allocated(given);
    const status = await this.writeStatus(given, false);
    if (status.phase === 'Succeeded' || status.phase === 'Failed' || this.#evicted(pod)) return true;
    probes.added(pod);
    allocations.setPodCgroup(pod);
    if (!(await volumes.waitForMounts(pod, gone)) || gone()) return false;
    await this.#starter.checkPullSecrets(pod);
    const records = this.records(uid);
    const running = records.containers.filter((c) => c.state === 'Running');
    const resized = allocations.restarts(pod, running);
    const changed = new Map([...definitionChanges(pod, running), ...resized]);
    const actions = computePodActions(pod, records, probes.unhealthy(pod, records.containers), changed);
    const start: readonly EphemeralContainer[] = [...actions.startEphemeral, ...actions.start];
    if (actions.killPod) {
      if (actions.createSandbox && actions.sandbox)
        this.#options.events.record(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      await this.killContainers(pod, undefined, cancellation);
      if (gone()) return false;
      for (const sandbox of this.records(uid).sandboxes) await this.#options.runtime.stopPodSandbox(sandbox.id);
      if (!actions.createSandbox) return false;
    } else {
      if (allocations.actuate(pod, running, new Set(resized.keys()))) await this.writeStatus(given, false);
      for (const each of actions.kill) await this.#killer.kill(pod, each, undefined, cancellation);
    }
    if (gone()) return false;
    let sandbox = actions.sandbox;
    if (actions.createSandbox) {
      sandbox = await this.#createSandbox(pod, actions.attempt);
      await this.writeStatus(given, false);
      if (gone()) return false;
    }
    if (!sandbox || this.records(uid, true).sandboxes.find(({ id }) => id === sandbox.id)?.state !== 'Ready') return false;
    return this.#startAll(given, pod, start, sandbox, gone);
  }

  async #startAll(given: Pod, pod: Pod, start: readonly EphemeralContainer[], sandbox: PodSandbox, gone: () => boolean): Promise<boolean> {
    const uid = pod.metadata.uid ?? '';
    const failures: (Failure & { readonly name: string })[] = [];
    let started = false;
    for (const container of start) {
      if (gone()) return false;
      const failure = await this.#starter.start(pod, container, sandbox, gone);
      const waiting = this.#waiting.get(uid) ?? new Map<string, WaitReason>();
      this.#waiting.set(uid, waiting);
      if (failure) {
        waiting.set(container.name, failure);
        failures.push({ ...failure, name: container.name });
      } else {
        waiting.delete(container.name);
        started = true;
      }
    }
    if (started && !gone()) await this.writeStatus(given, false);
    if (failures.length) {
      const waits = failures.map((failure) => failure.backOffMs);
      const backOffMs = waits.every((wait) => wait !== undefined) ? Math.min(...waits) : undefined;
      const told = failures.map(
        ({ name, reason, message }) => `failed to "StartContainer" for "${name}" with ${reason}: ${JSON.stringify(message)}`,
      );
      throw new SyncError(told.length > 1 ? `[${told.join(', ')}]` : told.join(''), backOffMs);
    }
    return false;
  }

  async #createSandbox(pod: Pod, attempt: number): Promise<PodSandbox> {
    const { runtime, files, clock } = this.#options;
    files.makeDirectory(logDirectory(pod));
    try {
      return await runtime.runPodSandbox(podSandboxConfig(pod, attempt, Date.parse(pod.status?.startTime ?? '') || clock.now()));
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = ${error.message}`;
      this.#options.events.record(pod, 'Warning', 'FailedCreatePodSandBox', message);
      throw new SyncError(message);
    }
  }

  /** Of the runs of each container that ended only the newest is kept (MaxPerPodContainerCount, 1). */
  prune(uid: string): void {
    const ended = this.records(uid).containers.filter((c) => c.state === 'Exited').sort((a, b) => b.createdMs - a.createdMs); // prettier-ignore
    const kept = new Set<string>();
    for (const { id, config } of ended) {
      if (kept.has(config.name)) void this.#options.runtime.removeContainer(id);
      kept.add(config.name);
    }
  }

  /** Stops every running container of the pod, sidecars after the others. */
  killContainers(pod: Pod, graceSeconds: number | undefined, cancellation: Cancellation): Promise<void> {
    const running = this.records(pod.metadata.uid ?? '').containers.filter((c) => c.state === 'Running');
    return this.#killer.killAll(pod, running, graceSeconds, cancellation);
  }

  /** Ends the pod: containers by the grace period, then the sandbox. False: it was cancelled, to be begun anew. */
  async terminate(pod: Pod, graceSeconds: number | undefined, cancellation: Cancellation): Promise<boolean> {
    const uid = pod.metadata.uid ?? '';
    await this.writeStatus(pod, true);
    this.#options.probes.remove(uid);
    await this.killContainers(pod, graceSeconds, cancellation);
    if (cancellation.cancelled) return false;
    for (const sandbox of this.records(uid).sandboxes)
      if (sandbox.state === 'Ready') await this.#options.runtime.stopPodSandbox(sandbox.id);
    await this.writeStatus(pod, true, true);
    return true;
  }

  /** Removes what the ended pod left on the node; its records too when `all`. */
  async cleanUp(pod: Pod, all: boolean): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    await this.#options.volumes.takeDown(pod);
    await this.writeStatus(pod, true, true);
    this.#options.allocations.forget(pod);
    this.#options.sources.tokens.forget(uid);
    if (!all) return;
    for (const sandbox of this.records(uid).sandboxes) await this.#options.runtime.removePodSandbox(sandbox.id);
    await this.#options.files.remove(logDirectory(pod));
    this.#waiting.delete(uid);
    this.#evictions.delete(uid);
    this.#starter.forget(pod);
  }
}
