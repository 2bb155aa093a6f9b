import type { HttpResponse } from '../api';

const hooks = [
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
];

/** The checks behind each path. All of them pass: a server that answers has its store and what it starts with. */
const checks: Readonly<Record<string, readonly string[]>> = {
  '/healthz': ['ping', 'log', 'etcd', ...hooks],
  '/livez': ['ping', 'log', 'etcd', ...hooks],
  '/readyz': ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...hooks, 'shutdown'],
};

const text = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
});

function report(path: string, names: readonly string[], query: URLSearchParams): string {
  const unknown = new Set(query.getAll('exclude'));
  // Set.delete tells whether it was there.
  const lines = names.map((name) => `[+]${name}${unknown.delete(name) ? ' excluded:' : ''} ok\n`);
  const quoted = [...unknown].sort().map((name) => JSON.stringify(name));
  const warning = quoted.length > 0 ? `warn: some health checks cannot be excluded: no matches for ${quoted.join(',')}\n` : '';
  return `${lines.join('')}${warning}${path.slice(1)} check passed\n`;
}

/** `/healthz`, `/livez`, `/readyz` and one check of theirs (`/readyz/etcd`); undefined for other paths. */
export function health(path: string, query: URLSearchParams): HttpResponse | undefined {
  const root = /^\/[a-z]+/.exec(path)?.[0] ?? '';
  const names = Object.hasOwn(checks, root) ? checks[root]! : [];
  if (path !== root) return names.includes(path.slice(root.length + 1)) ? text('ok') : undefined;
  if (names.length === 0) return undefined;
  return text(query.has('verbose') ? report(path, names, query) : 'ok');
}
