import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import { checkNamespaceDelete } from '../admission';
import { jsonResponse, objectResponse, representationOf } from '../answer';
import { timestamp, type ServerContext } from '../context';
import { toServed } from '../conversion';
import type { RequestInfo } from '../request-info';
import type { Resource } from '../resources';
import { find } from './find';
import { selectionOf } from '../selectors';
import { conflict, success } from '../status';
import { strategyOf } from '../strategy';
import { deleteOptions, type DeleteOptions } from './options';

interface Outcome {
  readonly object: KubeObject;
  readonly gone: boolean;
}

function checkPreconditions(resource: Resource, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { name = '', uid, resourceVersion } = object.metadata;
  if (preconditions?.uid && preconditions.uid !== uid) {
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const wanted = preconditions.resourceVersion;
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${wanted}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

/** Go's time.Duration of so many seconds, which are an int64 of nanoseconds: what is too long begins anew from below. */
const durationMs = (seconds: number | bigint): number => Number(BigInt.asIntN(64, BigInt(seconds) * 1_000_000_000n) / 1_000_000n);

const policyFinalizers: Readonly<Record<string, string>> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' };

/** What becomes of dependents: what the request says, or the object's finalizers, or the kind. */
function policyOf(resource: Resource, object: KubeObject, options: DeleteOptions): string | undefined {
  if (options.propagationPolicy) return options.propagationPolicy;
  const isDecided = object.metadata.finalizers?.some((name) => Object.values(policyFinalizers).includes(name));
  return isDecided || object.metadata.deletionTimestamp ? undefined : strategyOf(resource).propagationPolicy;
}

function finalizersAfter(resource: Resource, object: KubeObject, options: DeleteOptions): string[] {
  const policy = policyOf(resource, object, options);
  const kept = (object.metadata.finalizers ?? []).filter((name) => !policy || !Object.values(policyFinalizers).includes(name));
  const added = policy ? policyFinalizers[policy] : undefined;
  return added ? [...kept, added] : kept;
}

/** Deletes at once, or marks as being deleted: while a grace period runs or finalizers are left. */
export function deleteObject(context: ServerContext, resource: Resource, object: KubeObject, options: DeleteOptions): Outcome {
  const { store, clock } = context;
  const name = object.metadata.name!;
  checkNamespaceDelete(resource, name);
  checkPreconditions(resource, object, options);
  const strategy = strategyOf(resource);
  const grace = strategy.graceSeconds?.(object, options) ?? 0;
  const finalizers = finalizersAfter(resource, object, options);
  const namespaceHeld = resource.storage === 'namespaces' && ((object['spec'] as { finalizers?: string[] })?.finalizers?.length ?? 0) > 0;
  const held = finalizers.length > 0 || namespaceHeld;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;

  if (!deletionTimestamp || grace < deletionGracePeriodSeconds || !equalFinalizers(object, finalizers)) {
    const isGone = grace === 0 && !held;
    if (isGone && (options.dryRun || !strategy.graceSeconds))
      return { object: options.dryRun ? object : store.remove(resource.storage, object.metadata.namespace, name)!, gone: true };
    const startedMs = deletionTimestamp ? Date.parse(deletionTimestamp) - durationMs(deletionGracePeriodSeconds) : clock.now();
    const shortened = !deletionTimestamp || grace < deletionGracePeriodSeconds;
    const next: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        deletionTimestamp: shortened ? timestamp(startedMs + durationMs(grace)) : deletionTimestamp,
        // only kinds that end gracefully have one
        ...(strategy.graceSeconds && { deletionGracePeriodSeconds: shortened ? grace : deletionGracePeriodSeconds }),
        ...(finalizers.length > 0 || object.metadata.finalizers ? { finalizers: finalizers.length > 0 ? finalizers : undefined } : {}),
        ...(object.metadata.generation && !deletionTimestamp ? { generation: object.metadata.generation + 1 } : {}),
      },
    };
    if (namespaceHeld && !deletionTimestamp) next['status'] = { ...(object['status'] as object), phase: 'Terminating' };
    const marked = options.dryRun ? next : store.put(resource.storage, next);
    // what may end gracefully is marked before it goes: watchers see both
    return isGone
      ? { object: store.remove(resource.storage, object.metadata.namespace, name)!, gone: true }
      : { object: marked, gone: false };
  }
  // Already being deleted, and nothing about that changes.
  if (grace === 0 && !held && deletionGracePeriodSeconds === 0) {
    return { object: options.dryRun ? object : store.remove(resource.storage, object.metadata.namespace, name)!, gone: true };
  }
  return { object, gone: false };
}

function equalFinalizers(object: KubeObject, finalizers: readonly string[]): boolean {
  const now = object.metadata.finalizers ?? [];
  return now.length === finalizers.length && now.every((name, index) => name === finalizers[index]);
}

export function remove(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query } = info;
  const options = deleteOptions(request, query);
  const object = find(context, info);
  const outcome = deleteObject(context, resource, object, options);
  if (!outcome.gone || strategyOf(resource).returnsDeleted) return objectResponse(context, request, resource, query, outcome.object);
  const { name, uid } = outcome.object.metadata;
  return jsonResponse(success({ name, ...(resource.group ? { group: resource.group } : {}), kind: resource.plural, uid }));
}

export function removeCollection(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query } = info;
  representationOf(request);
  const { matches } = selectionOf(resource, query);
  const options = deleteOptions(request, query);
  const doomed = context.store.list(resource.storage, info.namespace).filter(matches);
  const items = doomed.map((object) => toServed(resource, deleteObject(context, resource, object, options).object));
  return jsonResponse({
    kind: `${resource.kind}List`,
    apiVersion: resource.groupVersion,
    metadata: { resourceVersion: String(context.store.version) },
    items: items.map((item) => ({ ...item, kind: undefined, apiVersion: undefined })),
  });
}
