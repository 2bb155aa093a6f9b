import type { Clock } from '../../clock';
import type { ApiClient, ResourceRef } from '../api';
import { ApiError, type KubeObject } from '../api';
import { servedResources } from './discovery';
import type { Informer } from './informer';
import { namespaces as namespacesRef } from './resources';
import { WorkQueue } from './work-queue';

// "namespaceDeletionGracePeriod": watch caches elsewhere get to see the namespace go first.
const graceMs = 5000;

/** Every namespaced resource whose objects can be listed and deleted. */
async function deletableResources(client: ApiClient): Promise<ResourceRef[]> {
  const served = await servedResources(client);
  return served
    .filter(({ namespaced, verbs }) => namespaced && verbs.includes('deletecollection') && verbs.includes('list'))
    .map(({ ref }) => ref);
}

interface Remaining {
  readonly counts: { resource: string; count: number }[];
  readonly finalizers: Map<string, number>;
  readonly estimateSeconds: number;
}

async function deleteContent(client: ApiClient, namespace: string): Promise<Remaining> {
  const counts: { resource: string; count: number }[] = [];
  const finalizers = new Map<string, number>();
  let estimateSeconds = 0;
  for (const ref of await deletableResources(client)) {
    await client.deleteCollection(ref, { namespace, query: { propagationPolicy: 'Background' } });
    const { items } = await client.list(ref, { namespace });
    if (items.length === 0) continue;
    const group = ref.groupVersion.includes('/') ? ref.groupVersion.slice(0, ref.groupVersion.indexOf('/')) : '';
    counts.push({ resource: `${ref.resource}.${group}`, count: items.length });
    for (const item of items) {
      for (const finalizer of item.metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
      estimateSeconds = Math.max(estimateSeconds, item.metadata.deletionGracePeriodSeconds ?? 0);
    }
    if (estimateSeconds === 0) estimateSeconds = 15;
  }
  return { counts, finalizers, estimateSeconds };
}

interface Condition {
  type: string;
  status: string;
  lastTransitionTime: string;
  reason: string;
  message: string;
}

const plural = (count: number): string => `${count} resource instances`;

function conditionsOf(remaining: Remaining, now: string, old: readonly Condition[]): Condition[] {
  const contentText = remaining.counts
    .map(({ resource, count }) => `${resource} has ${plural(count)}`)
    .sort()
    .join(', ');
  const finalizerText = [...remaining.finalizers]
    .map(([name, count]) => `${name} in ${plural(count)}`)
    .sort()
    .join(', ');
  const rows: [type: string, bad: boolean, badReason: string, badMessage: string, goodReason: string, goodMessage: string][] = [
    ['NamespaceDeletionDiscoveryFailure', false, '', '', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', false, '', '', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    [
      'NamespaceDeletionContentFailure',
      false,
      '',
      '',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    [
      'NamespaceContentRemaining',
      contentText !== '',
      'SomeResourcesRemain',
      `Some resources are remaining: ${contentText}`,
      'ContentRemoved',
      'All content successfully removed',
    ],
    [
      'NamespaceFinalizersRemaining',
      finalizerText !== '',
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${finalizerText}`,
      'ContentHasNoFinalizers',
      'All content-preserving finalizers finished',
    ],
  ];
  return rows.map(([type, bad, badReason, badMessage, goodReason, goodMessage]) => {
    const status = bad ? 'True' : 'False';
    const before = old.find((condition) => condition.type === type);
    const lastTransitionTime = before && before.status === status ? before.lastTransitionTime : now;
    return { type, status, lastTransitionTime, reason: bad ? badReason : goodReason, message: bad ? badMessage : goodMessage };
  });
}

/** Empties namespaces that are being deleted and then lets them go. */
export function startNamespaceDeletion(clock: Clock, client: ApiClient, namespaces: Informer<KubeObject>): () => void {
  const queue = new WorkQueue({
    clock,
    async sync(name) {
      let namespace: KubeObject;
      try {
        namespace = await client.get(namespacesRef, name);
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
      if (!namespace.metadata.deletionTimestamp) return undefined;
      const finalizers = (namespace['spec'] as { finalizers?: string[] }).finalizers ?? [];
      if (!finalizers.includes('kubernetes')) return undefined;
      const remaining = await deleteContent(client, name);
      const status = namespace['status'] as { conditions?: Condition[] };
      const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const conditions = conditionsOf(remaining, now, status.conditions ?? []);
      const updated = await client.update(namespacesRef, { ...namespace, status: { ...status, conditions } }, { subresource: 'status' });
      if (remaining.counts.length > 0) return (Math.floor(remaining.estimateSeconds / 2) + 1) * 1000;
      const spec = { finalizers: finalizers.filter((finalizer) => finalizer !== 'kubernetes') };
      await client.update(namespacesRef, { ...updated, spec }, { subresource: 'finalize' });
      return undefined;
    },
  });
  const seen = new Set<string>();
  const check = (namespace: KubeObject): void => {
    const uid = namespace.metadata.uid!;
    if (!namespace.metadata.deletionTimestamp || seen.has(uid)) return;
    seen.add(uid);
    queue.addAfter(namespace.metadata.name!, graceMs);
  };
  namespaces.on({ added: check, updated: check, deleted: (namespace) => void seen.delete(namespace.metadata.uid!) });
  return () => queue.stop();
}
