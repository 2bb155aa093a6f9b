import { describe, expect, test } from 'vitest';
import type { KubeObject, Status } from '../../../src/kube/api';
import { cluster, secret, secretsRef } from './cluster';

const group = 'rbac.authorization.k8s.io';
const secrets = '/api/v1/namespaces/default/secrets';
const role = { groupVersion: `${group}/v1`, resource: 'roles' };
const binding = { groupVersion: `${group}/v1`, resource: 'rolebindings' };

/** A cluster where jane may read Secrets of `default`, the account `robot` may do what the cluster role `view` says. */
async function withRoles() {
  const parts = cluster();
  const { client, server } = parts;
  const make = (ref: typeof role, kind: string, name: string, fields: object) =>
    client.create(ref, { apiVersion: `${group}/v1`, kind, metadata: { name, namespace: 'default' }, ...fields } as KubeObject);
  await make(role, 'Role', 'reader', { rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: [] }] });
  await make(binding, 'RoleBinding', 'jane', {
    roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'User', apiGroup: group, name: 'jane' }],
  });
  await make(binding, 'RoleBinding', 'robot', {
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
  });
  await client.create(secretsRef, secret('one'));
  const as = async (user: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const response = await server.handle({
      method,
      path,
      headers: { 'content-type': 'application/json', ...(user ? { 'impersonate-user': user } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { code: response.status, answer: JSON.parse(String(response.body)) as Status & KubeObject };
  };
  return { ...parts, as };
}

describe('roles say what someone may do', () => {
  const robot = 'system:serviceaccount:default:robot';
  test.each([
    ['', 'DELETE', `${secrets}/one`, 200, undefined],
    ['jane', 'GET', `${secrets}/one`, 200, undefined],
    ['jane', 'GET', secrets, 200, undefined],
    ['jane', 'DELETE', `${secrets}/one`, 403, 'secrets "one" is forbidden: User "jane" cannot delete resource "secrets" in API group "" in the namespace "default"'],
    ['jane', 'GET', '/api/v1/secrets', 403, 'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" at the cluster scope'],
    ['jane', 'GET', '/api/v1/namespaces/default/pods/p/log', 403, 'pods "p" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "default"'],
    ['jane', 'GET', '/apis', 200, undefined],
    ['system:anonymous', 'GET', '/apis', 403, 'forbidden: User "system:anonymous" cannot get path "/apis"'],
    ['system:anonymous', 'GET', '/version', 200, undefined],
    [robot, 'GET', '/api/v1/namespaces/default/pods', 200, undefined],
    [robot, 'GET', secrets, 403, `secrets is forbidden: User "${robot}" cannot list resource "secrets" in API group "" in the namespace "default"`],
  ] as const)('%s %s %s', async (user, method, path, code, message) => {
    const { as } = await withRoles();
    const { code: got, answer } = await as(user, method, path);
    expect([got, got === 403 ? answer.message : undefined]).toEqual([code, message]);
  }); // prettier-ignore
});

describe('reviews', () => {
  test('who am I', async () => {
    const { as } = await withRoles();
    const body = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const mine = await as('', 'POST', path, body);
    expect(mine.answer.status).toMatchObject({
      userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    });
    const janes = await as('jane', 'POST', path, body);
    expect(janes.answer.status).toEqual({ userInfo: { username: 'jane', groups: ['system:authenticated'] } });
  });

  test.each([
    ['jane', 'get', 'secrets', { allowed: true, reason: 'RBAC: allowed by RoleBinding "jane/default" of Role "reader" to User "jane"' }],
    ['jane', 'create', 'secrets', { allowed: false }],
    ['', 'create', 'nosuch', { allowed: true }],
  ])('may %s %s %s', async (user, verb, resource, status) => {
    const { as } = await withRoles();
    const body = {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      spec: { resourceAttributes: { namespace: 'default', verb, resource } },
    };
    const { code, answer } = await as(user, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body);
    expect([code, answer.status]).toEqual([201, status]);
  });

  test('all that I may do', async () => {
    const { as } = await withRoles();
    const body = { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', spec: { namespace: 'default' } };
    const { answer } = await as('jane', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body);
    const { resourceRules } = answer.status as unknown as { resourceRules: { resources: string[]; verbs: string[] }[] };
    expect(resourceRules.find(({ resources }) => resources.includes('secrets'))).toMatchObject({ verbs: ['get', 'list'] });
  });
});
