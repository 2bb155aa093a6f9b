import { quantityNumber } from './quantity';

interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}
interface PodLike {
  spec?: { resources?: Resources; containers?: { resources?: Resources }[]; initContainers?: { resources?: Resources }[] };
}

const computed = ['cpu', 'memory'];
const isZero = (quantity: string): boolean => quantityNumber(quantity) === 0;

const same = (a: string | undefined, b: string): boolean => a !== undefined && quantityNumber(a) === quantityNumber(b);

function guaranteed(resources: Resources): boolean {
  return computed.every((name) => {
    const limit = resources.limits?.[name];
    const request = resources.requests?.[name] ?? limit;
    return limit !== undefined && !isZero(limit) && same(request, limit);
  });
}

function asksForAny(resources: Resources): boolean {
  return [resources.requests, resources.limits].some((list) => computed.some((name) => list?.[name] !== undefined && !isZero(list[name]!)));
}

/** A pod's QoS class by its containers' cpu and memory requests and limits (qos.ComputePodQOS). */
export function qosClass(pod: PodLike): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const own = pod.spec?.resources;
  const all = own
    ? [own]
    : [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map((container) => container.resources ?? {});
  if (!all.some(asksForAny)) return 'BestEffort';
  return all.every(guaranteed) ? 'Guaranteed' : 'Burstable';
}
