import type { Command } from '../command';
import { failure } from '../errors';

const anywhere = '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$';

export const proxy: Command = {
  use: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  short: 'Run a proxy to the Kubernetes API server',
  group: 'trouble',
  long: `Creates a proxy server or application-level gateway between localhost and the Kubernetes API server.

 The sandbox has no network to serve on: the flags are checked, then the proxy is refused. What a proxy would be asked for, 'kubectl get --raw PATH' prints.`,
  example: `  # Proxy all of the API
  kubectl proxy --api-prefix=/`,
  flags: [
    { name: 'accept-hosts', kind: 'string', value: anywhere, usage: 'Regular expressions for hosts that the proxy should accept.' },
    { name: 'accept-paths', kind: 'string', value: '^.*', usage: 'Regular expressions for paths that the proxy should accept.' },
    { name: 'address', kind: 'string', value: '127.0.0.1', usage: 'The IP address on which to serve.' },
    { name: 'api-prefix', kind: 'string', value: '/', usage: 'Prefix to serve the proxied API under.' },
    { name: 'append-server-path', kind: 'bool', usage: "Append the path of the server's address to each request." },
    { name: 'disable-filter', kind: 'bool', usage: 'If true, let every request through. Dangerous.' },
    { name: 'keepalive', kind: 'duration', value: '0s', usage: 'How long to keep connections alive; 0 to disable.' },
    { name: 'port', short: 'p', kind: 'int', value: '8001', usage: 'The port on which to run the proxy; 0 for any.' },
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
  run({ flags }) {
    if (flags.changed('port') && flags.string('unix-socket')) throw failure('cannot set --unix-socket and --port at the same time');
    const where = flags.string('unix-socket') || `${flags.string('address')}:${flags.string('port')}`;
    throw failure(`cannot serve on ${where}: the sandbox has no network`);
  },
};
