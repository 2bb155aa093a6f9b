import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { Resource } from '../resources';
import { tolerateNodeTroubles } from './default-tolerations';
import { checkLimits, setDefaultLimits } from './limit-range';
import { checkNamespace } from './namespace-lifecycle';
import { checkPodSecurity } from './pod-security';
import { checkDefaultClass, keepPriority, setPriority } from './priority';
import { checkQuota } from './quota';
import { useRuntimeClass } from './runtime-class';
import { useServiceAccount } from './service-account';

/** What the admission plugins check and change of an object that is to be created; it is theirs to change. */
export function admitCreate(context: ServerContext, resource: Resource, object: KubeObject): void {
  checkNamespace(context, resource, object);
  if (resource.storage !== 'pods') return;
  setDefaultLimits(context, object);
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

/** Subresources of pods by which what admission looks at can change. */
const admitted: ReadonlySet<string | undefined> = new Set([undefined, 'ephemeralcontainers', 'resize']);

/**
 * What the validating plugins refuse of an object that is right otherwise, new or (by `subresource`) changed from `old`.
 * What it answers is to be called when the object is stored.
 */
export function admitChecked(
  context: ServerContext,
  resource: Resource,
  object: KubeObject,
  old?: KubeObject,
  subresource?: string,
): () => void {
  if (!admitted.has(subresource)) return () => undefined;
  checkDefaultClass(context, resource, object);
  const resizing = subresource === 'resize';
  const sized = !old || resizing || resource.storage !== 'pods';
  if (sized && subresource !== 'ephemeralcontainers') checkLimits(context, resource, object);
  checkPodSecurity(context, resource, object, old);
  return checkQuota(context, resource, object, old, resizing);
}

export { checkNamespaceDelete } from './namespace-lifecycle';
export { podSecurityWarnings } from './pod-security';
