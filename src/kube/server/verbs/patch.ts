import {
  decode,
  jsonText,
  JsonSyntaxError,
  parseJsonText,
  plainValue,
  type HttpRequest,
  type HttpResponse,
  type KubeObject,
} from '../../api';
import { mediaTypeOf, objectResponse } from '../answer';
import type { ServerContext } from '../context';
import { asStored, toServed, toStored } from '../conversion';
import { jsonPatch, PatchError, type Operation } from '../patch/json';
import { serverSideApply } from '../patch/apply';
import { goValue } from '../patch/go-value';
import { checkTyped } from '../patch/typed';
import { mergePatch } from '../patch/merge';
import { leftOf, strategicMergePatch } from '../patch/strategic';
import type { RequestInfo } from '../request-info';
import type { Resource } from '../resources';
import { badRequest, conflict, invalid, notFound, rejectedPatch, requestEntityTooLarge, unsupportedMediaType } from '../status';
import { decodeBody, decodePatched, remarks, withDefaults } from '../validation';
import { checkNamespaceMatch, createObject } from './create';
import { find } from './find';
import { bodyOf, writeOptions } from './options';
import { answerReplaced, replaceObject, writerOf } from './update';

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/apply-patch+cbor',
];

const fieldsType = 'map[string]interface {}';

/** A patch's JSON, which is of the Go type that `shape` names. */
function parse(text: string, shape: 'object' | 'array', prefix = ''): unknown {
  let value: unknown;
  try {
    value = plainValue(parseJsonText(text));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(prefix + error.message);
  }
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;
  if (kind === shape) return value;
  if (kind === 'null') return shape === 'array' ? [] : {};
  throw badRequest(
    `${prefix}json: cannot unmarshal ${kind} into Go value of type ${shape === 'array' ? '[]handlers.jsonPatchOp' : fieldsType}`,
  );
}

const decoding = 'error decoding patch: ';

function parseOperations(body: string): Operation[] {
  const value = parse(body, 'array', decoding) as Operation[];
  if (value.length > 10_000) {
    throw requestEntityTooLarge(`The allowed maximum operations in a JSON patch is 10000, got ${value.length}`);
  }
  return value;
}

/** What the patch makes of the object as it is served, and how messages show the patch. */
function patched(contentType: string, body: string, target: KubeObject): { result: unknown; shown: (result: unknown) => string } {
  const whole = (result: unknown): string => jsonText(result);
  try {
    if (contentType === patchTypes[0]) return { result: jsonPatch(target, parseOperations(body)), shown: whole };
    if (contentType === patchTypes[1]) return { result: mergePatch(target, parse(body, 'object', decoding)), shown: whole };
    if (contentType === patchTypes[2]) {
      const value = parse(body, 'object');
      return { result: strategicMergePatch(target, value), shown: () => goValue(leftOf(value)) };
    }
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (contentType === patchTypes[0]) throw rejectedPatch();
    throw badRequest(error.message);
  }
  throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${patchTypes.join(', ')}`);
}

/** What was merged as Go would write it, with its defaults. */
function completed(resource: Resource, merged: KubeObject): KubeObject {
  const { apiVersion, kind } = merged;
  return withDefaults(resource, toStored(resource, { ...decode(toServed(resource, merged), resource).object, apiVersion, kind }));
}

/** schema.ParseGroupVersion, where what has more parts is as good as empty. */
function groupVersionOf(apiVersion: string): readonly [group: string, version: string] {
  const [first = '', second, more] = apiVersion.split('/');
  if (more !== undefined) return ['', ''];
  return second === undefined ? ['', first] : [first, second];
}

/** Server-side apply: what is not there is created. */
function apply(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query, subresource } = info;
  const options = writeOptions('PatchOptions', request, query);
  if (!query.get('fieldManager')) {
    const cause = { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' };
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [cause]);
  }
  const name = info.name!;
  // The configuration as it is, without what decoding adds: only its own fields are applied.
  const { text, unreadable } = bodyOf(request);
  const unread = 'error decoding YAML: ';
  if (unreadable !== undefined) throw badRequest(`${unread}error converting YAML to JSON: ${unreadable}`);
  const sent = parse(text, 'object', unread) as KubeObject;
  const [group, version] = groupVersionOf(typeof sent.apiVersion === 'string' ? sent.apiVersion : '');
  const kind = typeof sent.kind === 'string' ? sent.kind : '';
  if (group !== resource.group || version !== resource.version || kind !== resource.kind)
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  if (sent.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
  checkTyped(sent, resource, name, info.namespace);
  const config = asStored(resource, { ...sent });
  const decoded = decodeBody(request, resource, options.fieldValidation);
  if (config.metadata?.name && config.metadata.name !== name) {
    throw badRequest(`the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`);
  }
  const writer = writerOf(context, info, options);
  const force = query.get('force') === 'true';
  const old = context.store.get(resource.storage, info.namespace, name);
  if (!old) {
    if (subresource) throw notFound(resource, name);
    const { uid } = config.metadata ?? {};
    if (uid) throw conflict(resource, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    const bare: KubeObject = { apiVersion: resource.groupVersion, kind: resource.kind, metadata: { name, namespace: info.namespace } };
    const { object, managed } = serverSideApply(bare, config, writer, force);
    const made = createObject(context, resource, completed(resource, object), writer, { dryRun: options.dryRun, managed });
    return objectResponse(context, request, resource, query, made, 201, remarks(context, resource, decoded, made));
  }
  const { object, managed } = serverSideApply(old, config, writer, force);
  const wanted = completed(resource, { ...object, metadata: { ...object.metadata, name, namespace: info.namespace } });
  const stored = replaceObject(context, resource, old, wanted, { subresource: subresource?.name, dryRun: options.dryRun, writer, managed });
  return objectResponse(context, request, resource, query, stored, 200, remarks(context, resource, decoded, stored, old));
}

export function patch(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource } = info;
  const options = writeOptions('PatchOptions', request, info.query);
  const contentType = mediaTypeOf(request);
  if (!patchTypes.includes(contentType)) throw unsupportedMediaType('415: Unsupported Media Type', {});
  if (contentType === patchTypes[3]) return apply(context, request, info);
  const body = bodyOf(request).text;
  const old = find(context, info);
  const { result, shown } = patched(contentType, body, toServed(resource, old));
  const decoded = decodePatched(result, resource, options.fieldValidation, shown, contentType === patchTypes[2] ? 'converter' : 'json');
  // What a patch says of kind and version does not count: the path has said it.
  const typed = { ...decoded.object, apiVersion: resource.groupVersion, kind: resource.kind };
  const object = toStored(resource, withDefaults(resource, typed));
  checkNamespaceMatch(info, object);
  if (object.metadata.name !== info.name) {
    throw badRequest(`the name of the object (${object.metadata.name ?? ''}) does not match the name on the URL (${info.name})`);
  }
  return answerReplaced(context, request, info, options, decoded, old, object);
}
