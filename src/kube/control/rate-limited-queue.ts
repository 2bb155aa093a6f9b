import type { Clock, Timer } from '../../clock';

/** One at once, then one in ten seconds (node-eviction-rate 0.1, burst 1), ms. */
const everyMs = 10_000;
/** NodeEvictionPeriod, ms. */
const retryMs = 100;

/** Names that each have something done to them once until they are removed, no faster than nodes may be evicted. */
export class RateLimitedQueue {
  readonly #known = new Set<string>();
  readonly #waiting: string[] = [];
  #nextMs = 0;
  #timer: Timer | undefined;
  #paused = false;

  constructor(
    private readonly clock: Clock,
    private readonly act: (name: string) => Promise<void>,
  ) {}

  /** While it is set nothing is done. */
  set paused(paused: boolean) {
    this.#paused = paused;
    if (!paused) this.#schedule();
  }

  add(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#waiting.push(name);
    this.#schedule();
  }

  remove(name: string): void {
    this.#known.delete(name);
    const at = this.#waiting.indexOf(name);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  stop(): void {
    this.#waiting.length = 0;
    this.#timer?.cancel();
  }

  #schedule(): void {
    if (this.#timer || this.#paused || !this.#waiting.length) return;
    this.#timer = this.clock.after(Math.max(retryMs, this.#nextMs - this.clock.now()), () => {
      this.#timer = undefined;
      const name = this.#paused ? undefined : this.#waiting.shift();
      if (name === undefined) return;
      this.#nextMs = this.clock.now() + everyMs;
      void this.act(name)
        .catch(() => {
          if (this.#known.has(name)) this.#waiting.push(name);
        })
        .then(() => this.#schedule());
    });
  }
}
