import type { Clock } from '../../clock';
import type { ApiClient } from '../api';
import { ApiError, type KubeObject } from '../api';
import type { Informer } from './informer';
import { serviceAccounts } from './resources';
import { WorkQueue } from './work-queue';

/** Sees to it that every namespace has the ServiceAccount `default`. */
export function startServiceAccounts(
  clock: Clock,
  client: ApiClient,
  namespaces: Informer<KubeObject>,
  accounts: Informer<KubeObject>,
): () => void {
  const queue = new WorkQueue({
    clock,
    async sync(namespace) {
      const owner = namespaces.get(undefined, namespace);
      if (!owner || owner.metadata.deletionTimestamp || accounts.get(namespace, 'default')) return;
      await client
        .create(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
        .catch((error: unknown) => {
          if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
        });
    },
  });
  namespaces.on({ added: (namespace) => queue.add(namespace.metadata.name!), updated: (namespace) => queue.add(namespace.metadata.name!) });
  accounts.on({ deleted: (account) => queue.add(account.metadata.namespace!) });
  return () => queue.stop();
}
