import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { tolerateNodeTroubles } from './default-tolerations';
import { checkNamespace } from './namespace-lifecycle';
import { setPriority } from './priority';
import { useServiceAccount } from './service-account';

/** What the admission plugins check and change of an object that is to be created; it is theirs to change. */
export function admitCreate(context: ServerContext, resource: Resource, object: KubeObject): void {
  checkNamespace(context, resource, object);
  if (resource.storage !== 'pods') return;
  useServiceAccount(context, resource, object);
  tolerateNodeTroubles(object);
  setPriority(context, resource, object);
}

export { checkNamespaceDelete } from './namespace-lifecycle';
