import type { KubeObject, LabelSelector, Pod } from '../../api';
import type { Condition, PodTemplate } from '../workloads';

export interface JobStatus {
  startTime?: string;
  completionTime?: string;
  active?: number;
  ready?: number;
  terminating?: number;
  succeeded?: number;
  failed?: number;
  completedIndexes?: string;
  failedIndexes?: string;
  conditions?: Condition[];
  /** Pods that have ended and keep their finalizer until they are counted. */
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
}

export interface PodFailureRule {
  action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  onExitCodes?: { containerName?: string; operator: string; values: number[] };
  onPodConditions?: { type: string; status: string }[];
}

export interface JobSpec {
  parallelism?: number;
  completions?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  activeDeadlineSeconds?: number;
  ttlSecondsAfterFinished?: number;
  completionMode?: string;
  suspend?: boolean;
  managedBy?: string;
  podReplacementPolicy?: string;
  podFailurePolicy?: { rules?: PodFailureRule[] };
  successPolicy?: { rules?: { succeededIndexes?: string; succeededCount?: number }[] };
  selector?: LabelSelector;
  template?: PodTemplate;
}

export interface Job extends KubeObject {
  spec: JobSpec;
  status?: JobStatus;
}

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

export const conditionOf = (job: { status?: JobStatus }, type: string): Condition | undefined =>
  job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');

/** The condition that ended a job. */
export const endOf = (job: { status?: JobStatus }): Condition | undefined => conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed');

export const isTracked = (pod: Pod): boolean => !!pod.metadata.finalizers?.includes(trackingFinalizer);
export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';

export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[indexAnnotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
