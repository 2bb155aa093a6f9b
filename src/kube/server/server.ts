import type { Clock } from '../../clock';
import type { HttpRequest, HttpResponse, Transport } from '../api';
import type { NodeProxy } from '../api';
import { ApiError } from '../api';
import { inWantedFormat, jsonResponse, statusResponse } from './answer';
import { authorize, authorizePath } from './authorization';
import { bootstrap } from './bootstrap';
import type { ServerContext } from './context';
import { aggregatedDiscovery, apiGroupList, apiVersions, groupOf, resourceList } from './discovery';
import { health } from './health';
import { openApiDocument, openApiIndex, swagger } from './openapi';
import { requestInfo, splitPath, type RequestInfo } from './request-info';
import type { Verb } from './resources';
import { internalError, methodNotAllowed, noSuchPath, warningsOf } from './status';
import { Store } from './storage';
import { subresources } from './subresources';
import { create } from './verbs/create';
import { remove, removeCollection } from './verbs/delete';
import { get } from './verbs/get';
import { list } from './verbs/list';
import { flagOf } from './verbs/options';
import { patch } from './verbs/patch';
import { update } from './verbs/update';
import { watch } from './verbs/watch';
import { readBody, type YamlReader } from './yaml-body';

export interface ServerOptions {
  readonly clock: Clock;
  readonly nodeProxy?: NodeProxy;
  /** Reads bodies in YAML; without it they have to be JSON. */
  readonly readYaml?: YamlReader;
  /** Default `kubernetes-admin`. */
  readonly userName?: string;
}

export interface ApiServer {
  readonly handle: Transport;
  /** The way to the nodes, when they come up after the server. */
  setNodeProxy(nodeProxy: NodeProxy): void;
  /** Watches that are open. */
  readonly watchCount: number;
}

export const serverVersion = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-08-21T11:29:11Z',
  goVersion: 'go1.26.10',
  compiler: 'gc',
  platform: 'linux/amd64',
};

