import type { Clock, Timer } from '../../clock';
import type { Container, Pod, Probe } from '../api';
import type { Container as RuntimeContainer, Runtime } from '../runtime';
import type { EventSink } from './event-sink';
import type { Gate } from './gate';
import { runProbe } from './probe-run';

type ProbeKind = 'liveness' | 'readiness' | 'startup';

interface ProbeOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly events: EventSink;
  /** A result changed: the pod's status is due. */
  readonly changed: (podUid: string) => void;
  /** Anything that should not happen. */
  readonly report: (error: unknown) => void;
  readonly gate: Gate;
}

const label: Readonly<Record<ProbeKind, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };
const fieldOf = { liveness: 'livenessProbe', readiness: 'readinessProbe', startup: 'startupProbe' } as const;
/** Before the first result. */
const initially: Readonly<Record<ProbeKind, boolean | undefined>> = { liveness: true, readiness: false, startup: undefined };

/** One probe of one container of a pod, through all its runs (prober/worker.go): it ticks from the time the pod is on the node. */
class ProbeWorker {
  /** The run the result is about. */
  #containerId = '';
  #result: boolean | undefined;
  #streak = 0;
  #last: boolean | undefined;
  /** It failed for good: nothing more until the container runs anew. */
  #onHold = false;
  #timer: Timer | undefined;
  #busy = false;
  #ended = false;

  constructor(
    readonly options: ProbeOptions,
    readonly pod: Pod,
    readonly spec: Container,
    readonly kind: ProbeKind,
    readonly probe: Probe,
    readonly current: () => RuntimeContainer | undefined,
    readonly started: () => boolean,
  ) {
    this.#result = initially[kind];
    this.#schedule();
  }

  /** What is known of that run; undefined: nothing yet. */
  resultOf(containerId: string): boolean | undefined {
    return this.#containerId === containerId ? this.#result : initially[this.kind];
  }

