import type { ApiClient, KubeObject, Pod } from '../api';
import { claims, getConfigMap, getOrUndefined, getSecret, persistentVolumes, serviceAccounts, services } from './clients';
import type { ValueSource } from './environment';
import type { NodeAllocatable } from './resource-field';
import type { TokenCache } from './token-cache';
import type { ClaimSource, PersistentVolumeSpec, TokenSource } from './volume-payload';

/** What the values of all pods on a node come from. */
export interface NodeSources {
  readonly client: ApiClient;
  readonly nodeIp: string;
  readonly allocatable: NodeAllocatable;
  readonly tokens: TokenCache;
}

/** Reads what a pod's variables and volumes are made of. */
export function sourcesFor(
  { client, nodeIp, allocatable, tokens }: NodeSources,
  pod: Pod,
  podIp: string,
): ValueSource & TokenSource & ClaimSource {
  const { namespace = '', uid = '' } = pod.metadata;
  const request = async (audience: string | undefined, expirationSeconds: number): Promise<string> => {
    const account = pod.spec.serviceAccountName ?? 'default';
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        ...(audience !== undefined && { audiences: [audience] }),
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid },
      },
    };
    const answer = await client.create(serviceAccounts, body, { namespace, name: account, subresource: 'token' });
    return (answer.status as { token: string }).token;
  };
  return {
    secret: (name) => getSecret(client, name, namespace),
    configMap: (name) => getConfigMap(client, name, namespace),
    services: async () => (await client.list<KubeObject>(services, { namespace })).items,
    async volumeOf(claimName) {
      const claim = await getOrUndefined<KubeObject>(client, claims, claimName, namespace);
      const { volumeName } = (claim?.['spec'] ?? {}) as { readonly volumeName?: string };
      const volume = volumeName === undefined ? undefined : await getOrUndefined<KubeObject>(client, persistentVolumes, volumeName);
      return volume && { name: volumeName ?? '', spec: volume['spec'] as PersistentVolumeSpec };
    },
    podIp,
    nodeIp,
    allocatable,
    token: (audience, expirationSeconds) => tokens.get(uid, audience, expirationSeconds, () => request(audience, expirationSeconds)),
  };
}
