import type { Clock, Timer } from '../../clock';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Handles a key; a rejection has it tried again after a back-off. A number asks for it again after as many ms. */
  readonly sync: (key: string) => Promise<number | void>;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Keys to handle, one at a time, each at most once in the queue; failures come back later and later. */
export class WorkQueue {
  private readonly pending = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, { readonly timer: Timer; readonly atMs: number }>();
  private running = false;
  private stopped = false;

  constructor(private readonly options: WorkQueueOptions) {}

  add(key: string): void {
    if (this.stopped) return;
    this.pending.add(key);
    if (!this.running) void this.run();
  }

  /** Asks for a key later; what has been asked for sooner stays. */
  addAfter(key: string, delayMs: number): void {
    if (this.stopped) return;
    const atMs = this.options.clock.now() + delayMs;
    const waiting = this.timers.get(key);
    if (waiting && waiting.atMs <= atMs) return;
    waiting?.timer.cancel();
    const timer = this.options.clock.after(delayMs, () => {
      this.timers.delete(key);
      this.add(key);
    });
    this.timers.set(key, { timer, atMs });
  }

  /** Gives up what a key waits for, and forgets its failures: its object is gone. */
  forget(key: string): void {
    this.timers.get(key)?.timer.cancel();
    this.timers.delete(key);
    this.pending.delete(key);
    this.failures.delete(key);
  }

  stop(): void {
    this.stopped = true;
    this.pending.clear();
    for (const { timer } of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private async run(): Promise<void> {
    this.running = true;
    // Lets what is happening now finish first, so that several changes are one turn of work.
    await Promise.resolve();
    while (this.pending.size > 0 && !this.stopped) {
      const key = this.pending.values().next().value!;
      this.pending.delete(key);
      try {
        const again = await this.options.sync(key);
        this.failures.delete(key);
        if (typeof again === 'number') this.addAfter(key, again);
      } catch {
        const failed = this.failures.get(key) ?? 0;
        this.failures.set(key, failed + 1);
        const { baseDelayMs = 5, maxDelayMs = 1_000_000 } = this.options;
        this.addAfter(key, Math.min(maxDelayMs, baseDelayMs * 2 ** failed));
      }
    }
    this.running = false;
  }
}

export const keyOf = (object: { metadata: { namespace?: string; name?: string } }): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;

export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash) || undefined, name: key.slice(slash + 1) };
}
