import type { KubeObject } from '../api';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** What the object was before (MODIFIED, DELETED): selectors decide by both. */
  readonly previous?: KubeObject;
  readonly version: number;
}

/** How many events of a resource a watch may start behind the present. */
const historyLimit = 1000;

interface Entry {
  readonly key: string;
  object: KubeObject;
}

interface Collection {
  readonly objects: Map<string, KubeObject>;
  /** The same in the order of their keys. */
  readonly sorted: Entry[];
  readonly history: StoreEvent[];
  /** The version of the last event that history has lost. */
  lost: number;
  readonly listeners: Set<(event: StoreEvent) => void>;
}

const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name);

/** Where the first entry is whose key is not below `key`. */
function placeOf(sorted: readonly Entry[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries of a namespace stand together: those from `namespace/` to what comes after a slash. */
function within(sorted: readonly Entry[], namespace: string | undefined): KubeObject[] {
  const entries = namespace ? sorted.slice(placeOf(sorted, `${namespace}/`), placeOf(sorted, `${namespace}0`)) : sorted;
  return entries.map((entry) => entry.object);
}

/**
 * What etcd is to the API server: objects by resource and key, one version counter for all of them, and recent events.
 * Stored objects are never changed, only replaced; who reads one must not write to it.
 */
export class Store {
  private current = 0;
  private readonly collections = new Map<string, Collection>();

  /** The version of the last write. */
  get version(): number {
    return this.current;
  }

  get(storage: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.collections.get(storage)?.objects.get(keyOf(namespace, name));
  }

  /** All objects of a resource (of a namespace), in the order of their keys. */
  list(storage: string, namespace?: string): readonly KubeObject[] {
    return within(this.collections.get(storage)?.sorted ?? [], namespace);
  }

  /** The objects as they were at a version, or undefined when what has happened since is no longer known. */
  at(storage: string, version: number, namespace?: string): readonly KubeObject[] | undefined {
    const events = this.since(storage, version);
    if (!events || events.length === 0) return events && this.list(storage, namespace);
    const objects = new Map(this.collection(storage).objects);
    for (const { object, previous } of [...events].reverse()) {
      const key = keyOf(object.metadata.namespace, object.metadata.name!);
      if (previous) objects.set(key, previous);
      else objects.delete(key);
    }
    const entries = [...objects].map(([key, object]) => ({ key, object }));
    return within(
      entries.sort((a, b) => (a.key < b.key ? -1 : 1)),
      namespace,
    );
  }

  /** Stores what is new or replaces what is there; answers it with its resourceVersion. */
  put(storage: string, object: KubeObject): KubeObject {
    const collection = this.collection(storage);
    const key = keyOf(object.metadata.namespace, object.metadata.name!);
    const previous = collection.objects.get(key);
    const version = ++this.current;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    collection.objects.set(key, stored);
    const place = placeOf(collection.sorted, key);
    if (previous) collection.sorted[place]!.object = stored;
    else collection.sorted.splice(place, 0, { key, object: stored });
    this.emit(collection, { type: previous ? 'MODIFIED' : 'ADDED', object: stored, previous, version });
    return stored;
  }

  /** Removes an object; answers its last state, whose resourceVersion is the removal's. */
  remove(storage: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const collection = this.collection(storage);
    const key = keyOf(namespace, name);
    const previous = collection.objects.get(key);
    if (!previous) return undefined;
    const version = ++this.current;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(version) } };
    collection.objects.delete(key);
    collection.sorted.splice(placeOf(collection.sorted, key), 1);
    this.emit(collection, { type: 'DELETED', object, previous, version });
    return object;
  }

  /**
   * Events of a resource after `version`, or undefined when some of them are lost (410 Gone);
   * `oldest` says from where on they are known.
   */
  since(storage: string, version: number): readonly StoreEvent[] | undefined {
    const collection = this.collection(storage);
    if (version < collection.lost) return undefined;
    return collection.history.filter((event) => event.version > version);
  }

  oldest(storage: string): number {
    return this.collection(storage).lost;
  }

  /** Calls `listener` on each event from now on, until the returned function is called. */
  listen(storage: string, listener: (event: StoreEvent) => void): () => void {
    const { listeners } = this.collection(storage);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  get listenerCount(): number {
    let count = 0;
    for (const collection of this.collections.values()) count += collection.listeners.size;
    return count;
  }

  private collection(storage: string): Collection {
    let collection = this.collections.get(storage);
    if (!collection) {
      collection = { objects: new Map(), sorted: [], history: [], lost: 0, listeners: new Set() };
      this.collections.set(storage, collection);
    }
    return collection;
  }

  private emit(collection: Collection, event: StoreEvent): void {
    collection.history.push(event);
    if (collection.history.length > historyLimit) collection.lost = collection.history.shift()!.version;
    for (const listener of [...collection.listeners]) listener(event);
  }
}
