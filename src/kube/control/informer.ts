import type { Clock } from '../../clock';
import { Cancel } from '../api';
import type { ApiClient, Query, ResourceRef } from '../api';
import type { KubeObject } from '../api';

export interface Handlers<T extends KubeObject> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}

const retryMs = 1000;
const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** Keeps what the server has of a resource, by list and watch, and tells its handlers what changes. */
export class Informer<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly cancel = new Cancel();
  private readonly handlers: Handlers<T>[] = [];
  private isSynced = false;
  /** The version of the newest event: what the server says of before is known already. */
  private seenVersion = 0;

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
    readonly ref: ResourceRef,
    private readonly kind: string,
    private readonly query: Query = {},
  ) {}

  get synced(): boolean {
    return this.isSynced;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(`${namespace ?? ''}/${name}`);
  }

  list(): T[] {
    return [...this.objects.values()];
  }

  on(handlers: Handlers<T>): void {
    this.handlers.push(handlers);
  }

  /** Takes what the server answered to a write of one's own for known, ahead of the watch. Answers it. */
  note(written: T): T {
    const version = Number(written.metadata.resourceVersion);
    const known = this.objects.get(keyOf(written));
    const isNews = known ? version > Number(known.metadata.resourceVersion) : version > this.seenVersion;
    if (isNews && !this.cancel.aborted) this.apply('MODIFIED', written);
    return written;
  }

  /** Runs until `stop`; settles after the first list. */
  start(): Promise<void> {
    return new Promise((resolve) => void this.run(resolve));
  }

  stop(): void {
    this.cancel.abort();
  }

  private async run(ready: () => void): Promise<void> {
    while (!this.cancel.aborted) {
      try {
        const listed = await this.client.list<T>(this.ref, { query: this.query });
        this.replace(listed.items);
        this.seenVersion = Number(listed.metadata.resourceVersion);
        this.isSynced = true;
        ready();
        let resourceVersion = listed.metadata.resourceVersion;
        while (!this.cancel.aborted) {
          for await (const event of this.client.watch<T>(this.ref, { query: this.query, resourceVersion, signal: this.cancel })) {
            resourceVersion = event.object.metadata.resourceVersion;
            if (event.type !== 'BOOKMARK' && !this.cancel.aborted) this.hear(event.type, event.object);
            this.seenVersion = Number(resourceVersion);
          }
        }
      } catch {
        // listed anew below
      }
      if (!this.cancel.aborted) await this.clock.sleep(retryMs);
    }
    ready();
  }

  private hear(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void {
    const known = this.objects.get(keyOf(object));
    const isOld = known && Number(known.metadata.resourceVersion) >= Number(object.metadata.resourceVersion);
    if (!isOld || type === 'DELETED') this.apply(type, object);
  }

  private apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', received: T): void {
    const object = { ...received, kind: this.kind, apiVersion: this.ref.groupVersion };
    const key = keyOf(object);
    const old = this.objects.get(key);
    if (type === 'DELETED') {
      this.objects.delete(key);
      for (const handler of this.handlers) handler.deleted?.(object);
    } else {
      this.objects.set(key, object);
      for (const handler of this.handlers) {
        if (old) handler.updated?.(object, old);
        else handler.added?.(object);
      }
    }
  }

  private replace(items: readonly T[]): void {
    const keys = new Set(items.map(keyOf));
    for (const [key, object] of this.objects) if (!keys.has(key)) this.apply('DELETED', object);
    for (const item of items) {
      if (this.objects.get(keyOf(item))?.metadata.resourceVersion !== item.metadata.resourceVersion) this.apply('MODIFIED', item);
    }
  }
}
