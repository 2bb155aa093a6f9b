import type { HttpRequest, HttpResponse } from '../../api';
import { base64url, decodeBase64, jsonSyntaxError, type KubeObject } from '../../api';
import { includeObjectOf, jsonResponse, objectResponse, partialMetadata, representationOf } from '../answer';
import type { ServerContext } from '../context';
import { toServed } from '../conversion';
import type { RequestInfo } from '../request-info';
import { find } from './find';
import { selectionOf } from '../selectors';
import { integerOf } from './options';
import { badRequest, expired } from '../status';
import { tableOf } from '../tables';

export function get(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  return objectResponse(context, request, info.resource, info.query, find(context, info));
}

interface Continue {
  readonly rv: number;
  /** Index in the listing as it was then. */
  readonly start: string;
}

const encodeToken = (token: Continue): string => base64url(new TextEncoder().encode(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })));

function decodeToken(text: string): Continue {
  const refuse = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const wrong = /[^A-Za-z0-9_-]/.exec(text);
  if (wrong || text.length % 4 === 1) throw refuse(`illegal base64 data at input byte ${wrong?.index ?? text.length - 1}`);
  const bytes = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  const syntax = jsonSyntaxError(bytes);
  if (syntax) throw refuse(syntax);
  const token = JSON.parse(new TextDecoder().decode(bytes)) as Continue | null;
  if (typeof token?.rv !== 'number' || typeof token.start !== 'string') {
    throw badRequest('invalid continue token: continue key is not valid: server does not recognize this encoded version ""');
  }
  return token;
}

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** Listings that clients are still paging through, newest last. */
export type Snapshots = Map<string, readonly KubeObject[]>;
const snapshotLimit = 32;

function listing(context: ServerContext, snapshots: Snapshots, info: RequestInfo, token: Continue | undefined): readonly KubeObject[] {
  const now = context.store.list(info.resource.storage, info.namespace);
  if (!token) return now;
  const kept = snapshots.get(`${info.resource.storage} ${info.namespace ?? ''} ${token.rv}`);
  if (!kept) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  return kept;
}

export function list(context: ServerContext, request: HttpRequest, info: RequestInfo, snapshots: Snapshots): HttpResponse {
  const { resource, query } = info;
  const { matches, selective } = selectionOf(resource, query);
  integerOf(query, 'timeoutSeconds');
  const limit = integerOf(query, 'limit') ?? 0;
  const continueText = query.get('continue');
  const token = continueText ? decodeToken(continueText) : undefined;
  const version = token?.rv ?? context.store.version;
  const all = listing(context, snapshots, info, token);
  const rest = token ? all.slice(all.findIndex((object) => keyOf(object) === token.start)) : all;
  let selected = selective ? rest.filter(matches) : [...rest];
  if (info.name) selected = selected.filter((object) => object.metadata.name === info.name);
  const metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = { resourceVersion: String(version) };
  if (limit > 0 && selected.length > limit) {
    metadata.continue = encodeToken({ rv: version, start: keyOf(selected[limit]!) });
    if (!selective) metadata.remainingItemCount = selected.length - limit;
    selected = selected.slice(0, limit);
    snapshots.set(`${resource.storage} ${info.namespace ?? ''} ${version}`, all);
    if (snapshots.size > snapshotLimit) snapshots.delete(snapshots.keys().next().value!);
  }
  const representation = representationOf(request);
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
