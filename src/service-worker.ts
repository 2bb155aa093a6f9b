/**
 * One service worker for isolation and offline. It answers the page's own files with the headers that shared memory
 * needs, on hosts that send none, and from a cache when the network is gone.
 */

/** Filled in by scripts/vite-plugin-service-worker.ts: a hash of the build, and the files to fetch before it is ready. */
declare const __PRECACHE__: { readonly version: string; readonly shell: readonly string[]; readonly rest: readonly string[] };

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
/** What of ServiceWorkerGlobalScope is used; its own type library excludes the DOM's. */
interface Scope {
  readonly location: Location;
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: ExtendableEvent & { readonly data: unknown }) => void): void;
}

const scope = globalThis as unknown as Scope;
const precache = __PRECACHE__;
const cacheName = `pausebox-${precache.version}`;
/** Names with a hash of their content never change. */
const immutable = /\/assets\/|\/wasmer-sdk-/;
const networkLimitMs = 3000;

const url = (path: string): string => new URL(path, scope.registration.scope).href;

/** The same answer, with the headers of an isolated page. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.type === 'opaque' || response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function fetchAndKeep(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.ok && response.status === 200) {
    const copy = response.clone();
    // a full disk must not cost the answer
    void caches
      .open(cacheName)
      .then((cache) => cache.put(request, copy))
      .catch(() => undefined);
  }
  return response;
}

/** The files are the same for everybody, whatever a host's `Vary` says: it would hide them from requests with other headers. */
const anyVariant = { ignoreVary: true };
const kept = (request: Request | string): Promise<Response | undefined> => caches.match(request, anyVariant);

async function cacheFirst(request: Request): Promise<Response> {
  return (await kept(request)) ?? (await fetchAndKeep(request));
}

/** The network's answer if it comes in time, else what was kept of the page. */
async function networkFirst(request: Request): Promise<Response> {
  const old = async (): Promise<Response | undefined> => (await kept(request)) ?? (await kept(url('./')));
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, networkLimitMs, undefined));
  const network = fetchAndKeep(request);
  try {
    return (await Promise.race([network, late])) ?? (await old()) ?? (await network);
  } catch (error) {
    const answer = await old();
    if (answer) return answer;
    throw error;
  }
}

async function keep(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName);
  await Promise.all(
    paths.map(async (path) => {
      const request = new Request(url(path), { cache: 'no-cache' });
      if (await cache.match(request, anyVariant)) return;
      // what an earlier build fetched under the same hashed name is the same file
      const old = immutable.test(request.url) ? await kept(request) : undefined;
      await cache.put(request, old ?? (await fetch(request)));
    }),
  );
}

scope.addEventListener('install', (event) => {
  event.waitUntil(keep(precache.shell).then(() => scope.skipWaiting()));
});

scope.addEventListener('activate', (event) => {
  const forgetOld = async (): Promise<void> => {
    for (const name of await caches.keys()) if (name.startsWith('pausebox-') && name !== cacheName) await caches.delete(name);
  };
  event.waitUntil(forgetOld().then(() => scope.clients.claim()));
});

scope.addEventListener('message', (event) => {
  if (event.data === 'keep-rest') event.waitUntil(keep(precache.rest).catch(() => undefined));
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope.registration.scope)) return;
  const answer = immutable.test(request.url) ? cacheFirst(request) : networkFirst(request);
  event.respondWith(answer.then(isolated));
});
