import type { Clock } from '../../clock';
import { base64, base64url, signingKeyId, type ApiClient } from '../api';
import { clusterCertificate } from './certificate';
import type { Informer } from './informer';
import type { KubeObject } from '../api';
import { secrets as secretsRef, serviceAccounts as accountsRef } from './resources';
import { keyOf, splitKey, WorkQueue } from './work-queue';

const tokenType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** A token as the legacy signer makes it. Unlike Kubernetes: the signature is random bytes, no key signs anything in the page. */
function legacyToken(clock: Clock, secret: KubeObject, account: KubeObject): string {
  const { namespace } = secret.metadata;
  const claims = {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret.metadata.name,
    'kubernetes.io/serviceaccount/service-account.name': account.metadata.name,
    'kubernetes.io/serviceaccount/service-account.uid': account.metadata.uid,
    sub: `system:serviceaccount:${namespace}:${account.metadata.name}`,
  };
  const signature = Uint8Array.from({ length: 256 }, () => Math.floor(clock.random() * 256));
  const encode = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
  return `${encode({ alg: 'RS256', kid: signingKeyId })}.${encode(claims)}.${base64url(signature)}`;
}

/** Fills Secrets of type kubernetes.io/service-account-token, and removes those whose account is gone. */
export function startTokens(clock: Clock, client: ApiClient, secrets: Informer<KubeObject>, accounts: Informer<KubeObject>): () => void {
  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const secret = secrets.get(namespace, name);
      if (!secret || secret['type'] !== tokenType || secret.metadata.deletionTimestamp) return;
      const accountName = secret.metadata.annotations?.[nameAnnotation] ?? '';
      // The cache may not have an account yet that was made just before its secret.
      const account =
        accounts.get(namespace, accountName) ?? (await client.get(accountsRef, accountName, namespace).catch(() => undefined));
      const uid = secret.metadata.annotations?.[uidAnnotation];
      if (!account || (uid && uid !== account.metadata.uid)) {
        await client.delete(secretsRef, name, { namespace, preconditions: { uid: secret.metadata.uid } });
        return;
      }
      const data = (secret['data'] ?? {}) as Record<string, string>;
      const text = (value: string): string => base64(new TextEncoder().encode(value));
      const wanted: Record<string, string> = {
        ...data,
        'ca.crt': text(clusterCertificate),
        namespace: text(namespace ?? ''),
        token: data['token'] ?? text(legacyToken(clock, secret, account)),
      };
      if (uid && Object.entries(wanted).every(([field, value]) => data[field] === value)) return;
      const annotations = { ...secret.metadata.annotations, [uidAnnotation]: account.metadata.uid! };
      await client.update(secretsRef, { ...secret, metadata: { ...secret.metadata, annotations }, data: wanted });
    },
  });
  secrets.on({ added: (secret) => queue.add(keyOf(secret)), updated: (secret) => queue.add(keyOf(secret)) });
  accounts.on({
    deleted(account) {
      for (const secret of secrets.list()) {
        if (
          secret.metadata.namespace === account.metadata.namespace &&
          secret.metadata.annotations?.[nameAnnotation] === account.metadata.name
        ) {
          queue.add(keyOf(secret));
        }
      }
    },
  });
  return () => queue.stop();
}
