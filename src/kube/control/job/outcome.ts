import type { Pod } from '../../api';
import { timeText, type Condition } from '../workloads';
import { indexOf, isIndexed, type Job, type PodFailureRule } from './types';

export const newCondition = (type: string, reason: string, message: string, nowMs: number, status = 'True'): Condition => ({
  type,
  status,
  lastProbeTime: timeText(nowMs),
  lastTransitionTime: timeText(nowMs),
  reason,
  message,
});

/** Does a rule of the pod failure policy apply? Answers what it applies to, in the policy's words. */
function matched(rule: PodFailureRule, pod: Pod): string | undefined {
  const { onExitCodes, onPodConditions } = rule;
  const who = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (onExitCodes) {
    const { containerName, operator, values } = onExitCodes;
    const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
    for (const { name, state } of all) {
      const exitCode = state?.terminated?.exitCode;
      if (exitCode === undefined || exitCode === 0 || (containerName && containerName !== name)) continue;
      if (values.includes(exitCode) === (operator === 'In')) return `Container ${name} for pod ${who} failed with exit code ${exitCode}`;
    }
  }
  for (const { type, status } of onPodConditions ?? []) {
    if (pod.status?.conditions?.some((condition) => condition.type === type && condition.status === status))
      return `Pod ${who} has condition ${type}`;
  }
  return undefined;
}

/** What the pod failure policy does with a failed pod; the failure counts when no rule applies. */
export function policyFor(job: Job, pod: Pod): { action: PodFailureRule['action']; failure?: string } {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [i, rule] of rules.entries()) {
    const what = matched(rule, pod);
    if (what !== undefined) return { action: rule.action, failure: `${what} matching ${rule.action} rule at index ${i}` };
  }
  return { action: 'Count' };
}

/** "The number of retries of a pod that restarts in place counts against the limit." */
export function pastLimitOnFailure(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec.template?.spec?.restartPolicy !== 'OnFailure') return false;
  const running = pods.filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending');
  const restarts = running
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
  const limit = job.spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

const finishedMs = (pod: Pod): number => {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? '') || 0);
  return Math.max(0, ...ends) || Date.parse(pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp ?? '') || 0;
};

const firstDelayMs = 10_000;
const longestDelayMs = 600_000;

/** Failures of a job's pods since one of them succeeded: each doubles the time until the next pod is made. */
export interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/** Milliseconds until the next pod may be made. */
export function remainingMs({ count, lastMs }: Failures, nowMs: number): number {
  if (count === 0) return 0;
  return Math.max(0, lastMs + Math.min(longestDelayMs, firstDelayMs * 2 ** (count - 1)) - nowMs);
}

export class PodBackOff {
  private readonly failures = new Map<string, Failures>();

  /** What is known of a job with the pods that have ended since. */
  after(job: Job, succeeded: readonly Pod[], failed: readonly Pod[]): Failures {
    const lastSuccess = Math.max(0, ...succeeded.map(finishedMs));
    const known = this.failures.get(job.metadata.uid!) ?? { count: 0, lastMs: 0 };
    const since = failed.map(finishedMs).filter((atMs) => atMs >= lastSuccess);
    return { count: (lastSuccess > 0 ? 0 : known.count) + since.length, lastMs: Math.max(known.lastMs, ...since) };
  }

  keep(job: Job, failures: Failures): void {
    if (failures.count > 0) this.failures.set(job.metadata.uid!, failures);
    else this.failures.delete(job.metadata.uid!);
  }

  forget(uid: string): void {
    this.failures.delete(uid);
  }
}

/** Which indexes a success policy is content with; undefined while it is not. */
export function successMet(job: Job, succeeded: ReadonlySet<number>, parse: (text: string) => Set<number>): number | undefined {
  if (!isIndexed(job)) return undefined;
  const rules = job.spec.successPolicy?.rules ?? [];
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    const wanted = succeededIndexes === undefined ? undefined : parse(succeededIndexes);
    const met = wanted ? [...wanted].filter((each) => succeeded.has(each)).length : succeeded.size;
    return met >= (succeededCount ?? wanted?.size ?? Infinity);
  });
  return index < 0 ? undefined : index;
}

/** The lowest indexes that neither succeeded nor are at work. */
export function pendingIndexes(job: Job, count: number, taken: ReadonlySet<number>, active: readonly Pod[]): number[] {
  const busy = new Set(active.map(indexOf));
  const found: number[] = [];
  for (let index = 0; found.length < count && index < (job.spec.completions ?? 0); index++)
    if (!taken.has(index) && !busy.has(index)) found.push(index);
  return found;
}
