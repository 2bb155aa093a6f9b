import { FieldPath, invalidValue, statusCause, type FieldError, type KubeObject } from '../../api';
import type { Resource } from '../resources';
import { invalid } from '../status';

const prefix = 'pod-security.kubernetes.io/';
const levels = ['privileged', 'baseline', 'restricted'];

function labelErrors(labels: Readonly<Record<string, string>>): FieldError[] {
  const at = (label: string): FieldPath => FieldPath.of('metadata', 'labels').key(label);
  return ['enforce', 'audit', 'warn'].flatMap((mode) => {
    const level = labels[prefix + mode];
    const version = labels[`${prefix}${mode}-version`];
    const errors: FieldError[] = [];
    if (level !== undefined && !levels.includes(level))
      errors.push(invalidValue(at(prefix + mode), level, `must be one of ${levels.join(', ')}`, 'pod-security-level'));
    if (version !== undefined && version !== 'latest' && !/^v1\.(0|[1-9]\d{0,3})$/.test(version))
      errors.push(invalidValue(at(`${prefix}${mode}-version`), version, 'must be "latest" or "v1.x"'));
    return errors;
  });
}

/** PodSecurity's look at a namespace: labels that name a level have to name one there is. */
export function checkPodSecurityLabels(resource: Resource, object: KubeObject): void {
  if (resource.storage !== 'namespaces') return;
  const errors = labelErrors(object.metadata.labels ?? {});
  if (errors.length > 0) throw invalid(resource, object.metadata.name ?? '', errors.map(statusCause));
}
