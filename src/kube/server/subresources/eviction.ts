import {
  budgetSelects,
  syncFailed,
  withBudgetCondition,
  type BudgetStatus,
  type DisruptionBudget,
  type HttpRequest,
  type HttpResponse,
  type KubeObject,
  type Pod,
  type PodCondition,
} from '../../api';
import { jsonResponse } from '../answer';
import { timestamp, type ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { findResource } from '../resources';
import { badRequest, forbidden, serverError, success, tooManyRequests } from '../status';
import { decodeKind } from '../validation';
import { deleteObject } from '../verbs/delete';
import { find } from '../verbs/find';
import { writeOptions, type DeleteOptions } from '../verbs/options';
import { replaceObject } from '../verbs/update';

interface Eviction extends KubeObject {
  readonly deleteOptions?: Partial<Omit<DeleteOptions, 'dryRun'>> & { readonly dryRun?: readonly string[] };
}

/** How many evictions a budget notes whose pods the controller has not yet seen go: MaxDisruptedPodSize. */
const mostDisrupted = 2000;

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** Pods whose end disrupts nothing: they do not run yet, or no longer. */
const isPastBudgets = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '');

const violates = (retryAfterSeconds: number, why: string): Error =>
  tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds, [
    { reason: 'DisruptionBudget', message: why },
  ]);

/** The budget's status once one more pod is taken off it; throws where it allows none. */
function withOneLess({ metadata, status: known }: DisruptionBudget, podName: string, now: string): BudgetStatus {
  const { name = '', generation = 0 } = metadata;
  const none = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const status: BudgetStatus = { ...none, ...known };
  if ((status.observedGeneration ?? 0) < generation) {
    throw violates(10, `The disruption budget ${name} is still being processed by the server.`);
  }
  const budgets = { group: 'policy', plural: 'poddisruptionbudget' };
  if (status.disruptionsAllowed < 0) throw forbidden(budgets, name, 'pdb disruptions allowed is negative');
  if (Object.keys(status.disruptedPods ?? {}).length > mostDisrupted) {
    throw forbidden(budgets, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (status.disruptionsAllowed === 0) {
    const failed = status.conditions?.find(({ reason, status: is }) => reason === syncFailed && is === 'False');
    throw violates(
      0,
      failed
        ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`
        : `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
    );
  }
  const next = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [podName]: now },
  };
  return next.disruptionsAllowed === 0 ? withBudgetCondition(next, now) : next;
}

/** Takes the pod off the budget that selects it, if it counts there; throws if that may not be. */
function takeOffBudget({ store, clock }: ServerContext, pod: Pod, dryRun: boolean): void {
  const { storage } = findResource('policy/v1', 'poddisruptionbudgets')!;
  const found = store.list(storage, pod.metadata.namespace).filter((budget) => budgetSelects(budget, pod));
  if (found.length > 1) {
    throw serverError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  }
  const budget: DisruptionBudget | undefined = found[0];
  if (!budget) return;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  const isEnough = desiredHealthy > 0 && currentHealthy >= desiredHealthy;
  if (!isReady(pod) && (isEnough || budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow')) return;
  const status = withOneLess(budget, pod.metadata.name!, timestamp(clock.now()));
  if (!dryRun) store.put(storage, { ...budget, status });
}

/** Says of the pod why it goes. */
function noteDisruption(context: ServerContext, info: RequestInfo, manager: string, pod: Pod): void {
  const nowMs = context.clock.now();
  const type = 'DisruptionTarget';
  const old = pod.status?.conditions?.find((condition) => condition.type === type);
  const condition: PodCondition = {
    type,
    status: 'True',
    observedGeneration: pod.metadata.generation,
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : timestamp(nowMs),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = (pod.status?.conditions ?? []).filter((each) => each !== old);
  const next = { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
  const writer = { manager, apiVersion: 'v1', subresource: 'eviction', nowMs };
  const managed = pod.metadata.managedFields ?? [];
  replaceObject(context, info.resource, pod, next, { subresource: 'eviction', dryRun: false, writer, checked: true, managed });
}

/** Deletes a pod as the Eviction asks, where the pod's disruption budget allows it. */
export function evict(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const options = writeOptions('CreateOptions', request, info.query);
  const kind = { group: 'policy', version: 'v1', kind: 'Eviction' };
  const { object, warnings } = decodeKind(request, kind, options.fieldValidation);
  const { metadata, deleteOptions } = object as Eviction;
  if (metadata.name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  const asked = deleteOptions?.dryRun ?? [];
  const queried = info.query.getAll('dryRun');
  if (asked.length > 0 && queried.length > 0 && asked.join() !== queried.join()) {
    throw serverError(`Non-matching dry-run options in request and content: [${queried.join(' ')}] and [${asked.join(' ')}]`);
  }
  const dryRun = options.dryRun || asked.length > 0;
  const pod = find(context, info) as Pod;
  if (!isPastBudgets(pod)) takeOffBudget(context, pod, dryRun);
  // What the request says of the pod holds for it as it was.
  deleteObject(context, info.resource, pod, { ...deleteOptions, dryRun: true });
  if (!dryRun) {
    noteDisruption(context, info, options.manager, pod);
    deleteObject(context, info.resource, find(context, info), { ...deleteOptions, preconditions: undefined, dryRun });
  }
  return jsonResponse({ ...success(), code: 201 }, 201, warnings);
}
