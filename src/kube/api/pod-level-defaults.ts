import { containerAmounts, type Amounts, type SizedPod } from './pod-amounts';
import { ownValue } from './object';
import { setOwn } from './json-text';

interface Resources {
  limits?: Record<string, string>;
  requests?: Record<string, string>;
}

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isShared = (name: string): boolean => name === 'cpu' || name === 'memory';
const isEmpty = (amounts: Amounts | undefined): boolean => Object.keys(amounts ?? {}).length === 0;

/** Adds to `amounts` those of `more` that are named well and are not there yet. */
function fill(amounts: Record<string, string> | undefined, more: Amounts, isMeant: (name: string) => boolean): typeof amounts {
  const filled = { ...amounts };
  for (const [name, amount] of Object.entries(more)) {
    if (isMeant(name) && ownValue(filled, name) === undefined) setOwn(filled, name, amount);
  }
  return isEmpty(filled) ? amounts : filled;
}

/**
 * defaultHugePagePodLimits and defaultPodRequests: a pod that sets some of its own resources gets the huge pages that its
 * containers may use, and with limits the requests of its containers, or else its limits. Container defaults come first.
 */
export function podLevelDefaults(spec: SizedPod & { resources?: Resources }): void {
  const { resources } = spec;
  if (!resources || (isEmpty(resources.limits) && isEmpty(resources.requests))) return;
  const requested = { ...resources.requests };
  const limits = fill(
    resources.limits,
    containerAmounts(spec, 'limits'),
    (name) => isHugePages(name) && ownValue(requested, name) === undefined,
  );
  if (limits) resources.limits = limits;
  if (isEmpty(resources.limits)) return;
  const requests = fill(resources.requests, containerAmounts(spec, 'requests'), isShared);
  const all = fill(requests, resources.limits!, (name) => isShared(name) || isHugePages(name));
  if (all) resources.requests = all;
}
