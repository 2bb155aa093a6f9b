import type { Clock, Timer } from '../../clock';
import { Delivery, type ForwardedConnection, type Forwarding } from '../api';
import { RuntimeError, type Bytes, type Connection, type Runtime } from '../runtime';

/** How long nothing comes until what came is taken for a request, where nothing else tells its end, ms. */
const silenceMs = 100;
/** Larger requests are cut. */
const mostBytes = 16 * 1024 * 1024;
/** The head of a request is no larger. */
const headBytes = 65_536;

const latin1 = new TextDecoder('latin1');
const requestLine = /^[A-Z]+ \S+ HTTP\/1\.[01]\r?\n/;
const headEnd = /\r?\n\r?\n/;

/**
 * Whether `size` bytes that begin so are a whole request of HTTP/1; `last` are the latest of them.
 * Undefined when they are of another protocol.
 */
export function isWholeRequest(start: Bytes, size: number, last: Bytes): boolean | undefined {
  const text = latin1.decode(start);
  if (!requestLine.test(text)) return undefined;
  const end = headEnd.exec(text);
  if (!end) return false;
  const head = text.slice(0, end.index);
  if (/^transfer-encoding:.*chunked/im.test(head)) return latin1.decode(last.subarray(-5)) === '0\r\n\r\n';
  return size - end.index - end[0].length >= Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
}

function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * A connection to localhost of a pod. Unlike Linux: a server takes one request, so the bytes of one are collected first:
 * until the client says that no more come, an HTTP request is whole, or nothing has come for a moment.
 */
class NodeConnection implements ForwardedConnection {
  readonly #delivery = new Delivery();
  readonly #parts: Bytes[] = [];
  /** What the request begins with. */
  #start: Bytes = new Uint8Array();
  #size = 0;
  #connection: Connection | undefined;
  #silence: Timer | undefined;

  constructor(
    dial: () => Connection,
    private readonly clock: Clock,
    private readonly problem: (why: string) => string,
  ) {
    try {
      this.#connection = dial();
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#delivery.end(problem(error.message));
    }
  }

  send(bytes: Bytes): void {
    if (!this.#connection || bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#start.length < headBytes) this.#start = joined([this.#start, bytes]).subarray(0, headBytes);
    this.#silence?.cancel();
    const whole = this.#size > mostBytes || isWholeRequest(this.#start, this.#size, bytes);
    if (whole === true) this.#exchange();
    else if (whole === undefined) this.#silence = this.clock.after(silenceMs, () => this.#exchange());
  }
  closeSend(): void {
    if (this.#size > 0) this.#exchange();
    else this.#delivery.end();
  }
  listen(onData: (bytes: Bytes) => void, onEnd: (problem?: string) => void): void {
    this.#delivery.listen(onData, onEnd);
  }
  close(): void {
    this.#silence?.cancel();
    this.#delivery.stop();
  }

  #exchange(): void {
    this.#silence?.cancel();
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = undefined;
    connection.exchange(joined(this.#parts.splice(0))).then(
      (answer) => {
        this.#delivery.deliver(answer);
        this.#delivery.end();
      },
      (error: unknown) => this.#delivery.end(this.problem(error instanceof Error ? error.message.toLowerCase() : String(error))),
    );
  }
}

/** Ports of a pod's sandbox as containerd's streaming server forwards them. */
export class NodeForwarding implements Forwarding {
  readonly #closed: (() => void)[] = [];
  #open = true;

  constructor(
    private readonly runtime: Pick<Runtime, 'dialSandbox'>,
    private readonly sandboxId: string,
    private readonly clock: Clock,
  ) {}

  connect(port: number): ForwardedConnection {
    // the pod is the sandbox's id to the runtime, which is told of no uid
    const problem = (why: string): string => `error forwarding port ${port} to pod ${this.sandboxId}, uid : ${why}`;
    return new NodeConnection(() => this.runtime.dialSandbox(this.sandboxId, port), this.clock, problem);
  }
  onClose(listener: () => void): void {
    if (this.#open) this.#closed.push(listener);
    else listener();
  }
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of this.#closed) listener();
  }
}
