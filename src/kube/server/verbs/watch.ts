import { jsonText, type HttpRequest, type HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import { includeObjectOf, partialMetadata, representationOf } from '../answer';
import type { ServerContext } from '../context';
import { toServed } from '../conversion';
import type { RequestInfo } from '../request-info';
import { selectionOf } from '../selectors';
import type { Matcher } from '../label-selector';
import { expired, tooLargeVersion } from '../status';
import type { StoreEvent } from '../storage';
import { Stream } from '../stream';
import { tableOf } from '../tables';
import { listOptions, versionOf } from './list-options';

const bookmarkEveryMs = 60_000;
// "a random timeout between this and twice it": --min-request-timeout.
const minTimeoutMs = 1_800_000;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** What an event is to a watcher who sees only objects that match; undefined when it is nothing. */
function seenAs(event: StoreEvent, matches: Matcher): { type: EventType; object: KubeObject } | undefined {
  const now = event.type !== 'DELETED' && matches(event.object);
  const before = event.previous !== undefined && matches(event.previous);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: event.object };
  if (!before) return undefined;
  const { resourceVersion } = event.object.metadata;
  const last = event.type === 'DELETED' ? event.object : event.previous!;
  return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion } } };
}

export function watch(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query, namespace } = info;
  const { store, clock } = context;
  const selection = selectionOf(resource, query);
  const matches: Matcher = (object) =>
    (!namespace || object.metadata.namespace === namespace) &&
    (!info.name || object.metadata.name === info.name) &&
    selection.matches(object);
  const { bookmarks, sendInitialEvents, resourceVersion: from, timeoutSeconds } = listOptions(query, true);
  const version = versionOf(from);
  if (sendInitialEvents && version > store.version) throw tooLargeVersion(version, store.version);
  const representation = representationOf(request);
  const include = includeObjectOf(query);

  let columnsSent = false;
  const shape = (object: KubeObject): unknown => {
    if (representation === 'object') return toServed(resource, object);
    if (representation === 'metadata') return partialMetadata(object);
    const table = tableOf(resource, [object], clock.now(), include);
    const columnDefinitions = columnsSent ? null : table.columnDefinitions;
    columnsSent = true;
    return { ...table, metadata: { resourceVersion: object.metadata.resourceVersion }, columnDefinitions };
  };
  const bookmarkObject = (annotations?: Record<string, string>): unknown => {
    const metadata = { resourceVersion: String(store.version), creationTimestamp: null, ...(annotations ? { annotations } : {}) };
    if (representation === 'table') return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: null, rows: [] };
    if (representation === 'metadata') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    return { kind: resource.kind, apiVersion: resource.groupVersion, metadata };
  };

  const cleanups: (() => void)[] = [];
  const stream = new Stream(() => cleanups.forEach((cleanup) => cleanup()), request.signal);
  const send = (type: string, object: unknown): void => stream.push(`${jsonText({ type, object })}\n`);
  const deliver = (event: StoreEvent): void => {
    const seen = seenAs(event, matches);
    if (seen) send(seen.type, shape(seen.object));
  };

  if (sendInitialEvents) {
    for (const object of store.list(resource.storage, namespace)) if (matches(object)) send('ADDED', shape(object));
    if (bookmarks) send('BOOKMARK', bookmarkObject({ 'k8s.io/initial-events-end': 'true' }));
  } else if (version > 0) {
    const missed = store.since(resource.storage, version);
    if (!missed) {
      send('ERROR', expired(`too old resource version: ${from} (${store.oldest(resource.storage) + 1})`).status);
      stream.end();
    } else {
      missed.forEach(deliver);
    }
  }
  if (!stream.closed) {
    cleanups.push(store.listen(resource.storage, deliver));
    const timeout = clock.after(timeoutSeconds > 0 ? timeoutSeconds * 1000 : minTimeoutMs * (1 + clock.random()), () => stream.end());
    cleanups.push(() => timeout.cancel());
    if (bookmarks) {
      let timer = clock.after(bookmarkEveryMs, function tick() {
        send('BOOKMARK', bookmarkObject());
        timer = clock.after(bookmarkEveryMs, tick);
      });
      cleanups.push(() => timer.cancel());
    }
  }
  return { status: 200, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }, body: stream };
}
