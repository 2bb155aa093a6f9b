import { ApiError, type ApiClient, type ConfigMap, type KubeObject, type Pod, type ResourceRef, type Secret } from '../api';

/** The resources a kubelet works with. */
export const pods: ResourceRef = { groupVersion: 'v1', resource: 'pods' };
export const services: ResourceRef = { groupVersion: 'v1', resource: 'services' };
export const nodes: ResourceRef = { groupVersion: 'v1', resource: 'nodes' };
export const secrets: ResourceRef = { groupVersion: 'v1', resource: 'secrets' };
export const configMaps: ResourceRef = { groupVersion: 'v1', resource: 'configmaps' };
export const serviceAccounts: ResourceRef = { groupVersion: 'v1', resource: 'serviceaccounts' };
export const claims: ResourceRef = { groupVersion: 'v1', resource: 'persistentvolumeclaims' };
export const persistentVolumes: ResourceRef = { groupVersion: 'v1', resource: 'persistentvolumes' };
export const leases: ResourceRef = { groupVersion: 'coordination.k8s.io/v1', resource: 'leases' };

/** The object, or undefined when the server says it is not there. */
export async function getOrUndefined<T extends KubeObject>(
  client: ApiClient,
  ref: ResourceRef,
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  try {
    return await client.get<T>(ref, name, namespace);
  } catch (error) {
    if (error instanceof ApiError && error.status.reason === 'NotFound') return undefined;
    throw error;
  }
}

export const getSecret = (client: ApiClient, name: string, namespace: string): Promise<Secret | undefined> =>
  getOrUndefined<Secret>(client, secrets, name, namespace);
export const getConfigMap = (client: ApiClient, name: string, namespace: string): Promise<ConfigMap | undefined> =>
  getOrUndefined<ConfigMap>(client, configMaps, name, namespace);

/** `name_namespace(uid)`, as the kubelet's messages name a pod. */
export const podKey = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
