import { expect, test } from 'vitest';
import { ApiError, type DisruptionBudget, type KubeObject } from '../../../src/kube/api';
import { podsRef } from '../server/cluster';
import { deployment, deploymentsRef, job, jobsRef, workload, workloads } from './workloads';

const budgetsRef = { groupVersion: 'policy/v1', resource: 'poddisruptionbudgets' };
const replicaSetsRef = { groupVersion: 'apps/v1', resource: 'replicasets' };
const namespace = 'default';
const budget = (spec: object, app = 'web'): KubeObject =>
  workload('policy/v1', 'PodDisruptionBudget', 'budget', { selector: { matchLabels: { app } }, ...spec });
const bare = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
});

type Cluster = Awaited<ReturnType<typeof workloads>>;
const statusOf = async ({ client }: Cluster): Promise<NonNullable<DisruptionBudget['status']>> =>
  (await client.get<DisruptionBudget>(budgetsRef, 'budget', namespace)).status!;
const numbersOf = async (parts: Cluster): Promise<number[]> => {
  const { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed } = await statusOf(parts);
  return [expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed];
};
/** What the server says of an eviction. */
async function evict({ request }: Cluster, name: string, deleteOptions?: object): Promise<[code: number, causes?: string]> {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions };
  const answer = await request('POST', `/api/v1/namespaces/default/pods/${name}/eviction`, body);
  const { details, message } = JSON.parse(String(answer.body)) as ApiError['status'];
  return [answer.status, ...([details?.causes?.[0]?.message ?? message].filter(Boolean) as [string?])];
}

/** A cluster with a deployment `web` of `replicas` and a budget for it. */
async function guarded(spec: object, replicas = 4): Promise<Cluster> {
  const parts = await workloads();
  await parts.client.create(deploymentsRef, deployment('web', { replicas }));
  await parts.pass(3);
  await parts.client.create(budgetsRef, budget(spec));
  await parts.pass(1);
  return parts;
}

test.each([
  [{ minAvailable: 1 }, [4, 1, 4, 3]],
  [{ minAvailable: 9 }, [4, 9, 4, 0]],
  [{ minAvailable: '30%' }, [4, 2, 4, 2]],
  [{ minAvailable: '100%' }, [4, 4, 4, 0]],
  [{ maxUnavailable: 1 }, [4, 3, 4, 1]],
  [{ maxUnavailable: '30%' }, [4, 2, 4, 2]],
  [{ maxUnavailable: 9 }, [4, 0, 4, 4]],
  [{}, [0, 0, 4, 0]],
])('%j of four pods', async (spec, numbers) => {
  const parts = await guarded(spec);
  expect(await numbersOf(parts)).toEqual(numbers);
  await parts.stop();
});

