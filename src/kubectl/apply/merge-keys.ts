/**
 * How a list under a key is merged (patchStrategy and patchMergeKey of the API types): by its members' key,
 * as a set of plain values, or not at all (it is replaced).
 */
export type ListStrategy = { readonly kind: 'merge'; readonly key: string } | { readonly kind: 'set' } | { readonly kind: 'replace' };

const keyed: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  schedulingGates: 'name',
  conditions: 'type',
  podIPs: 'ip',
  hostIPs: 'ip',
  addresses: 'type',
  ownerReferences: 'uid',
  secrets: 'name',
};
const sets = new Set(['finalizers', 'podCIDRs']);
/** Structs whose fields not named in a change are dropped (patchStrategy retainKeys). */
const retained = new Set(['strategy', 'updateStrategy']);

/** `parent` is the key that holds the object the list is in. */
export function listStrategy(parent: string, key: string): ListStrategy {
  if (key === 'ports') {
    if (parent === 'containers' || parent === 'initContainers' || parent === 'ephemeralContainers')
      return { kind: 'merge', key: 'containerPort' };
    if (parent === 'spec') return { kind: 'merge', key: 'port' };
    return { kind: 'replace' };
  }
  if (sets.has(key)) return { kind: 'set' };
  const mergeKey = keyed[key];
  return mergeKey ? { kind: 'merge', key: mergeKey } : { kind: 'replace' };
}

/** Whether an object under a key is merged with $retainKeys: volumes' members are, and update strategies. */
export function retainsKeys(key: string): boolean {
  return retained.has(key) || key === 'volumes';
}
