import { ApiError, EventRecorder, referenceTo, type ApiClient, type KubeObject, type Pod } from '../api';
import type { Clock } from '../../clock';
import type { Informer } from './informer';
import { pods as podsRef } from './resources';

/** As many pods a controller makes or deletes in one turn. */
export const burstReplicas = 500;

/** Makes and deletes the pods of one controller, with the events that say so. */
export class PodControl {
  readonly recorder: EventRecorder;
  /** Pods whose deletion was asked for: they do not count any more, though the cache may not know it yet. */
  private readonly doomed = new Set<string>();

  /** `component` is who the events are from: `replicaset-controller`. */
  constructor(
    private readonly client: ApiClient,
    clock: Clock,
    readonly pods: Informer<Pod>,
    component: string,
  ) {
    this.recorder = new EventRecorder({ client, clock, component });
    pods.on({ deleted: (pod) => void this.doomed.delete(pod.metadata.uid!) });
  }

  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.recorder.event(referenceTo(about), type, reason, message);
  }

  inNamespace(namespace: string | undefined): Pod[] {
    return this.pods.list().filter((pod) => pod.metadata.namespace === namespace);
  }

  isDoomed(pod: Pod): boolean {
    return this.doomed.has(pod.metadata.uid!);
  }

  async create(owner: KubeObject, pod: Pod): Promise<Pod> {
    try {
      const made = this.pods.note(await this.client.create<Pod>(podsRef, pod));
      this.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
      return made;
    } catch (error) {
      const isEnding = error instanceof ApiError && error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating');
      if (!isEnding) this.event(owner, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`);
      throw error;
    }
  }

  async delete(owner: KubeObject, pod: Pod): Promise<void> {
    const { name = '', namespace, uid = '' } = pod.metadata;
    this.doomed.add(uid);
    try {
      await this.client.delete(podsRef, name, { namespace, preconditions: { uid } });
      this.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return;
      this.doomed.delete(uid);
      this.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`);
      throw error;
    }
  }

  /** Makes `count` pods in batches of 1, 2, 4 …, and none after a batch in which one failed. */
  async createMany(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
    for (let done = 0, size = 1; done < count; done += size, size = Math.min(2 * size, count - done)) {
      const batch = Array.from({ length: Math.min(size, count - done) }, (_, i) => make(done + i));
      const failed = (await Promise.allSettled(batch)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }
}
