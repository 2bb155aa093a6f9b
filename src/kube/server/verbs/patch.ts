import type { HttpRequest, HttpResponse } from '../../api/http';
import type { KubeObject } from '../../api/object';
import { objectResponse } from '../answer';
import type { ServerContext } from '../context';
import { toServed, toStored } from '../conversion';
import { jsonPatch, PatchError, type Operation } from '../patch/json';
import { mergePatch } from '../patch/merge';
import { strategicMergePatch } from '../patch/strategic';
import type { RequestInfo } from '../request-info';
import { badRequest, invalid, notFound, unsupportedMediaType } from '../status';
import { decodeBody, withDefaults } from '../validation';
import { bodyOf, writeOptions } from './options';
import { replaceObject } from './update';

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/apply-patch+cbor',
];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function patched(contentType: string, body: string, target: KubeObject, info: RequestInfo): unknown {
  try {
    if (contentType === patchTypes[0]) return jsonPatch(target, parse(body) as Operation[]);
    if (contentType === patchTypes[1]) return mergePatch(target, parse(body));
    if (contentType === patchTypes[2]) return strategicMergePatch(target, parse(body), info.resource.kind);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (contentType === patchTypes[0]) throw invalid(info.resource, info.name!, [{ reason: 'FieldValueInvalid', message: error.message, field: 'patch' }]);
    throw badRequest(error.message);
  }
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${patchTypes.join(', ')}`,
  );
}

export function patch(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query, subresource } = info;
  const options = writeOptions('PatchOptions', request, query);
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  const body = bodyOf(request);
  const old = context.store.get(resource.storage, info.namespace, info.name!);
  if (!old) throw notFound(resource, info.name!);
  const result = patched(contentType, body, toServed(resource, old), info);
  const decoded = decodeBody(JSON.stringify(result), resource, options.fieldValidation);
  const object = toStored(resource, withDefaults(resource, decoded.object));
  if (object.metadata.name !== info.name) {
    throw badRequest(`the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${info.name})`);
  }
  const writer = { manager: options.manager, apiVersion: resource.groupVersion, subresource: subresource?.name, nowMs: context.clock.now() };
  const stored = replaceObject(context, resource, old, object, { subresource: subresource?.name, dryRun: options.dryRun, writer });
  return objectResponse(context, request, resource, query, stored, 200, decoded.warnings);
}
