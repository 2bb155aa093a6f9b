import { forbiddenField, invalidValue, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import { equal } from '../equal';
import { goStruct } from './go-struct';
import { validateTolerations } from './pod-scheduling';
import type { FullPodSpec, NodeSelectorTerm, Toleration } from './pod-shapes';

const requiredField = 'requiredDuringSchedulingIgnoredDuringExecution';

const sameButSeconds = (a: Toleration, b: Toleration): boolean =>
  equal(goStruct('Toleration', { ...a, tolerationSeconds: 0 }), goStruct('Toleration', { ...b, tolerationSeconds: 0 }));

function tolerationErrors(now: readonly Toleration[] = [], before: readonly Toleration[] = [], path: FieldPath): FieldError[] {
  if (before.some((old) => !now.some((toleration) => sameButSeconds(old, toleration)))) {
    return [forbiddenField(path, 'existing toleration can not be modified except its tolerationSeconds', 'immutable-toleration')];
  }
  return validateTolerations(now, path);
}

function gateErrors(now: FullPodSpec['schedulingGates'] = [], before: FullPodSpec['schedulingGates'] = [], path: FieldPath): FieldError[] {
  return now.flatMap(({ name = '' }, i) => {
    if (before.some((gate) => (gate.name ?? '') === name)) return [];
    return [forbiddenField(path.index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`)];
  });
}

const begins = <T>(now: readonly T[] = [], before: readonly T[] = []): boolean =>
  now.length >= before.length && before.every((item, i) => equal(now[i], item));

/** A term may only get narrower; one that selects nothing stays so. */
function narrows(now: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const empty = (term: NodeSelectorTerm): boolean => !term.matchExpressions?.length && !term.matchFields?.length;
  if (empty(before)) return empty(now);
  return begins(now.matchExpressions, before.matchExpressions) && begins(now.matchFields, before.matchFields);
}

/** While gates hold a pod back, the choice of its node can still be narrowed. */
function narrowingErrors(now: FullPodSpec, before: FullPodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const selector = now.nodeSelector ?? {};
  if (Object.entries(before.nodeSelector ?? {}).some(([key, value]) => selector[key] !== value)) {
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalidValue(path.child('nodeSelector'), selector, detail));
  }
  const at = path.child('affinity').child('nodeAffinity').child(requiredField).child('nodeSelectorTerms');
  const old = before.affinity?.nodeAffinity?.[requiredField]?.nodeSelectorTerms ?? [];
  const terms = now.affinity?.nodeAffinity?.[requiredField]?.nodeSelectorTerms ?? [];
  if (old.length > 0 && old.length !== terms.length) {
    const shown = terms.map((term) => goStruct('NodeSelectorTerm', term));
    return [...errors, invalidValue(at, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  old.forEach((term, i) => {
    if (narrows(terms[i]!, term)) return;
    const shown = goStruct('NodeSelectorTerm', terms[i]);
    errors.push(invalidValue(at.index(i), shown, 'only additions are allowed (no mutations or deletions)'));
  });
  return errors;
}

/** What may be changed of a pod's scheduling: tolerations added, gates removed, and behind gates the choice of nodes narrowed. */
export function schedulingUpdateErrors(now: FullPodSpec, before: FullPodSpec, path: FieldPath): FieldError[] {
  return [
    ...tolerationErrors(now.tolerations, before.tolerations, path.child('tolerations')),
    ...gateErrors(now.schedulingGates, before.schedulingGates, path.child('schedulingGates')),
    ...(before.schedulingGates?.length ? narrowingErrors(now, before, path) : []),
  ];
}

/** `spec` with the old choice of nodes, which a pod behind gates may change. */
export function gateChanges(spec: FullPodSpec, before: FullPodSpec): FullPodSpec {
  const old = before.affinity?.nodeAffinity;
  const changed = !equal(spec.affinity?.nodeAffinity, old);
  let affinity = spec.affinity;
  if (changed && !affinity) affinity = { nodeAffinity: old };
  else if (changed && !before.affinity && !affinity?.podAffinity && !affinity?.podAntiAffinity) affinity = undefined;
  else if (changed) affinity = { ...affinity, nodeAffinity: old };
  return { ...spec, nodeSelector: before.nodeSelector, affinity };
}
