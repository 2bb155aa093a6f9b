import { Errno } from '../../kernel';
import type { Command, Invocation } from '../command';
import { klog, klogWarning } from '../dry-run';
import { CommandError, ConnectionError, failure } from '../errors';
import type { Kubectl } from '../kubectl';
import { joinHostPort, listenOn, ListenProblem } from '../listen';
import {
  accepts,
  failed,
  forbidden,
  movedTo,
  pageNotFound,
  readRequest,
  throughApi,
  writeAnswer,
  type Answer,
  type ProxiedRequest,
  type RequestFilter,
} from '../proxy-server';
import { fileAnswer } from '../static-files';

const anywhere = '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$';
const defaultPort = 8001;

export const proxy: Command = {
  use: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  short: 'Run a proxy to the Kubernetes API server',
  group: 'trouble',
  long: `Creates a proxy server or application-level gateway between localhost and the Kubernetes API server.

 What comes in on one port goes to the API server, with your credentials. Files of a directory can be served beside it.`,
  example: `  # Proxy all of the API
  kubectl proxy --api-prefix=/
  
  # On port 8011, with files of ./local/www
  kubectl proxy --port=8011 --www=./local/www/
  
  # On any port that is free: it is printed
  kubectl proxy --port=0
  
  # Under another root: curl localhost:8001/custom/api/v1/pods
  kubectl proxy --api-prefix=/custom/`,
  flags: [
    { name: 'accept-hosts', kind: 'string', value: anywhere, usage: 'Regular expressions for hosts that the proxy should accept.' },
    { name: 'accept-paths', kind: 'string', value: '^.*', usage: 'Regular expressions for paths that the proxy should accept.' },
    { name: 'address', kind: 'string', value: '127.0.0.1', usage: 'The IP address on which to serve.' },
    { name: 'api-prefix', kind: 'string', value: '/', usage: 'Prefix to serve the proxied API under.' },
    { name: 'append-server-path', kind: 'bool', usage: "Append the path of the server's address to each request." },
    { name: 'disable-filter', kind: 'bool', usage: 'If true, let every request through. Dangerous.' },
    { name: 'keepalive', kind: 'duration', value: '0s', usage: 'How long to keep connections alive; 0 to disable.' },
    { name: 'port', short: 'p', kind: 'int', value: String(defaultPort), usage: 'The port on which to run the proxy; 0 for any.' },
    { name: 'reject-methods', kind: 'string', value: '^$', usage: 'Regular expressions for methods to refuse.' },
    {
      name: 'reject-paths',
      kind: 'string',
      value: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
      usage: 'Regular expressions for paths to refuse, even when they are accepted.',
    },
    { name: 'unix-socket', short: 'u', kind: 'string', usage: 'Unix socket on which to run the proxy.' },
    { name: 'www', short: 'w', kind: 'string', usage: 'Also serve the files of this directory.' },
    { name: 'www-prefix', short: 'P', kind: 'string', value: '/static/', usage: 'Prefix to serve those files under.' },
  ],
  run,
};

const withSlash = (text: string): string => (text.endsWith('/') ? text : `${text}/`);

async function expressions(k: Kubectl, text: string): Promise<RegExp[]> {
  const found: RegExp[] = [];
  for (const each of text === '' ? [] : text.split(',')) {
    try {
      found.push(new RegExp(each));
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: .*\/\w*: /, '').toLowerCase() : '';
      await klog(k, 'F', 'proxy_server.go:83', `Error compiling re: error parsing regexp: ${why}: \`${each}\``);
      throw new CommandError('', 255);
    }
  }
  return found;
}

