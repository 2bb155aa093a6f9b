import type { CancelSignal } from './http';

/** The part of AbortController that is needed here, with no DOM type. */
export class Cancel implements CancelSignal {
  private callbacks: (() => void)[] = [];
  private done = false;

  get aborted(): boolean {
    return this.done;
  }

  get signal(): CancelSignal {
    return this;
  }

  onAbort(callback: () => void): void {
    if (this.done) callback();
    else this.callbacks.push(callback);
  }

  /** Aborts; later calls do nothing. */
  abort(): void {
    if (this.done) return;
    this.done = true;
    const callbacks = this.callbacks;
    this.callbacks = [];
    for (const callback of callbacks) callback();
  }
}
