import type { Pod, ProbeHandler } from '../api';
import { Errno, type Runtime } from '../runtime';

type HttpGet = NonNullable<ProbeHandler['httpGet']>;

/** Why a connection failed, in Go's words. */
const dialWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ENETUNREACH: 'connect: network is unreachable',
  EHOSTUNREACH: 'connect: no route to host',
};

/** No port has that name (ResolveContainerPort). */
export class PortError extends Error {}

/** A port by its number or by the name a container gives it. Throws PortError. */
export function portOf(port: number | string, pod: Pod, containerName: string): number {
  if (typeof port === 'number') return port;
  const spec = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === containerName);
  const named = spec?.ports?.find((each) => each.name === port)?.containerPort;
  if (named !== undefined) return named;
  // "Last ditch effort - maybe it was an int stored as string?"
  if (!/^[+-]?\d+$/.test(port)) throw new PortError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  return Number(port);
}

/** Go's net.JoinHostPort. */
const joined = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** The node's own name server, which knows no names but the registries'. */
const nameServer = '192.168.49.1:53';
const addressOf = (host: string): string => (host === 'localhost' ? '127.0.0.1' : host);

/** A TCP connection from the node: undefined when somebody listens, else what Go's dialer says. */
export function dial(runtime: Runtime, host: string, port: number): string | undefined {
  if (port < 1 || port > 65_535) return `invalid port number: ${port}`;
  const address = addressOf(host);
  if (!/^[\d.]+$|:/.test(address)) return `dial tcp: lookup ${host} on ${nameServer}: no such host`;
  try {
    runtime.connect(address, port);
    return undefined;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return `dial tcp ${joined(address, port)}: ${dialWords[error.code] ?? error.message.toLowerCase()}`;
  }
}

/** GET from the node, without redirects to other hosts: the answer's status and body, or what went wrong. */
export async function httpGet(
  runtime: Runtime,
  host: string,
  port: number,
  { scheme = 'HTTP', path = '/', httpHeaders = [] }: HttpGet,
): Promise<{ status: number; body: string; problem?: string }> {
  const target = (path.startsWith('/') ? path : `/${path}`).replaceAll(' ', '%20');
  const url = `${scheme.toLowerCase()}://${joined(host, port)}${target}`;
  const problem = dial(runtime, host, port);
  if (problem !== undefined) return { status: 0, body: '', problem: `Get "${url}": ${problem}` };
  if (scheme === 'HTTPS') return { status: 0, body: '', problem: `Get "${url}": http: server gave HTTP response to HTTPS client` };
  const headers = [
    ['Host', joined(host, port)],
    ['User-Agent', 'kube-probe/1.36'],
    ['Accept', '*/*'],
    ...httpHeaders.map(({ name, value }) => [name, value]),
    ['Connection', 'close'],
  ];
  const request = `GET ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  const answer = new TextDecoder().decode(await runtime.connect(addressOf(host), port).exchange(new TextEncoder().encode(request)));
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? NaN);
  if (Number.isNaN(status))
    return { status: 0, body: '', problem: `Get "${url}": malformed HTTP response ${JSON.stringify(answer.split('\r\n')[0])}` };
  return { status, body: answer.slice(answer.indexOf('\r\n\r\n') + 4) };
}
