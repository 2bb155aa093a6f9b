import { expect, test } from 'vitest';
import type { KubeObject, Status } from '../../../src/kube/api/object';
import type { ResourceQuota } from '../../../src/kube/api';
import { account, accountsRef, cluster, namespacesRef, pod, podsRef } from './cluster';

const quotas = '/api/v1/namespaces/default/resourcequotas';
const ranges = '/api/v1/namespaces/default/limitranges';
const pods = '/api/v1/namespaces/default/pods';

async function started() {
  const made = cluster();
  await made.client.create(accountsRef, account());
  return made;
}

const range = (...limits: object[]) => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'range' }, spec: { limits } });
const sized = (name: string, requests: object = {}, limits: object = {}) =>
  pod(name, { containers: [{ name: 'main', image: 'alpine:3.8', resources: { requests, limits } }] });

test('a LimitRange fills in what containers leave out, and says so', async () => {
  const { json } = await started();
  await json('POST', ranges, range({ type: 'Container', default: { memory: '1Gi', cpu: '1' }, defaultRequest: { cpu: '500m' } }));
  const made = await json('POST', pods, sized('a', { memory: '100Mi' }));
  expect(made.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container main; cpu, memory limit for container main',
  });
  expect((made['spec'] as { containers: { resources: unknown }[] }).containers[0]!.resources).toEqual({
    limits: { cpu: '1', memory: '1Gi' },
    requests: { cpu: '500m', memory: '100Mi' },
  });
});

test.each([
  [{ type: 'Container', max: { memory: '1Gi' } }, {}, { memory: '2Gi' }, 'maximum memory usage per Container is 1Gi, but limit is 2Gi'],
  [{ type: 'Container', min: { cpu: '100m' } }, { cpu: '50m' }, {}, 'minimum cpu usage per Container is 100m, but request is 50m'],
  [{ type: 'Pod', max: { cpu: '1' } }, {}, {}, 'maximum cpu usage per Pod is 1.  No limit is specified'],
  [
    { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
    { cpu: '1' },
    { cpu: '3' },
    'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
  ],
  [
    { type: 'Container', max: { cpu: '1', memory: '1Gi' } },
    {},
    { cpu: '2', memory: '2Gi' },
    '[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
  ],
])('a LimitRange of %j refuses requests %j and limits %j', async (limit, requests, limits, why) => {
  const { json } = await started();
  await json('POST', ranges, range(limit));
  const answer = await json<Status>('POST', pods, sized('a', requests, limits));
  expect(answer).toMatchObject({ code: 403, reason: 'Forbidden', message: `pods "a" is forbidden: ${why}` });
});

async function withQuota(hard: Record<string, string>, spec: object = {}) {
  const made = await started();
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' }, spec: { hard, ...spec } };
  await made.json('POST', quotas, quota);
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  await made.json('PUT', `${quotas}/quota/status`, { ...quota, status: { hard, used } });
  return { ...made, used: async () => (await made.json<ResourceQuota>('GET', `${quotas}/quota`)).status?.used };
}

test('a quota counts what is created and refuses what it has no room for', async () => {
  const { json, used } = await withQuota({ pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
  await json('POST', pods, sized('a', { cpu: '600m' }, { memory: '256Mi' }));
  expect(await used()).toEqual({ pods: '1', 'requests.cpu': '600m', 'limits.memory': '256Mi' });
  expect(await json<Status>('POST', pods, sized('b', { cpu: '600m' }, { memory: '1Gi' }))).toMatchObject({
    code: 403,
    message:
      'pods "b" is forbidden: exceeded quota: quota, requested: limits.memory=1Gi,requests.cpu=600m, used: limits.memory=256Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1',
  });
  expect(await json<Status>('POST', pods, pod('c'))).toMatchObject({
    message: 'pods "c" is forbidden: failed quota: quota: must specify limits.memory for: main; requests.cpu for: main',
  });
  await json('POST', `${pods}?dryRun=All`, sized('d', { cpu: '100m' }, { memory: '1Mi' }));
  expect(await used()).toMatchObject({ pods: '1' });
});

test('a quota counts objects by kind', async () => {
  const { json, used } = await withQuota({ secrets: '1', 'count/configmaps': '1', services: '5', 'services.nodeports': '1' });
  const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });
  await json('POST', '/api/v1/namespaces/default/secrets', secret('a'));
  expect(await json<Status>('POST', '/api/v1/namespaces/default/secrets', secret('b'))).toMatchObject({
    message: 'secrets "b" is forbidden: exceeded quota: quota, requested: secrets=1, used: secrets=1, limited: secrets=1',
  });
  const service = (type: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { type, ports: [{ port: 80 }] } });
  await json('POST', '/api/v1/namespaces/default/services', service('ClusterIP'));
  await json('PATCH', '/api/v1/namespaces/default/services/s', service('NodePort'), { 'content-type': 'application/merge-patch+json' });
  expect(await used()).toEqual({ secrets: '1', 'count/configmaps': '0', services: '1', 'services.nodeports': '1' });
});

