import { equal } from '../equal';
import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { isEmptySelector, labelSelectorErrors, selectorMatches, type LabelSelector } from './label-selector';
import { immutableErrors } from './metadata';
import { percentErrors } from './names';
import { longRunningErrors, podTemplateErrors, selectionErrors, type PodTemplate } from './pod-template';

type IntOrPercent = number | string;
interface Rolling {
  readonly maxUnavailable?: IntOrPercent;
  readonly maxSurge?: IntOrPercent;
  readonly partition?: number;
}
interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: Rolling;
}
interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplate;
  readonly strategy?: Strategy;
  readonly updateStrategy?: Strategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly podManagementPolicy?: string;
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  readonly ordinals?: { readonly start?: number };
}
export interface Workload extends KubeObject {
  spec?: WorkloadSpec;
}

const spec = FieldPath.of('spec');
const template = spec.child('template');

export const nonNegative = (value: number | undefined, path: FieldPath): FieldError[] =>
  value !== undefined && value < 0 ? [invalidValue(path, value, 'must be greater than or equal to 0')] : [];

function selectorErrors(selector: LabelSelector | undefined, empty: string): FieldError[] {
  const path = spec.child('selector');
  if (!selector) return [required(path, '', 'missing-selector')];
  return [...labelSelectorErrors(selector, path), ...(isEmptySelector(selector) ? [invalidValue(path, selector, empty)] : [])];
}

const unreadable = (selector: LabelSelector | undefined, detail: string): FieldError[] =>
  selector && selectorMatches(selector, {}) === undefined ? [invalidValue(spec.child('selector'), selector, detail)] : [];

export function amountErrors(value: IntOrPercent, path: FieldPath): FieldError[] {
  if (typeof value === 'number') return nonNegative(value, path);
  return percentErrors(value).length > 0 ? [invalidValue(path, value, "must be an integer or percentage (e.g '5%')")] : [];
}
export const percentOver = (value: IntOrPercent, path: FieldPath): FieldError[] =>
  typeof value === 'string' && percentErrors(value).length === 0 && parseInt(value, 10) > 100
    ? [invalidValue(path, value, 'must not be greater than 100%')]
    : [];
const isZero = (value: IntOrPercent): boolean => (typeof value === 'number' ? value === 0 : parseInt(value, 10) === 0);

