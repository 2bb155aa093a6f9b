import type { ApiClient, ResourceRef } from './client';
import { ApiError } from './object';
import type { KubeObject } from './object';

/** What an event is about. */
export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** `spec.containers{name}` */
  readonly fieldPath?: string;
}

export interface EventRecorderOptions {
  readonly client: ApiClient;
  readonly clock: { now(): number; random(): number };
  /** `kubelet` */
  readonly component: string;
  readonly host?: string;
}

interface Logged {
  name: string;
  readonly firstTimestamp: string;
  count: number;
  /** It is on the server. */
  stored: boolean;
}

interface Aggregate {
  messages: Set<string>;
  lastMs: number;
}

interface Bucket {
  tokens: number;
  lastMs: number;
}

const events: ResourceRef = { groupVersion: 'v1', resource: 'events' };

// Defaults of client-go's EventCorrelator.
const maxSimilar = 10;
const similarWindowMs = 600_000;
const burst = 25;
const refillMs = 300_000;
const cacheSize = 4096;

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** `spec.initContainers{setup}`: the place of a pod's container. */
function fieldPathOf(pod: KubeObject, container: string): string {
  const spec = pod['spec'] as { readonly [list in (typeof containerLists)[number]]?: readonly { readonly name: string }[] } | undefined;
  const list = containerLists.find((each) => spec?.[each]?.some(({ name }) => name === container)) ?? 'containers';
  return `spec.${list}{${container}}`;
}

/** The reference events use for an object, or for one container of a pod. */
export function referenceTo(object: KubeObject, container?: string): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion ?? 'v1',
    kind: object.kind ?? 'Pod',
    namespace,
    name,
    uid,
    resourceVersion,
    ...(container === undefined ? {} : { fieldPath: fieldPathOf(object, container) }),
  };
}

const secondsOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function trim(cache: Map<string, unknown>): void {
  if (cache.size > cacheSize) cache.delete(cache.keys().next().value!);
}

/**
 * Writes events as client-go's recorder does: a repeated event counts up, ten similar ones become one
 * "(combined from similar events)", and what is told of an object too often is counted only (25 times, then once in five minutes).
 */
export class EventRecorder {
  private readonly logged = new Map<string, Logged>();
  private readonly aggregates = new Map<string, Aggregate>();
  private readonly buckets = new Map<string, Bucket>();
  private tail: Promise<void> = Promise.resolve();
  private lastNanoseconds = 0n;

  constructor(private readonly options: EventRecorderOptions) {}

  /** Queues the event; events are written in order and a failure to write one is dropped. */
  event(about: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const nowMs = this.options.clock.now();
    const source = [
      this.options.component,
      this.options.host,
      about.kind,
      about.namespace,
      about.name,
      about.uid,
      about.apiVersion,
      type,
      reason,
    ];
    const text = this.aggregated(JSON.stringify(source), message, nowMs);
    const key = JSON.stringify([...source, about.fieldPath, text.combined ? '' : message]);
    const logged = this.logged.get(key) ?? { name: '', firstTimestamp: secondsOf(nowMs), count: 0, stored: false };
    logged.count++;
    this.logged.set(key, logged);
    trim(this.logged);
    if (!this.allowed(JSON.stringify(source), nowMs)) return;
    const { count } = logged;
    this.tail = this.tail.then(() => this.write(logged, count, about, type, reason, text.message, nowMs)).catch(() => undefined);
  }

  /** Settles when all events so far are written. */
  flush(): Promise<void> {
    return this.tail;
  }

  private allowed(key: string, nowMs: number): boolean {
    const bucket = this.buckets.get(key) ?? { tokens: burst, lastMs: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.lastMs) / refillMs);
    bucket.lastMs = nowMs;
    this.buckets.set(key, bucket);
    trim(this.buckets);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  private aggregated(key: string, message: string, nowMs: number): { message: string; combined: boolean } {
    let aggregate = this.aggregates.get(key);
    if (!aggregate || nowMs - aggregate.lastMs > similarWindowMs) aggregate = { messages: new Set(), lastMs: nowMs };
    aggregate.messages.add(message);
    aggregate.lastMs = nowMs;
    this.aggregates.set(key, aggregate);
    trim(this.aggregates);
    if (aggregate.messages.size < maxSimilar) return { message, combined: false };
    aggregate.messages.delete(aggregate.messages.values().next().value!);
    return { message: `(combined from similar events): ${message}`, combined: true };
  }

  /** A time of its own for each event: events of one millisecond keep their order by name. */
  private nanoseconds(nowMs: number): bigint {
    const base = BigInt(Math.floor(nowMs)) * 1_000_000n;
    const from = base > this.lastNanoseconds ? base : this.lastNanoseconds;
    return (this.lastNanoseconds = from + 1n + BigInt(Math.floor(this.options.clock.random() * 1e4)));
  }

  private async write(
    logged: Logged,
    count: number,
    about: ObjectReference,
    type: string,
    reason: string,
    message: string,
    nowMs: number,
  ): Promise<void> {
    const { client, component, host } = this.options;
    const namespace = about.namespace ?? 'default';
    const now = secondsOf(nowMs);
    if (logged.stored) {
      try {
        await client.patch(events, logged.name, 'strategic', { count, lastTimestamp: now, message }, { namespace });
        return;
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      }
    }
    logged.name = `${about.name}.${this.nanoseconds(nowMs).toString(16)}`;
    logged.stored = true;
    await client.create(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: logged.name, namespace },
      involvedObject: { ...about },
      reason,
      message,
      source: { component, ...(host ? { host } : {}) },
      firstTimestamp: logged.firstTimestamp,
      lastTimestamp: now,
      count,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    });
  }
}
