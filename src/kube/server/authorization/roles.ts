import type { KubeObject } from '../../api';
import type { PolicyRule } from './rbac';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const rule = (verbs: readonly string[], apiGroup: string, ...resources: readonly string[]): PolicyRule => ({
  verbs,
  apiGroups: [apiGroup],
  resources,
});
const paths = (...nonResourceURLs: readonly string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

const workloads: readonly (readonly [group: string, ...resources: string[]])[] = [
  ['apps', 'daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale'],
  ['autoscaling', 'horizontalpodautoscalers'],
  ['batch', 'cronjobs', 'jobs'],
  ['networking.k8s.io', 'ingresses', 'networkpolicies'],
  ['policy', 'poddisruptionbudgets'],
];
const plain = [
  'configmaps',
  'endpoints',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'replicationcontrollers/scale',
  'serviceaccounts',
  'services',
];
const status = [
  'bindings',
  'events',
  'limitranges',
  'namespaces/status',
  'pods/log',
  'pods/status',
  'resourcequotas',
  'resourcequotas/status',
  'namespaces',
];

const view: readonly PolicyRule[] = [
  rule(read, '', ...plain),
  rule(read, '', ...status),
  ...workloads.map(([apiGroup, ...resources]) => rule(read, apiGroup, ...resources)),
];
const edit: readonly PolicyRule[] = [
  rule(read, '', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy'),
  rule(['impersonate'], '', 'serviceaccounts'),
  rule(write, '', 'pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'),
  rule(['create'], '', 'pods/eviction'),
  rule(write, '', ...plain.filter((resource) => resource !== 'pods' && resource !== 'endpoints'), 'events', 'secrets', 'services/proxy'),
  rule(['create'], '', 'serviceaccounts/token'),
  ...workloads.map(([apiGroup, ...resources]) => rule(write, apiGroup, ...resources)),
  ...view,
];
const admin: readonly PolicyRule[] = [
  ...edit,
  rule(['create'], 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule([...write, ...read], group, 'rolebindings', 'roles'),
];

/** The cluster roles a cluster starts with that concern people, and for whom they hold. */
const roles: readonly (readonly [name: string, rules: readonly PolicyRule[], ...groups: string[]])[] = [
  ['admin', admin],
  ['cluster-admin', [rule(['*'], '*', '*'), { verbs: ['*'], nonResourceURLs: ['*'] }], 'system:masters'],
  ['edit', edit],
  [
    'system:basic-user',
    [
      rule(['create'], 'authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'),
      rule(['create'], 'authentication.k8s.io', 'selfsubjectreviews'),
    ],
    'system:authenticated',
  ],
  [
    'system:discovery',
    [paths('/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version', '/version/')],
    'system:authenticated',
  ],
  [
    'system:public-info-viewer',
    [paths('/healthz', '/livez', '/readyz', '/version', '/version/')],
    'system:authenticated',
    'system:unauthenticated',
  ],
  [
    'system:service-account-issuer-discovery',
    [
      paths(
        '/.well-known',
        '/.well-known/*',
        '/.well-known/openid-configuration',
        '/.well-known/openid-configuration/',
        '/openid/v1/jwks',
        '/openid/v1/jwks/',
      ),
    ],
    'system:serviceaccounts',
  ],
  ['view', view],
];

const metadata = (name: string): KubeObject['metadata'] => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

/** ClusterRoles and ClusterRoleBindings of a new cluster. */
export const bootstrapRoles: readonly KubeObject[] = roles.flatMap(([name, rules, ...groups]): KubeObject[] => {
  const role: KubeObject = { apiVersion, kind: 'ClusterRole', metadata: metadata(name), rules };
  if (groups.length === 0) return [role];
  const subjects = groups.map((subject) => ({ kind: 'Group', apiGroup: group, name: subject }));
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
  return [role, { apiVersion, kind: 'ClusterRoleBinding', metadata: metadata(name), subjects, roleRef }];
});
