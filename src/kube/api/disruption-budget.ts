import type { KubeObject } from './object';
import { selectorMatches, type LabelSelector } from './validation/label-selector';

export interface BudgetCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

export interface BudgetStatus {
  disruptionsAllowed: number;
  currentHealthy: number;
  desiredHealthy: number;
  expectedPods: number;
  /** When evictions of pods that are still there were let through, by name. */
  disruptedPods?: Record<string, string>;
  observedGeneration?: number;
  conditions?: BudgetCondition[];
}

export interface DisruptionBudget extends KubeObject {
  spec?: {
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: string;
  };
  status?: BudgetStatus;
}

export const disruptionAllowed = 'DisruptionAllowed';
/** The reason of the condition when a budget's numbers could not be worked out. */
export const syncFailed = 'SyncFailed';

/** Whether the budget is that of the pod; one whose selector cannot be read is of none. */
export const budgetSelects = ({ metadata, spec }: DisruptionBudget, pod: KubeObject): boolean =>
  metadata.namespace === pod.metadata.namespace && selectorMatches(spec?.selector, pod.metadata.labels ?? {}) === true;

/** The status with its condition as its numbers are, or as `failure` says; the time is that of the condition's last turn. */
export function withBudgetCondition(status: BudgetStatus, now: string, failure?: string): BudgetStatus {
  const isAllowed = failure === undefined && status.disruptionsAllowed > 0;
  const next = isAllowed ? 'True' : 'False';
  const old = status.conditions?.find(({ type }) => type === disruptionAllowed);
  const reason = failure === undefined ? (isAllowed ? 'SufficientPods' : 'InsufficientPods') : syncFailed;
  const condition: BudgetCondition = {
    lastTransitionTime: old?.status === next ? old.lastTransitionTime : now,
    message: failure ?? '',
    observedGeneration: status.observedGeneration,
    reason,
    status: next,
    type: disruptionAllowed,
  };
  const others = (status.conditions ?? []).filter((each) => each !== old);
  return { ...status, conditions: [...others, condition] };
}
