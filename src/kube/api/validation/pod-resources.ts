import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  type FieldError,
} from '../field-error';
import type { FieldPath } from '../field-path';
import { ownValue } from '../object';
import { containerAmounts } from '../pod-amounts';
import { compareQuantities, parseQuantity } from '../quantity';
import { dnsLabelErrors, qualifiedNameErrors } from './names';
import type { FullContainer, FullPodSpec, FullResources } from './pod-shapes';

const one = 1_000_000_000n;
const containerNames: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const integerNames: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
export const standardNames: ReadonlySet<string> = new Set([
  ...containerNames,
  ...integerNames,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
]);
const hugePages = 'hugepages-';

const isHugePages = (name: string): boolean => name.startsWith(hugePages);
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameErrors(`requests.${name}`).length === 0;
/** Cpu and memory may be promised twice; huge pages and devices may not. */
export const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

export function resourceNameErrors(name: string, path: FieldPath): FieldError[] {
  const errors = invalidEach(path, name, qualifiedNameErrors(name), 'resource-name');
  if (errors.length > 0 || name.includes('/') || standardNames.has(name) || isHugePages(name)) return errors;
  return [invalidValue(path, name, 'must be a standard resource type or fully qualified', 'resource-name')];
}

export function containerResourceNameErrors(name: string, path: FieldPath): FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (!name.includes('/')) {
    if (!containerNames.has(name) && !isHugePages(name)) {
      errors.push(invalidValue(path, name, 'must be a standard resource for containers', 'resource-name'));
    }
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard", 'resource-name'));
  }
  return errors;
}

function podResourceNameErrors(name: string, path: FieldPath): FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors;
  return [notSupported(path, name, ['cpu', hugePages, 'memory'])];
}

/** Not negative; whole where the resource is counted. */
export function quantityErrors(name: string, text: string, path: FieldPath): FieldError[] {
  const { nanos } = parseQuantity(text);
  const errors: FieldError[] = [];
  if (nanos < 0n) errors.push(invalidValue(path, text, 'must be greater than or equal to 0', 'negative-quantity'));
  if ((integerNames.has(name) || isExtended(name)) && nanos % one !== 0n) errors.push(invalidValue(path, text, 'must be an integer'));
  return errors;
}

function pageSizeErrors(name: string, text: string, path: FieldPath): FieldError[] {
  if (!isHugePages(name)) return [];
  let size = 0n;
  try {
    size = parseQuantity(name.slice(hugePages.length)).nanos;
  } catch {
    // A size that is none divides nothing.
  }
  const { nanos } = parseQuantity(text);
  return size > 0n && nanos % size === 0n ? [] : [invalidValue(path, text, `${text} is not positive integer multiple of ${name}`)];
}

function claimErrors(resources: FullResources, known: ReadonlySet<string>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (resources.claims ?? []).forEach((claim, i) => {
    const at = path.index(i);
    const name = claim.name ?? '';
    if (!name) return void errors.push(required(at));
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      const key = claim.request ? `${name}/${claim.request}` : name;
      if (claim.request) errors.push(...invalidEach(at.child('request'), claim.request, dnsLabelErrors(claim.request)));
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (!claim.request) for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name));
      seen.add(key);
    }
    if (known.has(name)) return;
    const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    errors.push({ ...notFoundValue(at, name), detail: `must be one of the names in pod.spec.resourceClaims${list}` });
  });
  return errors;
}

type NameErrors = (name: string, path: FieldPath) => FieldError[];

function requirementErrors(resources: FullResources, nameErrors: NameErrors, claims: ReadonlySet<string>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { limits = {}, requests = {} } = resources;
  for (const [name, text] of Object.entries(limits)) {
    const at = path.child('limits').key(name);
    errors.push(...nameErrors(name, at), ...quantityErrors(name, text, at), ...pageSizeErrors(name, text, at));
  }
  const requestsPath = path.child('requests');
  for (const [name, text] of Object.entries(requests)) {
    const at = requestsPath.key(name);
    errors.push(...nameErrors(name, at), ...quantityErrors(name, text, at));
    const limit = ownValue(limits, name);
    const order = limit === undefined ? 0 : compareQuantities(parseQuantity(text), parseQuantity(limit));
    if (!mayOvercommit(name)) {
      if (limit === undefined) errors.push(required(path.child('limits'), 'Limit must be set for non overcommitable resources'));
      else if (order !== 0) errors.push(invalidValue(requestsPath, text, `must be equal to ${name} limit of ${limit}`));
    } else if (order > 0) {
      errors.push(invalidValue(requestsPath, text, `must be less than or equal to ${name} limit of ${limit}`, 'request-above-limit'));
    }
    errors.push(...pageSizeErrors(name, text, at));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...claimErrors(resources, claims, path.child('claims'))];
}

const none: ReadonlySet<string> = new Set();

/** A container's limits, requests and claims (of `claims`, the pod's), and a pod's overhead. */
export const validateResources = (resources: FullResources | undefined, claims: ReadonlySet<string>, path: FieldPath): FieldError[] =>
  requirementErrors(resources ?? {}, containerResourceNameErrors, claims, path);

const resizable = ['cpu', 'memory'];
const resizePolicies = ['NotRequired', 'RestartContainer'];

export function validateResizePolicy(container: FullContainer, path: FieldPath, podRestartPolicy: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (container.resizePolicy ?? []).forEach(({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) errors.push(duplicate(path.index(i), resourceName));
    seen.add(resourceName);
    if (!resourceName) errors.push(required(path));
    else if (!resizable.includes(resourceName)) errors.push(notSupported(path, resourceName, resizable));
    if (!restartPolicy) errors.push(required(path));
    else if (!resizePolicies.includes(restartPolicy)) errors.push(notSupported(path, restartPolicy, resizePolicies));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalidValue(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
  });
  return errors;
}

/** Resources of the whole pod: no less than its containers ask for together, no less than any of them may use. */
export function validatePodResources(spec: FullPodSpec, claims: ReadonlySet<string> = none, path: FieldPath): FieldError[] {
  const resources = spec.resources;
  if (!resources) return [];
  if (spec.os?.name === 'windows') return [forbiddenField(path, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (resources.claims) errors.push(forbiddenField(path.child('claims'), 'claims may not be set for Resources at pod-level'));
  errors.push(...requirementErrors(resources, podResourceNameErrors, claims, path));
  const below = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) < 0;
  for (const [name, needed] of Object.entries(containerAmounts(spec, 'requests'))) {
    const own = ownValue(resources.requests, name);
    if (own === undefined || !below(own, needed)) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${needed}`;
    errors.push(invalidValue(path.child('requests').key(name), own, detail));
  }
  for (const [name, needed] of Object.entries(containerAmounts(spec, 'limits'))) {
    const own = ownValue(resources.limits, name);
    if (!isHugePages(name) || own === undefined || !below(own, needed)) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${needed}`;
    errors.push(invalidValue(path.child('limits').key(name), own, detail));
  }
  (spec.containers ?? []).forEach((container, i) => {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = ownValue(resources.limits, name);
      if (own === undefined || !below(own, limit)) continue;
      const at = path.child('containers').index(i).key(name).child('limits');
      errors.push(invalidValue(at, limit, `must be less than or equal to pod limits of ${own}`));
    }
  });
  return errors;
}
