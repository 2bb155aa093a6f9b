import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { notFound } from '../status';

/** The object that the path names; throws the 404, of its namespace if that is what is missing. */
export function find(context: ServerContext, info: RequestInfo): KubeObject {
  const { resource, namespace, name = '' } = info;
  const object = context.store.get(resource.storage, namespace, name);
  if (object) return object;
  if (namespace !== undefined && !context.store.get('namespaces', undefined, namespace))
    throw notFound({ group: '', plural: 'namespaces' }, namespace);
  throw notFound(resource, name);
}
