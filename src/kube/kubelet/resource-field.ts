import { parseQuantity, type Container, type Pod } from '../api';

export interface ResourceField {
  readonly containerName?: string;
  /** `limits.cpu`, `requests.memory`. */
  readonly resource: string;
  readonly divisor?: string;
}

/** What a container may use when it says nothing: all the node has for pods. */
export type NodeAllocatable = Readonly<Record<string, string>>;

const nanosOf = (text: string): bigint => parseQuantity(text).nanos;

/** A container's request or limit in units of the divisor, rounded up (ExtractContainerResourceValue). */
export function resourceValue(field: ResourceField, pod: Pod, own: Container | undefined, allocatable: NodeAllocatable): string {
  const { containerName, resource, divisor } = field;
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = containerName ? all.find(({ name }) => name === containerName) : own;
  const [kind = '', name = ''] = resource.split(/\.(.*)/s);
  const asked = container?.resources?.[kind as 'limits' | 'requests']?.[name];
  const text = asked ?? (kind === 'limits' ? allocatable[name] : undefined) ?? '0';
  const unit = divisor === undefined || nanosOf(divisor) === 0n ? 1_000_000_000n : nanosOf(divisor);
  const value = nanosOf(text);
  return String((value + unit - 1n) / unit);
}
