import { resourceTable } from './resource-table';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

const verbOf: Record<string, Verb> = {
  c: 'create',
  d: 'delete',
  D: 'deletecollection',
  g: 'get',
  l: 'list',
  p: 'patch',
  u: 'update',
  w: 'watch',
};

export interface Subresource {
  readonly name: string;
  /** Set when its kind is of another group than its parent (`pods/eviction` is policy/v1). */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
}

export interface Resource {
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1`. */
  readonly groupVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Resources that are versions of one another share it: what the store files objects under. */
  readonly storage: string;
}

/** Served in two groups or versions, stored once. */
const storedAs: Readonly<Record<string, string>> = { 'events.k8s.io/events': 'events' };

const verbs = (letters: string): Verb[] => [...letters].map((letter) => verbOf[letter]!);
const names = (list: string): string[] => (list === '-' ? [] : list.split(','));

function splitGroupVersion(groupVersion: string): { group: string; version: string } {
  const slash = groupVersion.indexOf('/');
  return slash < 0 ? { group: '', version: groupVersion } : { group: groupVersion.slice(0, slash), version: groupVersion.slice(slash + 1) };
}

function parseSubresource(text: string): Subresource {
  const [name = '', rest = ''] = text.split('=');
  const [type = '', letters = ''] = rest.split(':');
  const parts = type.split('/');
  const kind = parts.pop()!;
  return { name, kind, verbs: verbs(letters), ...(parts.length === 2 ? { group: parts[0]!, version: parts[1]! } : {}) };
}

function parseLine(line: string): Resource {
  const [groupVersion = '', plural = '', kind = '', scope = '', letters = '', short = '-', categories = '-', ...subresources] =
    line.split(' ');
  const { group, version } = splitGroupVersion(groupVersion);
  const qualified = group ? `${group}/${plural}` : plural;
  return {
    group,
    version,
    groupVersion,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: scope === 'namespaced',
    verbs: verbs(letters),
    shortNames: names(short),
    categories: names(categories),
    subresources: subresources.map(parseSubresource),
    storage: storedAs[qualified] ?? qualified,
  };
}

/** Everything served, in discovery order. */
export const resources: readonly Resource[] = resourceTable.trim().split('\n').map(parseLine);

const byPath = new Map(resources.map((resource) => [`${resource.groupVersion}/${resource.plural}`, resource]));
const byKind = new Map(resources.map((resource) => [`${resource.groupVersion}/${resource.kind}`, resource]));

export function findResource(groupVersion: string, plural: string): Resource | undefined {
  return byPath.get(`${groupVersion}/${plural}`);
}

export function resourceOfKind(groupVersion: string, kind: string): Resource | undefined {
  return byKind.get(`${groupVersion}/${kind}`);
}

/** `secrets`, `deployments.apps`: how messages name a resource. */
export function qualifiedName(resource: { group: string; plural: string }): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}
