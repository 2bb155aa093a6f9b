import type { KubeObject } from '../../kube/api';
import { humanDuration, rfc1123 } from '../duration';
import type { Kubectl } from '../kubectl';
import { newReplicaSet, ownedBy } from '../rollouts/revisions';
import { pairsText, selectorText } from '../selectors';
import { at, fieldsAt, isFields, listAt, textAt } from '../value';
import { describeTemplate } from './template';
import type { Described, Description } from './writer';

const number = (object: unknown, ...path: string[]): number => Number(textAt(object, ...path) || 0);
const controllerOf = ({ metadata }: KubeObject) => metadata.ownerReferences?.find(({ controller }) => controller);

function naming(d: Description, { metadata }: KubeObject, created = false): void {
  d.line(0, `Name:\t${metadata.name}`);
  d.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  if (created) d.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp ?? '')}`);
}

function marks(d: Description, { metadata }: KubeObject): void {
  d.labels('Labels', metadata.labels);
  d.annotations('Annotations', metadata.annotations);
}

function controlledBy(d: Description, object: KubeObject): void {
  const owner = controllerOf(object);
  if (owner) d.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
}

function conditions(d: Description, object: KubeObject): void {
  const list = listAt(object, 'status', 'conditions');
  if (list.length === 0) return;
  d.line(0, 'Conditions:');
  d.line(1, 'Type\tStatus\tReason');
  d.line(1, '----\t------\t------');
  for (const condition of list) d.line(1, `${textAt(condition, 'type')} \t${textAt(condition, 'status')}\t${textAt(condition, 'reason')}`);
}

/** The pods of a controller by phase: `2 Running / 1 Waiting / 0 Succeeded / 0 Failed`. */
async function podStatus(k: Kubectl, object: KubeObject): Promise<string> {
  const mapping = (await k.mapper()).need('pods');
  const query = { labelSelector: selectorText(at(object, 'spec', 'selector')), limit: 500 };
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, object.metadata.namespace), { query });
  const own = items.filter((pod) => controllerOf(pod)?.uid === object.metadata.uid).map((pod) => textAt(pod, 'status', 'phase'));
  const count = (phase: string): number => own.filter((each) => each === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

export async function describeDeployment({ object, events, d }: Described, k: Kubectl): Promise<void> {
  const status = (field: string): number => number(object, 'status', field);
  const sets = (await ownedBy(k, object, 'replicasets.apps')).filter((set) => set.metadata.name);
  const newSet = newReplicaSet(object, sets);
  naming(d, object, true);
  marks(d, object);
  d.line(0, `Selector:\t${selectorText(at(object, 'spec', 'selector'))}`);
  const counts = [
    `${number(object, 'spec', 'replicas')} desired`,
    `${status('updatedReplicas')} updated`,
    `${status('replicas')} total`,
    `${status('availableReplicas')} available`,
    `${status('unavailableReplicas')} unavailable`,
  ];
  d.line(0, `Replicas:\t${counts.join(' | ')}`);
  d.line(0, `StrategyType:\t${textAt(object, 'spec', 'strategy', 'type')}`);
  d.line(0, `MinReadySeconds:\t${number(object, 'spec', 'minReadySeconds')}`);
  const rolling = at(object, 'spec', 'strategy', 'rollingUpdate');
  if (isFields(rolling))
    d.line(0, `RollingUpdateStrategy:\t${textAt(rolling, 'maxUnavailable')} max unavailable, ${textAt(rolling, 'maxSurge')} max surge`);
  describeTemplate(d, at(object, 'spec', 'template'));
  conditions(d, object);
  if (sets.length > 0) {
    const text = (list: readonly KubeObject[]): string =>
      list
        .map((set) => `${set.metadata.name} (${number(set, 'status', 'replicas')}/${number(set, 'spec', 'replicas')} replicas created)`)
        .join(', ') || '<none>';
    d.line(0, `OldReplicaSets:\t${text(sets.filter((set) => set !== newSet))}`);
    d.line(0, `NewReplicaSet:\t${text(newSet ? [newSet] : [])}`);
  }
  d.events(events);
}

export async function describeReplicaSet({ object, events, d }: Described, k: Kubectl): Promise<void> {
  naming(d, object);
  d.line(0, `Selector:\t${selectorText(at(object, 'spec', 'selector')) || '<none>'}`);
  marks(d, object);
  if (object.kind === 'ReplicaSet') controlledBy(d, object);
  d.line(0, `Replicas:\t${number(object, 'status', 'replicas')} current / ${number(object, 'spec', 'replicas')} desired`);
  d.line(0, `Pods Status:\t${await podStatus(k, object)}`);
  describeTemplate(d, at(object, 'spec', 'template'));
  conditions(d, object);
  d.events(events);
}

export async function describeDaemonSet({ object, events, d }: Described, k: Kubectl): Promise<void> {
  const status = (field: string): number => number(object, 'status', field);
  naming(d, object);
  d.line(0, `Selector:\t${selectorText(at(object, 'spec', 'selector'))}`);
  d.line(0, `Node-Selector:\t${pairsText(fieldsAt(object, 'spec', 'template', 'spec', 'nodeSelector'))}`);
  marks(d, object);
  d.line(0, `Desired Number of Nodes Scheduled: ${status('desiredNumberScheduled')}`);
  d.line(0, `Current Number of Nodes Scheduled: ${status('currentNumberScheduled')}`);
  d.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status('updatedNumberScheduled')}`);
  d.line(0, `Number of Nodes Scheduled with Available Pods: ${status('numberAvailable')}`);
  d.line(0, `Number of Nodes Misscheduled: ${status('numberMisscheduled')}`);
  d.line(0, `Pods Status:\t${await podStatus(k, object)}`);
  describeTemplate(d, at(object, 'spec', 'template'));
  d.events(events);
}

