import { invalidValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { parseQuantity } from '../quantity';

interface Policy {
  readonly type?: string;
  readonly value?: number;
  readonly periodSeconds?: number;
}
interface Rules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly Policy[];
  readonly tolerance?: string;
}
export interface Behavior {
  readonly scaleUp?: Rules;
  readonly scaleDown?: Rules;
}

const longest = { window: 3600, period: 1800 } as const;
const selections = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];

function policyErrors({ type = '', value = 0, periodSeconds = 0 }: Policy, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!policyTypes.includes(type)) errors.push(notSupported(path.child('type'), type, policyTypes));
  if (value <= 0) errors.push(invalidValue(path.child('value'), value, 'must be greater than zero'));
  const period = path.child('periodSeconds');
  if (periodSeconds <= 0) errors.push(invalidValue(period, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > longest.period) {
    errors.push(invalidValue(period, periodSeconds, `must be less than or equal to ${longest.period}`));
  }
  return errors;
}

function rulesErrors(rules: Rules | undefined, path: FieldPath): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = path.child('stabilizationWindowSeconds');
  if (window !== undefined && window < 0) errors.push(invalidValue(at, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > longest.window) {
    errors.push(invalidValue(at, window, `must be less than or equal to ${longest.window}`));
  }
  if (selectPolicy !== undefined && !selections.includes(selectPolicy)) {
    errors.push(notSupported(path.child('selectPolicy'), selectPolicy, selections));
  }
  if (policies.length === 0) errors.push(required(path.child('policies'), 'must specify at least one Policy'));
  policies.forEach((policy, i) => errors.push(...policyErrors(policy, path.child('policies').index(i))));
  if (tolerance !== undefined && parseQuantity(tolerance).nanos < 0n) {
    errors.push(invalidValue(path.child('tolerance'), tolerance, 'must be greater or equal to zero'));
  }
  return errors;
}

/** How fast a HorizontalPodAutoscaler may scale: validateBehavior. */
export const behaviorErrors = (behavior: Behavior | undefined, path: FieldPath): FieldError[] => [
  ...rulesErrors(behavior?.scaleUp, path.child('scaleUp')),
  ...rulesErrors(behavior?.scaleDown, path.child('scaleDown')),
];
