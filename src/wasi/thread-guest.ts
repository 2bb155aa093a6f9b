import type { Bytes } from '../kernel';
import type { Guest, GuestEvents } from './host';

/** Of the control block: how many bytes of input lie in the area behind it. */
const areaBytes = 65536;

type FromThread = { readonly out: Bytes } | { readonly more: true } | { readonly exited: number } | { readonly trapped: string };

interface Thread {
  post(message: unknown): void;
  terminate(): void;
}

/** A guest in a thread of its own, which blocks in fd_read: for what computes. Needs shared memory. */
export class ThreadGuest implements Guest {
  private readonly queue: Bytes[] = [];
  private readonly length: Int32Array;
  private readonly area: Uint8Array;
  private thread: Thread | undefined;

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly events: GuestEvents,
    private readonly onGone: () => void,
    /** Bytes of output that were already received before. */
    private skip = 0,
  ) {
    const shared = new SharedArrayBuffer(4 + areaBytes);
    this.length = new Int32Array(shared, 0, 1);
    this.area = new Uint8Array(shared, 4);
  }

  run(): void {
    this.thread = startThread((message) => this.heard(message));
    this.thread.post({ module: this.module, shared: this.length.buffer });
  }

  write(bytes: Bytes): void {
    this.queue.push(bytes);
    this.feed();
  }

  kill(): void {
    if (this.thread === undefined) return;
    this.thread.terminate();
    this.thread = undefined;
    this.onGone();
  }

  private feed(): void {
    if (Atomics.load(this.length, 0) !== 0) return;
    const next = this.queue[0];
    if (next === undefined) return;
    const piece = next.subarray(0, areaBytes);
    if (piece.length === next.length) this.queue.shift();
    else this.queue[0] = next.subarray(piece.length);
    this.area.set(piece);
    Atomics.store(this.length, 0, piece.length);
    Atomics.notify(this.length, 0);
  }

  private heard(message: FromThread): void {
    if (this.thread === undefined) return;
    if ('more' in message) return this.feed();
    if ('out' in message) {
      const known = Math.min(this.skip, message.out.length);
      this.skip -= known;
      if (known < message.out.length) this.events.received(message.out.subarray(known));
      return;
    }
    this.kill();
    this.events.ended('exited' in message ? { kind: 'exited', code: message.exited } : { kind: 'trapped', message: message.trapped });
  }
}

interface NodeWorker {
  on(event: 'message', listener: (message: FromThread) => void): void;
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  unref(): void;
}
interface NodeModules {
  getBuiltinModule?(name: 'node:worker_threads'): { Worker: new (code: string, options: { eval: true }) => NodeWorker };
}
declare const process: NodeModules | undefined;

const nodeThreads = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:worker_threads');

/** Whether guests can have threads here: a page needs cross-origin isolation for it. */
export const threadsAvailable = typeof SharedArrayBuffer === 'function' && (nodeThreads !== undefined || typeof Worker === 'function');

function startThread(onMessage: (message: FromThread) => void): Thread {
  const code = `(${threadMain.toString()})()`;
  if (nodeThreads !== undefined) {
    const worker = new nodeThreads.Worker(code, { eval: true });
    worker.on('message', onMessage);
    worker.unref();
    return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  }
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => onMessage(data);
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

/** The thread's whole program: sent as text, so it names nothing outside itself. */
function threadMain(): void {
  type Start = { readonly module: WebAssembly.Module; readonly shared: SharedArrayBuffer };
  interface Port {
    postMessage(message: unknown): void;
    on(event: 'message', listener: (message: Start) => void): void;
  }
  interface Scope {
    /** A browser's Worker. */
    postMessage?: (message: unknown) => void;
    onmessage: unknown;
    /** Node's, which a thread that is started from text has among its globals. */
    require?: (name: 'node:worker_threads') => { parentPort: Port };
  }
  const scope = globalThis as unknown as Scope;
  const port = scope.require?.('node:worker_threads').parentPort;
  const post = (message: unknown): void => (port === undefined ? scope.postMessage!(message) : port.postMessage(message));

  const start = ({ module, shared }: Start): void => {
    const length = new Int32Array(shared, 0, 1);
    const area = new Uint8Array(shared, 4);
    let memory: WebAssembly.Memory;
    let input = new Uint8Array(0);
    const vectors = (at: number, count: number): Uint8Array[] => {
      const view = new DataView(memory.buffer);
      const list = [];
      for (let i = 0; i < count; i++)
        list.push(new Uint8Array(memory.buffer, view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)));
      return list;
    };
    const store = (at: number, value: number): void => new DataView(memory.buffer).setUint32(at, value, true);
    const read = (max: number): Uint8Array => {
      if (input.length === 0) {
        Atomics.wait(length, 0, 0);
        input = area.slice(0, Atomics.load(length, 0));
        Atomics.store(length, 0, 0);
        post({ more: true });
      }
      const piece = input.subarray(0, max);
      input = input.subarray(piece.length);
      return piece;
    };
    const functions: Record<string, (a: number, b: number, c: number, d: number) => number> = {
      args_sizes_get: (a, b) => (store(a, 0), store(b, 0), 0),
      args_get: () => 0,
      environ_sizes_get: (a, b) => (store(a, 0), store(b, 0), 0),
      environ_get: () => 0,
      fd_write: (fd, at, count, done) => {
        if (fd !== 1) return 8;
        const parts = vectors(at, count);
        let size = 0;
        for (const part of parts) size += part.length;
        const out = new Uint8Array(size);
        size = 0;
        for (const part of parts) {
          out.set(part, size);
          size += part.length;
        }
        store(done, size);
        post({ out });
        return 0;
      },
      fd_read: (fd, at, count, done) => {
        if (fd !== 0) return 8;
        let size = 0;
        for (const part of vectors(at, count)) size += part.length;
        const bytes = read(size);
        size = 0;
        for (const part of vectors(at, count)) {
          const piece = bytes.subarray(size, size + part.length);
          part.set(piece);
          size += piece.length;
        }
        store(done, size);
        return 0;
      },
      proc_exit: (code) => {
        throw { exit: code };
      },
    };
    try {
      const imports: Record<string, Record<string, unknown>> = {};
      for (const { module: from, name } of WebAssembly.Module.imports(module))
        (imports[from] ??= {})[name] = functions[name] ?? ((): number => 52);
      const instance = new WebAssembly.Instance(module, imports as WebAssembly.Imports);
      memory = instance.exports.memory as WebAssembly.Memory;
      (instance.exports._start as () => void)();
      post({ exited: 0 });
    } catch (error) {
      const { exit } = error as { exit?: number };
      post(exit === undefined ? { trapped: String(error) } : { exited: exit });
    }
  };
  if (port === undefined) scope.onmessage = ({ data }: { data: Start }) => start(data);
  else port.on('message', start);
}