function rollingErrors({ maxUnavailable = 0, maxSurge = 0 }: Rolling, path: FieldPath): FieldError[] {
  const unavailable = path.child('maxUnavailable');
  const surge = path.child('maxSurge');
  return [
    ...amountErrors(maxUnavailable, unavailable),
    ...amountErrors(maxSurge, surge),
    ...(isZero(maxUnavailable) && isZero(maxSurge) ? [invalidValue(unavailable, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...percentOver(maxUnavailable, unavailable),
  ];
}

function strategyErrors(strategy: Strategy, path: FieldPath, still: 'Recreate' | 'OnDelete'): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'RollingUpdate')
    return rollingUpdate ? rollingErrors(rollingUpdate, path.child('rollingUpdate')) : [required(path.child('rollingUpdate'))];
  if (type !== still) return [notSupported(path, { Type: type, RollingUpdate: rollingUpdate ?? null }, [still, 'RollingUpdate'])];
  if (!rollingUpdate || still === 'OnDelete') return [];
  return [forbiddenField(path.child('rollingUpdate'), `may not be specified when strategy \`type\` is '${still}'`)];
}

/** A template that a ReplicaSet makes pods of. */
function replicatedTemplate(selector: LabelSelector | undefined, pod: PodTemplate): FieldError[] {
  const wrong = unreadable(selector, 'invalid label selector');
  if (wrong.length > 0) return wrong;
  const matched = selector && isEmptySelector(selector) ? [] : selectionErrors(selector, pod, template);
  return [...matched, ...podTemplateErrors(pod, template), ...longRunningErrors(pod, template, 'ReplicaSet')];
}

/** ValidateDeploymentSpec. */
export function deploymentErrors(deployment: Workload): FieldError[] {
  const it = deployment.spec ?? {};
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = it;
  const path = spec.child('progressDeadlineSeconds');
  return [
    ...nonNegative(it.replicas, spec.child('replicas')),
    ...selectorErrors(it.selector, 'empty selector is invalid for deployment'),
    ...replicatedTemplate(it.selector, it.template ?? {}),
    ...strategyErrors(it.strategy ?? {}, spec.child('strategy'), 'Recreate'),
    ...nonNegative(minReadySeconds, spec.child('minReadySeconds')),
    ...nonNegative(it.revisionHistoryLimit, spec.child('revisionHistoryLimit')),
    ...nonNegative(deadline, path),
    ...(deadline !== undefined && deadline <= minReadySeconds
      ? [invalidValue(path, deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

/** ValidateReplicaSetSpec. */
export function replicaSetErrors(set: Workload): FieldError[] {
  const it = set.spec ?? {};
  return [
    ...nonNegative(it.replicas, spec.child('replicas')),
    ...nonNegative(it.minReadySeconds, spec.child('minReadySeconds')),
    ...selectorErrors(it.selector, 'empty selector is invalid for deployment'),
    ...replicatedTemplate(it.selector, it.template ?? {}),
  ];
}

/** ValidateDaemonSetSpec. */
export function daemonSetErrors(set: Workload): FieldError[] {
  const { selector, template: pod = {}, updateStrategy = {}, ...it } = set.spec ?? {};
  const empty = selector && isEmptySelector(selector);
  return [
    ...labelSelectorErrors(selector, spec.child('selector')),
    ...(empty ? [] : selectionErrors(selector, pod, template)),
    ...(empty ? [invalidValue(spec.child('selector'), selector, 'empty selector is invalid for daemonset')] : []),
    ...podTemplateErrors(pod, template),
    ...longRunningErrors(pod, template, 'DaemonSet'),
    ...nonNegative(it.minReadySeconds, spec.child('minReadySeconds')),
    ...strategyErrors(updateStrategy, spec.child('updateStrategy'), 'OnDelete'),
    ...nonNegative(it.revisionHistoryLimit, spec.child('revisionHistoryLimit')),
  ];
}

const retentions = ['Delete', 'Retain'];

/** ValidateStatefulSetSpec. */
export function statefulSetErrors(set: Workload): FieldError[] {
  const it = set.spec ?? {};
  const { updateStrategy: update = {}, podManagementPolicy: policy = '', template: pod = {} } = it;
  const errors: FieldError[] = [];
  if (!policy) errors.push(required(spec.child('podManagementPolicy')));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalidValue(spec.child('podManagementPolicy'), policy, "must be 'OrderedReady' or 'Parallel'"));
  const path = spec.child('updateStrategy');
  // As Go shows it, by the names of its own type.
  const { partition = 0, maxUnavailable = null } = update.rollingUpdate ?? {};
  const rolling = update.rollingUpdate ? { Partition: partition, MaxUnavailable: maxUnavailable } : null;
  if (update.type === 'OnDelete') {
    if (rolling) errors.push(invalidValue(path.child('rollingUpdate'), rolling, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (update.type === 'RollingUpdate')
    errors.push(...nonNegative(update.rollingUpdate?.partition, path.child('rollingUpdate').child('partition')));
  else
    errors.push(
      update.type
        ? invalidValue(path, { Type: update.type, RollingUpdate: rolling }, "must be 'RollingUpdate' or 'OnDelete'")
        : required(path),
    );
  const retention = it.persistentVolumeClaimRetentionPolicy;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = retention?.[field] ?? '';
    const at = spec.child('persistentVolumeClaimRetentionPolicy').child(field);
    if (retention && !retentions.includes(value)) errors.push(notSupported(at, value, retentions));
  }
  errors.push(
    ...nonNegative(it.replicas, spec.child('replicas')),
    ...nonNegative(it.minReadySeconds, spec.child('minReadySeconds')),
    ...nonNegative(it.ordinals?.start, spec.child('ordinals.start')),
    ...selectorErrors(it.selector, 'empty selector is invalid for statefulset'),
  );
  const wrong = unreadable(it.selector, '');
  const matched = it.selector && isEmptySelector(it.selector) ? [] : selectionErrors(it.selector, pod, template);
  errors.push(...(wrong.length > 0 ? wrong : [...matched, ...podTemplateErrors(pod, template)]));
  return [...errors, ...longRunningErrors(pod, template, 'StatefulSet')];
}

/** apps/v1: "selector is immutable". */
export const selectorUpdateErrors = (now: Workload, before: Workload): FieldError[] =>
  immutableErrors(now.spec?.selector, before.spec?.selector, spec.child('selector'), 'immutable-selector');

const mutable = [
  'minReadySeconds',
  'ordinals',
  'persistentVolumeClaimRetentionPolicy',
  'replicas',
  'revisionHistoryLimit',
  'template',
  'updateStrategy',
];

/** ValidateStatefulSetUpdate, after `statefulSetErrors`. */
export function statefulSetUpdateErrors(now: Workload, before: Workload): FieldError[] {
  const fixed = (set: Workload): object => Object.fromEntries(Object.entries(set.spec ?? {}).filter(([field]) => !mutable.includes(field)));
  if (equal(fixed(now), fixed(before))) return [];
  const named =
    "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
  return [forbiddenField(spec, `updates to statefulset spec for fields other than ${named} are forbidden`, 'immutable-field')];
}

interface ReplicationController extends KubeObject {
  spec?: { replicas?: number; minReadySeconds?: number; selector?: Readonly<Record<string, string>>; template?: PodTemplate };
}

/** ValidateReplicationControllerSpec. */
export function replicationControllerErrors(controller: ReplicationController): FieldError[] {
  const { selector = {}, template: pod, ...it } = controller.spec ?? {};
  const errors = nonNegative(it.minReadySeconds, spec.child('minReadySeconds'));
  if (Object.keys(selector).length === 0) errors.push(required(spec.child('selector')));
  errors.push(...nonNegative(it.replicas, spec.child('replicas')));
  if (!pod) return [...errors, required(template)];
  const matched = Object.keys(selector).length > 0 ? selectionErrors({ matchLabels: selector }, pod, template) : [];
  return [...errors, ...matched, ...podTemplateErrors(pod, template), ...longRunningErrors(pod, template, 'ReplicationController')];
}
