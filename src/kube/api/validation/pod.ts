import { forbiddenField, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { Pod } from '../types';
import { metadataErrors } from './metadata';
import { dnsSubdomainErrors } from './names';
import { podAnnotationErrors, profileMismatchErrors } from './pod-annotations';
import { imagePaddingErrors } from './pod-containers';
import { validatePodSpec } from './pod-spec';
import type { FullContainer, FullPodSpec } from './pod-shapes';

const specPath = FieldPath.of('spec');

/** A token is an account's, so a pod that has none cannot have its token. */
function tokenErrors(pod: Pod): FieldError[] {
  if (pod.spec.serviceAccountName) return [];
  return (pod.spec.volumes ?? []).flatMap((volume, i) =>
    (volume.projected?.sources ?? []).flatMap((source, j) => {
      if (!source.serviceAccountToken) return [];
      const at = specPath.child('volumes').index(i).child('projected').child('sources').index(j).child('serviceAccountToken');
      return [forbiddenField(at, 'must not be specified when serviceAccountName is not set')];
    }),
  );
}

/** What is asked of a pod whenever it is written: metadata and spec. */
export function podErrors(pod: Pod): FieldError[] {
  const padding = (list: 'containers' | 'initContainers'): FieldError[] =>
    (pod.spec[list] ?? []).flatMap((container, i) => imagePaddingErrors(container as FullContainer, specPath.child(list).index(i)));
  return [
    ...metadataErrors(pod.metadata, { name: dnsSubdomainErrors, namespaced: true }),
    ...podAnnotationErrors(pod),
    ...validatePodSpec(pod.spec, specPath, { metadata: pod.metadata, isPod: true }),
    ...tokenErrors(pod),
    ...padding('containers'),
    ...padding('initContainers'),
  ];
}

/** What is wrong with a pod that is to be created, decoded and defaulted. */
export function validatePodCreate(pod: Pod): FieldError[] {
  const errors = podErrors(pod);
  if (pod.spec.ephemeralContainers?.length) {
    errors.push(forbiddenField(specPath.child('ephemeralContainers'), 'cannot be set on create', 'ephemeral-on-create'));
  }
  const gates = pod.spec['schedulingGates'];
  if (pod.spec.nodeName && Array.isArray(gates) && gates.length > 0) {
    errors.push(forbiddenField(specPath.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'));
  }
  return [...errors, ...profileMismatchErrors(pod.metadata.annotations ?? {}, pod.spec as FullPodSpec, specPath)];
}
