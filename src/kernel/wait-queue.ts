/** What blocked calls sleep in until something they wait for may have happened. */
export class WaitQueue {
  readonly #wakers = new Set<() => void>();
  add(wake: () => void): void {
    this.#wakers.add(wake);
  }
  remove(wake: () => void): void {
    this.#wakers.delete(wake);
  }
  wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }
}

/** What an attempt gives that would block. */
export const again = Symbol('again');
export type Again = typeof again;
