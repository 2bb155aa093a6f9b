import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Delivery, type Channel, type ForwardedConnection, type Forwarding } from '../kube/api';
import { bytesOf } from './host-websocket';
import { FrameReader, FrameWriter, type Frame } from './host-spdy';

/** Bytes both ways. */
export interface Pipe {
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

const normalClosure = 1000;

export const webSocketPipe = (socket: WebSocket): Pipe => ({
  write(bytes) {
    if (socket.readyState === socket.OPEN) socket.send(bytes, { binary: true });
  },
  onBytes: (listener) => void socket.on('message', (data) => listener(bytesOf(data))),
  onClose: (listener) => void socket.on('close', listener).on('error', () => socket.terminate()),
  close: () => socket.close(normalClosure),
});

export const streamPipe = (stream: Duplex): Pipe => ({
  write(bytes) {
    if (stream.writable) stream.write(bytes);
  },
  onBytes: (listener) => void stream.on('data', listener),
  onClose: (listener) => void stream.on('close', listener).on('end', listener),
  close: () => void stream.end(),
});

interface Pair {
  readonly port: number;
  error?: number;
  data?: number;
  connection?: ForwardedConnection;
  ended?: boolean;
}

/** Serves a client's streams: each connection is a pair, one for data and one for what goes wrong. */
export function serveForwarding(pipe: Pipe, forwarding: Forwarding): void {
  const writer = new FrameWriter();
  const pairs = new Map<string, Pair>();
  const pairOf = new Map<number, string>();
  const end = (request: string, problem?: string): void => {
    const pair = pairs.get(request);
    if (!pair || pair.ended) return;
    pair.ended = true;
    if (pair.error !== undefined) pipe.write(writer.data(pair.error, new TextEncoder().encode(problem ?? ''), true));
    if (pair.data !== undefined) pipe.write(writer.data(pair.data, new Uint8Array(), true));
  };
  const opened = (stream: number, headers: ReadonlyMap<string, string>): void => {
    const port = Number(headers.get('port'));
    const type = headers.get('streamtype');
    if (!(port >= 1 && port <= 65_535) || (type !== 'error' && type !== 'data')) return pipe.write(writer.reset(stream));
    pipe.write(writer.reply(stream));
    // older clients give no id: their streams come one after the other
    const request = headers.get('requestid') ?? String(type === 'error' ? stream : stream - 2);
    const pair = pairs.get(request) ?? { port };
    pairs.set(request, pair);
    pairOf.set(stream, request);
    pair[type] = stream;
    const { data, error } = pair;
    if (data === undefined || error === undefined || pair.connection) return;
    pair.connection = forwarding.connect(port);
    pair.connection.listen(
      (bytes) => pipe.write(writer.data(data, bytes)),
      (problem) => end(request, problem),
    );
  };
  const forget = (request: string): void => {
    const pair = pairs.get(request);
    pair?.connection?.close();
    end(request);
    pairs.delete(request);
    for (const stream of [pair?.data, pair?.error]) if (stream !== undefined) pairOf.delete(stream);
  };
  const received = (frame: Frame): void => {
    if (frame.kind === 'open') return opened(frame.stream, frame.headers);
    if (frame.kind === 'ping') return pipe.write(writer.ping(frame.id));
    if (frame.kind === 'goaway') return pipe.close();
    const request = pairOf.get(frame.stream);
    const pair = request === undefined ? undefined : pairs.get(request);
    if (request === undefined || pair?.data !== frame.stream) return;
    if (frame.kind === 'reset') forget(request);
    else if (frame.kind === 'data') {
      pair.connection?.send(frame.bytes);
      if (frame.end) pair.connection?.closeSend();
    }
  };
  const reader = new FrameReader(received, () => pipe.close());
  pipe.onBytes((bytes) => reader.feed(bytes));
  forwarding.onClose(() => {
    pipe.write(writer.goaway());
    pipe.close();
  });
  pipe.onClose(() => {
    reader.close();
    for (const { connection } of pairs.values()) connection?.close();
    forwarding.close();
  });
}

/** The other end: connections through a server's streams. */
export class StreamForwarding implements Forwarding {
  readonly #writer = new FrameWriter();
  readonly #streams = new Map<number, (frame: Frame) => void>();
  readonly #deliveries = new Set<Delivery>();
  readonly #closed: (() => void)[] = [];
  #open = true;
  #next = 1;
  #requests = 0;

