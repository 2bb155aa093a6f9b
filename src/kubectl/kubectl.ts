import {
  type ApiError,
  Cancel,
  goQuoted,
  type HttpRequest,
  type HttpResponse,
  pathSegmentErrors,
  resourcePath,
  type Transport,
  parseJson,
} from '../kube/api';
import { Errno, type Process } from '../kernel';
import { type Mapping, RestMapper } from './discovery';
import { type Connection, connectionOf } from './connection';
import { klog } from './dry-run';
import { CommandError, ConnectionError, failure, refusal, RequestError } from './errors';
import { type Flags, parseDuration } from './flags';
import {
  configPaths,
  type ContextFields,
  entriesOf,
  type KubeConfigFile,
  type LoadedConfig,
  loadConfigs,
  mergedConfig,
} from './kubeconfig';
import { type Network, NetworkProblem, noNetwork, type Remote } from './network';

export const clientVersion = 'v1.36.4';

/** How the server of a kubeconfig is reached. */
export interface Reach {
  /** To the cluster at hand. */
  readonly transport: Transport;
  /** Its addresses, `host:port`; without them every server is taken for it. */
  readonly addresses?: readonly string[];
  /** To any other. */
  readonly network?: Network;
}

/** How often kubectl asks a server that cannot be reached what it serves. */
const discoveryTries = 5;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: Cancel;
}

const namedPath = /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/([^/?]+)(?=\/[^?]))?\/[^/?]+(?:\/([^/?]+))?/;

/** client-go sends no request whose namespace or name would be another path. */
function checkSegments(path: string): void {
  const [, namespace = '', name = ''] = namedPath.exec(path) ?? [];
  for (const [what, segment] of Object.entries({ namespace, 'resource name': name })) {
    const value = segment.includes('%') ? decodeURIComponent(segment) : segment;
    const faults = pathSegmentErrors(value);
    if (faults.length > 0) throw new RequestError(`invalid ${what} ${goQuoted(value)}: [${faults.join(' ')}]`);
  }
}

const notUsable = (name: string): CommandError =>
  new CommandError(`Error in configuration: context was not found for specified context: ${name}`);

/** What the commands share: the process, the server, the kubeconfig, discovery. */
export class Kubectl {
  private mapping?: Promise<RestMapper>;
  private loaded?: Promise<LoadedConfig[]>;
  private connected?: Promise<Connection>;
  private readonly warned = new Set<string>();
  warnings = 0;

  constructor(
    readonly proc: Process,
    private readonly reach: Reach,
    readonly global: Flags,
  ) {}

