import { emitYaml, jsonText, parseJson, type HttpRequest, type HttpResponse, type KubeObject, type Status } from '../api';
import type { ServerContext } from './context';
import { toServed } from './conversion';
import type { Resource } from './resources';
import { badRequest, notAcceptable } from './status';
import { tableOf } from './tables';
import type { IncludeObject } from './tables';

export type Representation = 'object' | 'table' | 'metadata';

/** Of a request's body; empty where it does not say. */
export const mediaTypeOf = (request: HttpRequest): string => (request.headers['content-type'] ?? '').split(';')[0]!.trim();

const yamlType = 'application/yaml';
const servedTypes = ['application/json', '*/*', 'application/*'];
const jsonTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** What the Accept header asks for, of what is served: JSON of the object, of a Table or of PartialObjectMetadata. */
export function representationOf(request: HttpRequest): Representation {
  const accept = request.headers['accept'];
  if (!accept) return 'object';
  for (const clause of accept.split(',')) {
    const [type = '', ...params] = clause.split(';').map((part) => part.trim());
    if (type === yamlType) return 'object';
    if (!servedTypes.includes(type)) continue;
    const as = params.find((param) => param.startsWith('as='))?.slice(3);
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
    if (as === undefined) return 'object';
  }
  throw notAcceptable([...jsonTypes, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']);
}

export function jsonResponse(value: unknown, status = 200, warnings: readonly string[] = []): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: `${jsonText(value)}\n`,
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]));
};

const trueTexts = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const people = /^(curl|Wget|Mozilla\/5\.0)/;

/** Whether JSON is for people: `?pretty` says so, else the User-Agent does ("basic all browsers and cli http tools"). */
function isForPeople({ path, headers }: HttpRequest): boolean {
  if (path === '/version') return true;
  if (!/^\/apis?(\/|\?|$)/.test(path)) return false;
  const pretty = new URLSearchParams(path.split('?')[1]).get('pretty');
  return pretty ? trueTexts.includes(pretty) : people.test(headers['user-agent'] ?? '');
}

/** The answer in YAML where the Accept header names it before JSON; JSON for people is indented, and has no newline at its end. */
export function inWantedFormat(request: HttpRequest, response: HttpResponse): HttpResponse {
  if (typeof response.body === 'string' && response.headers['content-type']?.startsWith('application/json') && isForPeople(request))
    return { ...response, body: jsonText(parseJson(response.body), '  ') };
  const accepted = (request.headers['accept'] ?? '').split(',').map((clause) => clause.split(';')[0]!.trim());
  const wanted = accepted.find((type) => type === yamlType || servedTypes.includes(type));
  if (wanted !== yamlType || typeof response.body !== 'string' || response.headers['content-type'] !== 'application/json') return response;
  return { ...response, headers: { ...response.headers, 'content-type': yamlType }, body: emitYaml(sorted(parseJson(response.body))) };
}

export function partialMetadata(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const include = query.get('includeObject') || 'Metadata';
  if (include !== 'None' && include !== 'Metadata' && include !== 'Object') {
    throw badRequest('unrecognized includeObject value, must be one of [Metadata Object None]');
  }
  return include;
}

/** One stored object, as the request wants it. */
export function objectResponse(
  context: ServerContext,
  request: HttpRequest,
  resource: Resource,
  query: URLSearchParams,
  object: KubeObject,
  status = 200,
  warnings: readonly string[] = [],
): HttpResponse {
  const representation = representationOf(request);
  if (representation === 'metadata') return jsonResponse(partialMetadata(object), status, warnings);
  if (representation === 'table') {
    const table = tableOf(resource, [object], context.clock.now(), includeObjectOf(query));
    return jsonResponse({ ...table, metadata: { resourceVersion: object.metadata.resourceVersion } }, status, warnings);
  }
  return jsonResponse(toServed(resource, object), status, warnings);
}

/** A Status as the body of its own code. */
export function statusResponse(status: Status, warnings: readonly string[] = []): HttpResponse {
  return jsonResponse(status, status.code ?? 200, warnings);
}
