import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { tolerateNodeTroubles } from './default-tolerations';
import { checkNamespace } from './namespace-lifecycle';
import { keepPriority, setPriority } from './priority';
import { useRuntimeClass } from './runtime-class';
import { useServiceAccount } from './service-account';

/** What the admission plugins check and change of an object that is to be created; it is theirs to change. */
export function admitCreate(context: ServerContext, resource: Resource, object: KubeObject): void {
  checkNamespace(context, resource, object);
  if (resource.storage !== 'pods') return;
  useServiceAccount(context, resource, object);
  setPriority(context, resource, object);
  tolerateNodeTroubles(object);
  useRuntimeClass(context, resource, object);
}

/** What admission adds to an object that is to replace `old`. */
export function admitUpdate(resource: Resource, object: KubeObject, old: KubeObject): void {
  if (resource.storage !== 'pods') return;
  keepPriority(object, old);
  tolerateNodeTroubles(object);
}

export { checkNamespaceDelete } from './namespace-lifecycle';
