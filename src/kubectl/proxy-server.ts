import type { HttpRequest, HttpResponse } from '../kube/api';
import type { Kubectl } from './kubectl';
import { textOf } from './kubectl';

/** What a client of the proxy asks for. */
export interface ProxiedRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const encoder = new TextEncoder();
const reasons: Readonly<Record<number, string>> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 301: 'Moved Permanently', 302: 'Found', 304: 'Not Modified', 307: 'Temporary Redirect',
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable',
  409: 'Conflict', 410: 'Gone', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity',
  429: 'Too Many Requests', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout',
}; // prettier-ignore

/** Go's http.Error. */
const plainError = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: `${text}\n`,
});
export const pageNotFound = plainError(404, '404 page not found');

/** http.Redirect of a GET. */
export const movedTo = (location: string, status: 301 | 307 = 301): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', location },
  body: `<a href="${location.replaceAll('&', '&amp;').replaceAll('"', '&#34;')}">${reasons[status]}</a>.\n\n`,
});

/** Undefined when it is no request of HTTP/1. */
export function readRequest(bytes: Uint8Array): ProxiedRequest | undefined {
  const text = new TextDecoder().decode(bytes);
  const end = /\r?\n\r?\n/.exec(text);
  const [line = '', ...fields] = (end ? text.slice(0, end.index) : text).split(/\r?\n/);
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*)$/.exec(field) ?? [];
    if (name) headers[name.toLowerCase()] = value.trim();
  }
  return { method, target, headers, body: end ? text.slice(end.index + end[0].length) : '' };
}

/** `content-type` as it is written: `Content-Type`. */
const headerName = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** An answer's bytes. The connection ends with it: all servers here take one request. */
export function writeAnswer({ status, headers = {}, body }: Answer, nowMs: number, isHead: boolean): Uint8Array {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const all: Record<string, string> = { date: new Date(nowMs).toUTCString(), ...headers, 'content-length': String(bytes.length) };
  const lines = Object.keys(all).sort().map((name) => `${headerName(name)}: ${all[name]}`); // prettier-ignore
  const head = encoder.encode(
    `HTTP/1.1 ${status} ${reasons[status] ?? 'status code'}\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`,
  );
  const whole = new Uint8Array(head.length + (isHead ? 0 : bytes.length));
  whole.set(head);
  if (!isHead) whole.set(bytes, head.length);
  return whole;
}

/** Which requests are let through: those that every list of expressions allows. */
export interface RequestFilter {
  readonly acceptPaths: readonly RegExp[];
  readonly rejectPaths: readonly RegExp[];
  readonly acceptHosts: readonly RegExp[];
  readonly rejectMethods: readonly RegExp[];
}

/** Go's net.SplitHostPort of a Host header; the brackets of an IPv6 address go with the port. */
function hostOf(header: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*)):\d*$/.exec(header) ?? [];
  return bracketed ?? plain ?? header;
}

export function accepts(filter: RequestFilter, method: string, path: string, host: string): boolean {
  const some = (list: readonly RegExp[], text: string): boolean => list.some((each) => each.test(text));
  if (some(filter.rejectPaths, path) || some(filter.rejectMethods, method)) return false;
  return some(filter.acceptPaths, path) && some(filter.acceptHosts, hostOf(host));
}

/** The headers that are of one connection (RFC 9110, 7.6.1), and those that the other side makes itself. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'content-length', 'accept-encoding',
]); // prettier-ignore

/** Asks the API server for what a client asked. */
export async function throughApi(k: Kubectl, request: ProxiedRequest, path: string): Promise<Answer> {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name)));
  const method = request.method as HttpRequest['method'];
  const answer = await k.pass({ method, path, headers, ...(request.body && { body: request.body }) });
  if (answer.channel || answer.forwarding) {
    (answer.channel ?? answer.forwarding)?.close();
    return plainError(400, 'unable to upgrade: missing upgrade headers in request');
  }
  return { status: answer.status, headers: answerHeaders(answer), body: await textOf(answer) };
}

function answerHeaders({ headers, warnings = [] }: HttpResponse): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
  const said = warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
  return { 'cache-control': 'no-cache, private', ...kept, ...(said && { warning: said }) };
}

/** Whoever is not let through. */
export const forbidden = plainError(403, 'Forbidden');
export const failed = (message: string): Answer => plainError(500, message);
