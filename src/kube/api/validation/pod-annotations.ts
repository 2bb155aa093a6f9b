import { goQuoted } from '../decode-error';
import { forbiddenField, invalidValue, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import { jsonKind, jsonSyntaxError } from '../go-json';
import type { Pod } from '../types';
import { descendingPathErrors } from './pod-paths';
import { validateTolerations } from './pod-scheduling';
import type { FullPodSpec, Profile, Toleration } from './pod-shapes';
import { visitContainers } from './pod-visit';

export const mirrorAnnotation = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const seccompOfPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompOfContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorOfContainer = 'container.apparmor.security.beta.kubernetes.io/';
const tolerationsOfOld = 'scheduler.alpha.kubernetes.io/tolerations';
const podPath = FieldPath.of('metadata', 'annotations');

type Annotations = Readonly<Record<string, string>>;

function seccompErrors(profile: string, at: FieldPath): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith('localhost/')) return descendingPathErrors(profile.slice('localhost/'.length), at);
  return [invalidValue(at, profile, 'must be a valid seccomp profile')];
}

function appArmorErrors(annotations: Annotations, containers: ReadonlySet<string>, path: FieldPath): FieldError[] {
  return Object.entries(annotations).flatMap(([key, profile]) => {
    if (!key.startsWith(appArmorOfContainer)) return [];
    const name = key.slice(appArmorOfContainer.length);
    const known = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/');
    return [
      ...(containers.has(name) ? [] : [invalidValue(path.key(key), name, 'container not found')]),
      ...(known ? [] : [invalidValue(path.key(key), profile, `invalid AppArmor profile name: ${goQuoted(profile)}`)]),
    ];
  });
}

/** As ParseInt reads it, though no sign but a minus and no zero may lead. */
const isInt32 = (text: string): boolean => /^(0|[1-9]\d*|-\d+)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;

/** Tolerations as they were given before the field was there: a list in JSON. */
function oldTolerationErrors(text: string, path: FieldPath): FieldError[] {
  if (!text) return [];
  const bytes = new TextEncoder().encode(text);
  const wrong = jsonSyntaxError(bytes);
  const kind = wrong ? 'array' : jsonKind(bytes);
  if (wrong || (kind !== 'array' && kind !== 'null')) {
    const detail = wrong ?? `json: cannot unmarshal ${kind} into Go value of type []core.Toleration`;
    return [invalidValue(path, tolerationsOfOld, detail)];
  }
  const items = (JSON.parse(text) ?? []) as unknown[];
  const tolerations = items.filter((item): item is Toleration => typeof item === 'object' && item !== null);
  return validateTolerations(tolerations, path.child(tolerationsOfOld));
}

/** ValidatePodSpecificAnnotations, of a pod or of a template: mirrors of static pods, the cost of deletion, profiles of old. */
export function specificAnnotationErrors(annotations: Annotations, spec: FullPodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations[mirrorAnnotation];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(invalidValue(path.key(mirrorAnnotation), mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  errors.push(...oldTolerationErrors(annotations[tolerationsOfOld] ?? '', path));
  const cost = annotations[deletionCost];
  if (cost !== undefined && !isInt32(cost)) errors.push(invalidValue(path.key(deletionCost), cost, 'must be a 32bit integer'));
  const ofPod = annotations[seccompOfPod];
  if (ofPod !== undefined) errors.push(...seccompErrors(ofPod, path.child(seccompOfPod)));
  for (const [key, profile] of Object.entries(annotations)) {
    if (key.startsWith(seccompOfContainer)) errors.push(...seccompErrors(profile, path.child(key)));
  }
  const containers = new Set<string>();
  visitContainers(spec, path, (container) => containers.add(container.name ?? ''));
  return [...errors, ...appArmorErrors(annotations, containers, path)];
}

export const podAnnotationErrors = (pod: Pod): FieldError[] =>
  specificAnnotationErrors(pod.metadata.annotations ?? {}, pod.spec as FullPodSpec, podPath);

/** The mirror annotation and AppArmor's are as they were made. */
export function podAnnotationUpdateErrors(pod: Pod, old: Pod): FieldError[] {
  const [now, before] = [pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  const kinds = (key: string): string[] => [
    ...(key.startsWith(appArmorOfContainer) ? ['AppArmor annotations'] : []),
    ...(key === mirrorAnnotation ? ['mirror pod annotation'] : []),
  ];
  const errors: FieldError[] = [];
  for (const key of Object.keys(before)) {
    if (now[key] === before[key]) continue;
    for (const kind of kinds(key)) errors.push(forbiddenField(podPath.key(key), `may not remove or update ${kind}`));
  }
  for (const key of Object.keys(now)) {
    if (before[key] !== undefined) continue;
    for (const kind of kinds(key)) errors.push(forbiddenField(podPath.key(key), `may not add ${kind}`));
  }
  return [...errors, ...podAnnotationErrors(pod)];
}

function mismatch(
  annotation: string | undefined,
  profile: Profile | undefined,
  kind: string,
  defaults: readonly string[],
  at: FieldPath,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const typeDiffers = [forbiddenField(at.child('type'), `${kind} type in annotation and field must match`)];
  if (profile.type === 'Unconfined') return annotation === 'unconfined' ? [] : typeDiffers;
  if (profile.type === 'RuntimeDefault') return defaults.includes(annotation) ? [] : typeDiffers;
  if (profile.type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return typeDiffers;
  if (annotation.slice('localhost/'.length) === profile.localhostProfile) return [];
  return [forbiddenField(at.child('localhostProfile'), `${kind} profile in annotation and field must match`)];
}

/** A profile that is given both ways must be the same one. */
export function profileMismatchErrors(annotations: Annotations, spec: FullPodSpec, specPath: FieldPath): FieldError[] {
  const seccompDefaults = ['runtime/default', 'docker/default'];
  const seccompPath = specPath.child('securityContext').child('seccompProfile');
  const seccomp = mismatch(annotations[seccompOfPod], spec.securityContext?.seccompProfile, 'seccomp', seccompDefaults, seccompPath);
  const appArmor: FieldError[] = [];
  visitContainers(spec, specPath, (container, at) => {
    const name = container.name ?? '';
    const context = container.securityContext;
    const where = at.child('securityContext');
    const noted = annotations[`${seccompOfContainer}${name}`];
    seccomp.push(...mismatch(noted, context?.seccompProfile, 'seccomp', seccompDefaults, where.child('seccompProfile')));
    if (spec.os?.name === 'windows') return;
    const profile = context?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const own = annotations[`${appArmorOfContainer}${name}`];
    appArmor.push(...mismatch(own, profile, 'apparmor', ['runtime/default'], where.child('appArmorProfile')));
  });
  return [...seccomp, ...appArmor];
}
