import { setOwn } from './json-text';
import { ownValue } from './object';
import { compareQuantities, parseQuantity, quantityText } from './quantity';

/** Quantities by resource name, as a ResourceList has them. */
export type Amounts = Readonly<Record<string, string>>;
type Sum = Record<string, string>;

interface Sized {
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly restartPolicy?: string;
}
export interface SizedPod {
  readonly containers?: readonly Sized[];
  readonly initContainers?: readonly Sized[];
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly overhead?: Amounts;
}

/** `a` and `b` together; a sum is written as its first part was. */
export function addAmounts(a: Amounts = {}, b: Amounts = {}): Sum {
  const sum: Sum = { ...a };
  for (const [name, text] of Object.entries(b)) {
    const [before, after] = [parseQuantity(ownValue(sum, name) ?? '0'), parseQuantity(text)];
    setOwn(sum, name, quantityText({ nanos: before.nanos + after.nanos, format: before.nanos === 0n ? after.format : before.format }));
  }
  return sum;
}

function atLeast(amounts: Amounts, least: Amounts): Sum {
  const result: Sum = { ...amounts };
  for (const [name, text] of Object.entries(least)) {
    const own = ownValue(result, name);
    if (own === undefined || compareQuantities(parseQuantity(own), parseQuantity(text)) < 0) setOwn(result, name, text);
  }
  return result;
}

/** What a pod's containers need together: the sum of those that run on, or what some init container needs beside its sidecars. */
export function containerAmounts(spec: SizedPod, kind: 'requests' | 'limits'): Sum {
  let sum: Sum = {};
  for (const container of spec.containers ?? []) sum = addAmounts(sum, container.resources?.[kind]);
  let sidecars: Sum = {};
  let starting: Sum = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[kind];
    starting = atLeast(starting, addAmounts(sidecars, own));
    if (container.restartPolicy !== 'Always') continue;
    sum = addAmounts(sum, own);
    sidecars = addAmounts(sidecars, own);
  }
  return atLeast(sum, starting);
}

const ofPods = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/** What a pod as a whole asks for or may use; its own amounts stand for those of its containers (resourcehelper.PodRequests, PodLimits). */
export function podAmounts(spec: SizedPod, kind: 'requests' | 'limits', { overhead = true } = {}): Sum {
  const sum = containerAmounts(spec, kind);
  for (const [name, text] of Object.entries(spec.resources?.[kind] ?? {})) if (ofPods(name)) sum[name] = text;
  if (!overhead || !spec.overhead) return sum;
  if (kind === 'requests') return addAmounts(sum, spec.overhead);
  // What has no limit gets none by its overhead.
  const limited = Object.entries(spec.overhead).filter(([name]) => sum[name] !== undefined && parseQuantity(sum[name]).nanos !== 0n);
  return addAmounts(sum, Object.fromEntries(limited));
}
