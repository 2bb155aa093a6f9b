import { expect, test } from 'vitest';
import { Cancel } from '../../../src/kube/api/cancel';
import type { KubeObject, Status } from '../../../src/kube/api/object';
import { account, accountsRef, cluster, pod, podsRef, secret, secretsRef } from './cluster';

const path = '/api/v1/namespaces/default/secrets';

test('a created object has what only the server sets', async () => {
  const { client, clock } = cluster();
  const made = await client.create(secretsRef, secret('one'));
  expect(made.metadata).toMatchObject({ name: 'one', namespace: 'default', creationTimestamp: '2026-11-23T06:00:00Z' });
  expect(made.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(0);
  const read = await client.get(secretsRef, 'one', 'default');
  expect(read).toEqual(made);
  expect(clock.timerCount).toBe(0);
});

test.each([
  ['GET', `${path}/no`, undefined, 404, 'secrets "no" not found'],
  ['POST', path, secret('one'), 409, 'secrets "one" already exists'],
  ['POST', '/api/v1/namespaces/nowhere/secrets', { ...secret('x'), metadata: { name: 'x' } }, 404, 'namespaces "nowhere" not found'],
  [
    'POST',
    '/api/v1/namespaces/kube-system/secrets',
    secret('x'),
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  ['PUT', `${path}/two`, secret('one'), 400, 'the name of the object (one) does not match the name on the URL (two)'],
  ['DELETE', '/api/v1/namespaces/default', undefined, 403, 'namespaces "default" is forbidden: this namespace may not be deleted'],
  ['GET', '/api/v1/namespaces/default/nothings', undefined, 404, 'the server could not find the requested resource'],
  ['GET', `${path}?fieldSelector=data=x`, undefined, 400, 'field label not supported: data'],
] as const)('%s %s is refused', async (method, url, body, code, message) => {
  const { client, json } = cluster();
  await client.create(secretsRef, secret('one'));
  expect(await json<Status>(method, url, body)).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
});

test('a stale update is a conflict and an update of nothing keeps its version', async () => {
  const { client, json } = cluster();
  const made = await client.create(secretsRef, secret('one'));
  expect((await client.update(secretsRef, made)).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  await client.update(secretsRef, { ...made, data: { a: 'Yg==' } });
  const answer = await json<Status>('PUT', `${path}/one`, { ...made, data: { a: 'Yw==' } });
  expect(answer).toMatchObject({
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on secrets "one": the object has been modified; please apply your changes to the latest version and try again',
  });
  const odd = await json<Status>('PUT', `${path}/one`, { ...made, metadata: { name: 'one', resourceVersion: 'x' } });
  expect(odd).toMatchObject({ code: 500, message: 'strconv.ParseUint: parsing "x": invalid syntax' });
});

test('a watch sends what happens after its version, as seen through its selector', async () => {
  const { client, server } = cluster();
  const made = await client.create(secretsRef, secret('one'));
  const cancel = new Cancel();
  const seen: string[] = [];
  const done = (async () => {
    const options = {
      namespace: 'default',
      resourceVersion: made.metadata.resourceVersion,
      query: { labelSelector: 'app=x' },
      signal: cancel,
    };
    for await (const event of client.watch(secretsRef, options)) seen.push(`${event.type} ${event.object.metadata.name}`);
  })();
  await client.create(secretsRef, secret('two'));
  await client.patch(secretsRef, 'one', 'merge', { metadata: { labels: { app: 'x' } } }, { namespace: 'default' });
  await client.patch(secretsRef, 'one', 'merge', { data: { b: 'Yg==' } }, { namespace: 'default' });
  await client.patch(secretsRef, 'one', 'merge', { metadata: { labels: null } }, { namespace: 'default' });
  expect(server.watchCount).toBe(1);
  cancel.abort();
  await done;
  expect(seen).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
  expect(server.watchCount).toBe(0);
});

test('a list comes in pages of one version', async () => {
  const { client } = cluster();
  for (const name of ['a', 'b', 'c']) await client.create(secretsRef, secret(name));
  const first = await client.list(secretsRef, { namespace: 'default', query: { limit: 2 } });
  await client.delete(secretsRef, 'c', { namespace: 'default' });
  const second = await client.list(secretsRef, { namespace: 'default', query: { limit: 2, continue: first.metadata.continue } });
  expect(first.items.map((item) => item.metadata.name)).toEqual(['a', 'b']);
  expect(first.metadata.remainingItemCount).toBe(1);
  expect(second.items.map((item) => item.metadata.name)).toEqual(['c']);
});

test('a dry run stores nothing', async () => {
  const { client } = cluster();
  await client.create(secretsRef, secret('one'), { query: { dryRun: 'All' } });
  expect((await client.list(secretsRef)).items).toEqual([]);
});

test('a bound pod is deleted after its grace period, an unbound one at once', async () => {
  const { client } = cluster();
  await client.create(accountsRef, account());
  await client.create(podsRef, pod('free'));
  await client.delete(podsRef, 'free', { namespace: 'default' });
  await client.create(podsRef, pod('bound', { nodeName: 'n', terminationGracePeriodSeconds: 20 }));
  const dying = await client.delete(podsRef, 'bound', { namespace: 'default' });
  expect(dying.metadata).toMatchObject({ deletionTimestamp: '2026-11-23T06:00:20Z', deletionGracePeriodSeconds: 20 });
  await client.delete(podsRef, 'bound', { namespace: 'default', gracePeriodSeconds: 0 });
  expect((await client.list(podsRef)).items).toEqual([]);
});

test('a pod gets its account, token volume, tolerations and priority', async () => {
  const { client, json } = cluster();
  expect(await json('POST', '/api/v1/namespaces/default/pods', pod('p'))).toMatchObject({
    message: 'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
  });
  await client.create(accountsRef, account());
  const made = await client.create(podsRef, pod('p'));
  const spec = made['spec'] as Record<string, unknown>;
  expect(spec).toMatchObject({
    serviceAccountName: 'default',
    serviceAccount: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
  });
  expect(spec['tolerations']).toHaveLength(2);
  expect(spec['volumes']).toMatchObject([{ name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/) as string }]);
  expect(made['status']).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  expect(made.metadata.generation).toBe(1);
});

test('a table has the columns of the server', async () => {
  const { client, json } = cluster();
  await client.create(secretsRef, secret('one'));
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const table = await json<KubeObject & { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>('GET', path, undefined, {
    accept,
  });
  expect(table.columnDefinitions.map((column) => column.name)).toEqual(['Name', 'Type', 'Data', 'Age']);
  expect(table.rows[0]!.cells).toEqual(['one', 'Opaque', 1, '0s']);
});

test('an autoscaler of v1 is one of v2, and the other way round', async () => {
  const { json } = cluster();
  const at = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
  const target = { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3 };
  const cpu = (averageUtilization: number) => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
  });
  const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };
  await json('POST', at('v1'), { metadata: { name: 'plain' }, spec: target });
  await json('POST', at('v1'), { metadata: { name: 'old' }, spec: { ...target, targetCPUUtilizationPercentage: 50 } });
  await json('POST', at('v2'), { metadata: { name: 'new' }, spec: { ...target, metrics: [memory, cpu(60)] } });
  expect(await json('GET', `${at('v2')}/plain`)).toMatchObject({ spec: { metrics: [cpu(80)] } });
  expect(await json('GET', `${at('v2')}/old`)).toMatchObject({ spec: { metrics: [cpu(50)] }, status: { currentMetrics: null } });
  const key = 'autoscaling.alpha.kubernetes.io/metrics';
  const served = await json('GET', `${at('v1')}/new`);
  expect(served).toMatchObject({
    metadata: { annotations: { [key]: '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]' } },
    spec: { targetCPUUtilizationPercentage: 60 },
  });
  await json('PUT', `${at('v1')}/new`, served);
  const back = await json('GET', `${at('v2')}/new`);
  expect(back).toMatchObject({ spec: { metrics: [memory, cpu(60)] } });
  expect(back.metadata.annotations).toBeUndefined();
});
