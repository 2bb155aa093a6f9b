import { ApiError, isOtherObject, type ApiClient, type Pod, type PodStatus } from '../api';
import { getOrUndefined, pods } from './clients';
import type { Gate } from './gate';

/** Sends pod statuses to the API server in order, each only when it differs from what was sent before. */
export class StatusManager {
  readonly #client: ApiClient;
  readonly #latest = new Map<string, PodStatus>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    client: ApiClient,
    private readonly gate: Gate,
  ) {
    this.#client = client;
  }

  /** The last status given for that pod. */
  get(uid: string): PodStatus | undefined {
    return this.#latest.get(uid);
  }

  /** Settles when the server has it. */
  set(pod: Pod, status: PodStatus): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    const before = this.#latest.get(uid) ?? pod.status ?? {};
    const merged: PodStatus = { ...status, conditions: [...(status.conditions ?? []), ...foreign(pod.status ?? {}, before, status)] };
    if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(merged))) return Promise.resolve();
    this.#latest.set(uid, merged);
    return this.#inOrder(async () => {
      await this.#client.patch(
        pods,
        pod.metadata.name ?? '',
        'merge',
        { metadata: { uid }, status: mergePatch(before, merged) },
        { namespace: pod.metadata.namespace ?? '', subresource: 'status' },
      );
    });
  }

  /** Takes a pod whose containers are gone off the server, unless it is another one by now. */
  remove(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid ?? '';
    return this.#inOrder(async () => {
      this.#latest.delete(uid);
      const there = await getOrUndefined<Pod>(this.#client, pods, pod.metadata.name ?? '', pod.metadata.namespace);
      if (there?.metadata.uid !== uid || !there.metadata.deletionTimestamp) return;
      await this.#client.delete(pods, pod.metadata.name ?? '', {
        namespace: pod.metadata.namespace ?? '',
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
    });
  }

  forget(uid: string): void {
    this.#latest.delete(uid);
  }

  /** From now on what the server has counts as the last status. */
  forgetAll(): void {
    this.#latest.clear();
  }

  #inOrder(send: () => Promise<void>): Promise<void> {
    const done = this.#queue
      .then(() => this.gate.passed())
      .then(send)
      .catch((error: unknown) => {
        // the pod may be gone or replaced meanwhile: there is nobody left to tell
        if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409 && !isOtherObject(error))) throw error;
      });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON merge patch that leaves exactly `after`: what is no longer there is null. */
function mergePatch(before: object, after: object): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = (before as Record<string, unknown>)[key];
    patch[key] = isObject(value) && isObject(old) ? mergePatch(old, value) : value;
  }
  return patch;
}

/** Conditions that are not the kubelet's own, as the server last had them. */
function foreign(there: PodStatus, before: PodStatus, now: PodStatus): NonNullable<PodStatus['conditions']> {
  const own = new Set([...(now.conditions ?? []).map((condition) => condition.type), 'PodResizePending', 'PodResizeInProgress']);
  const all = new Map([...(before.conditions ?? []), ...(there.conditions ?? [])].map((condition) => [condition.type, condition]));
  return [...all.values()].filter((condition) => !own.has(condition.type));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)])); // prettier-ignore
}
