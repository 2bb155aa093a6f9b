import { forbiddenField, invalidValue, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { Pod } from '../types';
import { goJsonText, goPodSpec } from './go-struct';
import { metadataUpdateErrors } from './metadata';
import { rangeText } from './names';
import { podErrors } from './pod';
import { podAnnotationUpdateErrors } from './pod-annotations';
import { imagePaddingErrors } from './pod-containers';
import { ephemeralUpdateErrors, resizeErrors } from './pod-subresources';
import { gateChanges, schedulingUpdateErrors } from './pod-scheduling-update';
import { podStatusErrors } from './pod-status';
import type { FullContainer, FullPodSpec } from './pod-shapes';
import { textDiff } from './unified-diff';

const specPath = FieldPath.of('spec');
const largest = 2147483647;

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** Containers can neither come nor go; undefined when their number is another one. */
function containerErrors(
  now: readonly FullContainer[] = [],
  before: readonly FullContainer[] = [],
  path: FieldPath,
): FieldError[] | undefined {
  if (now.length !== before.length) return undefined;
  return now.flatMap((container, i) => [
    ...(container.image ? [] : [required(path.index(i).child('image'), '', 'image-required')]),
    ...imagePaddingErrors(container, path.index(i)),
  ]);
}

/** A deadline can be set once, and then only be moved forward. `stop`: nothing further is looked at. */
function deadlineErrors(now: number | undefined, before: number | undefined): { errors: FieldError[]; stop: boolean } {
  const at = specPath.child('activeDeadlineSeconds');
  const stop = (detail: string): { errors: FieldError[]; stop: boolean } => ({ errors: [invalidValue(at, now, detail)], stop: true });
  if (now === undefined) {
    const errors = before === undefined ? [] : [invalidValue(at, now, 'must not update from a positive integer to nil value')];
    return { errors, stop: false };
  }
  if (now < 0 || now > largest) return stop(rangeText(0, largest));
  if (before !== undefined && before < now) return stop('must be less than or equal to previous value');
  return { errors: [], stop: false };
}

/** The new spec with everything put back that may change, so that what still differs may not. */
function withoutAllowedChanges(now: FullPodSpec, before: FullPodSpec): FullPodSpec {
  const images = (list: readonly FullContainer[] | undefined, old: readonly FullContainer[] | undefined): FullContainer[] | undefined =>
    list?.map((container, i) => ({ ...container, image: old?.[i]?.image }));
  const spec: FullPodSpec = {
    ...now,
    containers: images(now.containers, before.containers) ?? [],
    initContainers: images(now.initContainers, before.initContainers),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    schedulingGates: before.schedulingGates,
    tolerations: before.tolerations,
  };
  if ((before.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    spec.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds;
  }
  return before.schedulingGates?.length ? gateChanges(spec, before) : spec;
}

/** An empty list or map is as good as none. */
const nilAsEmpty = (json: string): string => json.replace(/\[\]|\{\}/g, 'null');

/** What else differs, as a diff of the two specs' JSON with Go's field names. */
function otherChanges(now: FullPodSpec, before: FullPodSpec): FieldError[] {
  const [old, wanted] = [goJsonText(goPodSpec(before)), goJsonText(goPodSpec(withoutAllowedChanges(now, before)))];
  if (nilAsEmpty(old) === nilAsEmpty(wanted)) return [];
  const detail = `pod updates may not change fields other than ${changeable.join(',')}\n${textDiff(old, wanted)}`;
  return [forbiddenField(specPath, detail, 'immutable-pod')];
}

function specUpdateErrors(now: FullPodSpec, before: FullPodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    const found = containerErrors(now[list], before[list], specPath.child(list));
    if (!found) {
      return [...errors, forbiddenField(specPath.child(list), 'pod updates may not add or remove containers', 'immutable-containers')];
    }
    errors.push(...found);
  }
  const deadline = deadlineErrors(now.activeDeadlineSeconds, before.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  return [...errors, ...schedulingUpdateErrors(now, before, specPath), ...otherChanges(now, before)];
}

/** What is wrong with a change of a pod, by its main path or a subresource. An error may stand twice. */
export function validatePodUpdate(pod: Pod, old: Pod, subresource?: string): FieldError[] {
  const metadata = metadataUpdateErrors(pod.metadata, old.metadata);
  if (subresource === 'status') return [...metadata, ...podAnnotationUpdateErrors(pod, old), ...podStatusErrors(pod, old)];
  if (subresource === 'ephemeralcontainers') {
    return ephemeralUpdateErrors(old, pod, [...metadata, ...podErrors(pod), ...podAnnotationUpdateErrors(pod, old)]);
  }
  if (subresource === 'resize') return resizeErrors(old, pod, [...metadata, ...podErrors(pod)]);
  return [
    ...metadata,
    ...podErrors(pod),
    ...podAnnotationUpdateErrors(pod, old),
    ...specUpdateErrors(pod.spec as FullPodSpec, old.spec as FullPodSpec),
  ];
}
