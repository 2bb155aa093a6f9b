import type { KubeObject } from '../../kube/api';
import { isFields, textAt } from '../value';
import type { Resource } from './build';

/** Fields that name a ConfigMap or Secret: the key of the object around the name, and where the name is in it. */
const named: Readonly<Record<string, readonly [kind: string, field: string]>> = {
  secretKeyRef: ['Secret', 'name'],
  secretRef: ['Secret', 'name'],
  secret: ['Secret', 'secretName'],
  imagePullSecrets: ['Secret', 'name'],
  secrets: ['Secret', 'name'],
  configMapKeyRef: ['ConfigMap', 'name'],
  configMapRef: ['ConfigMap', 'name'],
  configMap: ['ConfigMap', 'name'],
  service: ['Service', 'name'],
  persistentVolumeClaim: ['PersistentVolumeClaim', 'claimName'],
};

/** Fields whose text is a name. */
const texts: Readonly<Record<string, string>> = {
  serviceAccountName: 'ServiceAccount',
  serviceAccount: 'ServiceAccount',
  serviceName: 'Service',
  volumeName: 'PersistentVolume',
  storageClassName: 'StorageClass',
  priorityClassName: 'PriorityClass',
  ingressClassName: 'IngressClass',
};

/** Fields that say of which kind the object is that they name. */
const typed = ['roleRef', 'subjects', 'scaleTargetRef'];

/** References follow the names that prefixes, suffixes and hashes changed. */
export function updateReferences(resources: readonly Resource[]): Resource[] {
  const names = new Map(
    resources.flatMap(({ object, names: before }) => before.map((name) => [`${object.kind}/${name}`, object.metadata.name ?? ''] as const)),
  );
  const accounts = new Map(resources.filter(({ object }) => object.kind === 'ServiceAccount').map(({ object: { metadata } }) => [metadata.name, metadata.namespace])); // prettier-ignore
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (!isFields(value)) {
      const kind = texts[key];
      return kind && typeof value === 'string' ? (names.get(`${kind}/${value}`) ?? value) : value;
    }
    const walked = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
    if (typed.includes(key) && typeof walked.name === 'string') {
      const name = names.get(`${textAt(walked, 'kind')}/${walked.name}`) ?? walked.name;
      const namespace = key === 'subjects' && walked.kind === 'ServiceAccount' ? accounts.get(name) : undefined;
      return { ...walked, name, ...(namespace ? { namespace } : {}) };
    }
    const [kind, field] = named[key] ?? [];
    if (!kind || !field) return walked;
    // a projected volume's source has `name`, a plain volume `secretName`
    const at = textAt(walked, field) ? field : 'name';
    const renamed = names.get(`${kind}/${textAt(walked, at)}`);
    return renamed ? { ...walked, [at]: renamed } : walked;
  };
  return resources.map((resource) => {
    const { kind, data: _, ...rest } = resource.object;
    const walked = walk(rest, '') as KubeObject;
    return { ...resource, object: { ...resource.object, ...walked, kind } };
  });
}