test('a quota with scopes counts the pods in them', async () => {
  const { json, used } = await withQuota({ pods: '1' }, { scopes: ['BestEffort'] });
  await json('POST', pods, sized('a', { cpu: '1' }));
  await json('POST', pods, pod('b'));
  expect(await used()).toEqual({ pods: '1' });
  expect(await json<Status>('POST', pods, pod('c'))).toMatchObject({ code: 403 });
});

test('a quota whose usage is not known yet lets nothing through that it limits', async () => {
  const { json } = await started();
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' }, spec: { hard: { pods: '1' } } };
  await json('POST', quotas, quota);
  expect(await json('POST', pods, pod('a'))).toMatchObject({ kind: 'Pod' });
  await json('PUT', `${quotas}/quota/status`, { ...quota, status: { hard: { pods: '1' } } });
  expect(await json<Status>('POST', pods, pod('b'))).toMatchObject({
    message: 'pods "b" is forbidden: status unknown for quota: quota, resources: pods',
  });
});

const level = (labels: Record<string, string>) =>
  Object.fromEntries(Object.entries(labels).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]));

test('a namespace enforces a level of Pod Security on pods, and warns of templates', async () => {
  const { client, json, request } = cluster();
  await client.create(namespacesRef, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'tight', labels: level({ enforce: 'baseline' }) },
  });
  await client.create(accountsRef, account('default', 'tight'));
  const inside = '/api/v1/namespaces/tight/pods';
  const rude = { ...pod('rude', { hostPID: true }), metadata: { name: 'rude' } } as KubeObject;
  expect(await json<Status>('POST', inside, rude)).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: 'pods "rude" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID)',
    details: { name: 'rude', kind: 'pods' },
  });
  const template = { metadata: { labels: { a: 'b' } }, spec: rude['spec'] };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: { a: 'b' } }, template },
  };
  const answer = await request('POST', '/apis/apps/v1/namespaces/tight/deployments', deployment);
  expect([answer.status, answer.warnings]).toEqual([201, ['would violate PodSecurity "baseline:latest": host namespaces (hostPID)']]);
});

test('a stricter level names the pods that are there already', async () => {
  const { client, request } = await started();
  for (const name of ['a', 'b']) await client.create(podsRef, pod(name, { hostNetwork: true }));
  const answer = await request(
    'PATCH',
    '/api/v1/namespaces/default',
    { metadata: { labels: level({ enforce: 'baseline' }) } },
    {
      'content-type': 'application/merge-patch+json',
    },
  );
  expect(answer.warnings).toEqual([
    'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
    'a (and 1 other pod): host namespaces',
  ]);
});

test('one priority class is the default', async () => {
  const { client, json } = cluster();
  const classes = { groupVersion: 'scheduling.k8s.io/v1', resource: 'priorityclasses' };
  const priority = (name: string) => ({
    apiVersion: classes.groupVersion,
    kind: 'PriorityClass',
    metadata: { name },
    value: 5,
    globalDefault: true,
  });
  await client.create(classes, priority('usual'));
  expect(await json('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', priority('other'))).toMatchObject({
    code: 403,
    message:
      'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  });
  await client.patch(classes, 'usual', 'merge', { description: 'what there is' });
});
