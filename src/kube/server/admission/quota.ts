import {
  addAmounts,
  amountsOver,
  canonicalQuantity,
  inQuotaScopes,
  onlyAmounts,
  parseQuantity,
  quantityText,
  quotaConstraint,
  quotaNames,
  quotaUsage,
  type Amounts,
  type KubeObject,
  type ResourceQuota,
} from '../../api';
import type { ServerContext } from '../context';
import { trackUpdate } from '../managed-fields';
import type { Resource } from '../resources';
import { forbidden } from '../status';

/** Changes cost something only where the size of a thing may change. */
const chargedOnUpdate: ReadonlySet<string> = new Set(['services', 'persistentvolumeclaims']);
const uncounted: ReadonlySet<string> = new Set(['events', 'events.k8s.io/events']);

const shown = (amounts: Amounts, names: readonly string[]): string =>
  [...names]
    .sort()
    .flatMap((name) => (amounts[name] === undefined ? [] : [`${name}=${canonicalQuantity(amounts[name])}`]))
    .join(',');

/** What `now` costs beyond `before`; nothing where it costs less. */
function increase(now: Amounts, before: Amounts): Amounts {
  const grown = Object.entries(now).flatMap(([name, text]) => {
    const amount = parseQuantity(text);
    const more = amount.nanos - parseQuantity(before[name] ?? '0').nanos;
    return more > 0n ? [[name, quantityText({ ...amount, nanos: more })] as const] : [];
  });
  return Object.fromEntries(grown);
}

function charge(context: ServerContext, old: ResourceQuota, used: Amounts): void {
  const quota = { ...old, status: { ...old.status, used } };
  const writer = { manager: 'kube-apiserver', apiVersion: 'v1', subresource: 'status', nowMs: context.clock.now() };
  const managedFields = trackUpdate(old, quota, writer);
  context.store.put('resourcequotas', { ...quota, metadata: { ...quota.metadata, managedFields } });
}

/**
 * ResourceQuota: refuses what a quota of the namespace has no room for. What it answers charges the quotas, once the object
 * is stored. Quotas that have not been measured yet limit nothing.
 */
export function checkQuota(context: ServerContext, resource: Resource, object: KubeObject, old?: KubeObject, resizing = false): () => void {
  const nothing = (): void => undefined;
  if (!resource.namespaced || uncounted.has(resource.storage)) return nothing;
  if (old && !resizing && !chargedOnUpdate.has(resource.storage)) return nothing;
  const refuse = (why: string): never => {
    throw forbidden(resource, object.metadata.name ?? '', why);
  };
  const nowMs = context.clock.now();
  const cost = quotaUsage(resource, object, nowMs);
  const charges: (() => void)[] = [];
  for (const quota of context.store.list('resourcequotas', object.metadata.namespace) as readonly ResourceQuota[]) {
    const { hard = {}, used = {} } = quota.status ?? {};
    const names = quotaNames(resource, Object.keys(hard));
    const name = quota.metadata.name!;
    if (names.length === 0 || !inQuotaScopes(quota.spec ?? {}, resource, object)) continue;
    const missing = quotaConstraint(resource, names, object);
    if (missing) refuse(`failed quota: ${name}: ${missing}`);
    if (names.some((each) => !Object.hasOwn(used, each)))
      refuse(`status unknown for quota: ${name}, resources: ${[...names].sort().join(',')}`);
    const counted = old && inQuotaScopes(quota.spec ?? {}, resource, old);
    const wanted = onlyAmounts(increase(cost, counted ? quotaUsage(resource, old, nowMs) : {}), Object.keys(hard));
    if (Object.keys(wanted).length === 0) continue;
    const after = addAmounts(used, wanted);
    const over = amountsOver(onlyAmounts(after, Object.keys(wanted)), hard);
    if (over.length > 0)
      refuse(`exceeded quota: ${name}, requested: ${shown(wanted, over)}, used: ${shown(used, over)}, limited: ${shown(hard, over)}`);
    charges.push(() => charge(context, quota, after));
  }
  return () => charges.forEach((pay) => pay());
}
