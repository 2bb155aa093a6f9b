import type { FieldError } from '../field-error';
import type { KubeObject } from '../object';
import type { GroupVersionKind } from '../schema';
import { kinds, warnings, type KindRules } from './kinds';
import { metadataErrors, metadataUpdateErrors } from './metadata';
import { dnsSubdomainErrors, pathSegmentErrors } from './names';

export { pathSegmentErrors } from './names';
export { parseSchedule, type CronSchedule } from './cron';
export { keyPairProblem } from './key-pair';
export { isEmptySelector, selectorMatches, type LabelSelector } from './label-selector';
export { addressFamily } from './addresses';
export { addressFieldErrors as serviceAddressErrors } from './service-addresses';
export { validatePodCreate } from './pod';
export { validatePodSpec } from './pod-spec';
export { validatePodUpdate } from './pod-update';
export { podWarnings } from './pod-warnings';
export { generatedLabels } from './jobs';
export { configKeyErrors, dnsSubdomainErrors, labelKeyErrors, labelValueErrors } from './names';

const noRules: KindRules = {};

function rulesOf({ group, kind }: GroupVersionKind): KindRules {
  const key = `${group}/${kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key]! : noRules;
}

/** What every kind's metadata is held to, whatever its strategy says: a name that fits in a path. */
const plainErrors = (object: KubeObject, { cluster = false }: KindRules): FieldError[] =>
  metadataErrors(object.metadata, { name: pathSegmentErrors, namespaced: !cluster, builtIn: false });

function kindErrors(gvk: GroupVersionKind, object: KubeObject, rules: KindRules): FieldError[] {
  const { name = dnsSubdomainErrors, cluster = false, plainMetadata } = rules;
  const metadata = plainMetadata ? [] : metadataErrors(object.metadata, { name, namespaced: !cluster });
  return [...metadata, ...(rules.errors?.(object, gvk) ?? [])];
}

/** What is wrong with a decoded and defaulted object that is to be created, in kube-apiserver's order. */
export function validateCreate(gvk: GroupVersionKind, object: KubeObject): FieldError[] {
  const rules = rulesOf(gvk);
  const errors = rules.create ? rules.create(object) : kindErrors(gvk, object, rules);
  return errors.length > 0 ? errors : plainErrors(object, rules);
}

/** What is wrong with a change of an object, by its main path or a subresource, in kube-apiserver's order; an error may stand twice. */
export function validateUpdate(gvk: GroupVersionKind, object: KubeObject, old: KubeObject, subresource?: string): FieldError[] {
  const rules = rulesOf(gvk);
  const changed = metadataUpdateErrors(object.metadata, old.metadata);
  const common = [...plainErrors(object, rules), ...changed];
  if (rules.update) return [...common, ...rules.update(object, old, subresource)];
  if (subresource) return [...common, ...changed];
  return [...common, ...changed, ...(rules.updateErrors?.(object, old) ?? []), ...kindErrors(gvk, object, rules)];
}

/** What is odd about an object that is created or changed, though nothing is wrong with it. */
export function validationWarnings({ group, kind }: GroupVersionKind, object: KubeObject, old?: KubeObject): string[] {
  const key = `${group}/${kind}`;
  return Object.hasOwn(warnings, key) ? warnings[key]!(object, old) : [];
}
