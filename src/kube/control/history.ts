import { ApiError, equal, type ApiClient, type KubeObject } from '../api';
import { fnv32a, safeEncode } from './deployment/hash';
import type { Informer } from './informer';
import { controllerRevisions as revisionsRef } from './resources';
import { controllerRef, isOwnedBy, type PodTemplate } from './workloads';

export const revisionLabel = 'controller-revision-hash';

export interface ControllerRevision extends KubeObject {
  data?: { spec?: { template?: unknown } };
  revision?: number;
}

export interface Revised extends KubeObject {
  spec: { template?: PodTemplate; revisionHistoryLimit?: number };
}

/** With the keys of all objects sorted, as Go writes maps. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item as unknown)])) as T;
}

/** JSON as Go writes a map: keys sorted, and what HTML would read escaped. */
function goMapJson(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (char) => escapes[char]!);
}

/** What a revision keeps: a patch that puts the template back. */
export const revisionData = (template: PodTemplate | undefined): { spec: { template: unknown } } =>
  sorted({ spec: { template: { ...template, $patch: 'replace' } } });

export const dataHash = (data: unknown): string => safeEncode(String(fnv32a(new TextEncoder().encode(goMapJson(data)))));

/**
 * The revision of a workload's template, which is made if there is none, and those before it, oldest first.
 * `hash` names a new one.
 */
export async function revise(
  client: ApiClient,
  revisions: Informer<ControllerRevision>,
  owner: Revised,
  hash: string,
): Promise<{ current: ControllerRevision; history: ControllerRevision[] }> {
  const history = revisions
    .list()
    .filter((revision) => isOwnedBy(revision, owner))
    .sort((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
  const newest = history.at(-1)?.revision ?? 0;
  const data = revisionData(owner.spec.template);
  const known = history.find((revision) => equal(revision.data, data));
  const { name, namespace } = owner.metadata;
  if (!known) {
    const wanted: ControllerRevision = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: { ...owner.spec.template?.metadata?.labels, [revisionLabel]: hash },
        annotations: owner.metadata.annotations,
        ownerReferences: [controllerRef(owner)],
      },
      data,
      revision: newest + 1,
    };
    const current = revisions.note(await client.create<ControllerRevision>(revisionsRef, wanted));
    return { current, history: [...history, current] };
  }
  if (known.revision === newest) return { current: known, history };
  const patch = { revision: newest + 1 };
  const current = revisions.note(await client.patch<ControllerRevision>(revisionsRef, known.metadata.name!, 'merge', patch, { namespace }));
  return { current, history: [...history.filter((revision) => revision !== known), current] };
}

/** Deletes the oldest revisions beyond the limit that no pod is of. */
export async function forgetRevisions(
  client: ApiClient,
  owner: Revised,
  history: readonly ControllerRevision[],
  live: ReadonlySet<string | undefined>,
): Promise<void> {
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  const idle = history.filter(({ metadata }) => !live.has(metadata.labels?.[revisionLabel]));
  for (const { metadata } of idle.slice(0, Math.max(0, idle.length - limit))) {
    await client.delete(revisionsRef, metadata.name!, { namespace: metadata.namespace }).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    });
  }
}

export const revisionOf = (object: KubeObject): string | undefined => object.metadata.labels?.[revisionLabel];
