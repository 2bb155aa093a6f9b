import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { forbidden, notFound } from '../status';
import { ApiError } from '../../api';

const namespaceResource = { group: '', plural: 'namespaces' };
const immortal = ['default', 'kube-system', 'kube-public'];

/** Nothing is created in a namespace that is missing or being deleted. */
export function checkNamespace(context: ServerContext, resource: Resource, object: KubeObject): void {
  if (!resource.namespaced) return;
  const name = object.metadata.namespace!;
  const namespace = context.store.get('namespaces', undefined, name);
  if (!namespace) throw notFound(namespaceResource, name);
  if (!namespace.metadata.deletionTimestamp) return;
  const { status } = forbidden(
    resource,
    object.metadata.name ?? '',
    `unable to create new content in namespace ${name} because it is being terminated`,
  );
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' };
  throw new ApiError({ ...status, details: { ...status.details, causes: [cause] } });
}

export function checkNamespaceDelete(resource: Resource, name: string): void {
  if (resource.storage === 'namespaces' && immortal.includes(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
}
