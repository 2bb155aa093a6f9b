import type { Bytes } from '../kernel';
import type { Guest, GuestEvents } from './host';
import { GuestExit, wasiImports } from './wasi-imports';

/** Thrown through the guest when it waits for a reply. */
const waits = Symbol('waits');

/**
 * A guest in the kernel's own thread. When it waits it is thrown away; when the reply is there a new instance runs from the
 * start, is fed every reply so far, and its requests so far are dropped: the same bytes in make the same bytes out, for a
 * guest knows nothing but its replies. So a process that sleeps holds no memory and no thread, and it runs the same each time.
 */
export class InlineGuest implements Guest {
  private replies: Bytes[] = [];
  private sent = 0;
  private running = false;
  private dead = false;
  /** Requests' bytes gone through again, over all runs: what waiting has cost. */
  private repeated = 0;

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly events: GuestEvents,
  ) {}

  /** Bytes of requests that were made again because of this way of waiting. */
  get cost(): number {
    return this.repeated;
  }

  /** In its code, above `received`. */
  get busy(): boolean {
    return this.running;
  }

  /** What another kind of instance needs to go on from here. */
  handOver(): { readonly replies: readonly Bytes[]; readonly sent: number } {
    this.dead = true;
    return { replies: this.replies, sent: this.sent };
  }

  write(bytes: Bytes): void {
    if (this.dead) return;
    this.replies.push(bytes);
    if (!this.running) this.run();
  }

  kill(): void {
    this.dead = true;
    this.replies = [];
  }

  run(): void {
    if (this.dead) return;
    let written = 0;
    let reply = 0;
    let offset = 0;
    let memory: WebAssembly.Memory | undefined;
    const write = (bytes: Bytes): void => {
      if (this.dead) throw waits;
      const known = Math.min(Math.max(this.sent - written, 0), bytes.length);
      written += bytes.length;
      this.repeated += known;
      if (known === bytes.length) return;
      this.sent = written;
      this.events.received(bytes.subarray(known));
    };
    const read = (max: number): Bytes => {
      const current = this.replies[reply];
      if (this.dead || current === undefined) throw waits;
      const bytes = current.subarray(offset, offset + max);
      offset += bytes.length;
      if (offset === current.length) {
        reply++;
        offset = 0;
      }
      return bytes;
    };
    this.running = true;
    try {
      const instance = new WebAssembly.Instance(
        this.module,
        wasiImports(this.module, () => memory!, write, read),
      );
      memory = instance.exports.memory as WebAssembly.Memory;
      (instance.exports._start as () => void)();
      this.end(0);
    } catch (error) {
      if (error === waits) return;
      if (error instanceof GuestExit) this.end(error.code);
      else if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
        if (!this.dead) this.events.ended({ kind: 'trapped', message: error.message });
        this.dead = true;
      } else throw error;
    } finally {
      this.running = false;
    }
  }

  private end(code: number): void {
    if (!this.dead) this.events.ended({ kind: 'exited', code });
    this.dead = true;
  }
}