  stop(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  /** Probes now, and from now on at its period. */
  trigger(): void {
    if (this.#busy || this.#ended) return;
    this.#timer?.cancel();
    void this.#tick();
  }

  #schedule(): void {
    if (!this.#ended) this.#timer = this.options.clock.after((this.probe.periodSeconds ?? 10) * 1000, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    this.#busy = true;
    this.#schedule();
    try {
      await this.#probe();
    } catch (error) {
      this.options.report(error);
    } finally {
      this.#busy = false;
    }
  }

  async #probe(): Promise<void> {
    const { clock, events, runtime } = this.options;
    const container = this.current();
    if (container?.state !== 'Running' || !this.options.gate.isOpen) return;
    if (container.id !== this.#containerId) {
      this.#containerId = container.id;
      this.#result = initially[this.kind];
      this.#onHold = false;
      this.#streak = 0;
      this.#last = undefined;
    }
    if (this.#onHold) return;
    const ageSeconds = Math.floor((clock.now() - Math.floor(container.startedMs / 1000) * 1000) / 1000);
    if (ageSeconds < (this.probe.initialDelaySeconds ?? 0)) return;
    if (this.kind === 'startup' ? this.#result === true : !this.started()) return;
    const result = await runProbe(runtime, clock, this.pod, container, this.probe);
    if (this.#ended || container.state !== 'Running' || !this.options.gate.isOpen) return;
    if (result.kind !== 'success') {
      const what = result.kind === 'failure' ? 'failed' : 'errored and resulted in unknown state';
      events.record(this.pod, 'Warning', 'Unhealthy', `${label[this.kind]} probe ${what}: ${result.output}`, this.spec.name);
    }
    // "Prober error, throw away the result."
    if (result.kind === 'errored') return;
    const ok = result.kind === 'success';
    this.#streak = this.#last === ok ? this.#streak + 1 : 1;
    this.#last = ok;
    if (this.#streak < (ok ? (this.probe.successThreshold ?? 1) : (this.probe.failureThreshold ?? 3))) return;
    // "The container fails a liveness/startup check, it will need to be restarted. Stop probing until we see a new container ID."
    if (!ok && this.kind !== 'readiness') this.#onHold = true;
    if (this.#result === ok) return;
    this.#result = ok;
    this.options.changed(this.pod.metadata.uid ?? '');
  }
}

/** Containers that may have probes. */
const probed = (pod: Pod): Container[] => [
  ...pod.spec.containers,
  ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
];

/** The probes of all containers on the node. */
export class ProbeManager {
  readonly #options: ProbeOptions;
  /** By pod UID, then `container/kind`. */
  readonly #pods = new Map<string, Map<string, ProbeWorker>>();

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** A pod is on the node: its probes tick from now on. */
  added(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    if (this.#pods.has(uid)) return;
    const workers = new Map<string, ProbeWorker>();
    for (const spec of probed(pod)) {
      const current = (): RuntimeContainer | undefined =>
        this.#options.runtime.listContainers().filter((c) => c.config.name === spec.name && c.config.labels['io.kubernetes.pod.uid'] === uid).sort((a, b) => b.createdMs - a.createdMs)[0]; // prettier-ignore
      const started = (): boolean => this.#started(workers, spec.name, current()?.id ?? '');
      for (const kind of ['startup', 'liveness', 'readiness'] as const) {
        const probe = spec[fieldOf[kind]];
        if (probe) workers.set(`${spec.name}/${kind}`, new ProbeWorker(this.#options, pod, spec, kind, probe, current, started));
      }
    }
    this.#pods.set(uid, workers);
  }

  #started(workers: ReadonlyMap<string, ProbeWorker>, name: string, containerId: string): boolean {
    const startup = workers.get(`${name}/startup`);
    return !startup || startup.resultOf(containerId) === true;
  }

  /** Readiness and startup by container name, for the status. A readiness that is not known yet is asked for at once. */
  results(
    pod: Pod,
    containers: readonly RuntimeContainer[],
  ): { ready: ReadonlyMap<string, boolean>; startup: ReadonlyMap<string, boolean> } {
    const ready = new Map<string, boolean>();
    const startup = new Map<string, boolean>();
    const workers = this.#pods.get(pod.metadata.uid ?? '');
    if (!workers?.size) return { ready, startup };
    for (const spec of probed(pod)) {
      const running = containers.find((c) => c.state === 'Running' && c.config.name === spec.name);
      const started = running !== undefined && this.#started(workers, spec.name, running.id);
      if (spec.startupProbe) startup.set(spec.name, started);
      const readiness = workers.get(`${spec.name}/readiness`);
      if (!readiness) continue;
      const known = running !== undefined && readiness.resultOf(running.id) === true;
      ready.set(spec.name, known);
      if (started && !known) readiness.trigger();
    }
    return { ready, startup };
  }

  /** Running containers that failed their liveness or startup probe. */
  unhealthy(pod: Pod, containers: readonly RuntimeContainer[]): ReadonlyMap<string, 'livenessProbe' | 'startupProbe'> {
    const failed = new Map<string, 'livenessProbe' | 'startupProbe'>();
    const workers = this.#pods.get(pod.metadata.uid ?? '');
    if (!workers?.size) return failed;
    for (const { id, state, config } of containers) {
      if (state !== 'Running') continue;
      if (workers.get(`${config.name}/liveness`)?.resultOf(id) === false) failed.set(id, 'livenessProbe');
      else if (workers.get(`${config.name}/startup`)?.resultOf(id) === false) failed.set(id, 'startupProbe');
    }
    return failed;
  }

  /** Ends all probes. */
  stop(): void {
    for (const uid of [...this.#pods.keys()]) this.remove(uid);
  }

  remove(podUid: string): void {
    for (const worker of this.#pods.get(podUid)?.values() ?? []) worker.stop();
    this.#pods.delete(podUid);
  }
}
