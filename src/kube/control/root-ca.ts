import type { ApiClient } from '../api';
import { ApiError, type KubeObject } from '../api';
import { clusterCertificate } from './certificate';
import type { Informer } from './informer';
import { configMaps } from './resources';
import { WorkQueue } from './work-queue';
import type { Clock } from '../../clock';

const mapName = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Publishes the cluster's CA certificate as a ConfigMap in every namespace. */
export function startRootCaPublisher(
  clock: Clock,
  client: ApiClient,
  namespaces: Informer<KubeObject>,
  maps: Informer<KubeObject>,
): () => void {
  const queue = new WorkQueue({
    clock,
    async sync(namespace) {
      const owner = namespaces.get(undefined, namespace);
      if (!owner || owner.metadata.deletionTimestamp) return;
      const wanted = { 'ca.crt': clusterCertificate };
      const existing = maps.get(namespace, mapName);
      const metadata = { name: mapName, namespace, annotations: { 'kubernetes.io/description': description } };
      if (!existing) {
        await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: wanted }).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
        });
      } else if ((existing['data'] as Record<string, string> | undefined)?.['ca.crt'] !== clusterCertificate) {
        await client.update(configMaps, { ...existing, data: wanted });
      }
    },
  });
  const namesake = (map: KubeObject): void => {
    if (map.metadata.name === mapName) queue.add(map.metadata.namespace!);
  };
  maps.on({ updated: namesake, deleted: namesake });
  namespaces.on({ added: (namespace) => queue.add(namespace.metadata.name!) });
  return () => queue.stop();
}
