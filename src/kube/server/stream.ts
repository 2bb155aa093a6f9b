import type { CancelSignal } from '../api';

/** Chunks that are pushed by one side and read once by another, in order. */
export class Stream implements AsyncIterable<string> {
  private readonly queue: string[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  /** `onEnd` runs once, when either side ends the stream. */
  constructor(
    private readonly onEnd: () => void,
    signal?: CancelSignal,
  ) {
    signal?.onAbort(() => this.end());
  }

  get closed(): boolean {
    return this.ended;
  }

  push(chunk: string): void {
    if (this.ended) return;
    this.queue.push(chunk);
    this.wake?.();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        while (this.queue.length > 0) yield this.queue.shift()!;
        if (this.ended) return;
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = undefined;
      }
    } finally {
      this.end();
    }
  }
}
