import type { Clock } from '../../clock';
import { equal, onlyAmounts, quotaNames, quotaUsed, type ApiClient, type KubeObject, type ResourceQuota } from '../api';
import { servedResources, type Served } from './discovery';
import type { Informer } from './informer';
import { resourceQuotas } from './resources';
import { keyOf, splitKey, WorkQueue } from './work-queue';

// --resource-quota-sync-period: for what no watch tells of.
const resyncMs = 300_000;

interface Counted {
  readonly group: string;
  readonly plural: string;
}

const countedAs = ({ ref }: Pick<Served, 'ref'>): Counted => {
  const slash = ref.groupVersion.indexOf('/');
  return { group: slash < 0 ? '' : ref.groupVersion.slice(0, slash), plural: ref.resource };
};

const isOver = (object: KubeObject): boolean => {
  const phase = (object['status'] as { phase?: string } | undefined)?.phase;
  return object.kind === 'Pod' && (phase === 'Failed' || phase === 'Succeeded');
};

/**
 * The resource quota controller: measures what a namespace uses when its quota is new or changed, and again when something of it is gone.
 * What is added the API server counts itself.
 */
export function startResourceQuotas(
  clock: Clock,
  client: ApiClient,
  quotas: Informer<ResourceQuota>,
  informers: readonly Informer<KubeObject>[],
): () => void {
  const watched = new Set(informers.map(({ ref }) => `${ref.groupVersion} ${ref.resource}`));
  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      if (!quotas.get(namespace, name)) return undefined;
      // As it is now: what is admitted while it is measured makes the answer a conflict, and the work is done again.
      const quota = await client.get<ResourceQuota>(resourceQuotas, name, namespace);
      const hard = quota.spec?.hard ?? {};
      const names = Object.keys(hard);
      const counted = (await servedResources(client)).filter((served) => quotaNames(countedAs(served), names).length > 0);
      const measured: (readonly [Counted, readonly KubeObject[]])[] = [];
      for (const served of counted) {
        const { items } = await client.list<KubeObject>(served.ref, { namespace });
        measured.push([countedAs(served), items]);
      }
      const used = onlyAmounts(quotaUsed(quota.spec ?? {}, measured, clock.now()), names);
      if (!equal(quota.status?.hard, hard) || !equal(quota.status?.used, used)) {
        quotas.note(await client.update(resourceQuotas, { ...quota, status: { hard, used } }, { subresource: 'status' }));
      }
      const unseen = counted.some(({ ref }) => !watched.has(`${ref.groupVersion} ${ref.resource}`));
      return unseen ? resyncMs : undefined;
    },
  });
  const measure = (quota: ResourceQuota): void => queue.add(keyOf(quota));
  quotas.on({
    added: measure,
    updated: (quota, old) => void (equal(quota.spec, old.spec) || measure(quota)),
    deleted: (quota) => queue.forget(keyOf(quota)),
  });
  const replenish = ({ metadata }: KubeObject): void => {
    for (const quota of quotas.list()) if (quota.metadata.namespace === metadata.namespace) measure(quota);
  };
  for (const informer of informers) {
    informer.on({ deleted: replenish, updated: (object, old) => void (isOver(object) && !isOver(old) && replenish(object)) });
  }
  return () => queue.stop();
}
