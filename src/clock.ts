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
