import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { WebSocket } from 'ws';
import type { Channel, HttpRequest, HttpResponse } from '../kube/api';
import type { Clock } from '../clock';
import { NetworkProblem, type Network, type Remote } from '../kubectl';
import { StreamForwarding, streamPipe } from './host-forward';
import { closeChannel, protocols } from './host-websocket';

type Failure = NodeJS.ErrnoException & {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  /** What a certificate was to be of, and the certificate. */
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
};

const unknownAuthority = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** A certificate that is not of the host (crypto/x509's HostnameError). */
function otherName({ host = '', cert }: Failure): string {
  const wanted = host.replace(/\.$/, '');
  const names = [...(cert?.subjectaltname ?? '').matchAll(/(DNS|IP Address):([^,]+)/g)].map(([, kind, name]) => ({ kind, name }));
  const isAddress = isIP(wanted) !== 0;
  const fitting = names.filter(({ kind }) => (kind === 'DNS') !== isAddress).map(({ name }) => name);
  if (fitting.length > 0) return `certificate is valid for ${fitting.join(', ')}, not ${wanted}`;
  return isAddress
    ? `cannot validate certificate for ${wanted} because it doesn't contain any IP SANs`
    : `certificate is not valid for any names, but wanted to match ${wanted}`;
}

/** Node's error in the words of Go's net and crypto/tls. */
function problemOf(error: Failure): NetworkProblem {
  const where = `${error.address ?? ''}:${error.port ?? ''}`;
  const verify = 'tls: failed to verify certificate: x509: ';
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return new NetworkProblem(`dial tcp ${where}: connect: connection refused`, true);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new NetworkProblem(`dial tcp: lookup ${error.hostname ?? ''}: no such host`);
  if (code === 'ENETUNREACH') return new NetworkProblem(`dial tcp ${where}: connect: network is unreachable`);
  if (code === 'EHOSTUNREACH') return new NetworkProblem(`dial tcp ${where}: connect: no route to host`);
  if (code === 'ETIMEDOUT') return new NetworkProblem(`dial tcp ${where}: i/o timeout`);
  if (code === 'ECONNRESET') return new NetworkProblem('EOF');
  if (unknownAuthority.includes(code)) return new NetworkProblem(`${verify}certificate signed by unknown authority`);
  if (code === 'CERT_HAS_EXPIRED') return new NetworkProblem(`${verify}certificate has expired or is not yet valid`);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return new NetworkProblem(verify + otherName(error));
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return new NetworkProblem('http: server gave HTTP response to HTTPS client');
  return new NetworkProblem(error.message);
}

const tlsOf = ({ tls }: Remote): RequestOptions => ({
  ...(tls.ca !== undefined && { ca: tls.ca }),
  ...(tls.certificate !== undefined && { cert: tls.certificate }),
  ...(tls.key !== undefined && { key: tls.key }),
  ...(tls.serverName && { servername: tls.serverName }),
  rejectUnauthorized: !tls.insecure,
});

const headersOf = (from: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(from.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));

/** `299 - "text"`: the texts of Warning headers (RFC 7234). */
function warningsOf(from: IncomingMessage): string[] {
  const found: string[] = [];
  for (const header of from.headersDistinct['warning'] ?? [])
    for (const [, text] of header.matchAll(/\b299 \S+ ("(?:[^"\\]|\\.)*")/g)) found.push(JSON.parse(text!) as string);
  return found;
}

async function* textOf(from: IncomingMessage, released: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of from) yield decoder.decode(chunk as Buffer, { stream: true });
  } catch (error) {
    // a stream that its reader gave up ends
    if (!from.destroyed) throw error;
  } finally {
    released();
  }
}

/** Node sends a DELETE's body only when its length is said. */
const headersFor = ({ headers, body }: HttpRequest): Record<string, string> => ({
  ...headers,
  ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
});

/** Watches and followed logs come in chunks; every other answer is read whole. */
const streams = (path: string): boolean => /[?&](watch|follow)=(true|1)/.test(path);

