import { resources, type Resource, type Subresource, type Verb } from './resources';

interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: readonly Verb[];
  shortNames?: readonly string[];
  categories?: readonly string[];
}

const groupVersions = [...new Set(resources.map((resource) => resource.groupVersion))];
const groups = [...new Set(resources.filter((resource) => resource.group).map((resource) => resource.group))];
const versionsOf = (group: string): { groupVersion: string; version: string }[] =>
  groupVersions
    .filter((groupVersion) => groupVersion.startsWith(`${group}/`))
    .map((groupVersion) => ({ groupVersion, version: groupVersion.slice(group.length + 1) }));

function entry(resource: Resource): ApiResource {
  return {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  };
}

function subentry(resource: Resource, sub: Subresource): ApiResource {
  return {
    name: `${resource.plural}/${sub.name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(sub.group ? { group: sub.group, version: sub.version! } : {}),
    kind: sub.kind,
    verbs: sub.verbs,
  };
}

/** `/api` */
export const apiVersions = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '192.168.49.2:6443' }],
};

/** One group as `/apis/{group}` and `/apis` show it. */
export function groupOf(group: string): unknown {
  const versions = versionsOf(group);
  return versions.length === 0 ? undefined : { name: group, versions, preferredVersion: versions[0] };
}

/** `/apis` */
export const apiGroupList = { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) };

/** `/api/v1`, `/apis/apps/v1`. */
export function resourceList(groupVersion: string): unknown {
  const served = resources.filter((resource) => resource.groupVersion === groupVersion);
  if (served.length === 0) return undefined;
  const list = served.flatMap((resource) => [entry(resource), ...resource.subresources.map((sub) => subentry(resource, sub))]);
  return { kind: 'APIResourceList', ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }), groupVersion, resources: list };
}

const aggregatedEntry = (resource: Resource): unknown => ({
  resource: resource.plural,
  // "empty group and version: those of the list" - apidiscovery.k8s.io/v2
  responseKind: { group: '', version: '', kind: resource.kind },
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: resource.verbs,
  ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
  ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  ...(resource.subresources.length > 0
    ? {
        subresources: resource.subresources.map((sub) => ({
          subresource: sub.name,
          responseKind: { group: sub.group ?? '', version: sub.version ?? '', kind: sub.kind },
          verbs: sub.verbs,
        })),
      }
    : {}),
});

/** `/api` (group '') and `/apis` for clients that accept APIGroupDiscoveryList. */
export function aggregatedDiscovery(core: boolean): unknown {
  const names = core ? [''] : groups;
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: names.map((group) => ({
      metadata: group ? { name: group } : {},
      versions: (group ? versionsOf(group).map(({ version }) => version) : ['v1']).map((version) => ({
        version,
        resources: resources.filter((resource) => resource.group === group && resource.version === version).map(aggregatedEntry),
        freshness: 'Current',
      })),
    })),
  };
}
