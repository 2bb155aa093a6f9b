import type { KubeObject } from '../../api';
import { randomSuffix, type ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden } from '../status';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const mirrorAnnotation = 'kubernetes.io/config.mirror';

interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}
interface Container {
  volumeMounts?: Mount[];
}
interface Spec {
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: unknown[];
  volumes?: { name: string; [source: string]: unknown }[];
  containers?: Container[];
  initContainers?: Container[];
}

const tokenVolume = (name: string): { name: string; projected: unknown } => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
      { downwardAPI: { items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }] } },
    ],
  },
});

function mountToken(context: ServerContext, spec: Spec): void {
  const existing = spec.volumes?.find((volume) => volume.name.startsWith('kube-api-access-'))?.name;
  const name = existing ?? `kube-api-access-${randomSuffix(context.clock)}`;
  let needed = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some((mount) => mount.mountPath === tokenPath)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, mountPath: tokenPath, readOnly: true }];
    needed = true;
  }
  if (needed && !existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

/** The ServiceAccount plugin: each pod runs as an account that exists, with its token mounted in every container. */
export function useServiceAccount(context: ServerContext, resource: Resource, pod: KubeObject): void {
  if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) return;
  const spec = pod['spec'] as Spec | undefined;
  if (!spec) return;
  // serviceAccount is the field's old name.
  spec.serviceAccountName ||= spec.serviceAccount || 'default';
  spec.serviceAccount = spec.serviceAccountName;
  const { namespace, name = '' } = pod.metadata;
  const account = context.store.get('serviceaccounts', namespace, spec.serviceAccountName);
  if (!account) {
    const missing = `serviceaccount "${spec.serviceAccountName}" not found`;
    throw forbidden(resource, name, `error looking up service account ${namespace}/${spec.serviceAccountName}: ${missing}`);
  }
  const automount = spec.automountServiceAccountToken ?? (account['automountServiceAccountToken'] as boolean | undefined) ?? true;
  if (automount) mountToken(context, spec);
  const pullSecrets = account['imagePullSecrets'];
  if (!spec.imagePullSecrets?.length && Array.isArray(pullSecrets) && pullSecrets.length > 0) spec.imagePullSecrets = [...pullSecrets];
}
