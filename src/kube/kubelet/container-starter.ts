import type { Clock } from '../../clock';
import type { ApiClient, Container, EphemeralContainer, Pod } from '../api';
import { RuntimeError, type Container as RuntimeContainer, type NodeFiles, type PodSandbox, type Runtime } from '../runtime';
import { BackOff } from './back-off';
import { getSecret, podKey } from './clients';
import { containerConfig } from './container-config';
import type { ContainerKiller } from './container-killer';
import { ConfigError } from './environment';
import type { EventSink } from './event-sink';
import { ImageError, ImagePuller } from './image-puller';
import { HookError, type LifecycleHooks } from './lifecycle-hooks';
import { latestOf, type PodRecords } from './pod-actions';
import { sourcesFor, type NodeSources } from './sources';
import type { WaitReason } from './status';
import type { VolumeManager } from './volume-manager';

export interface StarterOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly client: ApiClient;
  readonly events: EventSink;
  readonly volumes: VolumeManager;
  readonly files: NodeFiles;
  readonly nodeIp: string;
  readonly sources: NodeSources;
  /** Of the node. */
  readonly memoryBytes: number;
  readonly hooks: LifecycleHooks;
  readonly killer: ContainerKiller;
  readonly records: (uid: string) => PodRecords;
}

/** Why a container was not started. */
export interface Failure extends WaitReason {
  /** What is left of a restart's back-off, ms. */
  readonly backOffMs?: number;
}

/** Starts containers, one at a time, with the image pull and the restart back-off before and the postStart hook after. */
export class ContainerStarter {
  readonly #options: StarterOptions;
  readonly #puller: ImagePuller;
  readonly #backOff = new BackOff();

  constructor(options: StarterOptions) {
    this.#options = options;
    this.#puller = new ImagePuller(options.runtime, options.clock, options.events);
  }

  /** Pull secrets that are not there are told of; the pull is tried without them. */
  async checkPullSecrets(pod: Pod): Promise<void> {
    const { client, events } = this.#options;
    const names = (pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
    const found = await Promise.all(names.map((name) => getSecret(client, name, pod.metadata.namespace ?? '')));
    const missing = names.filter((_, i) => !found[i]);
    if (!missing.length) return;
    const text = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    events.record(pod, 'Warning', 'FailedToRetrieveImagePullSecret', text);
  }

  /** Starts one container; what it waits for when that cannot be done now. */
  async start(pod: Pod, container: EphemeralContainer, sandbox: PodSandbox, gone: () => boolean): Promise<Failure | undefined> {
    const { runtime, events } = this.#options;
    const about = container.name;
    const records = this.#options.records(pod.metadata.uid ?? '');
    const latest = latestOf(records, container.name);
    // one that is killed to be made anew runs still, as far as the sync knows: what waits is the end of the run before it
    const ended = latestOf({ ...records, containers: records.containers.filter(({ state }) => state === 'Exited') }, container.name);
    const blocked = this.#blocked(pod, container, ended);
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
      created = await this.#create(pod, container, sandbox, latest, gone);
      if (!created) return undefined;
      events.record(pod, 'Normal', 'Created', 'Container created', about);
      await runtime.startContainer(created.id);
      events.record(pod, 'Normal', 'Started', 'Container started', about);
      return await this.#postStart(pod, container, created);
    } catch (error) {
      if (error instanceof ImageError) return failed(error.reason, error.message, error.reason);
      if (error instanceof ConfigError) return failed('CreateContainerConfigError', error.message, error.message);
      if (!(error instanceof RuntimeError)) throw error;
      return failed(created ? 'RunContainerError' : 'CreateContainerError', error.message, error.message);
    }
  }

  /** Undefined: the pod went away while the image was pulled. */
  async #create(
    pod: Pod,
    container: EphemeralContainer,
    sandbox: PodSandbox,
    latest: RuntimeContainer | undefined,
    gone: () => boolean,
  ): Promise<RuntimeContainer | undefined> {
    const { runtime, sources, nodeIp, volumes, files, events, memoryBytes } = this.#options;
    const image = await this.#puller.ensure(pod, container);
    if (gone()) return undefined;
    const pidTarget = this.#pidTarget(pod, container, sandbox);
    const podIp = pod.spec.hostNetwork ? nodeIp : sandbox.ip;
    const config = await containerConfig({
      pod,
      container,
      attempt: latest ? latest.config.attempt + 1 : 0,
      source: sourcesFor(sources, pod, podIp),
      volumes,
      files,
      events,
      image: { user: image.config.user },
      podIp,
      memoryBytes,
    });
    return runtime.createContainer(sandbox.id, pidTarget === undefined ? config : { ...config, pidTarget });
  }

  /** Whose PID namespace an ephemeral container joins; where the pod's or the node's is shared, its target does not matter. */
  #pidTarget(pod: Pod, { targetContainerName: name }: EphemeralContainer, sandbox: PodSandbox): string | undefined {
    if (!name) return undefined;
    const target = latestOf(this.#options.records(pod.metadata.uid ?? ''), name);
    if (!target) throw new ConfigError(`unable to find target container ${name}`);
    return sandbox.config.namespaces.pid === 'container' ? target.id : undefined;
  }

  #blocked(pod: Pod, container: Container, ended: RuntimeContainer | undefined): Failure | undefined {
    if (!ended) return undefined;
    const key = `${pod.metadata.uid}_${container.name}`;
    const now = this.#options.clock.now();
    if (!this.#backOff.waits(key, ended.finishedMs, now)) {
      this.#backOff.next(key, now);
      return undefined;
    }
    const delay = this.#backOff.delay(key) / 1000;
    const text = delay >= 60 ? `${Math.floor(delay / 60)}m${delay % 60}s` : `${delay}s`;
    const message = `back-off ${text} restarting failed container=${container.name} pod=${podKey(pod)}`;
    return { reason: 'CrashLoopBackOff', message, backOffMs: this.#backOff.until(key, ended.finishedMs) - now };
  }

  /** The container counts as started when its hook has ended; one that fails takes the container with it. */
  async #postStart(pod: Pod, { name, lifecycle }: Container, running: RuntimeContainer): Promise<Failure | undefined> {
    if (!lifecycle?.postStart) return undefined;
    try {
      await this.#options.hooks.run(pod, running, lifecycle.postStart);
      return undefined;
    } catch (error) {
      if (!(error instanceof HookError)) throw error;
      this.#options.events.record(pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', name);
      await this.#options.killer.kill(pod, { container: running, message: 'FailedPostStartHook' }, undefined);
      return { reason: 'PostStartHookError', message: error.message };
    }
  }

  forget(pod: Pod): void {
    this.#backOff.forget(`${pod.metadata.uid}_`);
    this.#puller.forget(pod);
  }
}
