import { equal } from '../equal';
import { invalidEach, invalidValue, notSupported, required, type FieldError } from '../field-error';
import { FieldPath } from '../field-path';
import type { KubeObject } from '../object';
import { dnsSubdomainErrors, pathSegmentErrors } from './names';

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}
interface Role extends KubeObject {
  rules?: Rule[];
}
interface RoleRef {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}
interface Binding extends KubeObject {
  roleRef?: RoleRef;
  subjects?: Subject[];
}

const group = 'rbac.authorization.k8s.io';

function ruleErrors(rule: Rule, namespaced: boolean, path: FieldPath): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs: urls = [] } = rule;
  const errors = verbs.length > 0 ? [] : [required(path.child('verbs'), 'verbs must contain at least one value', 'role-verbs')];
  if (urls.length > 0) {
    const at = path.child('nonResourceURLs');
    if (namespaced) errors.push(invalidValue(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      errors.push(invalidValue(at, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group', 'role-groups'));
  if (resources.length === 0)
    errors.push(required(path.child('resources'), 'resource rules must supply at least one resource', 'role-resources'));
  return errors;
}

const rulesErrors =
  (namespaced: boolean) =>
  (role: Role): FieldError[] =>
    (role.rules ?? []).flatMap((rule, i) => ruleErrors(rule, namespaced, FieldPath.of('rules', i)));

/** ValidateRole and ValidateClusterRole, after their metadata. */
export const roleErrors = rulesErrors(true);
export const clusterRoleErrors = rulesErrors(false);

function subjectErrors(
  { kind = '', apiGroup = '', name = '', namespace = '' }: Subject,
  namespaced: boolean,
  path: FieldPath,
): FieldError[] {
  const errors = name ? [] : [required(path.child('name'))];
  if (kind === 'ServiceAccount') {
    if (name) errors.push(...invalidEach(path.child('name'), name, dnsSubdomainErrors(name), 'object-name'));
    if (apiGroup) errors.push(notSupported(path.child('apiGroup'), apiGroup, ['']));
    if (!namespaced && !namespace) errors.push(required(path.child('namespace'), '', 'subject-namespace'));
  } else if (kind === 'User' || kind === 'Group') {
    if (!name) errors.push(invalidValue(path.child('name'), name, `${kind.toLowerCase()} name cannot be empty`));
    if (apiGroup !== group) errors.push(notSupported(path.child('apiGroup'), apiGroup, [group]));
  } else errors.push(notSupported(path.child('kind'), kind, ['ServiceAccount', 'User', 'Group']));
  return errors;
}

const bindingRules =
  (namespaced: boolean) =>
  (binding: Binding): FieldError[] => {
    const path = FieldPath.of('roleRef');
    const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
    const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
    return [
      ...(apiGroup === group ? [] : [notSupported(path.child('apiGroup'), apiGroup, [group])]),
      ...(kinds.includes(kind) ? [] : [notSupported(path.child('kind'), kind, kinds)]),
      ...(name ? invalidEach(path.child('name'), name, pathSegmentErrors(name)) : [required(path.child('name'))]),
      ...(binding.subjects ?? []).flatMap((subject, i) => subjectErrors(subject, namespaced, FieldPath.of('subjects', i))),
    ];
  };

/** ValidateRoleBinding and ValidateClusterRoleBinding, after their metadata. */
export const roleBindingErrors = bindingRules(true);
export const clusterRoleBindingErrors = bindingRules(false);

/** A binding is of its role for good. */
export function bindingUpdateErrors(binding: Binding, old: Binding): FieldError[] {
  if (equal(binding.roleRef, old.roleRef)) return [];
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  return [invalidValue(FieldPath.of('roleRef'), { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef', 'immutable-role')];
}
