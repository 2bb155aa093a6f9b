import type { Clock } from '../../clock';
import { type ApiClient, type KubeObject } from '../api';
import { newEvents } from './resources';

const component = 'default-scheduler';
/** Times as events.k8s.io has them. */
export const microTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}000Z`;

interface Known {
  readonly name: string;
  repeated: boolean;
}

/**
 * Events as the scheduler's recorder (client-go's events.k8s.io broadcaster) writes them: the first of a kind is an object,
 * the second makes it a series of two, and later ones are counted without being written. A kind is the object in one
 * version with one reason.
 */
export class SchedulerEvents {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
    private readonly host: string,
  ) {}

  async record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, action: string, note: string): Promise<void> {
    const { namespace, name, uid, resourceVersion } = about.metadata;
    const key = `${uid}/${resourceVersion}/${reason}/${action}`;
    const now = microTime(this.clock.now());
    const known = this.#known.get(key);
    if (known) {
      if (known.repeated) return;
      known.repeated = true;
      await this.client.patch(newEvents, known.name, 'strategic', { series: { count: 2, lastObservedTime: now } }, { namespace });
      return;
    }
    const nanoseconds = BigInt(Math.floor(this.clock.now())) * 1_000_000n + BigInt(Math.floor(this.clock.random() * 1e6));
    const eventName = `${name}.${nanoseconds.toString(16)}`;
    this.#known.set(key, { name: eventName, repeated: false });
    await this.client.create(newEvents, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      eventTime: now,
      reportingController: component,
      reportingInstance: `${component}-${this.host}`,
      action,
      reason,
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion },
      note,
      type,
    });
  }

  /** The object is gone. */
  forget(about: KubeObject): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${about.metadata.uid}/`)) this.#known.delete(key);
  }
}
