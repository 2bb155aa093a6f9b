import type { Clock, Timer } from '../../clock';
import type { Pod } from '../api';
import { Cancellation } from './container-killer';
import type { Gate } from './gate';
import { SyncError, type PodSyncer } from './pod-syncer';

/** A failed sync is tried again after this (backOffPeriod) or what is left of the back-off, at most syncFrequency, times 1 to 1.5, ms. */
const retryMs = 10_000;
/** What is due is looked for this often, ms. */
const tickMs = 1000;
/** A pod nothing happens to is synced again after this, times 1 to 1.5 (syncFrequency), ms. */
const resyncMs = 60_000;
const jitter = 0.5;
/** A restart's back-off has the same, of which the recordings mostly show the lower part. */
const backOffJitter = 0.3;

export interface WorkerOptions {
  readonly syncer: PodSyncer;
  readonly clock: Clock;
  /** Everything of the pod is off the node. */
  readonly finished: (pod: Pod) => Promise<void>;
  readonly report: (error: unknown) => void;
  readonly gate: Gate;
  /** A sync failed: a line for the kubelet's log. */
  readonly log: (pod: Pod, error: SyncError) => void;
}

/** One pod's life on the node: syncing, then terminating, then terminated (pod_workers.go). It never goes back. */
export class PodWorker {
  readonly #options: WorkerOptions;
  #pod: Pod;
  #phase: 'syncing' | 'terminating' | 'terminated' | 'finished' = 'syncing';
  #graceSeconds: number | undefined;
  #wanted = false;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;
  #cancellation = new Cancellation();
  /** The pod is off the server already (forced deletion): nothing is written about it any more. */
  removed = false;

  constructor(pod: Pod, options: WorkerOptions) {
    this.#pod = pod;
    this.#options = options;
    void this.#run();
  }

  get pod(): Pod {
    return this.#pod;
  }
  /** Not yet being ended. */
  get active(): boolean {
    return this.#phase === 'syncing';
  }
  get finished(): boolean {
    return this.#phase === 'finished';
  }

  /** The server has a newer version. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp) this.terminate(pod.metadata.deletionGracePeriodSeconds);
    else this.wake();
  }

  /** The server's version after the kubelet's own status writes: nothing to do about it. */
  replace(pod: Pod): void {
    this.#pod = pod;
  }

  /** Ends the pod; a shorter grace period than before counts, and what is under way with the longer one is begun anew. */
  terminate(graceSeconds: number | undefined): void {
    const grace = Math.max(1, graceSeconds ?? this.#pod.spec.terminationGracePeriodSeconds ?? 30);
    const shorter = grace < (this.#graceSeconds ?? Infinity);
    if (shorter) this.#graceSeconds = grace;
    if (this.#phase === 'syncing') this.#phase = 'terminating';
    if (shorter) this.#cancellation.cancel();
    this.wake();
  }

  /** Nothing more is begun. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Something changed: sync again soon. */
  wake(): void {
    this.#wanted = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wake?.();
  }

  async #next(): Promise<void> {
    if (!this.#wanted) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    this.#wanted = false;
  }

  #after(ms: number, spread = jitter): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    const deadlineMs = this.#phase === 'syncing' ? (this.#options.syncer.deadlineLeftMs(this.#pod) ?? Infinity) : Infinity;
    const due = clock.now() + Math.min(ms * (1 + clock.random() * spread), Math.max(deadlineMs, 0));
    this.#timer = clock.after(Math.ceil(due / tickMs) * tickMs - clock.now(), () => this.wake());
  }

  async #run(): Promise<void> {
    this.#wanted = true;
    while (this.#phase !== 'finished') {
      await this.#next();
      await this.#options.gate.passed();
      try {
        await this.#step();
      } catch (error) {
        if (error instanceof SyncError) this.#options.log(this.#pod, error);
        else this.#options.report(error);
        const backOffMs = error instanceof SyncError ? error.backOffMs : undefined;
        if (this.finished) continue;
        if (backOffMs === undefined) this.#after(retryMs);
        else this.#after(Math.min(backOffMs, resyncMs), backOffJitter);
      }
    }
    this.#timer?.cancel();
  }

  async #step(): Promise<void> {
    const { syncer, finished } = this.#options;
    const cancellation = (this.#cancellation = new Cancellation());
    if (this.#phase === 'syncing') {
      const ended = await syncer.sync(this.#pod, () => this.#phase !== 'syncing', cancellation);
      if (ended && this.#phase === 'syncing') this.#phase = 'terminating';
      if (this.#phase === 'syncing') return this.#after(resyncMs);
      this.#wanted = true;
    } else if (this.#phase === 'terminating') {
      if (!(await syncer.terminate(this.#pod, this.#graceSeconds, cancellation))) return;
      this.#phase = 'terminated';
      this.#wanted = true;
    } else if (this.#phase === 'terminated') {
      const leaving = this.removed || this.#pod.metadata.deletionTimestamp !== undefined;
      await syncer.cleanUp(this.#pod, leaving);
      if (!leaving) return;
      this.#phase = 'finished';
      await finished(this.#pod);
    }
  }
}
