import type { Clock } from '../../../clock';
import { equal, selectorMatches, type ApiClient, type Pod } from '../../api';
import { claim } from '../claims';
import type { Informer } from '../informer';
import { burstReplicas, PodControl } from '../pod-control';
import { deletionOrder, isActive, isReady, isTerminating } from '../pod-state';
import { jobs as jobsRef } from '../resources';
import { keyOf, splitKey, WorkQueue } from '../work-queue';
import { controllerOf, timeText, type Condition } from '../workloads';
import { indexesText, parseIndexes } from './indexes';
import { newCondition, pastLimitOnFailure, pendingIndexes, PodBackOff, policyFor, remainingMs, successMet, type Failures } from './outcome';
import { jobPod } from './pods';
import { countEnded, isPodFailed, release, settle, writtenStatus } from './tracking';
import { conditionOf, endOf, indexOf, isIndexed, isTracked, type Job, type JobStatus } from './types';

// "Pod updates of a job are looked at together, once a second."
const batchMs = 1000;
const ownManager = 'kubernetes.io/job-controller';

/** What one look at a job found. */
interface Look {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly backOff: Failures;
  readonly succeededIndexes: Set<number>;
  readonly failedIndexes: Set<number>;
}

/** Runs the pods of each Job until enough of them succeed, or too many fail. */
export function startJobs(clock: Clock, client: ApiClient, jobs: Informer<Job>, podInformer: Informer<Pod>): () => void {
  const control = new PodControl(client, clock, podInformer, 'job-controller');
  const backOff = new PodBackOff();

  const writeStatus = async (job: Job, status: JobStatus): Promise<Job> => {
    const next = writtenStatus(status);
    if (equal(next, job.status ?? {})) return job;
    return jobs.note(await client.update<Job>(jobsRef, { ...job, status: { ...next } }, { subresource: 'status' }));
  };

  const failedIndexesOf = (job: Job, pods: readonly Pod[]): Set<number> => {
    const found = parseIndexes(job.status?.failedIndexes);
    const limit = job.spec.backoffLimitPerIndex;
    if (limit === undefined) return found;
    const counts = new Map<number, number>();
    for (const pod of pods) {
      const index = indexOf(pod);
      if (index === undefined || !isPodFailed(job, pod)) continue;
      const { action } = policyFor(job, pod);
      if (action !== 'Ignore') counts.set(index, (counts.get(index) ?? 0) + 1);
      if (action === 'FailIndex' || counts.get(index)! > limit) found.add(index);
    }
    return found;
  };

  const lookAt = (job: Job, pods: readonly Pod[]): Look => {
    const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
    const fresh = (pod: Pod): boolean => isTracked(pod) && ![...succeeded, ...failed].includes(pod.metadata.uid!);
    const newSucceeded = pods.filter((pod) => fresh(pod) && pod.status?.phase === 'Succeeded');
    const newFailed = pods.filter((pod) => fresh(pod) && isPodFailed(job, pod) && policyFor(job, pod).action !== 'Ignore');
    const succeededIndexes = parseIndexes(job.status?.completedIndexes);
    if (isIndexed(job)) {
      for (const pod of newSucceeded) {
        const index = indexOf(pod);
        if (index !== undefined && index < (job.spec.completions ?? 0)) succeededIndexes.add(index);
      }
    }
    return {
      job,
      pods,
      active: pods.filter((pod) => isActive(pod) && !control.isDoomed(pod)),
      succeeded: isIndexed(job) ? succeededIndexes.size : (job.status?.succeeded ?? 0) + newSucceeded.length + succeeded.length,
      failed: (job.status?.failed ?? 0) + newFailed.length + failed.length,
      backOff: backOff.after(job, newSucceeded, newFailed),
      succeededIndexes,
      failedIndexes: failedIndexesOf(job, pods),
    };
  };

  const deadlineMs = ({ spec, status }: Job): number | undefined =>
    spec.activeDeadlineSeconds !== undefined && status?.startTime && !spec.suspend
      ? Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000
      : undefined;

  /** The condition a job is to end with, whatever its pods do. */
  const verdict = ({ job, pods, failed, succeededIndexes, failedIndexes }: Look): Condition | undefined => {
    const { spec } = job;
    const fails = (reason: string, message: string): Condition => newCondition('FailureTarget', reason, message, clock.now());
    const told = conditionOf(job, 'FailureTarget') ?? conditionOf(job, 'SuccessCriteriaMet');
    if (told) return told;
    for (const pod of pods.filter((each) => isPodFailed(job, each))) {
      const { action, failure } = policyFor(job, pod);
      if (action === 'FailJob') return fails('PodFailurePolicy', failure ?? '');
    }
    const limit = spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : Infinity);
    if (failed > limit || pastLimitOnFailure(job, pods))
      return fails('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
    const endMs = deadlineMs(job);
    if (endMs !== undefined && endMs <= clock.now()) return fails('DeadlineExceeded', 'Job was active longer than specified deadline');
    if (spec.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes)
      return fails('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
    const busy = pods.some((pod) => isActive(pod) && !control.isDoomed(pod));
    if (failedIndexes.size > 0 && !busy && failedIndexes.size + succeededIndexes.size >= (spec.completions ?? 0))
      return fails('FailedIndexes', 'Job has failed indexes');
    const rule = successMet(job, succeededIndexes, parseIndexes);
    return rule === undefined
      ? undefined
      : newCondition('SuccessCriteriaMet', 'SuccessPolicy', `Matched rules at index ${rule}`, clock.now());
  };

  const byOrder = (active: readonly Pod[]): Pod[] => [...active].sort(deletionOrder(clock.now(), () => 0));

  /** Makes or deletes pods; answers how many are active then, and when to come back for more. */
  const manage = async (look: Look): Promise<{ active: number; againMs?: number }> => {
    const { job, active, succeeded, succeededIndexes, failedIndexes, pods } = look;
    const { parallelism = 1, completions, suspend } = job.spec;
    const left = completions === undefined ? Infinity : Math.max(0, completions - succeeded - failedIndexes.size);
    const wanted = suspend ? 0 : completions === undefined && succeeded > 0 ? active.length : Math.min(left, parallelism);
    if (active.length > wanted) {
      const doomed = byOrder(active).slice(0, active.length - wanted);
      for (const pod of doomed) await release(client, podInformer, pod);
      await Promise.all(doomed.map((pod) => control.delete(job, pod)));
      return { active: wanted };
    }
    const waits = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy ? pods.filter(isTerminating).length : 0;
    const missing = Math.min(wanted - active.length - waits, burstReplicas);
    if (missing <= 0) return { active: active.length };
    const againMs = job.spec.backoffLimitPerIndex === undefined ? remainingMs(look.backOff, clock.now()) : 0;
    if (againMs > 0) return { active: active.length, againMs };
    const indexes = isIndexed(job) ? pendingIndexes(job, missing, new Set([...succeededIndexes, ...failedIndexes]), active) : undefined;
    const count = indexes?.length ?? missing;
    await control.createMany(count, (i) => control.create(job, jobPod(job, indexes?.[i])));
    return { active: active.length + count };
  };

  const suspension = (job: Job, status: JobStatus): JobStatus => {
    const known = status.conditions?.find(({ type }) => type === 'Suspended');
    const change = (truth: string, reason: string, message: string, event: string): JobStatus => {
      control.event(job, 'Normal', event, message);
      const others = status.conditions?.filter((condition) => condition !== known) ?? [];
      return { ...status, conditions: [...others, newCondition('Suspended', reason, message, clock.now(), truth)] };
    };
    if (job.spec.suspend && known?.status !== 'True') return change('True', 'JobSuspended', 'Job suspended', 'Suspended');
    if (!job.spec.suspend && known?.status === 'True')
      return { ...change('False', 'JobResumed', 'Job resumed', 'Resumed'), startTime: timeText(clock.now()) };
    return status;
  };

  const finish = (job: Job, status: JobStatus, end: Condition): JobStatus => {
    const { reason, message } = end;
    const succeeded = end.type === 'SuccessCriteriaMet';
    const last = newCondition(succeeded ? 'Complete' : 'Failed', reason ?? '', message ?? '', clock.now());
    if (!succeeded) control.event(job, 'Warning', reason ?? '', message ?? '');
    else {
      const { completions } = job.spec;
      if (completions !== undefined && (status.succeeded ?? 0) > completions)
        control.event(job, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
      control.event(job, 'Normal', 'Completed', 'Job completed');
    }
    const completionTime = succeeded ? last.lastTransitionTime : undefined;
    return { ...status, completionTime, conditions: [...(status.conditions ?? []), last] };
  };

  const sync = async (start: Job): Promise<number | undefined> => {
    let job = start;
    if (!job.status?.startTime && !job.spec.suspend) {
      // Written with the status below.
      job = { ...job, status: { ...job.status, startTime: timeText(clock.now()) } };
    }
    const { selector } = job.spec;
    const candidates = control.inNamespace(job.metadata.namespace);
    const pods = await claim({ client, owner: job, ownerRef: jobsRef, selector, informer: podInformer, candidates });
    const look = lookAt(job, pods);
    let status: JobStatus = { ...job.status };
    let end = verdict(look);
    let active = look.active.length;
    let againMs: number | undefined;
    let failure: unknown;
    if (end) {
      await Promise.all(look.active.map((pod) => control.delete(job, pod)));
      active = 0;
    } else if (!job.metadata.deletionTimestamp) {
      const managed = await manage(look).catch((error: unknown) => void (failure = error));
      if (managed) ({ active, againMs } = managed);
      const { completions } = job.spec;
      const isEnough = completions === undefined ? look.succeeded > 0 : look.succeeded >= completions;
      if (isEnough && active === 0)
        end = newCondition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods', clock.now());
      else if (managed) status = suspension(job, status);
    }
    const terminating = pods.filter((pod) => isTerminating(pod) || (isActive(pod) && control.isDoomed(pod))).length;
    status = { ...status, active, ready: look.active.filter((pod) => isReady(pod) && !control.isDoomed(pod)).length, terminating };
    if (job.spec.backoffLimitPerIndex !== undefined) status.failedIndexes = indexesText(look.failedIndexes);
    if (end && !status.conditions?.some(({ type }) => type === end!.type)) status.conditions = [...(status.conditions ?? []), end];

    const over = { isOver: !!end, hasFailed: end?.type === 'FailureTarget' };
    const counted = countEnded(job, status, pods, over, look.succeededIndexes);
    const isNew = !equal(writtenStatus(counted.status), start.status ?? {});
    let written = isNew ? await writeStatus(jobs.get(job.metadata.namespace, job.metadata.name!) ?? start, counted.status) : start;
    backOff.keep(job, look.backOff);
    for (const pod of counted.releasable) await release(client, podInformer, pod);
    let last = settle(counted.status, new Set());
    if (end && terminating === 0) last = finish(job, last, end);
    if (!equal(writtenStatus(last), written.status ?? {})) written = await writeStatus(written, last);
    if (failure !== undefined) throw failure;
    const endMs = deadlineMs(written);
    const waits = [againMs, endMs === undefined || end ? undefined : Math.max(0, endMs - clock.now())].filter((ms) => ms !== undefined);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  };

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const job = jobs.get(namespace, name);
      if (!job || (job.spec.managedBy ?? ownManager) !== ownManager) return undefined;
      return endOf(job) ? undefined : sync(job);
    },
  });

  /** Pods whose job is gone, or done with them, are kept by nothing. */
  const releases = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const pod = podInformer.get(namespace, name);
      const owner = pod && controllerOf(pod);
      if (!pod || !isTracked(pod)) return;
      const job = owner?.kind === 'Job' ? jobs.get(namespace, owner.name) : undefined;
      if (job && job.metadata.uid === owner?.uid && !endOf(job)) return;
      await release(client, podInformer, pod);
    },
  });

  const wakeOwner = (pod: Pod, soon: boolean): void => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'Job') {
      const job = jobs.get(pod.metadata.namespace, owner.name);
      if ((!job || job.metadata.uid !== owner.uid || endOf(job)) && isTracked(pod)) releases.add(keyOf(pod));
      else if (job) queue.addAfter(keyOf(job), soon ? 0 : batchMs);
    } else if (!owner && !pod.metadata.deletionTimestamp) {
      for (const job of jobs.list())
        if (job.metadata.namespace === pod.metadata.namespace && selectorMatches(job.spec.selector, pod.metadata.labels ?? {}))
          queue.add(keyOf(job));
    }
  };
  podInformer.on({
    added: (pod) => wakeOwner(pod, false),
    updated: (pod) => wakeOwner(pod, false),
    deleted: (pod) => wakeOwner(pod, true),
  });
  const wake = (job: Job): void => queue.add(keyOf(job));
  jobs.on({
    added: wake,
    updated: wake,
    deleted(job) {
      queue.forget(keyOf(job));
      backOff.forget(job.metadata.uid!);
      for (const pod of podInformer.list()) if (controllerOf(pod)?.uid === job.metadata.uid) releases.add(keyOf(pod));
    },
  });
  return () => {
    queue.stop();
    releases.stop();
  };
}
