import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Channel, HttpResponse } from '../kube/api';

/** Subprotocols of exec and attach that are spoken, the newest first. A message's first byte is its channel. */
export const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** Port-forward's streams, in SPDY within a WebSocket. */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
/** v5's extra channel: the byte after it names the channel that its sender closes. */
export const closeChannel = 255;
const stdin = 0;
const normalClosure = 1000;

export const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
};

function join(socket: WebSocket, channel: Channel): void {
  socket.on('message', (data) => {
    const bytes = bytesOf(data);
    const [to, which] = bytes;
    if (to === undefined) return;
    if (to === closeChannel) channel.closeSend(which ?? stdin);
    else channel.send(to, new Uint8Array(bytes.subarray(1)));
  });
  socket.on('close', () => channel.close());
  socket.on('error', () => channel.close());
  channel.onMessage((from, bytes) => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([from]), bytes]), { binary: true });
  });
  channel.onClose(() => socket.close(normalClosure));
}

/** The WebSocket subprotocols that a client offers. */
const offeredBy = (request: IncomingMessage): string[] =>
  request.headers.upgrade?.toLowerCase() === 'websocket'
    ? (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
    : [];

/** Turns upgrade requests that the API server has answered into WebSockets. */
export class ChannelSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  readonly #tunnels = new WebSocketServer({ noServer: true });

  constructor() {
    this.#tunnels.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${tunnelProtocol}`));
  }

  /** Whether a client asks for a WebSocket of channels. */
  accepts(request: IncomingMessage): boolean {
    const offered = offeredBy(request);
    return protocols.some((protocol) => offered.includes(protocol));
  }
  /** Whether it asks for one that SPDY goes through. */
  tunnels(request: IncomingMessage): boolean {
    return offeredBy(request).includes(tunnelProtocol);
  }

  open(request: IncomingMessage, socket: Duplex, head: Buffer, channel: Channel): void {
    this.#server.handleUpgrade(request, socket, head, (client) => join(client, channel));
  }
  tunnel(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (client: WebSocket) => void): void {
    // the name has a slash, which no subprotocol may have (RFC 6455, 4.1): it is kept from the parser
    delete request.headers['sec-websocket-protocol'];
    this.#tunnels.handleUpgrade(request, socket, head, opened);
  }
}

/** A plain answer to an upgrade request, which has no ServerResponse of its own. */
export async function refuse(socket: Duplex, response: HttpResponse, reason: string): Promise<void> {
  let body = '';
  if (typeof response.body === 'string') body = response.body;
  else for await (const chunk of response.body) body += chunk;
  const headers = { ...response.headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${response.status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
