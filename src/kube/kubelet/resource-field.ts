import { quantityIn, type Container, type Pod } from '../api';

export interface ResourceField {
  readonly containerName?: string;
  /** `limits.cpu`, `requests.memory`. */
  readonly resource: string;
  readonly divisor?: string;
}

/** What a container may use when it says nothing: all the node has for pods. */
export type NodeAllocatable = Readonly<Record<string, string>>;

/** A container's request or limit, or for a limit that is not set what the node has, in units of the divisor. */
export function resourceValue(field: ResourceField, pod: Pod, own: Container | undefined, allocatable: NodeAllocatable): string {
  const { containerName, resource, divisor } = field;
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = containerName ? all.find(({ name }) => name === containerName) : own;
  const [kind = '', name = ''] = resource.split(/\.(.*)/s);
  const asked = container?.resources?.[kind as 'limits' | 'requests']?.[name];
  return quantityIn(asked ?? (kind === 'limits' ? allocatable[name] : undefined) ?? '0', divisor);
}
