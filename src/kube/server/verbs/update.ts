import { equal, goQuoted } from '../../api';
import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject, ManagedFieldsEntry } from '../../api';
import { admitChecked, admitUpdate } from '../admission';
import { objectResponse } from '../answer';
import type { ServerContext } from '../context';
import { toStored } from '../conversion';
import { trackUpdate, type Writer } from '../managed-fields';
import type { RequestInfo } from '../request-info';
import type { Resource } from '../resources';
import { badRequest, invalid, otherUid, serverError, staleObject, whileWarning } from '../status';
import { prepareUpdate, strategyOf } from '../strategy';
import { decodeBody, remarks, updateErrors, withDefaults, type Decoded } from '../validation';
import { checkNamespaceMatch } from './create';
import { find } from './find';
import { writeOptions, type WriteOptions } from './options';

export interface Change {
  readonly subresource?: string;
  readonly dryRun: boolean;
  readonly writer: Writer;
  /** Set by server-side apply, which knows the owners itself. */
  readonly managed?: ManagedFieldsEntry[];
  /** The change has been checked by its own rules (binding, ephemeral containers). */
  readonly checked?: boolean;
}

const isGone = (object: KubeObject): boolean => {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  const specFinalizers = object.kind === 'Namespace' ? (object['spec'] as { finalizers?: string[] } | undefined)?.finalizers : undefined;
  return !!deletionTimestamp && !deletionGracePeriodSeconds && !finalizers?.length && !specFinalizers?.length;
};

/** Only what the named subresource may change is taken from `wanted`. */
function throughSubresource(resource: Resource, wanted: KubeObject, old: KubeObject, subresource: string, nowMs: number): void {
  strategyOf(resource).prepareSubresource?.(wanted, old, subresource, nowMs);
  if (subresource === 'status') {
    for (const key of Object.keys(wanted)) if (!['metadata', 'status', 'kind', 'apiVersion'].includes(key)) delete wanted[key];
    for (const [key, value] of Object.entries(old)) if (!['metadata', 'status'].includes(key)) wanted[key] = value;
  }
}

/** Replaces `old` by `wanted` after all checks; answers what is stored now. A change of nothing is not written. */
export function replaceObject(context: ServerContext, resource: Resource, old: KubeObject, wanted: KubeObject, change: Change): KubeObject {
  const next = structuredClone(wanted);
  const { metadata } = next;
  const before = old.metadata;
  const name = before.name!;
  if (metadata.resourceVersion && !/^\d+$/.test(metadata.resourceVersion))
    throw serverError(`strconv.ParseUint: parsing ${goQuoted(metadata.resourceVersion)}: invalid syntax`);
  // "0" asks for no precondition.
  if (metadata.resourceVersion && metadata.resourceVersion !== '0' && metadata.resourceVersion !== before.resourceVersion)
    throw staleObject(resource, name);
  delete (metadata as { selfLink?: unknown }).selfLink;
  metadata.uid ||= before.uid;
  metadata.resourceVersion = before.resourceVersion;
  metadata.creationTimestamp = before.creationTimestamp;
  metadata.deletionTimestamp = before.deletionTimestamp;
  metadata.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds;
  metadata.generation = before.generation;
  metadata.managedFields = before.managedFields;
  admitUpdate(resource, next, old);
  if (change.subresource) throughSubresource(resource, next, old, change.subresource, context.clock.now());
  else prepareUpdate(resource, next, old);
  // A binding counts as no change of the spec.
  if (change.subresource !== 'binding' && strategyOf(resource).generation && !equal(next['spec'], old['spec']))
    metadata.generation = (before.generation ?? 0) + 1;
  if (!change.subresource) strategyOf(resource).allocate?.(next, context, old);
  const errors = change.checked ? [] : updateErrors(resource, next, old, change.subresource);
  if (errors.length > 0) throw invalid(resource, name, errors);
  const admitted = admitChecked(context, resource, next, old, change.subresource);
  metadata.managedFields = change.managed ?? trackUpdate(old, next, change.writer);
  if (equal(next, old)) return old;
  if (change.dryRun) return next;
  admitted();
  if (isGone(next)) {
    context.store.put(resource.storage, next);
    return context.store.remove(resource.storage, before.namespace, name)!;
  }
  return context.store.put(resource.storage, next);
}

/** Who writes by a request, for managedFields. */
export const writerOf = (context: ServerContext, { resource, subresource }: RequestInfo, { manager }: WriteOptions): Writer => ({
  manager,
  apiVersion: resource.groupVersion,
  subresource: subresource?.name,
  nowMs: context.clock.now(),
});

/** Stores the object that a request has made of `old`, and answers it. */
export function answerReplaced(
  context: ServerContext,
  request: HttpRequest,
  info: RequestInfo,
  options: WriteOptions,
  decoded: Decoded,
  old: KubeObject,
  object: KubeObject,
): HttpResponse {
  const { resource, query, subresource } = info;
  const change = { subresource: subresource?.name, dryRun: options.dryRun, writer: writerOf(context, info, options) };
  const stored = whileWarning(decoded.warnings, () => replaceObject(context, resource, old, object, change));
  return objectResponse(context, request, resource, query, stored, 200, remarks(context, resource, decoded, stored, old));
}

export function update(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource } = info;
  const name = info.name!;
  const options = writeOptions('UpdateOptions', request, info.query);
  const decoded = decodeBody(request, resource, options.fieldValidation);
  const object = toStored(resource, withDefaults(resource, decoded.object));
  checkNamespaceMatch(info, object);
  if (!object.metadata.name) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (object.metadata.name !== name)
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
  const old = find(context, info);
  if (object.metadata.uid && object.metadata.uid !== old.metadata.uid) throw otherUid(resource, old, object.metadata.uid);
  return answerReplaced(context, request, info, options, decoded, old, object);
}
