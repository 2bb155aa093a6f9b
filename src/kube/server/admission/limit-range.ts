import {
  canonicalQuantity,
  compareQuantities,
  ownValue,
  parseQuantity,
  podAmounts,
  type Amounts,
  type KubeObject,
  type SizedPod,
} from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden } from '../status';

interface Limit {
  readonly type?: string;
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}
interface Sizes {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}
interface Container {
  readonly name?: string;
  resources?: Sizes;
}
interface Sized extends KubeObject {
  spec?: { containers?: Container[]; initContainers?: Container[]; resources?: Sizes };
}

const limitsOf = (range: KubeObject): readonly Limit[] => (range['spec'] as { limits?: Limit[] } | undefined)?.limits ?? [];

const rangesOf = (context: ServerContext, object: KubeObject): readonly KubeObject[] =>
  context.store.list('limitranges', object.metadata.namespace);

const setNames = (own: Record<string, string>, given: Amounts): string[] => {
  const names = Object.keys(given).filter((name) => !Object.hasOwn(own, name));
  for (const name of names) own[name] = given[name]!;
  return names.sort();
};

function fill(container: Container, kind: string, requests: Amounts, limits: Amounts): string[] {
  const sizes: Sizes = (container.resources ??= {});
  const [ownLimits, ownRequests] = [{ ...sizes.limits }, { ...sizes.requests }];
  const set = [
    ['limit', setNames(ownLimits, limits)],
    ['request', setNames(ownRequests, requests)],
  ] as const;
  if (Object.keys(ownLimits).length > 0) sizes.limits = ownLimits;
  if (Object.keys(ownRequests).length > 0) sizes.requests = ownRequests;
  return set
    .toReversed()
    .flatMap(([what, names]) => (names.length > 0 ? [`${names.join(', ')} ${what} for ${kind} ${container.name ?? ''}`] : []));
}

/** LimitRanger: containers that say nothing get the namespace's defaults; an annotation tells what was set. */
export function setDefaultLimits(context: ServerContext, pod: KubeObject): void {
  for (const range of rangesOf(context, pod)) {
    const ofContainers = limitsOf(range).filter(({ type }) => type === 'Container');
    const requests: Amounts = Object.assign({}, ...ofContainers.map(({ defaultRequest }) => defaultRequest));
    const limits: Amounts = Object.assign({}, ...ofContainers.map((limit) => limit.default));
    const spec = (pod as Sized).spec;
    const told = [
      ...(spec?.containers ?? []).flatMap((container) => fill(container, 'container', requests, limits)),
      ...(spec?.initContainers ?? []).flatMap((container) => fill(container, 'init container', requests, limits)),
    ];
    if (told.length === 0) continue;
    pod.metadata.annotations = { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${told.join('; ')}` };
  }
}

const less = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
const isZero = (text: string): boolean => parseQuantity(text).nanos === 0n;

type Rule = (name: string, type: string, bound: string, request: string | undefined, limit: string | undefined) => string | undefined;

const least: Rule = (name, type, bound, request, limit) => {
  const head = `minimum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${head}.  No request is specified`;
  if (less(request, bound)) return `${head}, but request is ${request}`;
  return limit !== undefined && less(limit, bound) ? `${head}, but limit is ${limit}` : undefined;
};
const most: Rule = (name, type, bound, request, limit) => {
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (less(bound, limit)) return `${head}, but limit is ${limit}`;
  return request !== undefined && less(bound, request) ? `${head}, but request is ${request}` : undefined;
};
/** A claim asks for storage, and has no limit. */
const mostAsked: Rule = (name, type, bound, request) => {
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${head}.  No request is specified`;
  return less(bound, request) ? `${head}, but request is ${request}` : undefined;
};
const ratio: Rule = (name, type, bound, request, limit) => {
  const head = `${name} max limit to request ratio per ${type} is ${bound}`;
  if (request === undefined || isZero(request)) return `${head}, but no request is specified or request is 0`;
  if (limit === undefined || isZero(limit)) return `${head}, but no limit is specified or limit is 0`;
  const given = Number(parseQuantity(limit).nanos) / Number(parseQuantity(request).nanos);
  return given > Number(parseQuantity(bound).nanos) / 1e9 ? `${head}, but provided ratio is ${given.toFixed(6)}` : undefined;
};

function broken(bounds: Amounts | undefined, type: string, rule: Rule, sizes: Sizes): string[] {
  return Object.keys(bounds ?? {})
    .sort()
    .flatMap((name) => {
      const text = rule(name, type, canonicalQuantity(bounds![name]!), ownValue(sizes.requests, name), ownValue(sizes.limits, name));
      return text === undefined ? [] : [text];
    });
}

const brokenBy = (limit: Limit, type: string, sizes: Sizes): string[] => [
  ...broken(limit.min, type, least, sizes),
  ...broken(limit.max, type, most, sizes),
  ...broken(limit.maxLimitRequestRatio, type, ratio, sizes),
];

function podFaults(limit: Limit, { spec = {} }: Sized): string[] {
  if (limit.type === 'Container')
    return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
      brokenBy(limit, 'Container', resources),
    );
  if (limit.type !== 'Pod') return [];
  const of = (kind: 'requests' | 'limits'): Record<string, string> => podAmounts(spec as SizedPod, kind, { overhead: false });
  return brokenBy(limit, 'Pod', { requests: of('requests'), limits: of('limits') });
}

function claimFaults(limit: Limit, { spec = {} }: Sized): string[] {
  if (limit.type !== 'PersistentVolumeClaim') return [];
  const sizes = { requests: spec.resources?.requests };
  return [...broken(limit.min, limit.type, least, sizes), ...broken(limit.max, limit.type, mostAsked, sizes)];
}

const faultsOf: Readonly<Record<string, (limit: Limit, object: Sized) => string[]>> = {
  pods: podFaults,
  persistentvolumeclaims: claimFaults,
};

/** LimitRanger's other half: nothing is smaller or larger than the namespace's ranges allow. */
export function checkLimits(context: ServerContext, resource: Resource, object: KubeObject): void {
  const faults = Object.hasOwn(faultsOf, resource.storage) ? faultsOf[resource.storage] : undefined;
  if (!faults || object.metadata.deletionTimestamp) return;
  for (const range of rangesOf(context, object)) {
    const texts = [...new Set(limitsOf(range).flatMap((limit) => faults(limit, object)))];
    if (texts.length === 0) continue;
    throw forbidden(resource, object.metadata.name ?? '', texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`);
  }
}
