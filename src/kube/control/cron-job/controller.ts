import type { Clock } from '../../../clock';
import { ApiError, EventRecorder, equal, parseSchedule, referenceTo, type ApiClient, type KubeObject } from '../../api';
import type { Informer } from '../informer';
import { endOf, type Job, type JobSpec } from '../job/types';
import { cronJobs as cronJobsRef, jobs as jobsRef } from '../resources';
import { keyOf, splitKey, WorkQueue } from '../work-queue';
import { controllerOf, controllerRef, isOwnedBy, timeText, type PodTemplate } from '../workloads';
import { dueTimes } from './schedule';

interface ActiveJob {
  apiVersion?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
}

export interface CronJob extends KubeObject {
  spec: {
    schedule?: string;
    timeZone?: string;
    startingDeadlineSeconds?: number;
    concurrencyPolicy?: string;
    suspend?: boolean;
    jobTemplate?: PodTemplate & { spec?: JobSpec };
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
  };
  status?: { active?: ActiveJob[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}

// What is due is looked for a moment after it is.
const skewMs = 100;
const ms = (time: string | undefined): number => Date.parse(time ?? '') || 0;

/** Makes a Job of each CronJob when its schedule says so. */
export function startCronJobs(clock: Clock, client: ApiClient, cronJobs: Informer<CronJob>, jobs: Informer<Job>): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'cronjob-controller' });
  const tell = (about: CronJob, type: 'Normal' | 'Warning', reason: string, message: string): void =>
    recorder.event(referenceTo(about), type, reason, message);

  const writeStatus = async (cronJob: CronJob, status: CronJob['status']): Promise<CronJob> => {
    const next = Object.fromEntries(Object.entries(status ?? {}).filter(([, value]) => !Array.isArray(value) || value.length > 0));
    if (equal(next, cronJob.status ?? {})) return cronJob;
    return cronJobs.note(await client.update<CronJob>(cronJobsRef, { ...cronJob, status: next }, { subresource: 'status' }));
  };

  const remove = async (cronJob: CronJob, job: Job): Promise<void> => {
    const { name = '', namespace } = job.metadata;
    try {
      await client.delete(jobsRef, name, { namespace, propagationPolicy: 'Background' });
      tell(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return;
      tell(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${(error as Error).message}`);
      throw error;
    }
  };

  const forgetOld = async (cronJob: CronJob, own: readonly Job[]): Promise<void> => {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      // prettier-ignore
      if (limit === undefined) continue;
      const ended = own.filter((job) => endOf(job)?.type === type && !job.metadata.deletionTimestamp);
      const byStart = ended.sort((a, b) => ms(a.status?.startTime) - ms(b.status?.startTime));
      for (const job of byStart.slice(0, Math.max(0, ended.length - limit))) await remove(cronJob, job);
    }
  };

  /** Active jobs as they are: those that have ended or are gone are active no more. */
  const review = (cronJob: CronJob, own: readonly Job[]): NonNullable<CronJob['status']> => {
    const status = { ...cronJob.status };
    const known = new Map(own.map((job) => [job.metadata.uid, job]));
    const active: ActiveJob[] = [];
    for (const reference of status.active ?? []) {
      const job = known.get(reference.uid);
      const end = job && endOf(job);
      if (job && !end) active.push(reference);
      else if (!job) tell(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${reference.name}`);
      else tell(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${reference.name}, condition: ${end?.type}`);
    }
    for (const job of own) {
      const isListed = status.active?.some(({ uid }) => uid === job.metadata.uid);
      if (!isListed && !endOf(job) && !job.metadata.deletionTimestamp) {
        tell(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`);
      }
      const { completionTime } = job.status ?? {};
      if (completionTime && ms(completionTime) > ms(status.lastSuccessfulTime)) status.lastSuccessfulTime = completionTime;
    }
    return { ...status, active };
  };

  const makeJob = async (cronJob: CronJob, dueMs: number): Promise<Job> => {
    const { metadata, spec } = cronJob.spec.jobTemplate ?? {};
    const { name, namespace } = cronJob.metadata;
    const { timeZone } = cronJob.spec;
    const wanted: Job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: `${name}-${Math.floor(dueMs / 60_000)}`,
        namespace,
        ...(metadata?.labels && { labels: { ...metadata.labels } }),
        annotations: {
          ...metadata?.annotations,
          'batch.kubernetes.io/cronjob-scheduled-timestamp': zoned(dueMs, timeZone),
        },
        ownerReferences: [controllerRef(cronJob)],
      },
      spec: structuredClone(spec ?? {}),
    };
    try {
      const made = jobs.note(await client.create<Job>(jobsRef, wanted));
      tell(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${made.metadata.name}`);
      return made;
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return client.get<Job>(jobsRef, wanted.metadata.name!, namespace);
      tell(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${(error as Error).message}`);
      throw error;
    }
  };

  const run = async (start: CronJob, own: readonly Job[]): Promise<number | undefined> => {
    const { schedule = '', timeZone, startingDeadlineSeconds, concurrencyPolicy, suspend } = start.spec;
    const status = review(start, own);
    const cronJob = await writeStatus(start, status);
    if (suspend) return undefined;
    const parsed = parseSchedule(schedule);
    if (!parsed) {
      tell(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)}`);
      return undefined;
    }
    const nowMs = clock.now();
    const earliest = startingDeadlineSeconds === undefined ? 0 : nowMs - startingDeadlineSeconds * 1000;
    const fromMs = Math.max(ms(status.lastScheduleTime) || ms(cronJob.metadata.creationTimestamp ?? undefined), earliest);
    const { due, next } = dueTimes(parsed, fromMs, nowMs, timeZone);
    const againMs = next === undefined ? undefined : next - nowMs + skewMs;
    if (due === undefined || ms(status.lastScheduleTime) === due) return againMs;
    let active = status.active ?? [];
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const why = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      tell(cronJob, 'Normal', 'JobAlreadyActive', why);
      return againMs;
    }
    if (concurrencyPolicy === 'Replace') {
      for (const job of own) if (active.some(({ uid }) => uid === job.metadata.uid)) await remove(cronJob, job);
      active = [];
    }
    const { apiVersion, kind, metadata } = { ...(await makeJob(cronJob, due)), apiVersion: 'batch/v1', kind: 'Job' };
    const { name, namespace, uid, resourceVersion } = metadata;
    active = [...active, { apiVersion, kind, name, namespace, uid, resourceVersion }];
    await writeStatus(cronJob, { ...status, active, lastScheduleTime: timeText(due) });
    return againMs;
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const cronJob = cronJobs.get(namespace, name);
      if (!cronJob || cronJob.metadata.deletionTimestamp) return undefined;
      const own = jobs.list().filter((job) => isOwnedBy(job, cronJob));
      const againMs = await run(cronJob, own);
      await forgetOld(cronJob, own);
      return againMs;
    },
  });
  const wake = (cronJob: CronJob): void => queue.add(keyOf(cronJob));
  const wakeOwner = (job: Job): void => {
    const owner = controllerOf(job);
    if (owner?.kind === 'CronJob') queue.add(`${job.metadata.namespace}/${owner.name}`);
  };
  cronJobs.on({ added: wake, updated: wake, deleted: (cronJob) => queue.forget(keyOf(cronJob)) });
  jobs.on({ added: wakeOwner, updated: wakeOwner, deleted: wakeOwner });
  return () => queue.stop();
}

/** RFC 3339 by the clocks of a zone. */
function zoned(timeMs: number, zone: string | undefined): string {
  if (!zone) return timeText(timeMs);
  const options = { timeZone: zone, timeZoneName: 'longOffset', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-CA', { ...options, dateStyle: undefined, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }); // prettier-ignore
  const parts = Object.fromEntries(format.formatToParts(new Date(timeMs)).map(({ type, value }) => [type, value]));
  const offset = parts['timeZoneName'] === 'GMT' ? 'Z' : (parts['timeZoneName'] ?? '').slice('GMT'.length);
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}${offset}`;
}
