import { equal } from '../../api';
import type { Deployment, PodTemplate, ReplicaSet } from '../workloads';
import { byCreation, sizeAnnotations } from './sizes';

export const hashLabel = 'pod-template-hash';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

/** A template as templates are compared: without the hash, and an empty list or null is as nothing. */
function comparable(template: PodTemplate | undefined): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(strip);
    if (typeof value !== 'object' || value === null) return value ?? undefined;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, strip(each)]));
  };
  const { [hashLabel]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return strip({ metadata: { ...template?.metadata, labels }, spec: template?.spec });
}

export const sameTemplate = (a: PodTemplate | undefined, b: PodTemplate | undefined): boolean => equal(comparable(a), comparable(b));

/** The ReplicaSet of the Deployment's template; the oldest, should there be several. */
export const newSetOf = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets].sort(byCreation).find((set) => sameTemplate(set.spec.template, deployment.spec.template));

export const revisionOf = (set: { readonly metadata: { readonly annotations?: Record<string, string> } }): number =>
  Number(set.metadata.annotations?.[revisionAnnotation] ?? 0) || 0;

/** The annotations of the new ReplicaSet: the Deployment's, the revision, and the revisions it was before. */
export function setAnnotations(deployment: Deployment, set: ReplicaSet | undefined, revision: number): Record<string, string> {
  const old = set?.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.has(name));
  const next: Record<string, string> = { ...old, ...Object.fromEntries(copied) };
  const before = old[revisionAnnotation];
  if ((Number(before) || 0) < revision) {
    next[revisionAnnotation] = String(revision);
    if (before !== undefined) next[historyAnnotation] = old[historyAnnotation] ? `${old[historyAnnotation]},${before}` : before;
  }
  return set ? next : { ...next, ...sizeAnnotations(deployment) };
}
