import type { Clock } from '../clock';
import type { TaskImpl } from './task';

/** System calls between two turns of the host, and the longest time without one. */
const callsPerTurn = 400;
const msPerTurn = 8;
/** Processes that go on after a turn. */
const tasksPerTurn = 32;

/** Shares the host's thread among processes, and with the host: however many processes are busy, what is typed gets in between. */
export class Turns {
  readonly #clock: Clock;
  #calls = 0;
  #turnedMs: number;
  /** Up to when the processors' time has been charged to somebody. */
  #chargedMs: number;
  /** Processes that wait for the host's next turn, in order. */
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turnedMs = this.#chargedMs = clock.now();
  }

  /** Counts system calls of `task`; undefined: it goes on at once. */
  tick(task: TaskImpl, calls: number): Promise<void> | undefined {
    const now = this.#clock.now();
    this.#calls += calls;
    if (this.#calls < callsPerTurn && now - this.#turnedMs < msPerTurn) return undefined;
    task.cpu.userMs += Math.min(msPerTurn * 2, Math.max(0, now - this.#chargedMs)) || 1;
    this.#chargedMs = now;
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) this.#take();
    });
  }

  #take(): void {
    void this.#clock.turn().then(() => {
      this.#calls = 0;
      this.#turnedMs = this.#clock.now();
      const woken = this.#waiting.splice(0, tasksPerTurn);
      if (this.#waiting.length > 0) this.#take();
      for (const wake of woken) wake();
    });
  }
}
