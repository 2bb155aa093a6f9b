import type { Kernel } from './kernel';
import type { Process } from './process';
import { never, type TaskImpl } from './task';
import type { TracedMethod } from './traced-calls';

/** A sync call on a handle whose program is over. The kernel swallows it. */
export class DeadProgram extends Error {}

/** What all system calls share. */
export abstract class Calls {
  readonly env: Map<string, string>;
  readonly onEnds: (() => void)[] = [];
  readonly clock: Process['clock'];
  constructor(
    readonly kernel: Kernel,
    readonly task: TaskImpl,
  ) {
    this.env = new Map(task.environment);
    this.clock = { now: () => kernel.clock.now(), random: () => kernel.clock.random() };
  }

  get pid(): number {
    return this.task.pid.in(this.task.ns.pid) ?? 0;
  }

  get live(): boolean {
    return this.task.life === 'live' && this.task.handle === (this as unknown);
  }
  check(): void {
    if (!this.live) throw new DeadProgram('the program is over');
  }
  onEnd(callback: () => void): void {
    this.onEnds.push(callback);
  }

  /** A system call that may block. Signals take effect before and after it; a dead program's call never settles. */
  protected call<T>(body: () => Promise<T>, calls = 1, method?: TracedMethod, args: readonly unknown[] = []): Promise<T> {
    if (!this.live) return never();
    return new Promise<T>((resolve, reject) => {
      const settle = async (give: () => void, value: unknown, threw: boolean): Promise<void> => {
        if (method && this.live) {
          this.task.inCall = undefined;
          if (this.task.tracing) {
            this.task.tracing.leave(value, threw);
            await this.task.tracing?.heard();
          }
        }
        if (this.live && this.task.disturbed) await this.task.signalPoint();
        if (this.live) give();
      };
      const start = async (): Promise<T> => {
        const turn = this.kernel.turns.tick(this.task, calls);
        if (turn) await turn;
        if (this.live && this.task.disturbed) await this.task.signalPoint();
        if (!this.live) return never();
        if (method) {
          this.task.inCall = { method, args };
          if (this.task.tracing) {
            await this.task.tracing.enter(method, args);
            if (!this.live) return never();
          }
        }
        return body();
      };
      start()
        .then(
          (value) => settle(() => resolve(value), value, false),
          (error: unknown) => settle(() => reject(error as Error), error, true),
        )
        .catch(() => undefined); // a handler of a program that ended meanwhile
    });
  }
}
