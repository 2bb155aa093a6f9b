import { forbiddenField, invalidValue, notSupported, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { selectorMatches, type LabelSelector } from './label-selector';
import { annotationErrors, labelErrors } from './metadata';
import { profileMismatchErrors, specificAnnotationErrors } from './pod-annotations';
import { validatePodSpec } from './pod-spec';
import type { FullPodSpec, PodSpec } from './pod-shapes';

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: Partial<PodSpec>;
}

/** ValidatePodTemplateSpec. Labels and annotations are named without `metadata`, as upstream names them. */
export function podTemplateErrors(template: PodTemplate, path: FieldPath): FieldError[] {
  const { metadata = {}, spec = {} } = template;
  const annotations = metadata.annotations ?? {};
  const errors = [
    ...labelErrors(metadata.labels, path.child('labels')),
    ...annotationErrors(metadata.annotations, path.child('annotations')),
    ...specificAnnotationErrors(annotations, spec as FullPodSpec, path.child('annotations')),
    ...validatePodSpec(spec as PodSpec, path.child('spec')),
    ...profileMismatchErrors(annotations, spec as FullPodSpec, path.child('spec')),
  ];
  if (spec.ephemeralContainers?.length)
    errors.push(forbiddenField(path.child('spec').child('ephemeralContainers'), 'ephemeral containers not allowed in pod template'));
  return errors;
}

/** The selector of a workload has to select the pods it makes. */
export function selectionErrors(selector: LabelSelector | undefined, template: PodTemplate, path: FieldPath): FieldError[] {
  const labels = template.metadata?.labels ?? {};
  if (selectorMatches(selector, labels) !== false) return [];
  // Go writes maps in the order of their keys.
  const shown = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [invalidValue(path.child('metadata').child('labels'), shown, '`selector` does not match template `labels`', 'selector-mismatch')];
}

/** Pods that are kept running restart always and have no deadline. */
export function longRunningErrors({ spec = {} }: PodTemplate, path: FieldPath, kind: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.restartPolicy !== 'Always')
    errors.push(notSupported(path.child('spec').child('restartPolicy'), spec.restartPolicy ?? '', ['Always'], 'template-restart-policy'));
  if (spec.activeDeadlineSeconds !== undefined)
    errors.push(forbiddenField(path.child('spec').child('activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`));
  return errors;
}