async function send(remote: Remote, request: HttpRequest, released: () => void): Promise<HttpResponse> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const make = remote.url.startsWith('https:') ? httpsRequest : httpRequest;
    const sent = make(remote.url + request.path, { method: request.method, headers: headersFor(request), ...tlsOf(remote) }, resolve);
    sent.on('error', (error: Failure) => reject(problemOf(error)));
    request.signal?.onAbort(() => sent.destroy());
    sent.end(request.body);
  });
  const common = { status: answer.statusCode ?? 0, headers: headersOf(answer), warnings: warningsOf(answer) };
  if (streams(request.path) && common.status === 200) return { ...common, body: textOf(answer, released) };
  let body = '';
  for await (const chunk of textOf(answer, released)) body += chunk;
  return { ...common, body };
}

/** A WebSocket as the channel of exec and attach. */
class SocketChannel implements Channel {
  readonly #listeners: ((channel: number, bytes: Uint8Array) => void)[] = [];
  readonly #waiting: Buffer[] = [];
  readonly #closed: (() => void)[] = [];
  #open = true;

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      if (this.#listeners.length === 0) this.#waiting.push(data);
      else this.#tell(data);
    });
    socket.on('close', () => {
      this.#open = false;
      for (const listener of this.#closed) listener();
    });
    socket.on('error', () => socket.terminate());
  }

  #tell(data: Buffer): void {
    const [channel] = data;
    if (channel === undefined) return;
    for (const listener of this.#listeners) listener(channel, new Uint8Array(data.subarray(1)));
  }
  send(channel: number, bytes: Uint8Array): void {
    if (this.#open) this.socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  }
  closeSend(channel: number): void {
    if (this.#open) this.socket.send(Buffer.from([closeChannel, channel]));
  }
  onMessage(listener: (channel: number, bytes: Uint8Array) => void): void {
    this.#listeners.push(listener);
    for (const data of this.#waiting.splice(0)) this.#tell(data);
  }
  onClose(listener: () => void): void {
    if (this.#open) this.#closed.push(listener);
    else listener();
  }
  close(): void {
    this.socket.close();
  }
}

/** exec and attach: the request becomes a WebSocket, or the server's refusal is the answer. */
function upgrade(remote: Remote, request: HttpRequest, released: () => void): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const url = (remote.url + request.path).replace(/^http/, 'ws');
    const { accept: _, ...headers } = request.headers;
    const socket = new WebSocket(url, [...protocols], { headers, ...tlsOf(remote) });
    request.signal?.onAbort(() => socket.terminate());
    socket.once('close', released);
    socket.once('open', () => resolve({ status: 101, headers: {}, body: '', channel: new SocketChannel(socket) }));
    socket.once('error', (error: Failure) => reject(problemOf(error)));
    socket.once('unexpected-response', (_request, answer: IncomingMessage) => {
      wholeOf(answer, released).then(resolve, reject);
    });
  });
}

async function wholeOf(answer: IncomingMessage, released: () => void): Promise<HttpResponse> {
  let body = '';
  for await (const chunk of textOf(answer, released)) body += chunk;
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), body };
}

/** port-forward: the connection goes on in SPDY. Only while something is forwarded does the clock stand still. */
function forward(
  remote: Remote,
  { path, headers: given }: HttpRequest,
  released: () => void,
  hold: () => () => void,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const make = remote.url.startsWith('https:') ? httpsRequest : httpRequest;
    const headers = { ...given, connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' };
    const sent = make(remote.url + path, { method: 'POST', headers, ...tlsOf(remote) });
    sent.once('upgrade', (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      released();
      resolve({ status: 101, headers: {}, body: '', forwarding: new StreamForwarding(streamPipe(socket), hold) });
    });
    sent.once('response', (answer) => void wholeOf(answer, released).then(resolve, reject));
    sent.once('error', (error: Failure) => reject(problemOf(error)));
    sent.end();
  });
}

const upgraded = (path: string): boolean => /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/(exec|attach)\?/.test(path);
const forwards = (path: string): boolean => /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/portforward$/.test(path);

/** Other servers by the host's HTTP. The clock stands still while one is asked. */
export function nodeNetwork(clock: Clock): Network {
  return async (remote, request) => {
    const released = clock.hold();
    try {
      if (forwards(request.path)) return await forward(remote, request, released, () => clock.hold());
      return await (upgraded(request.path) ? upgrade : send)(remote, request, released);
    } catch (error) {
      released();
      throw error;
    }
  };
}
