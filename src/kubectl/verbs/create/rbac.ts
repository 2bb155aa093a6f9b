import type { Command, Invocation } from '../../command';
import { failure } from '../../errors';
import type { Flag } from '../../flags';
import { createFlags, createObject, metadataOf, oneName } from './object';

const group = 'rbac.authorization.k8s.io';
const ruleFlags: Flag[] = [
  { name: 'resource', kind: 'slice', usage: 'Resource that the rule applies to' },
  {
    name: 'resource-name',
    kind: 'array',
    usage: 'Resource in the white list that the rule applies to, repeat this flag for multiple items',
  },
  { name: 'verb', kind: 'slice', usage: 'Verb that applies to the resources contained in the rule' },
];
const subjectFlags: Flag[] = [
  { name: 'group', kind: 'array', usage: 'Groups to bind to the role. Can be repeated.' },
  { name: 'serviceaccount', kind: 'array', usage: 'Service accounts to bind to the role, as <namespace>:<name>. Can be repeated.' },
  { name: 'user', kind: 'array', usage: 'Users to bind to the role. Can be repeated.' },
];

async function rules({ k, flags }: Invocation): Promise<unknown[]> {
  const verbs = flags.list('verb');
  const resources = flags.list('resource');
  if (verbs.length === 0) throw failure('at least one verb must be specified');
  if (resources.length === 0) throw failure('at least one resource must be specified');
  const mapper = await k.mapper();
  const byGroup = new Map<string, string[]>();
  for (const resource of resources) {
    const [type = '', sub] = resource.split('/');
    if (type === '*') byGroup.set('', [...(byGroup.get('') ?? []), '*']);
    else {
      const mapping = mapper.need(type);
      byGroup.set(mapping.group, [...(byGroup.get(mapping.group) ?? []), sub ? `${mapping.resource}/${sub}` : mapping.resource]);
    }
  }
  const names = flags.list('resource-name');
  return [...byGroup].map(([apiGroup, list]) => ({
    verbs,
    apiGroups: [apiGroup],
    resources: list,
    ...(names.length > 0 ? { resourceNames: names } : {}),
  }));
}

function subjects({ flags }: Invocation): unknown[] {
  const named = (kind: string, list: readonly string[]): unknown[] => list.map((name) => ({ kind, apiGroup: group, name }));
  const accounts = flags.list('serviceaccount').map((account) => {
    const [namespace, name] = account.split(':');
    if (!namespace || !name) throw failure('serviceaccount must be <namespace>:<name>');
    return { kind: 'ServiceAccount', name, namespace };
  });
  return [...named('User', flags.list('user')), ...named('Group', flags.list('group')), ...accounts];
}

function roleCommand(use: string, kind: string, short: string): Command {
  return {
    use,
    short,
    flags: [...createFlags, ...ruleFlags],
    async run(call) {
      const name = oneName(call);
      const list = await rules(call);
      const metadata = kind === 'Role' ? await metadataOf(call, name) : { name };
      return createObject(call, { kind, apiVersion: `${group}/v1`, metadata, rules: list }, `failed to create ${kind.toLowerCase()}: `);
    },
  };
}

function bindingCommand(use: string, kind: string, short: string): Command {
  return {
    use,
    short,
    flags: [
      ...createFlags,
      { name: 'clusterrole', kind: 'string', usage: 'ClusterRole to bind' },
      ...(kind === 'RoleBinding' ? [{ name: 'role', kind: 'string', usage: 'Role to bind' } as const] : []),
      ...subjectFlags,
    ],
    async run(call) {
      const { flags } = call;
      const name = oneName(call);
      const roleName = kind === 'RoleBinding' ? flags.string('role') : '';
      const cluster = flags.string('clusterrole');
      if (Boolean(roleName) === Boolean(cluster))
        throw failure(kind === 'RoleBinding' ? 'exactly one of clusterrole or role must be specified' : 'clusterrole must be specified');
      const metadata = kind === 'RoleBinding' ? await metadataOf(call, name) : { name };
      const roleRef = { apiGroup: group, kind: cluster ? 'ClusterRole' : 'Role', name: cluster || roleName };
      return createObject(
        call,
        { kind, apiVersion: `${group}/v1`, metadata, subjects: subjects(call), roleRef },
        `failed to create ${kind.toLowerCase()}: `,
      );
    },
  };
}

export const role = roleCommand(
  'role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  'Role',
  'Create a role with single rule',
);
export const clusterRole = roleCommand(
  'clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  'ClusterRole',
  'Create a cluster role',
);
export const roleBinding = bindingCommand(
  'rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  'RoleBinding',
  'Create a role binding for a particular role or cluster role',
);
export const clusterRoleBinding = bindingCommand(
  'clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  'ClusterRoleBinding',
  'Create a cluster role binding for a particular cluster role',
);
