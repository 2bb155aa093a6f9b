import { duplicate, invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { labelKeyErrors, labelValueErrors, qualifiedNameErrors } from './names';
import { labelSelectorErrors } from './label-selector';
import { matchLabelKeysErrors } from './pod-affinity';
import type { FullPodSpec, Toleration, TopologySpreadConstraint } from './pod-shapes';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const operators = ['Equal', 'Exists'];
/** Numbers can be compared behind a feature gate that is off; the message lists the operators nevertheless. */
const gatedOperators = ['Lt', 'Gt'];

function tolerationValueErrors(operator: string, value: string, path: FieldPath): FieldError[] {
  if (operator === 'Equal' || operator === '') {
    const texts = labelValueErrors(value);
    return texts.length > 0 ? [invalidValue(path, value, texts.join(';'), 'label-value')] : [];
  }
  if (operator === 'Exists') {
    return value ? [invalidValue(path, value, "value must be empty when `operator` is 'Exists'", 'toleration-value')] : [];
  }
  const known = gatedOperators.includes(operator) ? [...operators, ...gatedOperators] : operators;
  return [notSupported(path, operator, known, 'toleration-operator')];
}

export function validateTolerations(tolerations: readonly Toleration[] = [], path: FieldPath): FieldError[] {
  return tolerations.flatMap(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    if (key) errors.push(...invalidEach(at.child('key'), key, labelKeyErrors(key), 'label-key'));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(at.child('operator'), operator, detail, 'toleration-key'));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(at.child('effect'), effect, detail, 'toleration-seconds'));
    }
    errors.push(...tolerationValueErrors(operator, value, at.child('operator')));
    if (effect && !effects.includes(effect)) errors.push(notSupported(at.child('effect'), effect, effects, 'taint-effect'));
    return errors;
  });
}

const spreadActions = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusionPolicies = ['Honor', 'Ignore'];

const positive = (value: number, path: FieldPath): FieldError[] =>
  value > 0 ? [] : [invalidValue(path, value, 'must be greater than zero')];

export function validateTopologySpread(constraints: readonly TopologySpreadConstraint[] = [], path: FieldPath): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const at = path.index(i);
    const { topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    const errors = positive(constraint.maxSkew ?? 0, at.child('maxSkew'));
    if (!topologyKey) errors.push(required(at.child('topologyKey'), 'can not be empty', 'topology-key-required'));
    if (!spreadActions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable, spreadActions));
    }
    const repeated = constraints
      .slice(i + 1)
      .some((other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable);
    if (repeated) errors.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      errors.push(...positive(minDomains, at.child('minDomains')));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalidValue(at.child('minDomains'), minDomains, detail));
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy !== undefined && !inclusionPolicies.includes(policy)) {
        errors.push(notSupported(at.child(field), policy, inclusionPolicies));
      }
    }
    errors.push(...matchLabelKeysErrors(constraint, at), ...labelSelectorErrors(constraint.labelSelector, at.child('labelSelector')));
    return errors;
  });
}

export function validateReadinessGates(gates: FullPodSpec['readinessGates'] = [], path: FieldPath): FieldError[] {
  return gates.flatMap(({ conditionType = '' }, i) =>
    invalidEach(path.index(i).child('conditionType'), conditionType, qualifiedNameErrors(conditionType)),
  );
}

export function validateSchedulingGates(gates: FullPodSpec['schedulingGates'] = [], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, i) => {
    const errors = invalidEach(path.index(i), name, qualifiedNameErrors(name));
    if (seen.has(name)) errors.push(duplicate(path.index(i), name));
    seen.add(name);
    return errors;
  });
}
