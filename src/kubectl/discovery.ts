import { CommandError, failure } from './errors';
import type { Kubectl } from './kubectl';

/** A resource that the server serves: what apimachinery calls a RESTMapping. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1` */
  readonly groupVersion: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
}

interface AggregatedResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind?: string };
  scope: 'Namespaced' | 'Cluster';
  singularResource?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}
interface GroupDiscovery {
  metadata: { name?: string };
  versions: { version: string; resources?: AggregatedResource[] }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** `pods`, `deployments.apps`: how messages and -o name call a resource. */
export const resourceName = (mapping: Mapping): string => (mapping.group ? `${mapping.resource}.${mapping.group}` : mapping.resource);
/** `pod`, `deployment.apps`. */
export const singularName = (mapping: Mapping): string => {
  const singular = mapping.singular || mapping.kind.toLowerCase();
  return mapping.group ? `${singular}.${mapping.group}` : singular;
};

const unknownType = (argument: string): string => `the server doesn't have a resource type "${argument.split('.')[0]}"`;

/** The server's resources, in its own order, preferred version first. */
export class RestMapper {
  constructor(readonly mappings: readonly Mapping[]) {}

  static async load(k: Kubectl): Promise<RestMapper> {
    const mappings: Mapping[] = [];
    for (const path of ['/api', '/apis']) {
      const list = await k.json<{ items?: GroupDiscovery[] }>('GET', path, { accept, query: { timeout: '32s' } });
      for (const group of list.items ?? []) {
        for (const version of group.versions) {
          for (const entry of version.resources ?? []) mappings.push(mappingOf(group.metadata.name ?? '', version.version, entry));
        }
      }
    }
    return new RestMapper(mappings);
  }

  /** By `pods`, `po`, `Pod`, `pods.v1.`, `deployments.apps`, `deployments.v1.apps`. Undefined when none is served. */
  find(argument: string): Mapping | undefined {
    const parts = argument.split('.');
    const full = parts.length >= 3 ? this.match(parts[0]!, parts.slice(2).join('.'), parts[1]!) : undefined;
    if (full) return full;
    return parts.length === 1 ? this.match(parts[0]!) : this.match(parts[0]!, parts.slice(1).join('.'));
  }

  /** Resources of other groups that a short name could mean too. */
  shadowed(argument: string): Mapping[] {
    const word = argument.toLowerCase();
    if (word.includes('.') || this.preferred().some((m) => m.resource === word || m.singular === word)) return [];
    return this.preferred()
      .filter((m) => m.shortNames.includes(word))
      .slice(1);
  }

  private match(name: string, group?: string, version?: string): Mapping | undefined {
    const word = name.toLowerCase();
    const fits = (m: Mapping): boolean =>
      (group === undefined || m.group === group || (group !== '' && m.group.startsWith(group))) &&
      (version === undefined || m.version === version);
    // "given a group, prefer an exact match. If you don't find one, resort to a prefix match on group"
    const exact = this.mappings.filter((m) => fits(m) && m.group === group);
    const candidates = exact.length > 0 ? [...exact, ...this.mappings.filter(fits)] : this.mappings.filter(fits);
    return (
      candidates.find((m) => m.resource === word) ??
      candidates.find((m) => m.singular === word || (!m.singular && m.kind.toLowerCase() === word)) ??
      candidates.find((m) => m.shortNames.includes(word)) ??
      candidates.find((m) => m.kind.toLowerCase() === word)
    );
  }

  /** Throws what kubectl says of an unknown type. */
  need(argument: string): Mapping {
    const found = this.find(argument);
    if (!found) throw failure(unknownType(argument));
    return found;
  }

  /** As `need`, for commands that ask the mapper themselves: nothing stands before its message. */
  resourceFor(argument: string): Mapping {
    const found = this.find(argument);
    if (!found) throw new CommandError(unknownType(argument));
    return found;
  }

  /** The resources of a category (`all`), or undefined when there is no such category. */
  category(name: string): Mapping[] | undefined {
    const members = this.preferred().filter((m) => m.categories.includes(name) && m.verbs.includes('list'));
    return members.length > 0 ? members : undefined;
  }

  /** Each resource once, in the version that its group prefers. */
  preferred(): Mapping[] {
    const seen = new Set<string>();
    return this.mappings.filter((m) => {
      const name = `${m.resource}.${m.group}`;
      return seen.has(name) ? false : seen.add(name);
    });
  }

  /** A version that is empty is taken for the core group's, and asked for as it is: the server has no such path. */
  byKind(groupVersion: string, kind: string): Mapping | undefined {
    if (groupVersion === '') {
      const core = this.mappings.find((m) => m.group === '' && m.kind === kind);
      return core && { ...core, groupVersion, version: '' };
    }
    const served = this.mappings.filter((m) => m.groupVersion === groupVersion);
    return served.find((m) => m.kind === kind) ?? served.find((m) => m.kind.toLowerCase() === kind);
  }
}

function mappingOf(group: string, version: string, entry: AggregatedResource): Mapping {
  return {
    group,
    version,
    groupVersion: group ? `${group}/${version}` : version,
    resource: entry.resource,
    singular: entry.singularResource ?? '',
    kind: entry.responseKind?.kind ?? '',
    namespaced: entry.scope === 'Namespaced',
    verbs: entry.verbs,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    subresources: (entry.subresources ?? []).map((sub) => sub.subresource),
  };
}
