/**
 * Time and randomness, injected everywhere: nothing outside the hosts calls `Date.now`, `Math.random` or a host timer.
 *
 * All times are milliseconds (fractions allowed). `now()` is sandbox time since the Unix epoch.
 */
export interface Clock {
  /** Sandbox wall-clock time, ms since the epoch. */
  now(): number;
  /** Calls `callback` once, `delayMs` of sandbox time from now. The owner cancels what it no longer needs. */
  after(delayMs: number, callback: () => void): Timer;
  /** Settles after `delayMs` of sandbox time. */
  sleep(delayMs: number): Promise<void>;
  /**
   * Says that something outside sandbox time is under way (a guest computes, a file downloads): a virtual clock
   * does not jump until the returned function is called (once; later calls do nothing).
   */
  hold(): () => void;
  /** Gives the host one turn, so that input, messages and other processes get in. The clock does not jump meanwhile. */
  turn(): Promise<void>;
  /** A number in [0, 1). Virtual clocks give the same sequence for the same seed. */
  random(): number;
}

export interface Timer {
  cancel(): void;
}

/** What a clock needs of its host: browser, Worker or Node (sandbox/host-*.ts). */
export interface HostTime {
  /** Real time, ms since the epoch. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Calls back in a new task, after all pending promise jobs. */
  turn(callback: () => void): void;
  /** A number in [0, 1). */
  random(): number;
}

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

const sleepOn = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });

/** Real time, times a rate: 0 stands still, 10 runs ten times as fast. */
export class RealClock implements Clock {
  readonly #host: HostTime;
  readonly #timers = new Set<{ readonly scheduled: Scheduled; handle: unknown }>();
  #rate: number;
  #baseMs: number;
  #baseRealMs: number;
  #order = 0;

  constructor(host: HostTime, options: { readonly rate?: number; readonly startMs?: number } = {}) {
    this.#host = host;
    this.#rate = options.rate ?? 1;
    this.#baseRealMs = host.now();
    this.#baseMs = options.startMs ?? this.#baseRealMs;
  }

  get rate(): number {
    return this.#rate;
  }
  set rate(rate: number) {
    this.#baseMs = this.now();
    this.#baseRealMs = this.#host.now();
    this.#rate = rate;
    for (const timer of this.#timers) {
      if (timer.handle !== undefined) this.#host.clearTimeout(timer.handle);
      this.#arm(timer);
    }
  }

  now(): number {
    return this.#baseMs + (this.#host.now() - this.#baseRealMs) * this.#rate;
  }

  #arm(timer: { readonly scheduled: Scheduled; handle: unknown }): void {
    timer.handle = undefined;
    if (this.#rate === 0) return;
    // setTimeout(3) of hosts takes at most 2^31-1 ms
    const delayMs = Math.min(Math.max(0, (timer.scheduled.atMs - this.now()) / this.#rate), 2 ** 31 - 1);
    timer.handle = this.#host.setTimeout(() => {
      if (this.now() < timer.scheduled.atMs - 1) return this.#arm(timer);
      this.#timers.delete(timer);
      timer.scheduled.callback();
    }, Math.ceil(delayMs));
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = { scheduled: { atMs: this.now() + Math.max(0, delayMs), order: this.#order++, callback }, handle: undefined as unknown };
    this.#timers.add(timer);
    this.#arm(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        if (timer.handle !== undefined) this.#host.clearTimeout(timer.handle);
      },
    };
  }

  /** Jumps to the next timer and calls back all that are due then; false: there is none within `mostMs`. */
  jump(mostMs: number): boolean {
    const due = [...this.#timers].sort((a, b) => a.scheduled.atMs - b.scheduled.atMs || a.scheduled.order - b.scheduled.order);
    const next = due[0]?.scheduled.atMs;
    if (next === undefined || next - this.now() > mostMs) return false;
    const { rate } = this;
    this.#baseMs = Math.max(this.now(), next);
    this.#baseRealMs = this.#host.now();
    for (const timer of due) {
      if (timer.scheduled.atMs > next || !this.#timers.delete(timer)) continue;
      if (timer.handle !== undefined) this.#host.clearTimeout(timer.handle);
      timer.scheduled.callback();
    }
    this.rate = rate;
    return true;
  }

  sleep(delayMs: number): Promise<void> {
    return sleepOn(this, delayMs);
  }

  hold(): () => void {
    return () => undefined;
  }

  turn(): Promise<void> {
    return new Promise((resolve) => this.#host.turn(resolve));
  }

  random(): number {
    return this.#host.random();
  }
}

/**
 * Time that jumps to the next timer once nothing else can happen. It stands still unless `runUntil` or `advanceTo`
 * is under way; each `turn` counts as a millisecond, so that a process that only computes cannot stop time.
 */
export class VirtualClock implements Clock {
  readonly #host: HostTime;
  readonly #timers = new Set<Scheduled>();
  #nowMs: number;
  #seed: number;
  #order = 0;
  #holds = 0;
  #turns = 0;

  constructor(host: HostTime, options: { readonly startMs?: number; readonly seed?: number } = {}) {
    this.#host = host;
    this.#nowMs = options.startMs ?? Date.UTC(2026, 8, 1, 8, 0, 0);
    this.#seed = (options.seed ?? 1) >>> 0;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer: Scheduled = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  sleep(delayMs: number): Promise<void> {
    return sleepOn(this, delayMs);
  }

  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (held) this.#holds--;
      held = false;
    };
  }

  turn(): Promise<void> {
    this.#turns++;
    return new Promise((resolve) => {
      this.#host.turn(() => {
        this.#turns--;
        this.#nowMs++;
        resolve();
      });
    });
  }

  /** mulberry32. */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) >>> 0;
    let t = this.#seed;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  #next(): Scheduled | undefined {
    let next: Scheduled | undefined;
    for (const timer of this.#timers)
      if (!next || timer.atMs < next.atMs || (timer.atMs === next.atMs && timer.order < next.order)) next = timer;
    return next;
  }

  #fire(timer: Scheduled): void {
    this.#timers.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.callback();
  }

  /** One task of the host, after which all promise jobs have run. */
  #drain(waits: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (waits) this.#host.setTimeout(resolve, 1);
      else this.#host.turn(resolve);
    });
  }

  /** Runs until `promise` settles, and gives what it gives. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = (): void => void (settled = true);
    promise.then(done, done);
    let idle = 0;
    for (;;) {
      await this.#drain(this.#holds > 0 && this.#turns === 0 && idle > 50);
      if (settled) return promise;
      const next = this.#next();
      if (next && next.atMs <= this.#nowMs) this.#fire(next);
      else if (this.#holds > 0 || this.#turns > 0) {
        idle++;
        continue;
      } else if (next) this.#fire(next);
      else if (idle++ > 200) throw new Error('virtual time: nothing is left that could happen');
      else continue;
      idle = 0;
    }
  }

  /** Runs all that happens up to `atMs` and ends there. */
  async advanceTo(atMs: number): Promise<void> {
    await this.runUntil(this.sleep(atMs - this.#nowMs));
  }
}
