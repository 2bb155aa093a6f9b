import type { Clock } from '../../clock';
import {
  budgetSelects,
  equal,
  EventRecorder,
  referenceTo,
  withBudgetCondition,
  type ApiClient,
  type BudgetStatus,
  type DisruptionBudget,
  type KubeObject,
  type LabelSelector,
  type Pod,
} from '../api';
import { servedResources } from './discovery';
import type { Informer } from './informer';
import { isReady } from './pod-state';
import { disruptionBudgets } from './resources';
import { keyOf, splitKey, WorkQueue } from './work-queue';
import { controllerOf, scaled, timeText } from './workloads';

/** How long an evicted pod counts as one that goes away, though nothing has deleted it: DeletionTimeout. */
const deletionTimeoutMs = 120_000;

interface Scaled extends KubeObject {
  spec: { replicas?: number };
}
/** Controllers whose size is known without asking for their scale, by kind. */
export type Scales = Readonly<Record<string, Informer<Scaled>>>;

interface Expected {
  readonly pods: number;
  readonly healthy: number;
}

/** Go's String of a selector, as an event shows it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const requirements = matchExpressions.map(
    ({ key = '', operator = '', values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join('')}},}`;
}

const unmanaged = (selector: LabelSelector | undefined): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${selectorText(selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;

/** Evictions that were let through and whose pods are still there; `recheckMs`: when the first of them no longer counts. */
function disrupted(pods: readonly Pod[], budget: DisruptionBudget, nowMs: number): { pods: Record<string, string>; recheckMs?: number } {
  const known = budget.status?.disruptedPods ?? {};
  const left: Record<string, string> = {};
  let recheckMs: number | undefined;
  for (const { metadata } of pods) {
    const at = Object.hasOwn(known, metadata.name!) ? known[metadata.name!] : undefined;
    if (at === undefined || metadata.deletionTimestamp) continue;
    const endsMs = Date.parse(at) + deletionTimeoutMs;
    if (endsMs <= nowMs) continue;
    left[metadata.name!] = at;
    recheckMs = Math.min(recheckMs ?? Infinity, endsMs - nowMs);
  }
  return { pods: left, recheckMs };
}

/** Fields that are zero are written; maps and lists that are empty are not. */
const comparable = ({ disruptedPods = {}, conditions = [], ...status }: Partial<BudgetStatus>): object => ({
  ...status,
  disruptedPods,
  conditions,
});

/** The disruption controller: how many of the pods that a budget selects may be evicted now. */
export function startDisruption(
  clock: Clock,
  client: ApiClient,
  budgets: Informer<DisruptionBudget>,
  pods: Informer<Pod>,
  scales: Scales,
): () => void {
  const recorder = new EventRecorder({ client, clock, component: 'controllermanager' });
  const event = (object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void =>
    recorder.event(referenceTo(object), type, reason, message);

  /** The size of what controls a pod: a Deployment's where a ReplicaSet is one's. Throws for what has no size. */
  async function sizeOf(pod: Pod): Promise<{ uid: string; size: number } | undefined> {
    const { namespace } = pod.metadata;
    const owner = controllerOf(pod);
    if (!owner) return undefined;
    const find = (kind: string, name: string, uid: string): Scaled | undefined => {
      const found = scales[kind]?.get(namespace, name);
      return found?.metadata.uid === uid ? found : undefined;
    };
    const set = find(owner.kind, owner.name, owner.uid);
    const above = set && controllerOf(set);
    const whole = above?.kind === 'Deployment' ? find(above.kind, above.name, above.uid) : set;
    if (whole) return { uid: whole.metadata.uid!, size: whole.spec.replicas ?? 1 };
    const served = (await servedResources(client)).find(({ ref, kind }) => kind === owner.kind && ref.groupVersion === owner.apiVersion);
    if (!scales[owner.kind] && served) {
      const group = served.ref.groupVersion.includes('/') ? `.${served.ref.groupVersion.split('/')[0]}` : '';
      throw new Error(`${served.ref.resource}${group} does not implement the scale subresource`);
    }
    throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
  }

  async function expectedOf(budget: DisruptionBudget, selected: readonly Pod[]): Promise<Expected> {
    const { minAvailable, maxUnavailable } = budget.spec ?? {};
    if (maxUnavailable === undefined && typeof minAvailable === 'number') return { pods: selected.length, healthy: minAvailable };
    if (maxUnavailable === undefined && minAvailable === undefined) return { pods: 0, healthy: 0 };
    const sizes = new Map<string, number>();
    let isManaged = true;
    for (const pod of selected) {
      const found = await sizeOf(pod);
      if (found) sizes.set(found.uid, found.size);
      else isManaged = false;
    }
    if (!isManaged) event(budget, 'Warning', 'UnmanagedPods', unmanaged(budget.spec?.selector));
    const whole = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    if (maxUnavailable === undefined) return { pods: whole, healthy: scaled(minAvailable, whole, Math.ceil) };
    return { pods: whole, healthy: Math.max(0, whole - scaled(maxUnavailable, whole, Math.ceil)) };
  }

  async function write(budget: DisruptionBudget, status: BudgetStatus): Promise<void> {
    if (equal(comparable(status), comparable(budget.status ?? {}))) return;
    budgets.note(await client.update(disruptionBudgets, { ...budget, status }, { subresource: 'status' }));
  }

  const queue = new WorkQueue({
    clock,
    async sync(key) {
      const { namespace, name } = splitKey(key);
      const budget = budgets.get(namespace, name);
      if (!budget) return undefined;
      const selected = pods.list().filter((pod) => budgetSelects(budget, pod));
      if (selected.length === 0) event(budget, 'Normal', 'NoPods', 'No matching pods found');
      const nowMs = clock.now();
      let expected: Expected;
      try {
        expected = await expectedOf(budget, selected);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        event(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${why}`);
        const none = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...budget.status, disruptionsAllowed: 0 };
        await write(budget, withBudgetCondition(none, timeText(nowMs), why));
        return undefined;
      }
      const { pods: disruptedPods, recheckMs } = disrupted(selected, budget, nowMs);
      const isCounted = ({ metadata }: Pod): boolean => !metadata.deletionTimestamp && !Object.hasOwn(disruptedPods, metadata.name!);
      const currentHealthy = selected.filter((pod) => isCounted(pod) && isReady(pod)).length;
      const spare = expected.pods > 0 ? Math.max(0, currentHealthy - expected.healthy) : 0;
      const status: BudgetStatus = {
        conditions: budget.status?.conditions,
        currentHealthy,
        desiredHealthy: expected.healthy,
        ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
        disruptionsAllowed: spare,
        expectedPods: expected.pods,
        observedGeneration: budget.metadata.generation,
      };
      await write(budget, withBudgetCondition(status, timeText(nowMs)));
      return recheckMs;
    },
  });
  const check = (budget: DisruptionBudget): void => queue.add(keyOf(budget));
  const checkPod = (pod: Pod): void => {
    const found = budgets.list().filter((budget) => budgetSelects(budget, pod));
    if (found[0]) check(found[0]);
    if (found.length < 2) return;
    const { namespace, name } = pod.metadata;
    const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${found[0]?.metadata.name}" arbitrarily.`;
    event(pod, 'Warning', 'MultiplePodDisruptionBudgets', text);
  };
  budgets.on({ added: check, updated: check, deleted: (budget) => queue.forget(keyOf(budget)) });
  pods.on({ added: checkPod, updated: checkPod, deleted: checkPod });
  return () => queue.stop();
}
