import type { Clock, Timer } from '../../clock';
import type { Container, Pod, Probe } from '../api';
import { RuntimeError, type Container as RuntimeContainer, type Runtime } from '../runtime';
import type { EventSink } from './event-sink';

type ProbeKind = 'liveness' | 'readiness' | 'startup';

interface ProbeOptions {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly events: EventSink;
  /** A result changed: the pod's status is due. */
  readonly changed: (podUid: string) => void;
}

const label: Readonly<Record<ProbeKind, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };

/** One probe of one run of a container (prober/worker.go). */
class ProbeWorker {
  passed: boolean;
  /** failureThreshold failures in a row, also before it ever passed. */
  failed = false;
  #streak = 0;
  #last: boolean | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(
    readonly options: ProbeOptions,
    readonly pod: Pod,
    readonly spec: Container,
    readonly container: RuntimeContainer,
    readonly kind: ProbeKind,
    readonly probe: Probe,
    readonly due: () => boolean,
  ) {
    this.passed = kind === 'liveness';
    this.#schedule(Math.max(probe.initialDelaySeconds ?? 0, 0) * 1000);
  }

  stop(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  #schedule(delayMs: number): void {
    if (!this.#ended) this.#timer = this.options.clock.after(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    const periodMs = (this.probe.periodSeconds ?? 10) * 1000;
    if (this.#ended || this.container.state !== 'Running') return;
    if (!this.due()) return this.#schedule(periodMs);
    const { ok, output } = await this.#probe();
    if (this.#ended || this.container.state !== 'Running') return;
    if (!ok) {
      this.options.events.record(this.pod, 'Warning', 'Unhealthy', `${label[this.kind]} probe failed: ${output}`, this.spec.name);
    }
    this.#streak = this.#last === ok ? this.#streak + 1 : 1;
    this.#last = ok;
    const needed = ok ? (this.probe.successThreshold ?? 1) : (this.probe.failureThreshold ?? 3);
    if (this.#streak >= needed && (this.passed !== ok || this.failed === ok)) {
      this.passed = ok;
      this.failed = !ok;
      this.options.changed(this.pod.metadata.uid ?? '');
    }
    if (this.kind === 'startup' && this.passed) return;
    this.#schedule(periodMs);
  }

  async #probe(): Promise<{ ok: boolean; output: string }> {
    const timeoutSeconds = this.probe.timeoutSeconds ?? 1;
    const { exec, httpGet, tcpSocket, grpc } = this.probe;
    if (exec) return this.#exec(exec.command ?? [], timeoutSeconds);
    // containers of the sandbox have no network: nothing listens, as the node's dialer would find
    const ip = this.pod.status?.podIP ?? '';
    if (httpGet) {
      const url = `${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ip}:${this.#port(httpGet.port)}${httpGet.path ?? '/'}`;
      return { ok: false, output: `Get "${url}": dial tcp ${httpGet.host ?? ip}:${this.#port(httpGet.port)}: connect: connection refused` };
    }
    const port = tcpSocket?.port ?? grpc?.port ?? 0;
    return { ok: false, output: `dial tcp ${ip}:${this.#port(port)}: connect: connection refused` };
  }

  #port(port: number | string): number | string {
    return typeof port === 'number' ? port : (this.spec.ports?.find((each) => each.name === port)?.containerPort ?? port);
  }

  async #exec(command: readonly string[], timeoutSeconds: number): Promise<{ ok: boolean; output: string }> {
    const decoder = new TextDecoder();
    let output = '';
    const collect = (bytes: Uint8Array): void => {
      if (output.length < 10_240) output += decoder.decode(bytes, { stream: true });
    };
    try {
      const session = await this.options.runtime.exec(this.container.id, { argv: command, stdout: collect, stderr: collect, tty: false });
      const late = this.options.clock.sleep(timeoutSeconds * 1000).then(() => undefined);
      const code = await Promise.race([session.exit, late]);
      if (code !== undefined) return { ok: code === 0, output };
      session.task.kill(9);
      return { ok: false, output: `command timed out: "${command.join(' ')}" timed out after ${timeoutSeconds}s` };
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      return { ok: false, output: `rpc error: code = Unknown desc = ${error.message}` };
    }
  }
}

/** The probes of all containers on the node. */
export class ProbeManager {
  readonly #options: ProbeOptions;
  readonly #workers = new Map<string, Map<ProbeKind, ProbeWorker>>();

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  /** A container runs: its probes begin. */
  started(pod: Pod, spec: Container, container: RuntimeContainer): void {
    const workers = new Map<ProbeKind, ProbeWorker>();
    const startup = (): boolean => workers.get('startup')?.passed ?? true;
    for (const [kind, probe] of [['startup', spec.startupProbe], ['liveness', spec.livenessProbe], ['readiness', spec.readinessProbe]] as const) {
      if (probe) workers.set(kind, new ProbeWorker(this.#options, pod, spec, container, kind, probe, kind === 'startup' ? () => true : startup));
    } // prettier-ignore
    if (workers.size) this.#workers.set(container.id, workers);
    for (const [id] of this.#workers) if (this.#gone(id)) this.#stop(id);
  }

  #gone(id: string): boolean {
    const state = this.#options.runtime.container(id)?.state;
    return state === undefined || state === 'Exited';
  }
  #stop(id: string): void {
    for (const worker of this.#workers.get(id)?.values() ?? []) worker.stop();
    this.#workers.delete(id);
  }

  /** Readiness and startup by container name, for the status. */
  results(
    pod: Pod,
    containers: readonly RuntimeContainer[],
  ): { ready: ReadonlyMap<string, boolean>; startup: ReadonlyMap<string, boolean> } {
    const ready = new Map<string, boolean>();
    const startup = new Map<string, boolean>();
    const running = containers.filter((c) => c.state === 'Running');
    for (const spec of pod.spec.containers) {
      const container = running.find((c) => c.config.name === spec.name);
      const workers = container && this.#workers.get(container.id);
      if (spec.readinessProbe) ready.set(spec.name, workers?.get('readiness')?.passed ?? false);
      if (spec.startupProbe) startup.set(spec.name, workers?.get('startup')?.passed ?? false);
    }
    return { ready, startup };
  }

  /** Running containers that failed their liveness or startup probe, with the Killing event's text. */
  unhealthy(containers: readonly RuntimeContainer[]): ReadonlyMap<string, string> {
    const failed = new Map<string, string>();
    for (const container of containers.filter((c) => c.state === 'Running')) {
      const workers = this.#workers.get(container.id);
      if (workers?.get('liveness')?.failed)
        failed.set(container.id, `Container ${container.config.name} failed liveness probe, will be restarted`);
      else if (workers?.get('startup')?.failed)
        failed.set(container.id, `Container ${container.config.name} failed startup probe, will be restarted`);
    }
    return failed;
  }

  remove(podUid: string): void {
    const own = new Set(this.#options.runtime.listPodSandboxes().filter((s) => s.config.uid === podUid).map((s) => s.id)); // prettier-ignore
    for (const id of [...this.#workers.keys()]) {
      const container = this.#options.runtime.container(id);
      if (!container || own.has(container.sandboxId)) this.#stop(id);
    }
  }
}
