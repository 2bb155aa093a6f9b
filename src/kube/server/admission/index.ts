import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { tolerateNodeTroubles } from './default-tolerations';
import { checkNamespace } from './namespace-lifecycle';
import { checkPodSecurityLabels } from './pod-security';
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

/** What the validating plugins refuse of an object that is right otherwise, new or changed. */
export function admitChecked(resource: Resource, object: KubeObject): void {
  checkPodSecurityLabels(resource, object);
}

export { checkNamespaceDelete } from './namespace-lifecycle';
