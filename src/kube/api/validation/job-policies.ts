import { duplicate, invalidValue, notSupported, omitted, required, tooLong, tooMany, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { goQuoted } from '../decode-error';
import { byteLength, qualifiedNameErrors } from './names';
import type { PodTemplate } from './pod-template';
import { nonNegative } from './workloads';

interface ExitCodes {
  readonly operator?: string;
  readonly containerName?: string;
  readonly values?: readonly number[];
}
interface FailureRule {
  readonly action?: string;
  readonly onExitCodes?: ExitCodes;
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[];
}
interface SuccessRule {
  readonly succeededCount?: number;
  readonly succeededIndexes?: string;
}
export interface JobPolicies {
  readonly completions?: number;
  readonly completionMode?: string;
  readonly backoffLimitPerIndex?: number;
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] };
  readonly successPolicy?: { readonly rules?: readonly SuccessRule[] };
  readonly podReplacementPolicy?: string;
  readonly template?: PodTemplate;
}

// Sorted, as apimachinery lists a set.
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];
const replacements = ['Failed', 'TerminatingOrFailed'];
const mostRules = 20;
const mostValues = 255;
const mostPatterns = 20;
const mostIndexBytes = 64 * 1024;

/** One of a set: what is missing is told the values as Go prints a slice. */
function oneOf(value: string | undefined, values: readonly string[], path: FieldPath): FieldError[] {
  if (!value) return [required(path, `valid values: [${values.map((each) => goQuoted(each)).join(' ')}]`)];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}

function exitCodeErrors({ operator, containerName, values = [] }: ExitCodes, path: FieldPath, names: readonly string[]): FieldError[] {
  const errors = oneOf(operator, operators, path.child('operator'));
  if (containerName !== undefined && !names.includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(path.child('containerName'), containerName, why));
  }
  const valuesPath = path.child('values');
  if (values.length === 0) errors.push(invalidValue(valuesPath, values, 'at least one value is required'));
  else if (values.length > mostValues) errors.push(tooMany(valuesPath, values.length, mostValues));
  values.forEach((value, i) => {
    if (operator === 'In' && value === 0) errors.push(invalidValue(valuesPath.index(i), value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(valuesPath.index(i), value));
  });
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) errors.push(invalidValue(valuesPath, values, 'must be ordered'));
  return errors;
}

function conditionErrors(patterns: NonNullable<FailureRule['onPodConditions']>, path: FieldPath): FieldError[] {
  const errors = patterns.length > mostPatterns ? [tooMany(path, patterns.length, mostPatterns)] : [];
  patterns.forEach(({ type = '', status }, i) => {
    const at = path.index(i);
    errors.push(...qualifiedNameErrors(type).map((why) => invalidValue(at.child('type'), type, why)));
    errors.push(...oneOf(status, statuses, at.child('status')));
  });
  return errors;
}

function failureRuleErrors(job: JobPolicies, rule: FailureRule, path: FieldPath, names: readonly string[]): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const actionPath = path.child('action');
  const errors = oneOf(action, actions, actionPath);
  if (action === 'FailIndex' && job.backoffLimitPerIndex === undefined)
    errors.push(invalidValue(actionPath, action, 'requires the backoffLimitPerIndex to be set'));
  if (onExitCodes) errors.push(...exitCodeErrors(onExitCodes, path.child('onExitCodes'), names));
  if (onPodConditions.length > 0) errors.push(...conditionErrors(onPodConditions, path.child('onPodConditions')));
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(invalidValue(path, omitted, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(invalidValue(path, omitted, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

/** validatePodFailurePolicy. */
export function failurePolicyErrors(job: JobPolicies, path: FieldPath): FieldError[] {
  const rules = job.podFailurePolicy?.rules ?? [];
  const rulesPath = path.child('rules');
  const { containers = [], initContainers = [] } = job.template?.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name ?? '');
  return [
    ...(rules.length > mostRules ? [tooMany(rulesPath, rules.length, mostRules)] : []),
    ...rules.flatMap((rule, i) => failureRuleErrors(job, rule, rulesPath.index(i), names)),
  ];
}

/** One part of `1,3-5`: its ends, or what is wrong with it. */
function interval(text: string, completions: number): readonly [from: number, to: number] | string {
  const limits = text.split('-');
  if (limits.length > 2)
    return `the fragment ${goQuoted(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  for (const limit of limits) {
    if (!/^[+-]?\d+$/.test(limit)) return `cannot convert string to integer for index: ${goQuoted(limit)}`;
    if (Number(limit) >= completions) return `too large index: ${goQuoted(limit)}`;
  }
  const [from, to = from] = limits.map(Number) as [number, number?];
  return limits.length > 1 && from >= to ? `non-increasing order, previous: ${from}, current: ${to}` : [from, to];
}

/** validateIndexesFormat: how many indexes a text names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let last: number | undefined;
  let total = 0;
  for (const part of text === '' ? [] : text.split(',')) {
    const ends = interval(part, completions);
    if (typeof ends === 'string') return ends;
    if (last !== undefined && last >= ends[0]) return `non-increasing order, previous: ${last}, current: ${ends[0]}`;
    total += ends[1] - ends[0] + 1;
    last = ends[1];
  }
  return total;
}

function successRuleErrors(
  { succeededCount: count, succeededIndexes: text }: SuccessRule,
  completions: number,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (count === undefined && text === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = 0;
  if (text !== undefined) {
    const indexesPath = path.child('succeededIndexes');
    if (byteLength(text) > mostIndexBytes) errors.push(tooLong(indexesPath, mostIndexBytes));
    const counted = countIndexes(text, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalidValue(indexesPath, text, `error parsing succeededIndexes: ${counted}`));
  }
  if (count === undefined) return errors;
  const countPath = path.child('succeededCount');
  const atMost = (most: number, what: string): void => {
    if (count > most) errors.push(invalidValue(countPath, count, `must be less than or equal to ${most} (the number of ${what})`));
  };
  errors.push(...nonNegative(count, countPath));
  atMost(completions, 'specified completions');
  if (text !== undefined) atMost(total, 'indexes in the specified succeededIndexes field');
  return errors;
}

/** validateSuccessPolicy, for a Job that has indexes. */
export function successPolicyErrors({ successPolicy, completionMode, completions = 0 }: JobPolicies, path: FieldPath): FieldError[] {
  if (!successPolicy) return [];
  if (completionMode !== 'Indexed') return [invalidValue(path, successPolicy, 'requires indexed completion mode')];
  const { rules = [] } = successPolicy;
  const rulesPath = path.child('rules');
  return [
    ...(rules.length === 0 ? [required(rulesPath, 'at least one rules must be specified when the successPolicy is specified')] : []),
    ...(rules.length > mostRules ? [tooMany(rulesPath, rules.length, mostRules)] : []),
    ...rules.flatMap((rule, i) => successRuleErrors(rule, completions, rulesPath.index(i))),
  ];
}

/** validatePodReplacementPolicy. */
export function replacementErrors({ podReplacementPolicy: policy, podFailurePolicy }: JobPolicies, path: FieldPath): FieldError[] {
  const allowed = podFailurePolicy ? ['Failed'] : replacements;
  return policy === undefined || allowed.includes(policy) ? [] : [notSupported(path, policy, allowed)];
}
