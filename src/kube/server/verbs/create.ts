import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import { admitChecked, admitCreate } from '../admission';
import { objectResponse } from '../answer';
import { userOf, type User } from '../authorization';
import { generateName, newUid, timestamp, type ServerContext } from '../context';
import { toStored } from '../conversion';
import { trackUpdate, type Writer } from '../managed-fields';
import type { RequestInfo } from '../request-info';
import type { Resource } from '../resources';
import { alreadyExists, alreadyExistsDeleting, badRequest, invalid, whileWarning } from '../status';
import { prepareCreate, strategyOf } from '../strategy';
import { createErrors, decodeBody, remarks, withDefaults } from '../validation';
import { writeOptions } from './options';

export function checkNamespaceMatch(info: RequestInfo, object: KubeObject): void {
  if (!info.resource.namespaced) return;
  if (object.metadata.namespace && object.metadata.namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  object.metadata.namespace = info.namespace;
}

/** Admits, defaults, checks and stores a decoded object; answers it as stored. */
export function createObject(
  context: ServerContext,
  resource: Resource,
  decoded: KubeObject,
  writer: Writer,
  options: { dryRun: boolean; managed?: KubeObject['metadata']['managedFields']; user?: User },
): KubeObject {
  const object = structuredClone(decoded);
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) metadata.name = generateName(context.clock, metadata.generateName);
  delete metadata.managedFields;
  // Owners are those of what the client sent and what defaulting added, not of what admission makes of it.
  const managed = options.managed ?? trackUpdate(undefined, object, writer);
  admitCreate(context, resource, object);
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.resourceVersion;
  delete (metadata as { selfLink?: unknown }).selfLink;
  metadata.creationTimestamp = timestamp(context.clock.now());
  metadata.uid = newUid(context.clock);
  prepareCreate(resource, object, context, options.user);
  strategyOf(resource).allocate?.(object, context);
  const errors = createErrors(resource, object);
  if (errors.length > 0) throw invalid(resource, metadata.name ?? '', errors);
  const admitted = admitChecked(context, resource, object);
  const existing = context.store.get(resource.storage, metadata.namespace, metadata.name!);
  if (existing) {
    whileWarning(remarks(context, resource, { object, warnings: [] }, object), () => {
      throw (existing.metadata.deletionTimestamp ? alreadyExistsDeleting : alreadyExists)(resource, metadata.name!);
    });
  }
  metadata.managedFields = managed;
  if (options.dryRun) return object;
  admitted();
  return context.store.put(resource.storage, object);
}

export function create(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query } = info;
  const options = writeOptions('CreateOptions', request, query);
  const decoded = decodeBody(request, resource, options.fieldValidation);
  const object = toStored(resource, withDefaults(resource, decoded.object));
  checkNamespaceMatch(info, object);
  const writer = { manager: options.manager, apiVersion: resource.groupVersion, nowMs: context.clock.now() };
  const made = { ...options, user: userOf(context, request) };
  const stored = whileWarning(decoded.warnings, () => createObject(context, resource, object, writer, made));
  return objectResponse(context, request, resource, query, stored, 201, remarks(context, resource, decoded, stored));
}
