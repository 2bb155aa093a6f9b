import type { Clock, Timer } from '../../clock';
import type { Runtime } from '../runtime';

/** How often the runtime is asked what there is, ms (the kubelet's genericPlegRelistPeriod). */
const relistMs = 1000;

/** States of what runs. */
const running: ReadonlySet<string> = new Set(['Ready', 'Running']);

/**
 * Pod lifecycle event generator: tells which pods have a container or sandbox that changed since the last relist.
 * One that had ended and is gone is no change (ContainerRemoved is not worth a sync); one that ran has died.
 */
export class Pleg {
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #changed: (podUid: string) => void;
  #seen = new Map<string, { uid: string; state: string }>();
  #timer: Timer | undefined;
  #relistedMs = 0;

  constructor(runtime: Runtime, clock: Clock, changed: (podUid: string) => void) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#changed = changed;
  }

  start(): void {
    this.#timer = this.#clock.after(relistMs, () => {
      this.#relist();
      this.start();
    });
  }
  stop(): void {
    this.#timer?.cancel();
  }

  /** When the runtime was last asked. */
  get relistedMs(): number {
    return this.#relistedMs;
  }

  #relist(): void {
    this.#relistedMs = this.#clock.now();
    const now = new Map<string, { uid: string; state: string }>();
    const podOf = new Map(this.#runtime.listPodSandboxes().map((s) => [s.id, s.config.uid]));
    for (const sandbox of this.#runtime.listPodSandboxes()) now.set(sandbox.id, { uid: sandbox.config.uid, state: sandbox.state });
    for (const container of this.#runtime.listContainers())
      now.set(container.id, { uid: podOf.get(container.sandboxId) ?? '', state: container.state });
    const changed = new Set<string>();
    for (const [id, { uid, state }] of now) if (this.#seen.get(id)?.state !== state) changed.add(uid);
    for (const [id, { uid, state }] of this.#seen) if (!now.has(id) && running.has(state)) changed.add(uid);
    this.#seen = now;
    for (const uid of changed) this.#changed(uid);
  }
}
