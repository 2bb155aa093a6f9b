import { goQuoted } from '../decode-error';
import { forbiddenField, invalidValue, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import { equal } from '../equal';
import { qosClass } from '../quality-of-service';
import type { Pod } from '../types';
import { goJsonText, goStruct } from './go-struct';
import { mirrorAnnotation } from './pod-annotations';
import type { FullContainer, FullPodSpec, FullResources } from './pod-shapes';
import { textDiff } from './unified-diff';

const specPath = FieldPath.of('spec');
const isStatic = (pod: Pod): boolean => pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
const whole = (detail: string): FieldError[] => [forbiddenField(FieldPath.root, detail)];

/** Of pods/ephemeralcontainers: containers are only added. `errors` are those of the pod as it would be. */
export function ephemeralUpdateErrors(old: Pod, pod: Pod, errors: FieldError[]): FieldError[] {
  if (isStatic(old)) return whole('static pods do not support ephemeral containers');
  const at = specPath.child('ephemeralContainers');
  const now = (pod.spec as FullPodSpec).ephemeralContainers ?? [];
  for (const before of (old.spec as FullPodSpec).ephemeralContainers ?? []) {
    const after = now.find((container) => container.name === before.name);
    const name = goQuoted(before.name);
    if (!after) {
      errors.push(forbiddenField(at, `existing ephemeral containers ${name} may not be removed\n`));
      continue;
    }
    const [was, is] = [before, after].map((container) => goJsonText(goStruct('EphemeralContainer', container)));
    if (was === is) continue;
    errors.push(forbiddenField(at, `existing ephemeral containers ${name} may not be changed\n${textDiff(was!, is!)}`));
  }
  return errors;
}

/** The resources without what a resize may change. */
function fixedPart(resources: FullResources = {}): unknown {
  const without = (list: Record<string, string> = {}): unknown =>
    Object.fromEntries(Object.entries(list).filter(([name]) => name !== 'cpu' && name !== 'memory'));
  return { claims: resources.claims ?? [], limits: without(resources.limits), requests: without(resources.requests) };
}

const fixed = (container: FullContainer): unknown => ({
  ...container,
  resizePolicy: undefined,
  resources: fixedPart(container.resources),
});

type List = 'containers' | 'initContainers';

function orderErrors(now: FullPodSpec, before: FullPodSpec, list: List): FieldError[] {
  const [after, was] = [now[list] ?? [], before[list] ?? []];
  const at = specPath.child(list);
  if (after.length !== was.length) return [forbiddenField(at, `${list} may not be added or removed on resize`)];
  return was.flatMap((container, i) =>
    after[i]!.name === container.name
      ? []
      : [forbiddenField(at.index(i).child('name'), `${list} may not be renamed or reordered on resize`)],
  );
}

function removalErrors(now: FullResources = {}, before: FullResources = {}, at: FieldPath): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((kind) => {
    const gone = Object.keys(before[kind] ?? {}).some((name) => now[kind]?.[name] === undefined);
    return gone ? [forbiddenField(at.child(kind), `resource ${kind} cannot be removed`)] : [];
  });
}

/** Of pods/resize: only cpu and memory of containers may change, and none of them may be taken away. */
export function resizeErrors(old: Pod, pod: Pod, errors: FieldError[]): FieldError[] {
  if (isStatic(old)) return whole('static pods cannot be resized');
  const [now, before] = [pod.spec as FullPodSpec, old.spec as FullPodSpec];
  if (before.os?.name === 'windows') return whole('windows pods cannot be resized');
  if ((old.status?.qosClass ?? qosClass(old)) !== qosClass(pod)) {
    errors.push(invalidValue(specPath, pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  const order = [...orderErrors(now, before, 'containers'), ...orderErrors(now, before, 'initContainers')];
  if (order.length > 0) return [...errors, ...order];
  for (const list of ['initContainers', 'containers'] as const) {
    (before[list] ?? []).forEach((container, i) => {
      const after = now[list]![i]!;
      errors.push(...removalErrors(after.resources, container.resources, specPath.child(list).index(i).child('resources')));
    });
  }
  (before.containers ?? []).forEach((container, i) => {
    if (!equal(fixed(now.containers[i]!), fixed(container)))
      errors.push(forbiddenField(specPath, 'only cpu and memory resources are mutable'));
  });
  (before.initContainers ?? []).forEach((container, i) => {
    if (equal(fixed(now.initContainers![i]!), fixed(container))) return;
    const detail = 'only cpu and memory resources for init or sidecar containers are mutable';
    errors.push(forbiddenField(specPath.child('initContainers').index(i), detail));
  });
  const rest = (spec: FullPodSpec): unknown => ({ ...spec, containers: [], initContainers: [], resources: fixedPart(spec.resources) });
  if (errors.length === 0 && !equal(rest(now), rest(before))) {
    errors.push(forbiddenField(specPath, 'only cpu and memory resources are mutable'));
  }
  return errors;
}
