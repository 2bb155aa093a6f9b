import { base64url, decodeBase64, jsonSyntaxError, type HttpRequest, type HttpResponse, type KubeObject } from '../../api';
import { includeObjectOf, jsonResponse, partialMetadata, representationOf } from '../answer';
import type { ServerContext } from '../context';
import { toServed } from '../conversion';
import type { RequestInfo } from '../request-info';
import { selectionOf } from '../selectors';
import { badRequest, expired, tooLargeVersion } from '../status';
import { tableOf } from '../tables';
import { listedVersion, listOptions, type ListOptions } from './list-options';

interface Continue {
  /** The version that the pages are of; below zero: of whatever is there. */
  readonly rv: number;
  /** The key to go on from. */
  readonly start: string;
}

const tokenVersion = 'meta.k8s.io/v1';

const encodeToken = ({ rv, start }: Continue): string =>
  base64url(new TextEncoder().encode(JSON.stringify({ v: tokenVersion, rv, start })));

function decodeToken(text: string): Continue {
  const refuse = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const wrong = /[^A-Za-z0-9_-]/.exec(text);
  if (wrong || text.length % 4 === 1) throw refuse(`illegal base64 data at input byte ${wrong?.index ?? text.length - 1}`);
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  const syntax = jsonSyntaxError(bytes);
  if (syntax) throw refuse(syntax);
  const { v, rv, start } = (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as Partial<Continue & { v: string }>;
  if (v !== tokenVersion) throw refuse(`server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || rv === 0) throw refuse(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  if (typeof start !== 'string' || start === '') throw refuse(`encoded start key empty (version ${tokenVersion})`);
  // A key must not lead out of the listing it is of.
  if (/(^|\/)\.{0,2}(\/|$)/.test(start.replace(/^\//, ''))) throw refuse(start);
  return { rv, start: start.replace(/^\//, '') };
}

const tooOld = 'The provided continue parameter is too old to display a consistent list result. You can start a new list without';
const goOn = 'the continue parameter, or use the continue token in this response to retrieve the remainder of the results.';
const inconsistent =
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

interface Listing {
  readonly objects: readonly KubeObject[];
  readonly version: number;
}

/** The objects of the version that is asked for: as they were then, or now when that is not older. */
function listingOf({ store }: ServerContext, { resource, namespace }: RequestInfo, options: ListOptions, token?: Continue): Listing {
  const now = store.version;
  const current = (): Listing => ({ objects: store.list(resource.storage, namespace), version: now });
  if (token && token.rv < 0) return current();
  if (token && options.resourceVersion && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const wanted = token?.rv ?? listedVersion(options.resourceVersion);
  if (wanted > now) throw tooLargeVersion(wanted, now);
  const exact = !!token || options.match === 'Exact' || (options.match === '' && options.limit > 0 && wanted > 0);
  if (!exact) return current();
  const objects = store.at(resource.storage, wanted, namespace);
  if (objects) return { objects, version: wanted };
  if (!token) throw expired('The resourceVersion for the provided list is too old.');
  throw expired(`${tooOld} ${goOn} ${inconsistent}`, encodeToken({ ...token, rv: -1 }));
}

export function list(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query } = info;
  const representation = representationOf(request);
  const { matches, selective } = selectionOf(resource, query);
  const options = listOptions(query, false);
  const token = options.continue ? decodeToken(options.continue) : undefined;
  const { objects, version } = listingOf(context, info, options, token);
  const keyOf = ({ metadata }: KubeObject): string =>
    info.namespace || !metadata.namespace ? metadata.name! : `${metadata.namespace}/${metadata.name}`;
  const rest = token ? objects.filter((object) => keyOf(object) >= token.start) : objects;
  let selected = selective ? rest.filter(matches) : [...rest];
  if (info.name) selected = selected.filter((object) => object.metadata.name === info.name);
  const metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = { resourceVersion: String(version) };
  const { limit } = options;
  if (limit > 0 && selected.length > limit) {
    // The first key there can be after the last one shown.
    metadata.continue = encodeToken({ rv: version, start: `${keyOf(selected[limit - 1]!)}\0` });
    if (!selective) metadata.remainingItemCount = selected.length - limit;
    selected = selected.slice(0, limit);
  }
  if (representation === 'table')
    return jsonResponse({ ...tableOf(resource, selected, context.clock.now(), includeObjectOf(query)), metadata });
  if (representation === 'metadata') {
    return jsonResponse({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: selected.map(partialMetadata),
    });
  }
  // Items of a typed list bear no kind of their own.
  const items = selected.map((object) => ({ ...toServed(resource, object), kind: undefined, apiVersion: undefined }));
  return jsonResponse({ kind: `${resource.kind}List`, apiVersion: resource.groupVersion, metadata, items });
}