function verbOf(request: HttpRequest, info: RequestInfo): Verb | undefined {
  const watching = flagOf(info.query, 'watch');
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return watching ? 'watch' : info.name === undefined ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return info.name === undefined ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

/** Subresources that are the object itself, of which a change takes a part. */
const plainSubresources: ReadonlySet<string> = new Set(['status', 'ephemeralcontainers', 'resize', 'approval']);

/** Kinds that are to go: said in a Warning header of every answer about them. */
const deprecations: Readonly<Record<string, string>> = {
  'v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
  'v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

const deprecationsOf = ({ resource }: RequestInfo): readonly string[] => {
  const text = deprecations[`${resource.groupVersion}/${resource.plural}`];
  return text === undefined ? [] : [text];
};

const warned = (response: HttpResponse, texts: readonly string[]): HttpResponse =>
  texts.length > 0 ? { ...response, warnings: [...texts, ...(response.warnings ?? [])] } : response;

async function serveResource(context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const verb = verbOf(request, info);
  const { resource, subresource } = info;
  if (verb) authorize(context, request, info, verb);
  if (!verb || !(subresource ?? resource).verbs.includes(verb)) throw methodNotAllowed();
  if (subresource) {
    const special = subresources[`${resource.storage}/${subresource.name}`]?.[verb];
    if (special) return special(context, request, info);
    if (!plainSubresources.has(subresource.name)) throw noSuchPath();
  }
  const rootless = info.name === undefined && verb !== 'list' && verb !== 'watch' && verb !== 'create' && verb !== 'deletecollection';
  if (rootless || (verb === 'create' && (info.name !== undefined || (resource.namespaced && !info.namespace)))) throw methodNotAllowed();
  const reviewer = subresource ? undefined : subresources[resource.storage]?.[verb];
  if (reviewer) return reviewer(context, request, info);
  switch (verb) {
    case 'get':
      return get(context, request, info);
    case 'list':
      return list(context, request, info);
    case 'watch':
      return watch(context, request, info);
    case 'create':
      return create(context, request, info);
    case 'update':
      return update(context, request, info);
    case 'patch':
      return patch(context, request, info);
    case 'delete':
      return remove(context, request, info);
    case 'deletecollection':
      return removeCollection(context, request, info);
  }
}

/** `/openapi/v2` and `/openapi/v3/…`. Their texts are loaded when they are first asked for, in no time of the sandbox's. */
async function serveOpenApi(clock: Clock, path: string, accept: string | undefined): Promise<HttpResponse | undefined> {
  const release = clock.hold();
  try {
    const document = await (path === '/openapi/v2' ? swagger(accept) : openApiDocument(path));
    return document === undefined ? undefined : jsonResponse(document);
  } finally {
    release();
  }
}

/** What is served beside resources: discovery, version, health. Undefined when nothing is. */
async function serveOther(context: ServerContext, request: HttpRequest): Promise<HttpResponse | undefined> {
  const { path: asked, query } = splitPath(request.path);
  const path = asked.replace(/\/+$/, '') || '/';
  authorizePath(context, request, path);
  const healthy = health(path, query);
  if (healthy) return healthy;
  const aggregated = (request.headers['accept'] ?? '').includes('as=APIGroupDiscoveryList');
  const found = (value: unknown): HttpResponse | undefined => (value === undefined ? undefined : jsonResponse(value));
  const discovery = (core: boolean): HttpResponse => ({
    ...jsonResponse(aggregatedDiscovery(core)),
    headers: { 'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
  });
  if (path === '/version') return jsonResponse(serverVersion);
  if (path === '/api') return aggregated ? discovery(true) : jsonResponse(apiVersions);
  if (path === '/apis') return aggregated ? discovery(false) : jsonResponse(apiGroupList);
  if (path === '/openapi/v3') return jsonResponse(openApiIndex);
  if (path === '/openapi/v2' || path.startsWith('/openapi/v3/')) return serveOpenApi(context.clock, path, request.headers['accept']);
  const core = /^\/api\/([^/]+)$/.exec(path);
  if (core) return found(resourceList(core[1]!));
  const grouped = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  if (!grouped) return undefined;
  if (grouped[2]) return found(resourceList(`${grouped[1]}/${grouped[2]}`));
  const group = groupOf(grouped[1]!);
  return group ? jsonResponse({ kind: 'APIGroup', apiVersion: 'v1', ...group }) : undefined;
}

/**
 * A kube-apiserver v1.36.2: storage, admission, validation and REST over Request -> Response.
 * `handle` never rejects: what goes wrong is answered as a Status.
 */
export function createServer(options: ServerOptions): ApiServer {
  let nodeProxy = options.nodeProxy;
  const store = new Store();
  const context: ServerContext = {
    clock: options.clock,
    store,
    nodeProxy: () => nodeProxy,
    userName: options.userName ?? 'kubernetes-admin',
  };
  bootstrap(context);
  const answered = async (request: HttpRequest): Promise<HttpResponse> => {
    const info = requestInfo(request);
    const said = info ? deprecationsOf(info) : [];
    try {
      if (info) return warned(await serveResource(context, readBody(request, options.readYaml), info), said);
      const other = await serveOther(context, request);
      if (other) return other;
      // A group that is not served is no one's path; within one that is, the answer is a Status.
      const group = /^\/apis\/([^/?]+)/.exec(request.path)?.[1];
      if (!/^\/apis?(\/|$)/.test(request.path) || (group !== undefined && !groupOf(group))) {
        return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
      }
      throw noSuchPath();
    } catch (error) {
      if (error instanceof ApiError) return statusResponse(error.status, [...said, ...warningsOf(error)]);
      return statusResponse(internalError(error instanceof Error ? error.message : String(error)).status);
    }
  };
  return {
    handle: async (request) => inWantedFormat(request, await answered(request)),
    setNodeProxy(proxy) {
      nodeProxy = proxy;
    },
    get watchCount() {
      return store.listenerCount;
    },
  };
}
