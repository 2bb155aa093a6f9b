import { forbiddenField, invalidEach, invalidValue, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { labelSelectorErrors, requirementErrors, type LabelSelector, type SelectorRequirement } from './label-selector';
import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors } from './names';
import type { Affinity, NodeAffinity, NodeSelectorTerm, PodAffinity, PodAffinityTerm } from './pod-shapes';

const requiredField = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredField = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Of a node's fields only its name can be asked for, one at a time. */
function fieldRequirementErrors({ key = '', operator = '', values = [] }: SelectorRequirement, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidValue(path.child('operator'), operator, 'not a valid selector operator', 'selector-operator'));
  } else if (values.length !== 1) {
    errors.push(required(path.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  }
  if (key !== 'metadata.name') return [...errors, invalidValue(path.child('key'), key, 'not a valid field selector key')];
  return [...errors, ...values.flatMap((value, i) => invalidEach(path.child('values').index(i), value, dnsSubdomainErrors(value)))];
}

function nodeTermErrors(term: NodeSelectorTerm, path: FieldPath, anyValue: boolean): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, i) =>
      requirementErrors(requirement, path.child('matchExpressions').index(i), { ordered: true, anyValue }),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, i) => fieldRequirementErrors(requirement, path.child('matchFields').index(i))),
  ];
}

/** A node selector: of pods and of volumes. */
export function nodeSelectorErrors(selector: { nodeSelectorTerms?: NodeSelectorTerm[] }, path: FieldPath): FieldError[] {
  const at = path.child('nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, i) => nodeTermErrors(term, at.index(i), false));
}

const weightErrors = (weight = 0, path: FieldPath): FieldError[] =>
  weight > 0 && weight <= 100 ? [] : [invalidValue(path.child('weight'), weight, 'must be in the range 1-100', 'weight-range')];

function nodeAffinityErrors(affinity: NodeAffinity, path: FieldPath): FieldError[] {
  const must = affinity[requiredField];
  return [
    ...(must ? nodeSelectorErrors(must, path.child(requiredField)) : []),
    ...(affinity[preferredField] ?? []).flatMap(({ weight, preference }, i) => {
      const at = path.child(preferredField).index(i);
      // Values that no label can have only never match; that has always been let through here.
      return [...weightErrors(weight, at), ...nodeTermErrors(preference ?? {}, at.child('preference'), true)];
    }),
  ];
}

function keyListErrors(keys: readonly string[] = [], selector: LabelSelector | undefined, path: FieldPath): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbiddenField(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => invalidEach(path.index(i), key, labelKeyErrors(key), 'label-key'));
}

/** Keys whose values are taken from the pod itself: they stand once, in one of the two lists or in the selector. */
export function matchLabelKeysErrors(
  {
    matchLabelKeys = [],
    mismatchLabelKeys = [],
    labelSelector,
  }: Pick<PodAffinityTerm, 'matchLabelKeys' | 'mismatchLabelKeys' | 'labelSelector'>,
  path: FieldPath,
): FieldError[] {
  const errors = [
    ...keyListErrors(matchLabelKeys, labelSelector, path.child('matchLabelKeys')),
    ...keyListErrors(mismatchLabelKeys, labelSelector, path.child('mismatchLabelKeys')),
  ];
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key = '' } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && selected.has(key)) errors.push(invalidValue(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
    selected.add(key);
  }
  matchLabelKeys.forEach((key, i) => {
    if (!mismatchLabelKeys.includes(key)) return;
    errors.push(invalidValue(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  });
  return errors;
}

function podTermErrors(term: PodAffinityTerm, path: FieldPath): FieldError[] {
  const topologyKey = term.topologyKey ?? '';
  return [
    ...labelSelectorErrors(term.labelSelector, path.child('labelSelector')),
    ...labelSelectorErrors(term.namespaceSelector, path.child('namespaceSelector')),
    ...(term.namespaces ?? []).flatMap((name) => invalidEach(path.child('namespace'), name, dnsLabelErrors(name))),
    ...matchLabelKeysErrors(term, path),
    ...(topologyKey ? [] : [required(path.child('topologyKey'), 'can not be empty', 'topology-key-required')]),
    ...invalidEach(path.child('topologyKey'), topologyKey, labelKeyErrors(topologyKey), 'label-key'),
  ];
}

function podAffinityErrors(affinity: PodAffinity, path: FieldPath): FieldError[] {
  return [
    ...(affinity[requiredField] ?? []).flatMap((term, i) => podTermErrors(term, path.child(requiredField).index(i))),
    ...(affinity[preferredField] ?? []).flatMap(({ weight, podAffinityTerm }, i) => {
      const at = path.child(preferredField).index(i);
      return [...weightErrors(weight, at), ...podTermErrors(podAffinityTerm ?? {}, at.child('podAffinityTerm'))];
    }),
  ];
}

export function validateAffinity(affinity: Affinity | undefined, path: FieldPath): FieldError[] {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity ? nodeAffinityErrors(nodeAffinity, path.child('nodeAffinity')) : []),
    ...(podAffinity ? podAffinityErrors(podAffinity, path.child('podAffinity')) : []),
    ...(podAntiAffinity ? podAffinityErrors(podAntiAffinity, path.child('podAntiAffinity')) : []),
  ];
}
