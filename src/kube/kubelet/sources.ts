import type { ApiClient, Pod } from '../api';
import { getConfigMap, getSecret, serviceAccounts } from './clients';
import type { ValueSource } from './environment';
import type { TokenSource } from './volume-payload';

/** Reads what a pod's variables and volumes are made of. */
export function sourcesFor(client: ApiClient, pod: Pod, nodeIp: string, podIp: string): ValueSource & TokenSource {
  const namespace = pod.metadata.namespace ?? '';
  return {
    secret: (name) => getSecret(client, name, namespace),
    configMap: (name) => getConfigMap(client, name, namespace),
    podIp,
    nodeIp,
    token: async (audience, expirationSeconds) => {
      const account = pod.spec.serviceAccountName ?? 'default';
      const request = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: {},
        spec: {
          ...(audience !== undefined && { audiences: [audience] }),
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
        },
      };
      const answer = await client.create(serviceAccounts, request, { namespace, name: account, subresource: 'token' });
      return (answer.status as { token: string }).token;
    },
  };
}
