import type { HttpRequest } from '../api';
import { findResource } from './resources';
import type { Resource, Subresource } from './resources';

/** What a path under /api or /apis asks for. */
export interface RequestInfo {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: Subresource | undefined;
  readonly query: URLSearchParams;
}

export function splitPath(path: string): { path: string; query: URLSearchParams } {
  const mark = path.indexOf('?');
  return mark < 0
    ? { path, query: new URLSearchParams() }
    : { path: path.slice(0, mark), query: new URLSearchParams(path.slice(mark + 1)) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Undefined when no resource is served at this path. */
export function requestInfo(request: HttpRequest): RequestInfo | undefined {
  const { path, query } = splitPath(request.path);
  const parts = path.split('/').slice(1).map(decode);
  if (parts.at(-1) === '') parts.pop();
  let groupVersion: string;
  if (parts[0] === 'api') groupVersion = parts[1] ?? '';
  else if (parts[0] === 'apis') groupVersion = `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  else return undefined;
  let rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  // The old form /api/v1/watch/… is a watch.
  if (rest[0] === 'watch') {
    rest = rest.slice(1);
    query.set('watch', 'true');
  }
  let namespace: string | undefined;
  const namespaceSubresources = ['status', 'finalize'];
  if (rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && namespaceSubresources.includes(rest[2]!))) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const resource = findResource(groupVersion, rest[0] ?? '');
  // what follows `proxy` is another server's
  if (!resource || (rest.length > 3 && rest[2] !== 'proxy')) return undefined;
  if (namespace !== undefined && !resource.namespaced) return undefined;
  const name = rest[1];
  if (name !== undefined && resource.namespaced && namespace === undefined) return undefined;
  if (rest[2] === undefined) return { resource, namespace, name, subresource: undefined, query };
  const subresource = resource.subresources.find((candidate) => candidate.name === rest[2]);
  return subresource && { resource, namespace, name, subresource, query };
}
