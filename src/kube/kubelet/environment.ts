import { decodeBase64, type ConfigMap, type Container, type EnvVar, type KubeObject, type Pod, type Secret } from '../api';
import { resourceValue, type NodeAllocatable } from './resource-field';
import { serviceVariables } from './service-variables';

/** Where values come from. Undefined: there is no such object. */
export interface ValueSource {
  secret(name: string): Promise<Secret | undefined>;
  configMap(name: string): Promise<ConfigMap | undefined>;
  /** Of the pod's namespace. */
  services(): Promise<readonly KubeObject[]>;
  podIp: string;
  nodeIp: string;
  readonly allocatable: NodeAllocatable;
}

/** A container cannot be made as its spec says: `CreateContainerConfigError` with this message. */
export class ConfigError extends Error {}

/** Relaxed since 1.34: printable ASCII but the equals sign. */
const validName = /^[ -<>-~]+$/;

/** `$(NAME)` becomes the variable's value, `$$(NAME)` stays `$(NAME)`, unknown names stay as they are (expansion in the Pod API). */
export function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^()]*)\))/g, (whole, name: string | undefined) => (name === undefined ? '$' : (env.get(name) ?? whole)));
}

const bytesOf = (base64: string): string => new TextDecoder().decode(decodeBase64(base64));

function fieldValue(path: string, pod: Pod, source: ValueSource): string {
  const indexed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (indexed) return pod.metadata[indexed[1] as 'labels' | 'annotations']?.[indexed[2]!] ?? '';
  const quoted = (map: Readonly<Record<string, string>> | undefined): string =>
    Object.entries(map ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
      .join('\n');
  const fields: Readonly<Record<string, () => string>> = {
    'metadata.name': () => pod.metadata.name ?? '',
    'metadata.namespace': () => pod.metadata.namespace ?? '',
    'metadata.uid': () => pod.metadata.uid ?? '',
    'metadata.labels': () => quoted(pod.metadata.labels),
    'metadata.annotations': () => quoted(pod.metadata.annotations),
    'spec.nodeName': () => pod.spec.nodeName ?? '',
    'spec.serviceAccountName': () => pod.spec.serviceAccountName ?? '',
    'status.podIP': () => source.podIp,
    'status.podIPs': () => source.podIp,
    'status.hostIP': () => source.nodeIp,
    'status.hostIPs': () => source.nodeIp,
  };
  return fields[path]?.() ?? '';
}

/** The value of a downward API field, for variables and files alike. */
export const podField = fieldValue;

async function valueFrom(variable: EnvVar, container: Container, pod: Pod, source: ValueSource): Promise<string | undefined> {
  const from = variable.valueFrom!;
  const where = pod.metadata.namespace ?? '';
  if (from.fieldRef) return fieldValue(from.fieldRef.fieldPath, pod, source);
  if (from.resourceFieldRef) return resourceValue(from.resourceFieldRef, pod, container, source.allocatable);
  if (from.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef;
    const secret = await source.secret(name);
    if (!secret) {
      if (optional) return undefined;
      throw new ConfigError(`secret "${name}" not found`);
    }
    const value = secret.data?.[key];
    if (value === undefined && !optional) throw new ConfigError(`couldn't find key ${key} in Secret ${where}/${name}`);
    return value === undefined ? undefined : bytesOf(value);
  }
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const map = await source.configMap(name);
    if (!map) {
      if (optional) return undefined;
      throw new ConfigError(`configmap "${name}" not found`);
    }
    const value = map.data?.[key];
    if (value === undefined && !optional) throw new ConfigError(`couldn't find key ${key} in ConfigMap ${where}/${name}`);
    return value;
  }
  return '';
}

/** A container's environment in the order the kubelet makes it: envFrom, then env, then the service's. Throws ConfigError. */
export async function containerEnvironment(
  container: Container,
  pod: Pod,
  source: ValueSource,
  skipped: (names: string[], kind: string, object: string) => void,
): Promise<[string, string][]> {
  const result = new Map<string, string>();
  for (const from of container.envFrom ?? []) {
    const ref = from.secretRef ?? from.configMapRef;
    if (!ref) continue;
    const kind = from.secretRef ? 'secret' : 'configmap';
    const object = from.secretRef ? await source.secret(ref.name ?? '') : await source.configMap(ref.name ?? '');
    if (!object) {
      if (ref.optional) continue;
      throw new ConfigError(`${kind} "${ref.name}" not found`);
    }
    const bad: string[] = [];
    for (const key of Object.keys(object.data ?? {}).sort()) {
      const name = `${from.prefix ?? ''}${key}`;
      const value = object.data![key]!;
      if (validName.test(name)) result.set(name, from.secretRef ? bytesOf(value) : value);
      else bad.push(name);
    }
    if (bad.length) skipped(bad, from.secretRef ? 'Secret' : 'ConfigMap', `${pod.metadata.namespace}/${ref.name}`);
  }
  const services = serviceVariables(pod.spec.enableServiceLinks === false ? [] : await source.services());
  // "$(VAR)" names a variable of `env` that came before, or one of a service, but none of envFrom
  const named = new Map(services);
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom ? await valueFrom(variable, container, pod, source) : expand(variable.value ?? '', named);
    if (value === undefined) continue;
    result.set(variable.name, value);
    named.set(variable.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return [...result];
}
