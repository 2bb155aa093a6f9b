import { forbiddenField, invalidEach, invalidValue, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { ownValue } from '../object';
import { labelErrors } from './metadata';
import { labelKeyErrors, labelValueErrors } from './names';

export interface SelectorRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly SelectorRequirement[];
}

type Labels = Readonly<Record<string, string>>;

const tests: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

export interface RequirementRules {
  /** Gt and Lt too, as selectors of nodes have them. */
  readonly ordered?: boolean;
  /** Values may be what no label can have. */
  readonly anyValue?: boolean;
}

export function requirementErrors(requirement: SelectorRequirement, path: FieldPath, rules: RequirementRules = {}): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbiddenField(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (rules.ordered && (operator === 'Gt' || operator === 'Lt')) {
    if (values.length !== 1) errors.push(required(path.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalidValue(path.child('operator'), operator, 'not a valid selector operator', 'selector-operator'));
  errors.push(...invalidEach(path.child('key'), key, labelKeyErrors(key), 'label-key'));
  if (rules.anyValue) return errors;
  values.forEach((value, i) => errors.push(...invalidEach(path.child('values').index(i), value, labelValueErrors(value), 'label-value')));
  return errors;
}

/** ValidateLabelSelector. */
export function labelSelectorErrors(selector: LabelSelector | undefined, path: FieldPath): FieldError[] {
  if (!selector) return [];
  const expressions = path.child('matchExpressions');
  return [
    ...labelErrors(selector.matchLabels, path.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((requirement, i) => requirementErrors(requirement, expressions.index(i))),
  ];
}

export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0;

/** Whether labels match; undefined for a selector that no one can read. A selector that is not there matches nothing. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean | undefined {
  if (!selector) return false;
  let all = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => ownValue(labels, key) === value);
  for (const { key = '', operator = '', values = [] } of selector.matchExpressions ?? []) {
    const test = Object.hasOwn(tests, operator) ? tests[operator] : undefined;
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (!test || needsValues !== values.length > 0) return undefined;
    all &&= test(ownValue(labels, key), values);
  }
  return all;
}
