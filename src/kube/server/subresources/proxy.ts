import type { HttpRequest, HttpResponse, KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, notFound, serviceUnavailable } from '../status';
import { podOf, proxyOf } from './container';

/** Where a request goes on to. */
interface Location {
  readonly secure: boolean;
  readonly address: string;
  readonly port: number;
}

interface Named {
  readonly name?: string;
}

/** `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT` (SplitSchemeNamePort); undefined when it is none. */
function partsOf(id: string): { scheme: string; name: string; port: string } | undefined {
  const parts = id.split(':');
  const [scheme, name, port] = parts.length === 3 ? parts : ['', ...parts, ''];
  const valid = parts.length <= 3 && ['', 'http', 'https'].includes(scheme!) && name !== '';
  return valid ? { scheme: scheme!, name: name!, port: port! } : undefined;
}

function podLocation(context: ServerContext, info: RequestInfo): Location {
  const parts = partsOf(info.name!);
  if (!parts) throw badRequest(`invalid pod request "${info.name}"`);
  const pod = podOf(context, { ...info, name: parts.name });
  const spec = pod['spec'] as { containers?: readonly { ports?: readonly { containerPort: number }[] }[] };
  const declared = spec.containers?.find(({ ports }) => ports?.length)?.ports?.[0]?.containerPort;
  const address = (pod['status'] as { podIP?: string } | undefined)?.podIP;
  if (!address) throw badRequest('address not allowed');
  const secure = parts.scheme === 'https';
  return { secure, address, port: Number(parts.port) || declared || (secure ? 443 : 80) };
}

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly (Named & { readonly port: number })[];
}

function serviceLocation(context: ServerContext, { namespace, name: id, resource }: RequestInfo): Location {
  const parts = partsOf(id!);
  if (!parts) throw badRequest(`invalid service request "${id}"`);
  const { name } = parts;
  const object = (plural: string): KubeObject => {
    const found = context.store.get(plural, namespace, name);
    if (!found) throw notFound(plural === resource.plural ? resource : { group: '', plural }, name);
    return found;
  };
  let portName = parts.port;
  if (/^\d+$/.test(portName)) {
    const { ports = [] } = object('services')['spec'] as { ports?: readonly (Named & { port: number })[] };
    const port = ports.find((each) => each.port === Number(portName));
    if (!port) throw serviceUnavailable(`no service port ${Number(portName)} found for service "${name}"`);
    portName = port.name ?? '';
  }
  const subsets = (object('endpoints')['subsets'] ?? []) as readonly Subset[];
  if (subsets.length === 0) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  for (const { addresses = [], ports = [] } of subsets) {
    const port = ports.find((each) => (each.name ?? '') === portName);
    const address = addresses[Math.floor(context.clock.random() * addresses.length)];
    if (port && address) return { secure: parts.scheme === 'https', address: address.ip, port: port.port };
  }
  throw serviceUnavailable(`no endpoints available for service "${id}"`);
}

/** Headers of one connection alone (RFC 9110, 7.6.1), and those made anew. */
const ownHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'content-length', 'authorization']); // prettier-ignore

function requestText({ method, headers, body }: HttpRequest, target: string, { address, port }: Location): string {
  const passed = Object.entries(headers).filter(([name]) => !ownHeaders.has(name));
  const length = body === undefined ? [] : [['content-length', String(new TextEncoder().encode(body).length)]];
  const lines = [['Host', `${address}:${port}`], ...passed, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

/** An answer's text taken apart; undefined when it is none of HTTP. */
function responseOf(text: string): HttpResponse | undefined {
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...fields] = text.slice(0, end < 0 ? undefined : end).split('\r\n');
  const status = /^HTTP\/1\.\d (\d{3})/.exec(line)?.[1];
  if (status === undefined) return undefined;
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return {
    status: Number(status),
    headers: Object.fromEntries(headers.filter(([name]) => !ownHeaders.has(name))),
    body: end < 0 ? '' : text.slice(end + 4),
  };
}

/** Hands a request to a server in a pod and its answer back. Unlike a real API server: links in pages are left as they are. */
async function through(context: ServerContext, request: HttpRequest, location: Location): Promise<HttpResponse> {
  const [, path = '', query = ''] = /^[^?]*?\/proxy(\/[^?]*)?(\?.*)?$/.exec(request.path) ?? [];
  if (path === '' && (request.method === 'GET' || request.method === 'HEAD')) {
    const at = request.path.indexOf('?');
    const here = at < 0 ? request.path : request.path.slice(0, at);
    return { status: 301, headers: { location: `${here}/${query}` }, body: '' };
  }
  const unreached = (why: string): Error => serviceUnavailable(`error trying to reach service: ${why}`);
  const { address, port, secure } = location;
  const text = requestText(request, `${path || '/'}${query}`, location);
  let answer: Uint8Array;
  try {
    const connection = proxyOf(context).dial(address, port);
    if (secure) throw unreached('http: server gave HTTP response to HTTPS client');
    answer = await connection.exchange(new TextEncoder().encode(text));
  } catch (error) {
    // an Errno of connect(2)
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
    throw unreached(`dial tcp ${address}:${port}: connect: ${error.message.toLowerCase()}`);
  }
  if (answer.length === 0) throw unreached('EOF');
  const body = new TextDecoder().decode(answer);
  const response = responseOf(body);
  if (!response)
    throw unreached(`net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(body.split('\r\n')[0])}`);
  return response;
}

export const proxyPod = (context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> =>
  through(context, request, podLocation(context, info));
export const proxyService = (context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> =>
  through(context, request, serviceLocation(context, info));
