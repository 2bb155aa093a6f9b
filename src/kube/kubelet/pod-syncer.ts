import type { Clock } from '../../clock';
import type { ApiClient, Container, EphemeralContainer, Pod, PodStatus } from '../api';
import { RuntimeError, type Container as RuntimeContainer, type NodeFiles, type PodSandbox, type Runtime } from '../runtime';
import { BackOff } from './back-off';
import { getConfigMap, getSecret, podKey, serviceAccounts } from './clients';
import { containerConfig, logDirectory } from './container-config';
import { ConfigError, type ValueSource } from './environment';
import type { EventSink } from './event-sink';
import { ImageError, ImagePuller } from './image-puller';
import { computePodActions, isSidecar, latestOf, type ContainerToKill, type PodRecords } from './pod-actions';
import { podRecords } from './pod-records';
import type { ProbeManager } from './probes';
import { podSandboxConfig } from './sandbox-config';
import { podStatus, type WaitReason } from './status';
import type { StatusManager } from './status-manager';
import type { TokenSource } from './volume-payload';
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
  readonly nodeIp: string;
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

/** Why a container was not started. */
interface Failure extends WaitReason {
  readonly backOffMs?: number;
}

/** Reads what a pod's variables and volumes are made of. */
export function sourcesFor(client: ApiClient, pod: Pod, nodeIp: string, podIp: string): ValueSource & TokenSource {
  const namespace = pod.metadata.namespace ?? '';
  return {
    secret: (name) => getSecret(client, name, namespace),
    configMap: (name) => getConfigMap(client, name, namespace),
    podIp,
    nodeIp,
    token: async (audience, expirationSeconds) => {
      const account = pod.spec.serviceAccountName ?? 'default';
      const request = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: {},
        spec: {
          ...(audience !== undefined && { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
        },
      };
      const answer = await client.create(serviceAccounts, request, { namespace, name: account, subresource: 'token' });
      return (answer.status as { token: string }).token;
    },
  };
}

/** Brings one pod after the other to what its spec says. Holds what outlives a single sync: back-offs and wait reasons. */
export class PodSyncer {
  readonly #options: SyncerOptions;
  readonly #puller: ImagePuller;
  readonly #backOff = new BackOff();
  /** By pod UID, then container. */
  readonly #waiting = new Map<string, Map<string, WaitReason>>();

  constructor(options: SyncerOptions) {
    this.#options = options;
    this.#puller = new ImagePuller(options.runtime, options.clock, options.events);
  }

  /** What the pod has as of the last relist, or right now. */
  records(uid: string, now = false): PodRecords {
    const { runtime, seenMs } = this.#options;
    return podRecords(runtime, uid, now ? Infinity : seenMs());
  }

  /** The pod's status from what there is, written to the server. */
  async writeStatus(pod: Pod, terminating: boolean, now = false): Promise<PodStatus> {
    const { clock, nodeIp, statuses, probes } = this.#options;
    const uid = pod.metadata.uid ?? '';
    const known = statuses.get(uid);
    const records = this.records(uid, now);
    const evicted = this.#evicted(pod);
    if (evicted && known?.reason !== evicted.reason) this.#options.events.record(pod, 'Normal', evicted.reason, evicted.message);
    const status = podStatus({
      pod: known ? { ...pod, status: { ...pod.status, ...known } } : pod,
      ...records,
      waiting: this.#waiting.get(uid) ?? new Map(),
      ...probes.results(pod, records.containers),
      message: (id) => this.#options.messages.of(id),
      ...(evicted && { evicted }),
      nodeIp,
      nowMs: clock.now(),
      seenMs: this.#options.seenMs(),
      terminating,
    });
    await statuses.set(pod, status);
    return status;
  }

  /** What is left of the pod's activeDeadlineSeconds, ms; undefined when it has none. */
  deadlineLeftMs(pod: Pod): number | undefined {
    const { activeDeadlineSeconds } = pod.spec;
    const startTime = this.#options.statuses.get(pod.metadata.uid ?? '')?.startTime ?? pod.status?.startTime;
    if (activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
    return Date.parse(startTime) + activeDeadlineSeconds * 1000 - this.#options.clock.now();
  }

  /** Why the pod is ended before its containers are, if it is. */
  #evicted(pod: Pod): WaitReason | undefined {
    if ((this.deadlineLeftMs(pod) ?? 1) > 0) return undefined;
    const { phase, reason } = this.#options.statuses.get(pod.metadata.uid ?? '') ?? {};
    if ((phase === 'Succeeded' || phase === 'Failed') && reason !== deadlineExceeded) return undefined;
    return { reason: deadlineExceeded, message: 'Pod was active on the node longer than the specified deadline' };
  }

  /** One syncPod. Resolves to true when the pod has come to its end. `gone` says that the pod is to be ended instead. */
  async sync(pod: Pod, gone: () => boolean): Promise<boolean> {
    const { volumes, probes } = this.#options;
    const uid = pod.metadata.uid ?? '';
    const status = await this.writeStatus(pod, false);
    if (status.phase === 'Succeeded' || status.phase === 'Failed' || this.#evicted(pod)) return true;
    if (!(await volumes.waitForMounts(pod, gone)) || gone()) return false;
    const records = this.records(uid);
    const actions = computePodActions(pod, records, probes.unhealthy(records.containers));
    const start: readonly EphemeralContainer[] = [...actions.startEphemeral, ...actions.start];
    if (start.length) await this.#checkPullSecrets(pod);
    const failures: Failure[] = [];
    let started = false;
    if (actions.killPod) {
      if (actions.createSandbox && actions.sandbox)
        this.#options.events.record(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      await this.killContainers(pod, undefined);
      for (const sandbox of this.records(uid).sandboxes) await this.#options.runtime.stopPodSandbox(sandbox.id);
      if (!actions.createSandbox) return false;
    } else for (const each of actions.kill) await this.#kill(pod, each, undefined);
    if (gone()) return false;
    let sandbox = actions.sandbox;
    if (actions.createSandbox) {
      sandbox = await this.#createSandbox(pod, actions.attempt);
      await this.writeStatus(pod, false);
      if (gone()) return false;
    }
    if (!sandbox || this.records(uid, true).sandboxes.find(({ id }) => id === sandbox.id)?.state !== 'Ready') return false;
    for (const container of start) {
      if (gone()) return false;
      const failure = await this.#start(pod, container, sandbox, gone);
      const waiting = this.#waiting.get(uid) ?? new Map<string, WaitReason>();
      this.#waiting.set(uid, waiting);
      if (failure) {
        waiting.set(container.name, failure);
        failures.push(failure);
      } else {
        waiting.delete(container.name);
        started = true;
      }
    }
    if (started && !gone()) await this.writeStatus(pod, false);
    if (failures.length) {
      const waits = failures.map((failure) => failure.backOffMs);
      const backOffMs = waits.every((wait) => wait !== undefined) ? Math.min(...waits) : undefined;
      throw new SyncError(failures.map(({ reason }) => reason).join(', '), backOffMs);
    }
    return false;
  }

  /** Pull secrets that are not there are told of; the pull is tried without them. */
  async #checkPullSecrets(pod: Pod): Promise<void> {
    const { client, events } = this.#options;
    const names = (pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
    const found = await Promise.all(names.map((name) => getSecret(client, name, pod.metadata.namespace ?? '')));
    const missing = names.filter((_, i) => !found[i]);
    if (!missing.length) return;
    const text = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    events.record(pod, 'Warning', 'FailedToRetrieveImagePullSecret', text);
  }

  async #createSandbox(pod: Pod, attempt: number): Promise<PodSandbox> {
    const { runtime, files } = this.#options;
    files.makeDirectory(logDirectory(pod));
    try {
      return await runtime.runPodSandbox(podSandboxConfig(pod, attempt));
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = ${error.message}`;
      this.#options.events.record(pod, 'Warning', 'FailedCreatePodSandBox', message);
      throw new SyncError(message);
    }
  }

  /** Starts one container; what it waits for when that cannot be done now. */
  async #start(pod: Pod, container: EphemeralContainer, sandbox: PodSandbox, gone: () => boolean): Promise<Failure | undefined> {
    const { runtime, events, client, nodeIp, volumes, files } = this.#options;
    const uid = pod.metadata.uid ?? '';
    const about = container.name;
    const latest = latestOf(this.records(uid), container.name);
    const blocked = this.#blocked(pod, container, latest);
    if (blocked) {
      events.record(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${podKey(pod)}`, about);
      return blocked;
    }
    const failed = (reason: string, message: string, text: string): WaitReason => {
      events.record(pod, 'Warning', 'Failed', `Error: ${text}`, about);
      return { reason, message };
    };
    let created: RuntimeContainer | undefined;
    try {
      const image = await this.#puller.ensure(pod, container);
      if (gone()) return undefined;
      const pidTarget = this.#pidTarget(pod, container, sandbox);
      const attempt = latest ? latest.config.attempt + 1 : 0;
      const podIp = pod.spec.hostNetwork ? nodeIp : sandbox.ip;
      const source = sourcesFor(client, pod, nodeIp, podIp);
      const config = await containerConfig({
        pod,
        container,
        attempt,
        source,
        volumes,
        files,
        events,
        image: { user: image.config.user },
        podIp,
      });
      created = await runtime.createContainer(sandbox.id, pidTarget === undefined ? config : { ...config, pidTarget });
      events.record(pod, 'Normal', 'Created', 'Container created', about);
      await runtime.startContainer(created.id);
      events.record(pod, 'Normal', 'Started', 'Container started', about);
      this.#options.probes.started(pod, container, created);
      this.#postStart(pod, container, created);
      return undefined;
    } catch (error) {
      if (error instanceof ImageError) return failed(error.reason, error.message, error.reason);
      if (error instanceof ConfigError) return failed('CreateContainerConfigError', error.message, error.message);
      if (!(error instanceof RuntimeError)) throw error;
      return failed(created ? 'RunContainerError' : 'CreateContainerError', error.message, error.message);
    }
  }

  /** Whose PID namespace an ephemeral container joins; where the pod's or the node's is shared, its target does not matter. */
  #pidTarget(pod: Pod, { targetContainerName: name }: EphemeralContainer, sandbox: PodSandbox): string | undefined {
    if (!name) return undefined;
    const target = latestOf(this.records(pod.metadata.uid ?? ''), name);
    if (!target) throw new ConfigError(`unable to find target container ${name}`);
    return sandbox.config.namespaces.pid === 'container' ? target.id : undefined;
  }

  #blocked(pod: Pod, container: Container, latest: RuntimeContainer | undefined): Failure | undefined {
    if (latest?.state !== 'Exited') return undefined;
    const key = `${pod.metadata.uid}_${container.name}`;
    const now = this.#options.clock.now();
    if (!this.#backOff.waits(key, latest.finishedMs, now)) {
      this.#backOff.next(key, now);
      return undefined;
    }
    const delay = this.#backOff.delay(key) / 1000;
    const text = delay >= 60 ? `${Math.floor(delay / 60)}m${delay % 60}s` : `${delay}s`;
    const message = `back-off ${text} restarting failed container=${container.name} pod=${podKey(pod)}`;
    return { reason: 'CrashLoopBackOff', message, backOffMs: this.#backOff.until(key, latest.finishedMs) - now };
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

  #postStart(pod: Pod, container: Container, running: RuntimeContainer): void {
    const command = container.lifecycle?.postStart?.exec?.command;
    if (!command) return;
    void this.#hook(running, command).then((code) => {
      if (code === 0) return;
      this.#options.events.record(pod, 'Warning', 'FailedPostStartHook', `PostStartHook failed`, container.name);
      void this.#kill(pod, { container: running, message: 'FailedPostStartHook' }, undefined);
    });
  }

  async #hook(container: RuntimeContainer, argv: readonly string[]): Promise<number> {
    try {
      const ignore = (): void => undefined;
      const session = await this.#options.runtime.exec(container.id, { argv, stdout: ignore, stderr: ignore, tty: false });
      return await session.exit;
    } catch (error) {
      if (error instanceof RuntimeError) return 128;
      throw error;
    }
  }

  async #kill(pod: Pod, { container, message }: ContainerToKill, graceSeconds: number | undefined): Promise<void> {
    const { events, runtime, clock } = this.#options;
    if (container.state !== 'Running') return;
    const spec = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === container.config.name);
    let grace = graceSeconds ?? pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    events.record(pod, 'Normal', 'Killing', message, container.config.name);
    const preStop = spec?.lifecycle?.preStop;
    if (preStop?.exec?.command && grace > 0) {
      const since = clock.now();
      await Promise.race([this.#hook(container, preStop.exec.command), clock.sleep(grace * 1000)]);
      grace -= Math.floor((clock.now() - since) / 1000);
    } else if (preStop?.sleep && grace > 0) {
      await clock.sleep(Math.min(preStop.sleep.seconds, grace) * 1000);
      grace -= Math.min(preStop.sleep.seconds, grace);
    }
    await runtime.stopContainer(container.id, Math.max(grace, 2) * 1000);
  }

  /** Stops every running container of the pod, sidecars after the others. */
  async killContainers(pod: Pod, graceSeconds: number | undefined): Promise<void> {
    const running = this.records(pod.metadata.uid ?? '').containers.filter((c) => c.state === 'Running');
    const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name));
    const stop = (list: readonly RuntimeContainer[]): Promise<unknown> =>
      Promise.all(
        list.map((container) => this.#kill(pod, { container, message: `Stopping container ${container.config.name}` }, graceSeconds)),
      );
    await stop(running.filter((c) => !sidecars.has(c.config.name)));
    for (const sidecar of running.filter((c) => sidecars.has(c.config.name)).reverse()) await stop([sidecar]);
  }

  /** Ends the pod: containers by the grace period, then the sandbox. */
  async terminate(pod: Pod, graceSeconds: number | undefined): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    await this.writeStatus(pod, true);
    this.#options.probes.remove(uid);
    await this.killContainers(pod, graceSeconds);
    for (const sandbox of this.records(uid).sandboxes)
      if (sandbox.state === 'Ready') await this.#options.runtime.stopPodSandbox(sandbox.id);
    await this.writeStatus(pod, true, true);
  }

  /** Removes what the ended pod left on the node; its records too when `all`. */
  async cleanUp(pod: Pod, all: boolean): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    await this.#options.volumes.takeDown(pod);
    await this.writeStatus(pod, true, true);
    if (!all) return;
    for (const sandbox of this.records(uid).sandboxes) await this.#options.runtime.removePodSandbox(sandbox.id);
    await this.#options.files.remove(logDirectory(pod));
    this.#waiting.delete(uid);
    this.#backOff.forget(`${uid}_`);
    this.#puller.forget(pod);
  }
}
