import type { KubeObject } from '../../api';
import type { NodeProxy } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, internalError, notFound } from '../status';

interface Named {
  readonly name: string;
}
export interface PodSpecView {
  readonly nodeName?: string;
  readonly containers?: readonly Named[];
  readonly initContainers?: readonly Named[];
  readonly ephemeralContainers?: readonly Named[];
}

const namesOf = (list: readonly Named[] | undefined): string[] => (list ?? []).map((item) => item.name);

export function podOf(context: ServerContext, info: RequestInfo): KubeObject {
  const pod = context.store.get('pods', info.namespace, info.name!);
  if (!pod) throw notFound(info.resource, info.name!);
  return pod;
}

/** The container a request means: the one it names, or the only one there is. */
export function containerOf(pod: KubeObject, asked: string | null): string {
  const spec = (pod['spec'] ?? {}) as PodSpecView;
  const name = pod.metadata.name!;
  const containers = namesOf(spec.containers);
  const inits = namesOf(spec.initContainers);
  if (asked) {
    if ([...containers, ...inits, ...namesOf(spec.ephemeralContainers)].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  if (containers.length === 1 && inits.length === 0) return containers[0]!;
  if (containers.length === 1 && !spec.ephemeralContainers?.length && inits.length === 0) return containers[0]!;
  const initText = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${initText}`);
}

export function proxyOf(context: ServerContext): NodeProxy {
  const proxy = context.nodeProxy();
  if (!proxy) throw internalError('no node is connected');
  return proxy;
}
