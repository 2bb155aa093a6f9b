import type { CancelSignal, HttpRequest, HttpResponse, Transport } from './http';
import { ApiError } from './object';
import type { KubeList, KubeObject, Status } from './object';

/** Where objects of a kind live: group and version as in `apiVersion`, the plural. */
export interface ResourceRef {
  /** `v1`, `apps/v1`. */
  readonly groupVersion: string;
  readonly resource: string;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const patchContentType: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** The path of a resource's collection, of one object, or of one object's subresource. */
export function resourcePath(ref: ResourceRef, namespace?: string, name?: string, subresource?: string): string {
  const root = ref.groupVersion.includes('/') ? `/apis/${ref.groupVersion}` : `/api/${ref.groupVersion}`;
  const parts = [root];
  if (namespace) parts.push('namespaces', encodeURIComponent(namespace));
  parts.push(ref.resource);
  if (name !== undefined) parts.push(encodeURIComponent(name));
  if (subresource) parts.push(subresource);
  return parts.join('/');
}

function withQuery(path: string, query: Query | undefined): string {
  if (!query) return path;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.append(name, String(value));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function bodyText(response: HttpResponse): Promise<string> {
  if (typeof response.body === 'string') return response.body;
  let text = '';
  for await (const chunk of response.body) text += chunk;
  return text;
}

/** What an answer that is not 2xx says: its Status, or one made from its text. */
export async function errorOf(response: HttpResponse): Promise<ApiError> {
  const text = await bodyText(response);
  try {
    const parsed = JSON.parse(text) as Status;
    if (parsed && parsed.kind === 'Status') return new ApiError(parsed);
  } catch {
    // not JSON: the text is the message
  }
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: text.trim() || `the server answered ${response.status}`,
    reason: 'InternalError',
    code: response.status,
  });
}

/**
 * A client as controllers and the kubelet use it. Every call rejects with `ApiError` when the server refuses.
 * `userAgent` (`kubelet/v1.36.2`) is what managedFields name as the manager.
 */
export class ApiClient {
  constructor(
    private readonly transport: Transport,
    readonly userAgent: string,
  ) {}

  get<T extends KubeObject = KubeObject>(ref: ResourceRef, name: string, namespace?: string, subresource?: string): Promise<T> {
    return this.json<T>('GET', resourcePath(ref, namespace, name, subresource));
  }

  list<T extends KubeObject = KubeObject>(ref: ResourceRef, options: { namespace?: string; query?: Query } = {}): Promise<KubeList<T>> {
    return this.json<KubeList<T>>('GET', withQuery(resourcePath(ref, options.namespace), options.query));
  }

  create<T extends KubeObject = KubeObject>(
    ref: ResourceRef,
    object: KubeObject,
    options: { namespace?: string; name?: string; subresource?: string; query?: Query } = {},
  ): Promise<T> {
    const path = resourcePath(ref, options.namespace ?? object.metadata.namespace, options.name, options.subresource);
    return this.json<T>('POST', withQuery(path, options.query), object);
  }

  update<T extends KubeObject = KubeObject>(
    ref: ResourceRef,
    object: KubeObject,
    options: { subresource?: string; query?: Query } = {},
  ): Promise<T> {
    const { name, namespace } = object.metadata;
    return this.json<T>('PUT', withQuery(resourcePath(ref, namespace, name ?? '', options.subresource), options.query), object);
  }

  patch<T extends KubeObject = KubeObject>(
    ref: ResourceRef,
    name: string,
    type: PatchType,
    patch: unknown,
    options: { namespace?: string; subresource?: string; query?: Query } = {},
  ): Promise<T> {
    const path = withQuery(resourcePath(ref, options.namespace, name, options.subresource), options.query);
    return this.json<T>('PATCH', path, patch, { 'content-type': patchContentType[type] });
  }

  delete(
    ref: ResourceRef,
    name: string,
    options: {
      namespace?: string;
      gracePeriodSeconds?: number;
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
      preconditions?: { uid?: string; resourceVersion?: string };
    } = {},
  ): Promise<KubeObject> {
    const { namespace, ...rest } = options;
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...rest };
    return this.json<KubeObject>('DELETE', resourcePath(ref, namespace, name), body);
  }

  deleteCollection(ref: ResourceRef, options: { namespace?: string; query?: Query } = {}): Promise<KubeObject> {
    return this.json<KubeObject>('DELETE', withQuery(resourcePath(ref, options.namespace), options.query));
  }

  /**
   * Events after `resourceVersion`, until `signal` aborts or the server ends the stream.
   * Throws `ApiError` (reason Expired, code 410) when that version is too old.
   */
  async *watch<T extends KubeObject = KubeObject>(
    ref: ResourceRef,
    options: { namespace?: string; query?: Query; resourceVersion?: string; signal?: CancelSignal } = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const query = { ...options.query, watch: true, allowWatchBookmarks: true, resourceVersion: options.resourceVersion };
    const response = await this.send('GET', withQuery(resourcePath(ref, options.namespace), query), undefined, {}, options.signal);
    if (response.status !== 200) throw await errorOf(response);
    for await (const line of lines(response.body)) {
      const event = JSON.parse(line) as { type: string; object: unknown };
      if (event.type === 'ERROR') throw new ApiError(event.object as Status);
      yield event as WatchEvent<T>;
    }
  }

  /** One request as it is, for what has no typed call. */
  send(
    method: HttpRequest['method'],
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    signal?: CancelSignal,
  ): Promise<HttpResponse> {
    const base: Record<string, string> = { accept: 'application/json', 'user-agent': this.userAgent };
    if (body !== undefined) base['content-type'] = 'application/json';
    return this.transport({
      method,
      path,
      headers: { ...base, ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    });
  }

  private async json<T>(method: HttpRequest['method'], path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const response = await this.send(method, path, body, headers);
    if (response.status < 200 || response.status >= 300) throw await errorOf(response);
    return JSON.parse(await bodyText(response)) as T;
  }
}

/** Whole lines of a body, however it is cut into chunks. */
export async function* lines(body: string | AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of typeof body === 'string' ? [body] : body) {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line.trim()) yield line;
    }
  }
  if (rest.trim()) yield rest;
}

/** Whether a patch was refused because another object has the name by now: it bore the UID of the one before. */
export const isOtherObject = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 422 && !!error.status.details?.causes?.some(({ field }) => field === 'metadata.uid');
