import { ApiError, isOtherObject, type ApiClient, type Pod } from '../../api';
import type { Informer } from '../informer';
import { pods as podsRef } from '../resources';
import { indexesText } from './indexes';
import { policyFor } from './outcome';
import { indexOf, isIndexed, isTracked, trackingFinalizer, type Job, type JobStatus } from './types';

/** Pods of a job that is over for them: ended, or (unless only failed ones are replaced) on their way out. */
export function isPodFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  const replacesFailedOnly = job.spec.podReplacementPolicy === 'Failed' || !!job.spec.podFailurePolicy;
  return !replacesFailedOnly && !!pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded';
}

/** Takes the tracking finalizer off a pod, which may then be gone. */
export async function release(client: ApiClient, pods: Informer<Pod>, pod: Pod): Promise<void> {
  const finalizers = pod.metadata.finalizers?.filter((name) => name !== trackingFinalizer) ?? [];
  if (finalizers.length === pod.metadata.finalizers?.length) return;
  const { uid, name = '', namespace, resourceVersion } = pod.metadata;
  const patch = { metadata: { uid, resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null } };
  try {
    const released = await client.patch<Pod>(podsRef, name, 'merge', patch, { namespace });
    // What was only held by the finalizer is gone, and the watch says so.
    if (!released.metadata.deletionTimestamp) pods.note(released);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404) && !isOtherObject(error)) throw error;
  }
}

export interface Counted {
  readonly status: JobStatus;
  /** Pods that are accounted for and may lose their finalizer. */
  readonly releasable: Pod[];
}

/**
 * Writes the pods that have ended into the status: by index, or by UID until they have lost their finalizer.
 * `isOver`: the job has ended, which every pod of it has then too (as failed, when the job `hasFailed`).
 */
export function countEnded(
  job: Job,
  before: JobStatus,
  pods: readonly Pod[],
  end: { readonly isOver: boolean; readonly hasFailed: boolean },
  succeededIndexes: Set<number>,
): Counted {
  const succeeded = [...(before.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(before.uncountedTerminatedPods?.failed ?? [])];
  const releasable: Pod[] = [];
  for (const pod of pods) {
    if (!isTracked(pod)) continue;
    const hasSucceeded = pod.status?.phase === 'Succeeded';
    const podFailed = isPodFailed(job, pod);
    if (!hasSucceeded && !podFailed && !end.isOver && !job.metadata.deletionTimestamp) continue;
    releasable.push(pod);
    const uid = pod.metadata.uid!;
    const index = indexOf(pod);
    const hasIndex = index !== undefined && index < (job.spec.completions ?? 0);
    if (hasSucceeded && !failed.includes(uid)) {
      if (!isIndexed(job)) {
        if (!succeeded.includes(uid)) succeeded.push(uid);
      } else if (hasIndex) succeededIndexes.add(index);
    } else if (podFailed || end.hasFailed) {
      if (failed.includes(uid) || (isIndexed(job) && !hasIndex) || policyFor(job, pod).action === 'Ignore') continue;
      failed.push(uid);
    }
  }
  const status: JobStatus = { ...before, uncountedTerminatedPods: uncounted(succeeded, failed) };
  if (isIndexed(job)) {
    status.succeeded = succeededIndexes.size;
    status.completedIndexes = indexesText(succeededIndexes);
  }
  return { status, releasable };
}

const uncounted = (succeeded: readonly string[], failed: readonly string[]): { succeeded?: string[]; failed?: string[] } => ({
  ...(succeeded.length > 0 && { succeeded: [...succeeded] }),
  ...(failed.length > 0 && { failed: [...failed] }),
});

/** Counts the pods that are held by no finalizer any more (`held`: those that are). */
export function settle(status: JobStatus, held: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const stay = (uids: readonly string[]): string[] => uids.filter((uid) => held.has(uid));
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - stay(succeeded).length,
    failed: (status.failed ?? 0) + failed.length - stay(failed).length,
    uncountedTerminatedPods: uncounted(stay(succeeded), stay(failed)),
  };
}

/** As Go writes it: without zeros, but for the counts that are pointers. */
export function writtenStatus(status: JobStatus): JobStatus {
  const isKept = ([field, value]: [string, unknown]): boolean =>
    field === 'ready' || field === 'terminating' || (value !== 0 && value !== '' && value !== undefined);
  return Object.fromEntries(Object.entries(status).filter(isKept));
}