  /** `hold`: called while a connection is open, and its result when it ends. */
  constructor(
    private readonly pipe: Pipe,
    private readonly hold: () => () => void,
  ) {
    const reader = new FrameReader(
      (frame) => this.#received(frame),
      () => pipe.close(),
    );
    pipe.onBytes((bytes) => reader.feed(bytes));
    pipe.onClose(() => {
      reader.close();
      this.#end();
    });
  }

  #received(frame: Frame): void {
    if (frame.kind === 'ping') this.pipe.write(this.#writer.ping(frame.id));
    else if (frame.kind === 'goaway') this.pipe.close();
    else this.#streams.get(frame.stream)?.(frame);
  }
  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const delivery of this.#deliveries) delivery.end();
    for (const listener of this.#closed) listener();
  }
  #stream(streamtype: string, port: number, requestid: number, onFrame: (frame: Frame) => void): number {
    const id = this.#next;
    this.#next += 2;
    this.#streams.set(id, onFrame);
    this.pipe.write(this.#writer.open(id, { streamtype, port: String(port), requestid: String(requestid) }));
    return id;
  }

  connect(port: number): ForwardedConnection {
    const delivery = new Delivery();
    this.#deliveries.add(delivery);
    const released = this.hold();
    const request = this.#requests++;
    const open = new Set<number>();
    let problem = '';
    const stream = (type: string, take: (bytes: Uint8Array) => void): number => {
      const id = this.#stream(type, port, request, (frame) => {
        if (frame.kind === 'data') take(frame.bytes);
        if (frame.kind !== 'reset' && !(frame.kind === 'data' && frame.end)) return;
        this.#streams.delete(id);
        open.delete(id);
        if (open.size > 0) return;
        this.#deliveries.delete(delivery);
        delivery.end(problem || undefined);
      });
      open.add(id);
      return id;
    };
    const error = stream('error', (bytes) => (problem += new TextDecoder().decode(bytes)));
    this.pipe.write(this.#writer.data(error, new Uint8Array(), true));
    const data = stream('data', (bytes) => delivery.deliver(bytes));
    return {
      send: (bytes) => this.pipe.write(this.#writer.data(data, bytes)),
      closeSend: () => this.pipe.write(this.#writer.data(data, new Uint8Array(), true)),
      listen: (onData, onEnd) =>
        delivery.listen(onData, (why) => {
          released();
          onEnd(why);
        }),
      close: () => {
        delivery.stop();
        released();
        this.pipe.write(this.#writer.reset(data));
      },
    };
  }
  onClose(listener: () => void): void {
    if (this.#open) this.#closed.push(listener);
    else listener();
  }
  close(): void {
    this.pipe.write(this.#writer.goaway());
    this.pipe.close();
    this.#end();
  }
}

/** The older form: `?ports=`, one connection to each; channel 2i is the i-th's data, 2i+1 its error, each begins with the port. */
export function channelsOf(forwarding: Forwarding, ports: readonly number[]): Channel {
  const connections = ports.map((port) => forwarding.connect(port));
  let deliver: (channel: number, bytes: Uint8Array) => void = () => undefined;
  let left = connections.length;
  return {
    send: (channel, bytes) => channel % 2 === 0 && connections[channel / 2]?.send(bytes),
    closeSend: (channel) => channel % 2 === 0 && connections[channel / 2]?.closeSend(),
    onMessage(listener) {
      deliver = listener;
      for (const [i, connection] of connections.entries()) {
        const port = ports[i]!;
        for (const channel of [2 * i, 2 * i + 1]) deliver(channel, Uint8Array.of(port & 255, port >> 8));
        connection.listen(
          (bytes) => deliver(2 * i, bytes),
          (problem) => {
            if (problem !== undefined) deliver(2 * i + 1, new TextEncoder().encode(problem));
            if (--left === 0) forwarding.close();
          },
        );
      }
    },
    onClose: (listener) => forwarding.onClose(listener),
    close() {
      for (const connection of connections) connection.close();
      forwarding.close();
    },
  };
}
