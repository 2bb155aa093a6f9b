import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { notFound } from '../status';

/** The object that the path names; throws the 404. */
export function find(context: ServerContext, info: RequestInfo): KubeObject {
  const { resource, namespace, name = '' } = info;
  const object = context.store.get(resource.storage, namespace, name);
  if (object) return object;
  throw notFound(resource, name);
}
