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
};

/** References follow the names that prefixes, suffixes and hashes changed. */
export function updateReferences(resources: readonly Resource[]): Resource[] {
  const names = new Map(resources.map(({ object, originalName }) => [`${object.kind}/${originalName}`, object.metadata.name ?? '']));
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (!isFields(value)) {
      if (key === 'serviceAccountName' && typeof value === 'string') return names.get(`ServiceAccount/${value}`) ?? value;
      return value;
    }
    const walked = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
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
