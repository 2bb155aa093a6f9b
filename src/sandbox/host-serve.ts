import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cancel, type HttpRequest, type HttpResponse, type Transport } from '../kube/api';
import { channelsOf, serveForwarding, streamPipe, webSocketPipe } from './host-forward';
import { emptySwagger, jsonOfProtobuf, swaggerType } from './host-protobuf';
import { ChannelSockets, refuse } from './host-websocket';
import type { Sandbox } from './sandbox';

/** The API server takes no larger body (limit of kube-apiserver: 3 MiB). */
const bodyLimit = 3 * 1024 * 1024;

const isProtobuf = (request: IncomingMessage): boolean => request.headers['content-type'] === 'application/vnd.kubernetes.protobuf';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= bodyLimit + 1) chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks);
  return isProtobuf(request) && body.length > 0 ? jsonOfProtobuf(body) : body.toString('utf8');
}

/** A request as the API server takes it; its signal is that of `cancel`. */
function requestOf(from: IncomingMessage, body: string, cancel: Cancel): HttpRequest {
  const headers = Object.fromEntries(
    Object.entries(from.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  if (isProtobuf(from)) headers['content-type'] = 'application/json';
  return {
    method: (from.method ?? 'GET') as HttpRequest['method'],
    path: from.url ?? '/',
    headers,
    ...(body && { body }),
    signal: cancel.signal,
  };
}

const asksSwagger = ({ url = '', headers }: IncomingMessage): boolean =>
  url.split('?')[0] === '/openapi/v2' && (headers.accept ?? '').startsWith('application/com.github.proto-openapi.spec.v2');

async function pass(transport: Transport, from: IncomingMessage, to: ServerResponse): Promise<void> {
  const cancel = new Cancel();
  to.on('close', () => cancel.abort());
  if (asksSwagger(from)) {
    to.writeHead(200, { 'content-type': swaggerType }).end(emptySwagger());
    return;
  }
  const response = await transport(requestOf(from, await bodyOf(from), cancel));
  const warnings = (response.warnings ?? []).map((text) => `299 - ${JSON.stringify(text)}`);
  if (warnings.length > 0) to.setHeader('warning', warnings);
  const upgraded = response.channel ?? response.forwarding;
  if (upgraded) {
    // It needs an upgrade, which this request did not ask for.
    upgraded.close();
    to.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end('unable to upgrade: missing upgrade headers in request\n');
    return;
  }
  to.writeHead(response.status, { ...response.headers });
  if (typeof response.body === 'string') {
    to.end(from.method === 'HEAD' ? undefined : response.body);
    return;
  }
  to.flushHeaders();
  for await (const chunk of response.body) to.write(chunk);
  to.end();
}

const forwardProtocol = 'portforward.k8s.io';

/** Port-forward in SPDY itself, as kubectl asks for it that knows of no WebSocket (before 1.31). */
const asksSpdy = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'spdy/3.1' &&
  [headers['x-stream-protocol-version'] ?? []].flat().some((versions) => versions.split(/, */).includes(forwardProtocol));

const refusal = (body: string): HttpResponse => ({ status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

/** Goes on over the upgraded connection; false: it is of another form than what the API server has opened. */
function goOn(
  { channel, forwarding }: HttpResponse,
  sockets: ChannelSockets,
  from: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  if (channel && sockets.accepts(from)) sockets.open(from, socket, head, channel);
  else if (forwarding && sockets.tunnels(from))
    sockets.tunnel(from, socket, head, (client) => serveForwarding(webSocketPipe(client), forwarding));
  else if (forwarding && asksSpdy(from)) {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${forwardProtocol}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    serveForwarding(streamPipe(socket), forwarding);
  } else if (forwarding && sockets.accepts(from)) {
    const ports = new URLSearchParams(from.url?.split('?')[1]).getAll('ports').map(Number);
    if (ports.length === 0 || !ports.every((port) => port >= 1 && port <= 65_535)) return false;
    sockets.open(from, socket, head, channelsOf(forwarding, ports));
  } else return false;
  return true;
}

/** exec, attach and port-forward: the request becomes a WebSocket when the API server answers with a channel. */
async function upgrade(transport: Transport, sockets: ChannelSockets, from: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const cancel = new Cancel();
  socket.on('close', () => cancel.abort());
  socket.on('error', () => cancel.abort());
  if (!sockets.accepts(from) && !sockets.tunnels(from) && !asksSpdy(from)) {
    const body = 'unable to upgrade: only websocket with v5.channel.k8s.io or v4.channel.k8s.io is served\n';
    await refuse(socket, refusal(body), 'Bad Request');
    return;
  }
  const response = await transport(requestOf(from, '', cancel));
  if (!response.channel && !response.forwarding) await refuse(socket, response, STATUS_CODES[response.status] ?? '');
  else if (!goOn(response, sockets, from, socket, head)) {
    response.channel?.close();
    response.forwarding?.close();
    const needed = response.forwarding ? 'query parameter "port" is required' : 'unable to upgrade: unsupported protocol';
    await refuse(socket, refusal(`${needed}\n`), 'Bad Request');
  }
}

export interface Serving {
  readonly url: string;
  /** A kubeconfig's path. */
  readonly kubeconfig: string;
  /** Ends the server and every connection. */
  close(): void;
}

function writeKubeconfig(url: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pausebox-')), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'pausebox', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'pausebox', user: {} }],
    contexts: [{ name: 'pausebox', context: { cluster: 'pausebox', user: 'pausebox' } }],
    'current-context': 'pausebox',
  };
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}

/** Serves the sandbox's API on 127.0.0.1; port 0 is any that is free. Rejects when the port is taken. */
export async function startServing(sandbox: Sandbox, port: number): Promise<Serving> {
  const { cluster } = sandbox;
  if (!cluster) throw new Error('this machine has no cluster to serve');
  const server = createServer((request, response) => {
    pass(cluster.transport, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  const sockets = new ChannelSockets();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(cluster.transport, sockets, request, socket, head).catch((error: unknown) => {
      socket.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url, kubeconfig: writeKubeconfig(url), close };
}

/** Serves the sandbox's API and prints where its kubeconfig is. Never settles. */
export async function serve(sandbox: Sandbox, port: number): Promise<number> {
  const { kubeconfig } = await startServing(sandbox, port);
  process.stdout.write(`export KUBECONFIG=${kubeconfig}\n`);
  return new Promise<number>(() => undefined);
}
