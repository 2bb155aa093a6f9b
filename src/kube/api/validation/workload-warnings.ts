import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { claimSpecWarnings } from './claims';
import type { ClaimSpec } from './claim-spec';
import { nameWarning, podSpecWarnings, type Warned } from './pod-warnings';

/** What is odd about objects that make pods: the texts of Warning headers. */

interface Template {
  readonly metadata?: Warned['metadata'];
  readonly spec?: Warned['spec'];
}
interface Spec {
  readonly template?: Template;
  readonly revisionHistoryLimit?: number;
  readonly volumeClaimTemplates?: readonly { readonly spec?: ClaimSpec }[];
  readonly completionMode?: string;
  readonly completions?: number;
  readonly parallelism?: number;
}
interface Workload extends KubeObject {
  spec?: Spec & { schedule?: string; jobTemplate?: { spec?: Spec } };
}

const specPath = FieldPath.of('spec');

const templateWarnings = (spec: Spec | undefined, path: FieldPath): string[] =>
  spec?.template?.spec
    ? podSpecWarnings({ metadata: spec.template.metadata ?? {}, spec: spec.template.spec, root: path.child('template') }, true)
    : [];

const podNames = ({ metadata }: KubeObject): string[] => nameWarning(metadata.name, 'Pod names and hostnames');
/** Said of a new object and of a spec that has changed. */
const changed = (object: KubeObject, old?: KubeObject): boolean => !old || object.metadata.generation !== old.metadata.generation;

export const replicatedWarnings = (object: Workload, old?: Workload): string[] => [
  ...(old ? [] : podNames(object)),
  ...(changed(object, old) ? templateWarnings(object.spec, specPath) : []),
];
export const daemonSetWarnings = (object: Workload, old?: Workload): string[] =>
  changed(object, old) ? templateWarnings(object.spec, specPath) : [];

export function statefulSetWarnings(object: Workload, old?: Workload): string[] {
  const { revisionHistoryLimit = 0, volumeClaimTemplates = [] } = object.spec ?? {};
  const claims = specPath.child('volumeClaimTemplates');
  return [
    ...daemonSetWarnings(object, old),
    ...volumeClaimTemplates.flatMap(({ spec }, i) => claimSpecWarnings(spec, claims.index(i).child('spec'))),
    ...(revisionHistoryLimit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ];
}

const [manyCompletions, manyAtOnce] = [100_000, 10_000];
function jobSpecWarnings(spec: Spec | undefined, path: FieldPath): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {};
  const many = completionMode === 'Indexed' && completions > manyCompletions && parallelism > manyAtOnce;
  const text =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(many ? [text] : []), ...templateWarnings(spec, path)];
}

export const jobWarnings = (job: Workload, old?: Workload): string[] => [
  ...(old ? [] : podNames(job)),
  ...(changed(job, old) ? jobSpecWarnings(job.spec, specPath) : []),
];

export function cronJobWarnings(cronJob: Workload, old?: Workload): string[] {
  const job = cronJob.spec?.jobTemplate?.spec;
  return [
    ...(old ? [] : podNames(cronJob)),
    ...(changed(cronJob, old) ? jobSpecWarnings(job, specPath.child('jobTemplate').child('spec')) : []),
  ];
}
