import { invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { scheduleError } from './cron';
import { labelSelectorErrors, selectorMatches, type LabelSelector } from './label-selector';
import { immutableErrors } from './metadata';
import { byteLength, tooLongText } from './names';
import { podTemplateErrors, selectionErrors, type PodTemplate } from './pod-template';
import { nonNegative } from './workloads';

interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly manualSelector?: boolean;
  readonly selector?: LabelSelector;
  readonly suspend?: boolean;
  readonly template?: PodTemplate;
}
interface Job extends KubeObject {
  spec?: JobSpec;
}
interface CronJob extends KubeObject {
  spec?: {
    schedule?: string;
    timeZone?: string;
    startingDeadlineSeconds?: number;
    concurrencyPolicy?: string;
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
    jobTemplate?: { spec?: JobSpec };
  };
}

const counts = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const;
const modes = ['NonIndexed', 'Indexed'];
const policies = ['Allow', 'Forbid', 'Replace'];

function commonErrors(job: JobSpec, path: FieldPath): FieldError[] {
  const errors = counts.flatMap((field) => nonNegative(job[field], path.child(field)));
  if (job.completionMode !== undefined) {
    if (!modes.includes(job.completionMode)) errors.push(notSupported(path.child('completionMode'), job.completionMode, modes));
    if (job.completionMode === 'Indexed' && job.completions === undefined)
      errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  }
  const template = path.child('template');
  errors.push(...podTemplateErrors(job.template ?? {}, template));
  if (job.template?.spec?.restartPolicy === 'Always')
    errors.push(required(template.child('spec').child('restartPolicy'), 'valid values: "OnFailure", "Never"', 'job-restart-policy'));
  return errors;
}

/** The labels by which a Job finds its pods, put into its template when it is created. */
export const generatedLabels = (job: KubeObject): Readonly<Record<string, string>> => ({
  'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
  'batch.kubernetes.io/job-name': job.metadata.name ?? '',
  'controller-uid': job.metadata.uid ?? '',
  'job-name': job.metadata.name ?? '',
});

function generatedErrors(job: Job): FieldError[] {
  const { manualSelector, selector, template } = job.spec ?? {};
  if (manualSelector || !selector) return [];
  const wanted = generatedLabels(job);
  const path = FieldPath.of('spec', 'template', 'metadata', 'labels');
  const has = template?.metadata?.labels ?? {};
  const errors = Object.entries(wanted).flatMap(([label, value]) => {
    if (has[label] === undefined) return [required(path.key(label), `must be '${value}'`)];
    return has[label] === value ? [] : [invalidValue(path.key(label), has, `must be '${value}'`)];
  });
  if (selectorMatches(selector, wanted) === false)
    errors.push(invalidValue(FieldPath.of('spec', 'selector'), selector, '`selector` not auto-generated'));
  return errors;
}

/** ValidateJob, after its metadata. */
export function jobErrors(job: Job): FieldError[] {
  const path = FieldPath.of('spec');
  const it = job.spec ?? {};
  return [
    ...generatedErrors(job),
    ...commonErrors(it, path),
    ...(it.selector ? labelSelectorErrors(it.selector, path.child('selector')) : [required(path.child('selector'))]),
    ...selectionErrors(it.selector, it.template ?? {}, path.child('template')),
  ];
}

/** ValidateJobSpecUpdate, after `jobErrors`. */
export function jobUpdateErrors(job: Job, old: Job): FieldError[] {
  const path = FieldPath.of('spec');
  const now = job.spec ?? {};
  const before = old.spec ?? {};
  const elastic = now.completionMode === 'Indexed' && now.completions !== undefined && now.completions === now.parallelism;
  const fields = [
    ...(elastic ? [] : ['completions' as const]),
    'selector',
    ...(before.suspend ? [] : ['template' as const]),
    'completionMode',
  ] as const;
  return fields.flatMap((field) => immutableErrors(now[field], before[field], path.child(field)));
}

/** ValidateCronJobCreate, after its metadata; `checkName` is off for updates. */
export function cronJobErrors(cronJob: CronJob, checkName = true): FieldError[] {
  const path = FieldPath.of('spec');
  const it = cronJob.spec ?? {};
  const { schedule = '', timeZone, concurrencyPolicy = '', jobTemplate = {} } = it;
  const errors: FieldError[] = [];
  if (!schedule) errors.push(required(path.child('schedule')));
  else {
    const wrong = scheduleError(schedule);
    if (wrong) errors.push(invalidValue(path.child('schedule'), schedule, wrong, 'cron-schedule'));
    if (schedule.includes('TZ'))
      errors.push(invalidValue(path.child('schedule'), schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  }
  errors.push(...nonNegative(it.startingDeadlineSeconds, path.child('startingDeadlineSeconds')));
  if (!concurrencyPolicy) errors.push(required(path.child('concurrencyPolicy')));
  else if (!policies.includes(concurrencyPolicy)) errors.push(notSupported(path.child('concurrencyPolicy'), concurrencyPolicy, policies));
  if (timeZone === '') errors.push(invalidValue(path.child('timeZone'), timeZone, 'timeZone must be nil or non-empty string'));
  if (timeZone?.toLowerCase() === 'local')
    errors.push(
      invalidValue(
        path.child('timeZone'),
        timeZone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    );
  const template = path.child('jobTemplate').child('spec');
  const job = jobTemplate.spec ?? {};
  errors.push(...commonErrors(job, template));
  if (job.selector) errors.push(invalidValue(template.child('selector'), job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector) errors.push(notSupported(template.child('manualSelector'), true, ['nil', 'false']));
  errors.push(
    ...nonNegative(it.successfulJobsHistoryLimit, path.child('successfulJobsHistoryLimit')),
    ...nonNegative(it.failedJobsHistoryLimit, path.child('failedJobsHistoryLimit')),
  );
  const name = cronJob.metadata.name ?? '';
  if (checkName && byteLength(name) > 52) errors.push(invalidValue(FieldPath.of('metadata', 'name'), name, tooLongText(52)));
  return errors;
}
