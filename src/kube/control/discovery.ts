import type { ApiClient, ResourceRef } from '../api';

export interface Served {
  readonly ref: ResourceRef;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface ApiResourceList {
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

async function json<T>(client: ApiClient, path: string): Promise<T> {
  const response = await client.send('GET', path);
  return JSON.parse(response.body as string) as T;
}

/** Every resource the server serves, in its group's preferred version. */
export async function servedResources(client: ApiClient): Promise<Served[]> {
  const { groups } = await json<{ groups: { preferredVersion: { groupVersion: string } }[] }>(client, '/apis');
  const found: Served[] = [];
  for (const groupVersion of ['v1', ...groups.map((group) => group.preferredVersion.groupVersion)]) {
    const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
    const { resources } = await json<ApiResourceList>(client, path);
    for (const { name, kind, namespaced, verbs } of resources)
      if (!name.includes('/')) found.push({ ref: { groupVersion, resource: name }, kind, namespaced, verbs });
  }
  return found;
}
