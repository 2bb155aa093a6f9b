import { NodeRefusal, type ContainerTarget, type ExecRequest, type HttpRequest, type HttpResponse, type KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest } from '../status';
import { containerOf, podOf, proxyOf, type PodSpecView } from './container';

function placeOf(pod: KubeObject): Omit<ContainerTarget, 'container'> {
  const { nodeName } = pod['spec'] as PodSpecView;
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return { nodeName, namespace: pod.metadata.namespace!, podName: pod.metadata.name!, podUID: pod.metadata.uid! };
}

function targetOf(context: ServerContext, request: HttpRequest, info: RequestInfo): ExecRequest {
  const { query } = info;
  const pod = podOf(context, info);
  const container = containerOf(pod, query.get('container'));
  const flag = (name: string): boolean => query.get(name) === 'true' || query.get(name) === '1';
  const tty = flag('tty');
  return {
    ...placeOf(pod),
    container,
    command: query.getAll('command'),
    stdin: flag('stdin'),
    stdout: flag('stdout'),
    stderr: flag('stderr') && !tty,
    tty,
    signal: request.signal,
  };
}

const channels = 'v5.channel.k8s.io';
const forwarded = 'SPDY/3.1+portforward.k8s.io';

/** The upgraded connection, or what the kubelet said instead. */
async function upgrade(protocol: string, opening: Promise<Pick<HttpResponse, 'channel' | 'forwarding'>>): Promise<HttpResponse> {
  try {
    return { status: 101, headers: { 'sec-websocket-protocol': protocol }, body: '', ...(await opening) };
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    return { status: error.code, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${error.message}\n` };
  }
}

export async function exec(context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const target = targetOf(context, request, info);
  if (target.command.length === 0) throw badRequest('you must specify at least one command for the container');
  if (!target.stdin && !target.stdout && !target.stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  return upgrade(
    channels,
    proxyOf(context)
      .exec(target)
      .then((channel) => ({ channel })),
  );
}

export async function attach(context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const target = targetOf(context, request, info);
  return upgrade(
    channels,
    proxyOf(context)
      .attach({ ...target, command: [] })
      .then((channel) => ({ channel })),
  );
}

export async function portForward(context: ServerContext, _request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const target = placeOf(podOf(context, info));
  return upgrade(
    forwarded,
    proxyOf(context)
      .portForward(target)
      .then((forwarding) => ({ forwarding })),
  );
}