  async out(text: string | Uint8Array): Promise<void> {
    if (text.length > 0) await this.write(1, text);
  }
  async err(text: string): Promise<void> {
    if (text.length > 0) await this.write(2, text);
  }
  private async write(fd: number, data: string | Uint8Array): Promise<void> {
    try {
      await this.proc.write(fd, data);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'EPIPE') await this.proc.exit(141);
      throw failure(`write ${fd === 1 ? '/dev/stdout' : '/dev/stderr'}: ${error.message.toLowerCase()}`);
    }
  }

  get configPaths(): string[] {
    return configPaths(this.proc, this.global.string('kubeconfig'));
  }
  /** The kubeconfig, several files as one; undefined when there is none. */
  async config(): Promise<KubeConfigFile | undefined> {
    this.loaded ??= loadConfigs(this.proc, this.configPaths, this.global.string('kubeconfig') !== '');
    return mergedConfig(await this.loaded);
  }
  /** Where requests go. */
  connection(): Promise<Connection> {
    this.requestTimeoutMs();
    this.connected ??= connectionOf(this, this.reach.addresses);
    return this.connected;
  }
  /** `missing`: how it is worded that there is no such context. */
  async context(missing = notUsable): Promise<ContextFields | undefined> {
    const config = await this.config();
    const name = this.global.string('context') || (config?.['current-context'] ?? '');
    if (!name) return undefined;
    const found = entriesOf(config, 'contexts').find((entry) => entry.name === name);
    if (!found) throw missing(name);
    return found.fields;
  }
  /** The namespace of namespaced requests: -n, else the context's, else default. Without -n a kubeconfig that is not usable is told here. */
  async namespace(): Promise<string> {
    if (this.namespaceGiven) return this.global.string('namespace');
    const context = await this.context();
    const cluster = this.global.string('cluster');
    if (cluster && !entriesOf(await this.config(), 'clusters').some(({ name }) => name === cluster))
      throw failure(`no server found for cluster "${cluster}"`);
    return context?.namespace || 'default';
  }
  get namespaceGiven(): boolean {
    return this.global.string('namespace') !== '';
  }

  /** `quiet`: failing to reach the server is told by who asks. */
  async mapper(quiet = false): Promise<RestMapper> {
    // most commands look at their namespace first
    if (!this.connected) await this.namespace();
    this.mapping ??= RestMapper.load(this);
    try {
      return await this.mapping;
    } catch (error) {
      if (error instanceof ConnectionError && !quiet) {
        const why = `"Unhandled Error" err="couldn't get current server API group list: ${error.request.replaceAll('"', '\\"')}"`;
        for (let tries = 0; tries < discoveryTries; tries++) await klog(this, 'E', 'memcache.go:265', why);
      }
      throw error;
    }
  }

  /** One request. Warning headers go to standard error, once each. */
  async send(method: HttpRequest['method'], path: string, options: RequestOptions = {}): Promise<HttpResponse> {
    this.requestTimeoutMs();
    checkSegments(path);
    const { remote, headers: secrets, own, problem } = await this.connection();
    const headers: Record<string, string> = {
      ...secrets,
      accept: options.accept ?? 'application/json',
      'user-agent': `kubectl/${clientVersion} (linux/amd64) kubernetes/a3e96bb`,
    };
    if (this.global.string('as')) headers['impersonate-user'] = this.global.string('as');
    if (this.global.list('as-group').length > 0) headers['impersonate-group'] = this.global.list('as-group').join(',');
    if (options.body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
    const { body, signal } = options;
    const request: HttpRequest = { method, path: withQuery(path, options.query), headers, body, signal };
    if (problem) {
      await this.overNetwork(remote, { method: 'GET', path: request.path, headers: {} }, request.method);
      throw failure(problem);
    }
    const response = await (own ? this.reach.transport(request) : this.overNetwork(remote, request));
    for (const warning of response.warnings ?? []) await this.warn(warning);
    return response;
  }

  /** A request that another program makes, as it is but for the credentials. */
  async pass(request: HttpRequest): Promise<HttpResponse> {
    const { remote, headers, own } = await this.connection();
    const sent = { ...request, headers: { ...request.headers, ...headers } };
    return own ? this.reach.transport(sent) : this.overNetwork(remote, sent);
  }

  private async overNetwork(remote: Remote, request: HttpRequest, method = request.method): Promise<HttpResponse> {
    try {
      return await (this.reach.network ?? noNetwork)(remote, request);
    } catch (error) {
      if (!(error instanceof NetworkProblem)) throw error;
      throw new ConnectionError(method, remote.url + request.path, error);
    }
  }

  async warn(text: string): Promise<void> {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    this.warnings++;
    await this.printWarning(text);
  }

  /** Each time, unlike `warn`; in colour on a terminal that has colours (no-color.org). */
  async printWarning(text: string): Promise<void> {
    const { env } = this.proc;
    const colour = this.proc.isatty(2) && env.get('TERM') !== 'dumb' && !env.has('NO_COLOR');
    await this.err(`${colour ? '\x1b[33;1mWarning:\x1b[0m' : 'Warning:'} ${text}\n`);
  }

  /** The JSON of a 2xx answer; throws `ApiError` for any other. */
  async json<T>(method: HttpRequest['method'], path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, options);
    if (response.status < 200 || response.status >= 300) throw await this.missing(method, path, await refusal(response));
    return parseJson(await textOf(response)) as T;
  }

  /** An object that is not found: kubectl asks whether its namespace is, and says that instead. */
  private async missing(method: HttpRequest['method'], path: string, error: ApiError): Promise<ApiError> {
    const namespace = /\/namespaces\/([^/?]+)\/[^/?]+\/[^/?]+(?:\?|$)/.exec(path)?.[1];
    if (method !== 'GET' || error.reason !== 'NotFound' || namespace === undefined || namespace === 'default') return error;
    const answer = await this.send('GET', `/api/v1/namespaces/${namespace}`);
    return answer.status === 404 ? refusal(answer) : error;
  }

  /** The text of a 2xx answer; throws `ApiError` for any other. */
  async text(method: HttpRequest['method'], path: string, options: RequestOptions = {}): Promise<string> {
    const response = await this.send(method, path, options);
    if (response.status < 200 || response.status >= 300) throw await refusal(response);
    return textOf(response);
  }

  path(mapping: Mapping, namespace: string | undefined, name?: string, subresource?: string): string {
    return resourcePath(mapping, mapping.namespaced ? namespace : undefined, name, subresource);
  }

  /** --request-timeout in ms; 0 is none. */
  requestTimeoutMs(): number {
    const text = this.global.string('request-timeout');
    if (!text || text === '0') return 0;
    if (/^\d+$/.test(text)) return Number(text) * 1000;
    const ms = parseDuration(text);
    if (ms === undefined) {
      throw failure(
        'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
      );
    }
    return ms;
  }

  /** What of a watch's query ends it when --request-timeout is over. */
  watchLimit(): { readonly timeoutSeconds?: number } {
    const timeout = this.requestTimeoutMs();
    return timeout ? { timeoutSeconds: Math.ceil(timeout / 1000) } : {};
  }

  /** Runs `body` with a signal that aborts when it returns, or when the process ends (SIGINT's default action). */
  async cancellable<T>(body: (cancel: Cancel) => Promise<T>): Promise<T> {
    const cancel = new Cancel();
    this.proc.onEnd(() => cancel.abort());
    try {
      return await body(cancel);
    } finally {
      cancel.abort();
    }
  }
}

export async function textOf(response: HttpResponse): Promise<string> {
  if (typeof response.body === 'string') return response.body;
  let text = '';
  for await (const chunk of response.body) text += chunk;
  return text;
}

export function withQuery(path: string, query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  if (pairs.length === 0) return path;
  const params = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)] as [string, string]));
  return `${path}${path.includes('?') ? '&' : '?'}${params.toString()}`;
}
