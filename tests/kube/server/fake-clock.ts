import type { Clock, Timer } from '../../../src/clock';

/** A clock that jumps to its next timer when told to. */
export class FakeClock implements Clock {
  private ms = Date.UTC(2026, 10, 23, 6, 0, 0);
  private timers: { at: number; order: number; callback: () => void }[] = [];
  private order = 0;
  private seed = 7;

  now(): number {
    return this.ms;
  }
  after(delayMs: number, callback: () => void): Timer {
    const entry = { at: this.ms + delayMs, order: this.order++, callback };
    this.timers.push(entry);
    return { cancel: () => void (this.timers = this.timers.filter((other) => other !== entry)) };
  }
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }
  hold(): () => void {
    return () => undefined;
  }
  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
  random(): number {
    this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
    return this.seed / 2147483648;
  }
  get timerCount(): number {
    return this.timers.length;
  }
  /** Lets everything run that happens within `ms`. */
  async advance(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      for (let i = 0; i < 5; i++) await this.turn();
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.ms = Math.max(this.ms, next.at);
      this.timers = this.timers.filter((timer) => timer !== next);
      next.callback();
    }
    this.ms = end;
    for (let i = 0; i < 5; i++) await this.turn();
  }
}
