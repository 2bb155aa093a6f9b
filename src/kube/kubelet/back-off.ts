/** Restart back-off of one container, as the kubelet's flowcontrol.Backoff: 10 s, doubling to 5 min, forgotten after 10 min without a failure. */
const firstMs = 10_000;
const mostMs = 300_000;

interface Entry {
  delayMs: number;
  lastMs: number;
}

export class BackOff {
  readonly #entries = new Map<string, Entry>();

  /** The present delay of `key`, ms; 0 when it has none. */
  delay(key: string): number {
    return this.#entries.get(key)?.delayMs ?? 0;
  }

  /** Whether a restart of what finished at `finishedMs` must still wait at `nowMs`. */
  waits(key: string, finishedMs: number, nowMs: number): boolean {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, finishedMs)) return false;
    return nowMs - finishedMs < entry.delayMs;
  }

  /** When that wait is over, ms since the epoch. */
  until(key: string, finishedMs: number): number {
    return finishedMs + this.delay(key);
  }

  /** A restart happens now: the next one waits longer. */
  next(key: string, nowMs: number): void {
    const entry = this.#entries.get(key);
    const delayMs = !entry || this.#expired(entry, nowMs) ? firstMs : Math.min(entry.delayMs * 2, mostMs);
    this.#entries.set(key, { delayMs, lastMs: nowMs });
  }

  #expired(entry: Entry, atMs: number): boolean {
    return atMs - entry.lastMs > 2 * mostMs;
  }

  /** Drops every key of a pod. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }
}

/** The exponential retry of an operation (volume set-up): 0.5 s doubling to 2 min 2 s. */
export class RetryDelay {
  #delayMs = 0;
  #failedMs = 0;

  fail(nowMs: number): void {
    this.#delayMs = this.#delayMs ? Math.min(this.#delayMs * 2, 122_000) : 500;
    this.#failedMs = nowMs;
  }
  /** When the operation may run again. */
  get dueMs(): number {
    return this.#failedMs + this.#delayMs;
  }
}
