import type { Clock, Timer } from '../clock';
import type { WaitQueue } from './wait-queue';

/** What a process sleeps in while a system call of its waits. */
export abstract class Sleeper {
  abstract readonly kernel: { readonly clock: Clock };
  sleeping = 0;
  waitChannel = '0';
  readonly #sleeps = new Set<{ readonly wake: () => void; readonly forget: () => void }>();

  nowMs(): number {
    return this.kernel.clock.now();
  }

  /** Until something of `queues` happens, the time is up (gives true) or a signal arrives. */
  sleep(queues: readonly WaitQueue[], untilMs: number | undefined, channel: string): Promise<boolean> {
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const forget = (): void => {
        timer?.cancel();
        for (const queue of queues) queue.remove(wake);
        this.#sleeps.delete(entry);
        this.sleeping--;
        if (this.sleeping === 0) this.waitChannel = '0';
      };
      const wake = (): void => {
        if (!this.#sleeps.has(entry)) return;
        forget();
        resolve(false);
      };
      const entry = { wake, forget };
      this.sleeping++;
      this.waitChannel = channel;
      this.#sleeps.add(entry);
      for (const queue of queues) queue.add(wake);
      if (untilMs !== undefined)
        timer = this.kernel.clock.after(untilMs - this.nowMs(), () => {
          forget();
          resolve(true);
        });
    });
  }
  wake(): void {
    for (const { wake } of [...this.#sleeps]) wake();
  }
  forgetSleeps(): void {
    for (const { forget } of [...this.#sleeps]) forget();
  }
}
