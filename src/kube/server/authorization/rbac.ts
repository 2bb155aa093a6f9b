import type { KubeObject } from '../../api';
import type { Store } from '../storage';
import { masters, type User } from './user';

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What someone wants to do: with a resource, or with a path that is none. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string;
  /** With the subresource: `pods/log`. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}
interface Binding extends KubeObject {
  subjects?: readonly Subject[];
  roleRef?: { kind: string; name: string };
}
interface Grant {
  readonly rule: PolicyRule;
  /** How messages name the binding it comes from. */
  readonly by: string;
}

const group = 'rbac.authorization.k8s.io';
const everything: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const everyPath: PolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] };

function subjectOf(binding: Binding, user: User): Subject | undefined {
  return binding.subjects?.find(({ kind, name, namespace = binding.metadata.namespace }) => {
    if (kind === 'User') return name === user.name;
    if (kind === 'Group') return user.groups.includes(name);
    return kind === 'ServiceAccount' && user.name === `system:serviceaccount:${namespace}:${name}`;
  });
}

/** The rules that hold for a user: of the whole cluster, and of one namespace. */
export function* grantsOf(store: Store, user: User, namespace: string | undefined): Generator<Grant> {
  const rulesOf = (binding: Binding): readonly PolicyRule[] => {
    const { kind, name } = binding.roleRef ?? { kind: '', name: '' };
    const role =
      kind === 'ClusterRole'
        ? store.get(`${group}/clusterroles`, undefined, name)
        : store.get(`${group}/roles`, binding.metadata.namespace, name);
    return (role?.['rules'] as readonly PolicyRule[] | undefined) ?? [];
  };
  const bindings = [
    ...store.list(`${group}/clusterrolebindings`),
    ...(namespace ? store.list(`${group}/rolebindings`, namespace) : []),
  ] as readonly Binding[];
  for (const binding of bindings) {
    const subject = subjectOf(binding, user);
    if (!subject) continue;
    const { name, namespace: at } = binding.metadata;
    const whom = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? at ?? ''}` : subject.name;
    const by = `${at ? 'RoleBinding' : 'ClusterRoleBinding'} "${name}${at ? `/${at}` : ''}" of ${binding.roleRef?.kind} "${binding.roleRef?.name}" to ${subject.kind} "${whom}"`;
    for (const rule of rulesOf(binding)) yield { rule, by };
  }
}

const has = (list: readonly string[] | undefined, value: string): boolean => !!list && (list.includes('*') || list.includes(value));

function allows(rule: PolicyRule, { verb, group: apiGroup = '', resource, name = '', path }: Attributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (path !== undefined)
    return !!rule.nonResourceURLs?.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))));
  const wanted = resource ?? '';
  const slash = wanted.indexOf('/');
  const named = has(rule.resources, wanted) || (slash >= 0 && !!rule.resources?.includes(`*${wanted.slice(slash)}`));
  return named && has(rule.apiGroups, apiGroup) && (!rule.resourceNames?.length || rule.resourceNames.includes(name));
}

/** RBAC's answer; members of system:masters are not asked. */
export function decide(store: Store, user: User, attributes: Attributes): Decision {
  if (user.groups.includes(masters)) return { allowed: true, reason: '' };
  for (const { rule, by } of grantsOf(store, user, attributes.namespace))
    if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${by}` };
  return { allowed: false, reason: '' };
}

/** All rules that hold for a user in a namespace, as SelfSubjectRulesReview lists them. */
export function rulesFor(store: Store, user: User, namespace: string): readonly PolicyRule[] {
  if (user.groups.includes(masters)) return [everything, everyPath];
  return [...grantsOf(store, user, namespace)].map(({ rule }) => rule);
}