export async function describeStatefulSet({ object, events, d }: Described, k: Kubectl): Promise<void> {
  naming(d, object, true);
  d.line(0, `Selector:\t${selectorText(at(object, 'spec', 'selector'))}`);
  marks(d, object);
  d.line(0, `Replicas:\t${number(object, 'spec', 'replicas')} desired | ${number(object, 'status', 'replicas')} total`);
  d.line(0, `Update Strategy:\t${textAt(object, 'spec', 'updateStrategy', 'type')}`);
  const rolling = at(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (at(rolling, 'partition') !== undefined) {
    d.line(1, `Partition:\t${number(rolling, 'partition')}`);
    if (at(rolling, 'maxUnavailable') !== undefined) d.line(1, `MaxUnavailable:\t${textAt(rolling, 'maxUnavailable')}`);
  }
  d.line(0, `Pods Status:\t${await podStatus(k, object)}`);
  describeTemplate(d, at(object, 'spec', 'template'));
  const claims = listAt(object, 'spec', 'volumeClaimTemplates');
  if (claims.length === 0) d.line(0, 'Volume Claims:\t<none>');
  else d.line(0, 'Volume Claims:');
  for (const claim of claims) {
    d.line(1, `Name:\t${textAt(claim, 'metadata', 'name')}`);
    d.line(1, `StorageClass:\t${textAt(claim, 'spec', 'storageClassName')}`);
    d.labels('Labels', fieldsAt(claim, 'metadata', 'labels') as Record<string, string>, 1);
    d.annotations('  Annotations', fieldsAt(claim, 'metadata', 'annotations') as Record<string, string>);
    d.line(1, `Capacity:\t${textAt(claim, 'spec', 'resources', 'requests', 'storage') || '<default>'}`);
    d.line(1, `Access Modes:\t[${(at(claim, 'spec', 'accessModes') as string[] | undefined)?.join(' ') ?? ''}]`);
  }
  d.events(events);
}

/** At most about fifty characters of completed indexes. */
function indexesText(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export function describeJob({ object, events, d }: Described): void {
  const spec = (field: string): string => textAt(object, 'spec', field);
  const status = (field: string): string => textAt(object, 'status', field);
  const given = (label: string, value: string): void => {
    if (value !== '') d.line(0, `${label}:\t${value}`);
  };
  naming(d, object);
  d.line(0, `Selector:\t${selectorText(at(object, 'spec', 'selector'))}`);
  marks(d, object);
  controlledBy(d, object);
  given('Parallelism', spec('parallelism'));
  given('Completions', spec('completions') || '<unset>');
  given('Completion Mode', spec('completionMode'));
  given('Suspend', spec('suspend'));
  given('Backoff Limit', spec('backoffLimit'));
  given('TTL Seconds After Finished', spec('ttlSecondsAfterFinished'));
  const [start, end] = [status('startTime'), status('completionTime')];
  if (start) d.line(0, `Start Time:\t${rfc1123(start)}`);
  if (end) d.line(0, `Completed At:\t${rfc1123(end)}`);
  if (start && end) d.line(0, `Duration:\t${humanDuration(Date.parse(end) - Date.parse(start))}`);
  if (spec('activeDeadlineSeconds')) d.line(0, `Active Deadline Seconds:\t${spec('activeDeadlineSeconds')}s`);
  const ready = status('ready') === '' ? '' : ` (${status('ready')} Ready)`;
  const [active, succeeded, failed] = ['active', 'succeeded', 'failed'].map((field) => status(field) || '0');
  d.line(0, `Pods Statuses:\t${active} Active${ready} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec('completionMode') === 'Indexed') d.line(0, `Completed Indexes:\t${indexesText(status('completedIndexes'))}`);
  describeTemplate(d, at(object, 'spec', 'template'));
  d.events(events);
}

export function describeCronJob({ object, events, d }: Described): void {
  const spec = (field: string): string => textAt(object, 'spec', field);
  const seconds = (value: string): string => (value ? `${value}s` : '<unset>');
  naming(d, object);
  marks(d, object);
  d.line(0, `Schedule:\t${spec('schedule')}`);
  d.line(0, `Concurrency Policy:\t${spec('concurrencyPolicy')}`);
  d.line(0, `Suspend:\t${spec('suspend') === 'true' ? 'True' : spec('suspend') === 'false' ? 'False' : '<unset>'}`);
  d.line(0, `Time Zone:\t${spec('timeZone') || '<unset>'}`);
  d.line(0, `Successful Job History Limit:\t${spec('successfulJobsHistoryLimit') || '<unset>'}`);
  d.line(0, `Failed Job History Limit:\t${spec('failedJobsHistoryLimit') || '<unset>'}`);
  d.line(0, `Starting Deadline Seconds:\t${seconds(spec('startingDeadlineSeconds'))}`);
  const job = fieldsAt(object, 'spec', 'jobTemplate', 'spec');
  d.line(0, `Selector:\t${isFields(job.selector) ? selectorText(job.selector) : '<unset>'}`);
  d.line(0, `Parallelism:\t${textAt(job, 'parallelism') || '<unset>'}`);
  d.line(0, `Completions:\t${textAt(job, 'completions') || '<unset>'}`);
  if (textAt(job, 'activeDeadlineSeconds')) d.line(0, `Active Deadline Seconds:\t${textAt(job, 'activeDeadlineSeconds')}s`);
  describeTemplate(d, job.template);
  const last = textAt(object, 'status', 'lastScheduleTime');
  d.line(0, `Last Schedule Time:\t${last ? rfc1123(last) : '<unset>'}`);
  const active = listAt(object, 'status', 'active').map((job) => textAt(job, 'name'));
  d.line(0, `Active Jobs:\t${active.join(', ') || '<none>'}`);
  d.events(events);
}
