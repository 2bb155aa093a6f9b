import type { KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { resourceName } from '../../discovery';
import { failure } from '../../errors';
import type { Flag } from '../../flags';
import { begin, createFlags, metadataOf } from './object';

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
const clusterFlags: Flag[] = [
  { name: 'aggregation-rule', kind: 'map', shown: '', usage: 'Labels of the cluster roles whose rules are put together in this one.' },
  { name: 'non-resource-url', kind: 'slice', usage: 'A partial URL that user should have access to.' },
];
const subjectFlags: Flag[] = [
  { name: 'group', kind: 'array', usage: 'Groups to bind to the role. Can be repeated.' },
  { name: 'serviceaccount', kind: 'array', usage: 'Service accounts to bind to the role, as <namespace>:<name>. Can be repeated.' },
  { name: 'user', kind: 'array', usage: 'Users to bind to the role. Can be repeated.' },
];

async function rules({ k, flags }: Invocation): Promise<unknown[]> {
  const given = [...new Set(flags.list('verb'))];
  const verbs = given.includes('*') ? ['*'] : given;
  const resources = flags.list('resource');
  const urls = flags.has('non-resource-url') ? flags.list('non-resource-url') : [];
  if (verbs.length === 0) throw failure('at least one verb must be specified');
  if (resources.length === 0 && urls.length === 0)
    throw failure(
      flags.has('non-resource-url') ? 'one of resource or nonResourceURL must be specified' : 'at least one resource must be specified',
    );
  if (resources.length > 0)
    for (const verb of verbs) if (!resourceVerbs.includes(verb)) await k.printWarning(`'${verb}' is not a standard resource verb`);
  const mapper = await k.mapper();
  const byGroup = new Map<string, string[]>();
  for (const resource of resources) {
    const [type = '', sub] = resource.split('/');
    if (type === '*') byGroup.set('', [...(byGroup.get('') ?? []), '*']);
    else {
      const mapping = mapper.resourceFor(type);
      const wrong = verbs.find((verb) => specialVerbs[verb] && !specialVerbs[verb].includes(resourceName(mapping)));
      if (wrong) throw failure(`can not perform '${wrong}' on '${mapping.resource}' in group '${mapping.group}'`);
      byGroup.set(mapping.group, [...(byGroup.get(mapping.group) ?? []), sub ? `${mapping.resource}/${sub}` : mapping.resource]);
    }
  }
  checkUrls(verbs, urls);
  const names = flags.list('resource-name');
  const ofGroups = [...byGroup].map(([apiGroup, list]) => ({
    verbs,
    apiGroups: [apiGroup],
    resources: list,
    ...(names.length > 0 ? { resourceNames: names } : {}),
  }));
  return [...ofGroups, ...(urls.length > 0 ? [{ verbs, nonResourceURLs: urls }] : [])];
}

/** Verbs that only some resources know. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${group}`, `clusterroles.${group}`],
  escalate: [`roles.${group}`, `clusterroles.${group}`],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
};

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  if (urls.length === 0) return;
  const wrong = verbs.find((verb) => !urlVerbs.includes(verb));
  if (wrong !== undefined) throw failure(`invalid verb: '${wrong}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw failure('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) throw failure("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}

/** --aggregation-rule: the cluster roles with these labels give the rules. */
function aggregation({ flags }: Invocation): Record<string, string> | undefined {
  const pairs = flags.list('aggregation-rule');
  if (pairs.length === 0) return undefined;
  if (['non-resource-url', 'verb', 'resource', 'resource-name'].some((flag) => flags.list(flag).length > 0))
    throw failure('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames');
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]));
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

const resourceVerbs = '* get delete list create update patch watch proxy deletecollection use bind escalate impersonate'.split(' ');
const urlVerbs = '* get post put delete patch head options'.split(' ');

function roleCommand(use: string, kind: string, short: string): Command {
  return {
    use,
    short,
    flags: [...createFlags, ...ruleFlags, ...(kind === 'ClusterRole' ? clusterFlags : [])],
    async run(call) {
      const { name, create } = await begin(call);
      const matchLabels = kind === 'ClusterRole' ? aggregation(call) : undefined;
      if (matchLabels) {
        const aggregationRule = { clusterRoleSelectors: [{ matchLabels }] };
        return create({ kind, apiVersion: `${group}/v1`, metadata: { name }, rules: null, aggregationRule } as KubeObject);
      }
      const list = await rules(call);
      const metadata = kind === 'Role' ? await metadataOf(call, name) : { name };
      return create({ kind, apiVersion: `${group}/v1`, metadata, rules: list });
    },
  };
}

function bindingCommand(use: string, kind: string, short: string): Command {
  return {
    use,
    short,
    flags: [
      ...createFlags,
      { name: 'clusterrole', kind: 'string', usage: 'ClusterRole to bind', required: kind === 'ClusterRoleBinding' },
      ...(kind === 'RoleBinding' ? [{ name: 'role', kind: 'string', usage: 'Role to bind' } as const] : []),
      ...subjectFlags,
    ],
    async run(call) {
      const { flags } = call;
      const { name, create } = await begin(call);
      const roleName = kind === 'RoleBinding' ? flags.string('role') : '';
      const cluster = flags.string('clusterrole');
      if (Boolean(roleName) === Boolean(cluster)) throw failure('exactly one of clusterrole or role must be specified');
      const metadata = kind === 'RoleBinding' ? await metadataOf(call, name) : { name };
      const roleRef = { apiGroup: group, kind: cluster ? 'ClusterRole' : 'Role', name: cluster || roleName };
      return create(
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
