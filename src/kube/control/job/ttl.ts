import type { Clock } from '../../../clock';
import { ApiError, type ApiClient } from '../../api';
import type { Informer } from '../informer';
import { jobs as jobsRef } from '../resources';
import { keyOf, splitKey, WorkQueue } from '../work-queue';
import { endOf, type Job } from './types';

/** Deletes finished jobs `ttlSecondsAfterFinished` after their end, with their pods. */
export function startJobCleanup(clock: Clock, client: ApiClient, jobs: Informer<Job>): () => void {
  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const job = jobs.get(namespace, name);
      const ttlSeconds = job?.spec.ttlSecondsAfterFinished;
      const end = job && endOf(job);
      if (!job || !end || ttlSeconds === undefined || job.metadata.deletionTimestamp) return undefined;
      const leftMs = Date.parse(end.lastTransitionTime ?? '') + ttlSeconds * 1000 - clock.now();
      if (leftMs > 0) return leftMs;
      const options = { namespace, propagationPolicy: 'Foreground', preconditions: { uid: job.metadata.uid } } as const;
      await client.delete(jobsRef, name, options).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.code === 404)) throw error;
      });
      return undefined;
    },
  });
  const wake = (job: Job): void => queue.add(keyOf(job));
  jobs.on({ added: wake, updated: wake, deleted: (job) => queue.forget(keyOf(job)) });
  return () => queue.stop();
}
