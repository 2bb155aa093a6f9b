import { invalidValue, notSupported, required, tooLong, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { scheduleError } from './cron';
import { failurePolicyErrors, replacementErrors, successPolicyErrors, type JobPolicies } from './job-policies';
import { labelSelectorErrors, selectorMatches, type LabelSelector } from './label-selector';
import { immutableErrors } from './metadata';
import { byteLength, dnsLabelErrors, dnsSubdomainErrors, patternText, tooLongText } from './names';
import { podTemplateErrors, selectionErrors, type PodTemplate } from './pod-template';
import { nonNegative } from './workloads';

interface JobSpec extends JobPolicies {
  readonly parallelism?: number;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly maxFailedIndexes?: number;
  readonly managedBy?: string;
  readonly manualSelector?: boolean;
  readonly selector?: LabelSelector;
  readonly suspend?: boolean;
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

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;
/** What the many pods of an indexed Job are held to, and more so when it asks for more completions than `softLimit`. */
const softLimit = 100_000;
const highLimit = 10_000;
const mostManager = 63;
const modes = ['NonIndexed', 'Indexed'];
const policies = ['Allow', 'Forbid', 'Replace'];

/** IsDomainPrefixedPath. */
function managerErrors(text: string, path: FieldPath): FieldError[] {
  if (text === '') return [required(path)];
  const [, host, rest] = /^([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (host === undefined || rest === undefined) return [invalidValue(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = dnsSubdomainErrors(host).map((why) => invalidValue(path, host, why));
  const pattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (!new RegExp(`^${pattern}$`).test(rest)) errors.push(invalidValue(path, rest, patternText('Invalid path', pattern)));
  return errors;
}

function indexedErrors({ completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex }: JobSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const atMost = (field: string, value: number, most: number, when: string): void => {
    if (value > most) errors.push(invalidValue(path.child(field), value, `must be less than or equal to ${most}${when}`));
  };
  const failed = maxFailedIndexes ?? 0;
  if (completions === undefined) errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  atMost('parallelism', parallelism, softLimit, ' when completion mode is Indexed');
  if (completions !== undefined && failed > completions)
    errors.push(invalidValue(path.child('maxFailedIndexes'), failed, 'must be less than or equal to completions'));
  atMost('maxFailedIndexes', failed, softLimit, '');
  if ((completions ?? 0) <= softLimit || backoffLimitPerIndex === undefined) return errors;
  const when = ` when completions are above ${softLimit} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined)
    errors.push(required(path.child('maxFailedIndexes'), `must be specified when completions is above ${softLimit}`));
  atMost('parallelism', parallelism, highLimit, when);
  atMost('maxFailedIndexes', failed, highLimit, when);
  return errors;
}

function restartErrors({ template, podFailurePolicy }: JobSpec, path: FieldPath): FieldError[] {
  const policy = template?.spec?.restartPolicy;
  if (policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"', 'job-restart-policy')];
  if (policy !== 'OnFailure' && policy !== 'Never') return policy === undefined ? [] : [notSupported(path, policy, ['OnFailure', 'Never'])];
  return podFailurePolicy && policy !== 'Never'
    ? [invalidValue(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

function commonErrors(job: JobSpec, path: FieldPath): FieldError[] {
  const { completionMode: mode, managedBy } = job;
  const errors = counts.flatMap((field) => nonNegative(job[field], path.child(field)));
  if (job.maxFailedIndexes !== undefined && job.backoffLimitPerIndex === undefined)
    errors.push(required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  if (managedBy !== undefined) {
    errors.push(...managerErrors(managedBy, path.child('managedBy')));
    if (byteLength(managedBy) > mostManager) errors.push(tooLong(path.child('managedBy'), mostManager));
  }
  if (mode !== undefined && !modes.includes(mode)) errors.push(notSupported(path.child('completionMode'), mode, modes));
  if (mode === 'Indexed') errors.push(...indexedErrors(job, path));
  if (mode === undefined || mode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (job[field] !== undefined) errors.push(invalidValue(path.child(field), job[field], 'requires indexed completion mode'));
  }
  const template = path.child('template');
  return [
    ...errors,
    ...(job.podFailurePolicy ? failurePolicyErrors(job, path.child('podFailurePolicy')) : []),
    ...successPolicyErrors(job, path.child('successPolicy')),
    ...replacementErrors(job, path.child('podReplacementPolicy')),
    ...podTemplateErrors(job.template ?? {}, template),
    ...restartErrors(job, template.child('spec').child('restartPolicy')),
  ];
}

/** The labels by which a Job finds its pods, put into its template when it is created. */
export const generatedLabels = (job: KubeObject): Readonly<Record<string, string>> => ({
  'controller-uid': job.metadata.uid ?? '',
  'job-name': job.metadata.name ?? '',
  'batch.kubernetes.io/controller-uid': job.metadata.uid ?? '',
  'batch.kubernetes.io/job-name': job.metadata.name ?? '',
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
    ...hostnameErrors(job),
  ];
}

/** A pod of an indexed Job has its index in its hostname. */
function hostnameErrors({ metadata, spec = {} }: Job): FieldError[] {
  const { completionMode, completions = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const longest = `${metadata.name}-${completions - 1}`;
  if (dnsLabelErrors(longest).length === 0) return [];
  const why = `will not able to create pod with invalid DNS label: ${longest}`;
  return [invalidValue(FieldPath.of('metadata', 'name'), metadata.name, why)];
}

interface Affinity {
  readonly nodeAffinity?: unknown;
}

/** A template as it may be changed while no pod of it runs: where its pods go, how they are marked and what they ask for. */
function withDirectives(old: PodTemplate = {}, now: PodTemplate = {}): PodTemplate {
  const { nodeSelector, tolerations, schedulingGates, containers = [], initContainers } = now.spec ?? {};
  const before = old.spec ?? {};
  const affinity = now.spec?.affinity as Affinity | undefined;
  const kept: Affinity = { ...(before.affinity as Affinity | undefined), nodeAffinity: affinity?.nodeAffinity };
  const resized = (own: typeof containers, theirs: typeof containers): typeof containers =>
    own.map((container, i) => ({ ...container, resources: theirs[i]?.resources }));
  return {
    ...old,
    metadata: { ...old.metadata, annotations: now.metadata?.annotations, labels: now.metadata?.labels },
    spec: {
      ...before,
      affinity: affinity || Object.values(kept).some((part) => part !== undefined) ? kept : undefined,
      nodeSelector,
      tolerations,
      schedulingGates,
      containers: resized(before.containers ?? [], containers),
      ...(before.initContainers ? { initContainers: resized(before.initContainers, initContainers ?? []) } : {}),
    } as PodTemplate['spec'],
  };
}

/** An indexed Job may ask for more or less, of which it runs as many at once. */
function completionsErrors(now: JobSpec, old: JobSpec, path: FieldPath): FieldError[] {
  if (now.completionMode !== 'Indexed') return immutableErrors(now.completions, old.completions, path);
  if (now.completions === old.completions || now.completions === undefined || now.completions === now.parallelism) return [];
  return [invalidValue(path, now.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** ValidateJobSpecUpdate, after `jobErrors`. */
export function jobUpdateErrors(job: Job, old: Job): FieldError[] {
  const path = FieldPath.of('spec');
  const now = job.spec ?? {};
  const before = old.spec ?? {};
  const fixed = (field: keyof JobSpec): FieldError[] => immutableErrors(now[field], before[field], path.child(field));
  const template = before.suspend ? withDirectives(before.template, now.template) : before.template;
  return [
    ...completionsErrors(now, before, path.child('completions')),
    ...fixed('selector'),
    ...immutableErrors(now.template, template, path.child('template')),
    ...(['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const).flatMap(fixed),
  ];
}

const isZone = (zone: string): boolean => {
  try {
    return !!new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return false;
  }
};

/** validateTimeZone. The zones are those that JavaScript knows. */
function timeZoneErrors(zone: string | undefined, path: FieldPath): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalidValue(path, zone, 'timeZone must be nil or non-empty string')];
  const unknown = invalidValue(path, zone, `unknown time zone ${zone}`);
  const wrong = (part: string): boolean => part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part);
  if (zone.split('/').some(wrong)) return [unknown];
  if (zone.toLowerCase() !== 'local') return isZone(zone) ? [] : [unknown];
  const explicit = invalidValue(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  // Go knows a zone of just this name.
  return zone === 'Local' ? [explicit] : [explicit, unknown];
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
  errors.push(...timeZoneErrors(timeZone, path.child('timeZone')));
  if (!concurrencyPolicy) errors.push(required(path.child('concurrencyPolicy')));
  else if (!policies.includes(concurrencyPolicy)) errors.push(notSupported(path.child('concurrencyPolicy'), concurrencyPolicy, policies));
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