async function run({ k, flags }: Invocation): Promise<number> {
  const socket = flags.string('unix-socket');
  const port = Number(flags.string('port'));
  const open = flags.bool('disable-filter');
  if (open && !socket)
    await klogWarning(k, 'proxy.go:177', 'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious');
  const filter: RequestFilter | undefined = open
    ? undefined
    : {
        acceptPaths: await expressions(k, flags.string('accept-paths')),
        rejectPaths: await expressions(k, flags.string('reject-paths')),
        acceptHosts: await expressions(k, flags.string('accept-hosts')),
        rejectMethods: await expressions(k, flags.string('reject-methods')),
      };
  if (port !== defaultPort && socket) throw failure('cannot set --unix-socket and --port at the same time');
  if (socket) throw failure(`listen unix ${socket}: bind: no Unix sockets are there in this sandbox`);
  await checkDirectory(k, flags.string('www'));
  const mux: Mux = {
    apiPrefix: withSlash(flags.string('api-prefix')),
    staticPrefix: withSlash(flags.string('www-prefix')),
    directory: flags.string('www'),
    filter,
  };
  const where = listenAt(k, flags.string('address'), port, (bytes) => answerBytes(k, mux, bytes));
  await k.out(`Starting to serve on ${where}\n`);
  return k.proc.pause();
}

async function checkDirectory(k: Kubectl, path: string): Promise<void> {
  if (!path) return;
  try {
    if (k.proc.stat(path).type !== 'directory') await klogWarning(k, 'proxy.go:202', `Static file directory ${path} is not a directory`);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await klogWarning(k, 'proxy.go:200', `Failed to stat static file directory ${path}: stat ${path}: ${error.message.toLowerCase()}`);
  }
}

/** Go's net.Listen: an IPv6 address needs brackets, all addresses are both families'. */
function listenAt(k: Kubectl, address: string, port: number, respond: (request: Uint8Array) => Promise<Uint8Array>): string {
  if (/:/.test(address) && !/^\[.*\]$/.test(address)) throw failure(`listen tcp: address ${address}:${port}: too many colons in address`);
  const bare = address.replace(/^\[|\]$/g, '') || '::';
  const host = bare === 'localhost' ? '127.0.0.1' : bare === '0.0.0.0' ? '::' : bare;
  if (!/^[\d.]+$|:/.test(host)) throw failure(`listen tcp: lookup ${host}: no such host`);
  try {
    return joinHostPort(host, listenOn(k.proc, 'tcp', host, port, respond).port);
  } catch (error) {
    if (error instanceof ListenProblem) throw failure(error.message);
    throw error;
  }
}

interface Mux {
  readonly apiPrefix: string;
  readonly staticPrefix: string;
  /** Of the files to serve; empty: none are. */
  readonly directory: string;
  readonly filter: RequestFilter | undefined;
}

async function answerBytes(k: Kubectl, mux: Mux, bytes: Uint8Array): Promise<Uint8Array> {
  const request = readRequest(bytes);
  const now = k.proc.clock.now();
  if (!request) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return writeAnswer({ status: 400, headers, body: '400 Bad Request' }, now, false);
  }
  return writeAnswer(await answerOf(k, mux, request), now, request.method === 'HEAD');
}

/** http.ServeMux with the API's prefix and the files': the longest that fits; without its slash a prefix is redirected. */
async function answerOf(k: Kubectl, mux: Mux, request: ProxiedRequest): Promise<Answer> {
  const { apiPrefix, staticPrefix, directory } = mux;
  const [path = '', query] = splitOnce(request.target, '?');
  const prefixes = [apiPrefix, ...(directory ? [staticPrefix] : [])].sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((each) => path.startsWith(each));
  if (prefix === undefined) return prefixes.includes(`${path}/`) ? movedTo(`${path}/`, 307) : pageNotFound;
  if (directory && prefix === staticPrefix) return fileAnswer(k.proc, directory, path.slice(prefix.length));
  return apiAnswer(k, mux, request, path, query);
}

async function apiAnswer(k: Kubectl, mux: Mux, request: ProxiedRequest, path: string, query: string | undefined): Promise<Answer> {
  // under /api the prefix is the server's own
  const asked = mux.apiPrefix.startsWith('/api') ? path : `/${path.slice(mux.apiPrefix.length)}`;
  const { filter } = mux;
  if (filter && !accepts(filter, request.method, decoded(asked), request.headers['host'] ?? '')) return forbidden;
  try {
    return await throughApi(k, request, query === undefined ? asked : `${asked}?${query}`);
  } catch (error) {
    if (error instanceof ConnectionError) return failed(error.request.replace(/^\w+ "[^"]*": /, ''));
    if (error instanceof CommandError) return failed(error.text);
    throw error;
  }
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