test('the condition turns with what is allowed, and keeps its time otherwise', async () => {
  const parts = await guarded({ minAvailable: 3 });
  const [first] = (await statusOf(parts)).conditions!;
  expect(first).toMatchObject({ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', observedGeneration: 1 });
  const scale = (replicas: number): Promise<KubeObject> =>
    parts.client.patch(deploymentsRef, 'web', 'merge', { spec: { replicas } }, { namespace });
  await scale(5);
  await parts.pass(3);
  expect(await numbersOf(parts)).toEqual([5, 3, 5, 2]);
  expect((await statusOf(parts)).conditions).toEqual([first]);
  await scale(2);
  await parts.pass(3);
  expect(await numbersOf(parts)).toEqual([2, 3, 2, 0]);
  const [second] = (await statusOf(parts)).conditions!;
  expect(second).toMatchObject({ status: 'False', reason: 'InsufficientPods' });
  expect(second!.lastTransitionTime > first!.lastTransitionTime).toBe(true);
  await parts.stop();
});

test('a budget without pods says so', async () => {
  const parts = await workloads();
  await parts.client.create(budgetsRef, budget({ minAvailable: 1 }));
  await parts.pass(1);
  expect(await numbersOf(parts)).toEqual([0, 1, 0, 0]);
  expect(await parts.eventsOf('budget')).toContain('NoPods: No matching pods found');
  await parts.stop();
});

test('pods without a controller count only against a number', async () => {
  const parts = await workloads();
  await parts.client.create(podsRef, bare('one'));
  await parts.client.create(budgetsRef, budget({ maxUnavailable: 1 }));
  await parts.pass(2);
  expect(await numbersOf(parts)).toEqual([0, 0, 1, 0]);
  expect((await parts.eventsOf('budget')).join()).toContain(
    'UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged.',
  );
  await parts.stop();
});

test('pods of what has no scale fail the sync', async () => {
  const parts = await workloads();
  const { template } = job('web')['spec'] as { template: object };
  await parts.client.create(jobsRef, job('web', { template: { ...template, metadata: { labels: { app: 'web' } } } }));
  await parts.pass(2);
  await parts.client.create(budgetsRef, budget({ maxUnavailable: 1 }));
  await parts.pass(1);
  const why = 'jobs.batch does not implement the scale subresource';
  expect((await statusOf(parts)).conditions).toMatchObject([{ status: 'False', reason: 'SyncFailed', message: why }]);
  expect(await parts.eventsOf('budget')).toContain(
    `CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: ${why}`,
  );
  await parts.stop();
});

test('evictions go as far as the budget allows, and on once there are new pods', async () => {
  const parts = await guarded({ minAvailable: 3 });
  const [one, two] = (await parts.podsOf('web-')).map(({ metadata }) => metadata.name!);
  expect(await evict(parts, one!, { dryRun: ['All'] })).toEqual([201]);
  expect(await numbersOf(parts)).toEqual([4, 3, 4, 1]);
  expect(await evict(parts, one!)).toEqual([201]);
  const { disruptedPods, conditions } = await statusOf(parts);
  expect(Object.keys(disruptedPods!)).toEqual([one]);
  expect(conditions).toMatchObject([{ status: 'False', reason: 'InsufficientPods' }]);
  expect((await parts.client.get(podsRef, one!, namespace))['status']).toMatchObject({
    conditions: [{}, {}, { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }],
  });
  expect(await evict(parts, two!)).toEqual([429, expect.stringMatching(/^The disruption budget budget needs 3 healthy pods and has \d/)]);
  await parts.pass(3);
  expect(await numbersOf(parts)).toEqual([4, 3, 4, 1]);
  expect((await statusOf(parts)).disruptedPods).toBeUndefined();
  expect(await evict(parts, two!)).toEqual([201]);
  await parts.stop();
});

test('an eviction that no budget allows says why', async () => {
  const parts = await guarded({ minAvailable: 4 });
  const [one] = (await parts.podsOf('web-')).map(({ metadata }) => metadata.name!);
  const answer = await parts.request('POST', `/api/v1/namespaces/default/pods/${one}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: one },
  });
  expect(JSON.parse(String(answer.body))).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget budget needs 4 healthy pods and has 4 currently' }] },
    code: 429,
  });
  await parts.client.patch(budgetsRef, 'budget', 'merge', { spec: { minAvailable: 3 } }, { namespace });
  expect(await evict(parts, one!)).toEqual([429, 'The disruption budget budget is still being processed by the server.']);
  await parts.pass(1);
  await parts.client.create(budgetsRef, { ...budget({ minAvailable: 1 }), metadata: { name: 'other', namespace } });
  await parts.pass(1);
  expect(await evict(parts, one!)).toEqual([
    500,
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  ]);
  await parts.stop();
});

test('pods that are not ready go if enough others are, or if the budget says so', async () => {
  const parts = await workloads();
  let sick = '';
  parts.setBehaviour(({ metadata }) => ({ phase: 'Running', ready: metadata.name !== sick }));
  await parts.client.create(replicaSetsRef, {
    ...deployment('web', { replicas: 3 }),
    kind: 'ReplicaSet',
  });
  await parts.pass(2);
  const names = (await parts.podsOf('web-')).map(({ metadata }) => metadata.name!);
  await parts.client.create(budgetsRef, budget({ minAvailable: 3 }));
  sick = names[0]!;
  await parts.pass(2);
  expect(await numbersOf(parts)).toEqual([3, 3, 2, 0]);
  expect(await evict(parts, sick)).toEqual([429, 'The disruption budget budget needs 3 healthy pods and has 2 currently']);
  const change = (spec: object): Promise<KubeObject> => parts.client.patch(budgetsRef, 'budget', 'merge', { spec }, { namespace });
  await change({ unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  expect(await evict(parts, sick, { dryRun: ['All'] })).toEqual([201]);
  await change({ unhealthyPodEvictionPolicy: 'IfHealthyBudget', minAvailable: 2 });
  await parts.pass(1);
  expect(await numbersOf(parts)).toEqual([3, 2, 2, 0]);
  expect(await evict(parts, names[1]!)).toEqual([429, 'The disruption budget budget needs 2 healthy pods and has 2 currently']);
  expect(await evict(parts, sick)).toEqual([201]);
  await parts.stop();
});

test('an eviction whose pod stays does not count for ever', async () => {
  const parts = await guarded({ maxUnavailable: 1 });
  const [one] = (await parts.podsOf('web-')).map(({ metadata }) => metadata.name!);
  const status = await statusOf(parts);
  const at = new Date(parts.clock.now()).toISOString().replace(/\.\d+/, '');
  const old = await parts.client.get(budgetsRef, 'budget', namespace);
  await parts.client.update(budgetsRef, { ...old, status: { ...status, disruptedPods: { [one!]: at } } }, { subresource: 'status' });
  await parts.pass(2);
  expect(await numbersOf(parts)).toEqual([4, 3, 3, 0]);
  await parts.pass(125);
  expect(await numbersOf(parts)).toEqual([4, 3, 4, 1]);
  await parts.stop();
});
