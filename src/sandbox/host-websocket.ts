import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Channel, HttpResponse } from '../kube/api';

/** Subprotocols of exec and attach that are spoken, the newest first. A message's first byte is its channel. */
export const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
/** v5's extra channel: the byte after it names the channel that its sender closes. */
export const closeChannel = 255;
const stdin = 0;
const normalClosure = 1000;

const bytesOf = (data: RawData): Buffer => {
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

/** Turns an upgrade request that the API server has answered with a channel into a WebSocket that carries it. */
export class ChannelSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });

  /** Whether a client asks for a WebSocket whose messages we can read. */
  accepts(request: IncomingMessage): boolean {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
    return request.headers.upgrade?.toLowerCase() === 'websocket' && protocols.some((protocol) => offered.includes(protocol));
  }

  open(request: IncomingMessage, socket: Duplex, head: Buffer, channel: Channel): void {
    this.#server.handleUpgrade(request, socket, head, (client) => join(client, channel));
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
