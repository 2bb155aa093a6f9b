import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api';
import { startControllers, type Controllers } from '../../../src/kube/control';
import { cluster, eventsRef, node, nodesRef, pod, podsRef } from '../server/cluster';

type Parts = ReturnType<typeof cluster> & { controllers: Controllers };
let parts: Parts | undefined;
afterEach(() => parts?.controllers.stop());

async function running(nodes: readonly KubeObject[]): Promise<Parts> {
  const made = cluster();
  const controllers = startControllers({ clock: made.clock, transport: made.server.handle });
  await made.clock.advance(10);
  for (const each of nodes) await made.client.create(nodesRef, each);
  await made.clock.advance(10);
  return (parts = { ...made, controllers });
}

interface Condition {
  type: string;
  message?: string;
}
const nodeOf = async ({ client }: Parts, name: string): Promise<string | undefined> =>
  ((await client.get(podsRef, name, 'default'))['spec'] as { nodeName?: string }).nodeName;
const refusal = async ({ client }: Parts, name: string): Promise<string | undefined> =>
  ((await client.get(podsRef, name, 'default'))['status'] as { conditions?: Condition[] }).conditions?.find(
    (c) => c.type === 'PodScheduled',
  )?.message;
const labelled = (name: string, labels: Record<string, string>, spec: Record<string, unknown> = {}): KubeObject => {
  const made = node(name);
  return { ...made, metadata: { ...made.metadata, labels: { 'kubernetes.io/hostname': name, ...labels } }, spec };
};
const hopeless = (count: number): string =>
  ` no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;
const asks = (cpu: string): Record<string, unknown> => ({ containers: [{ name: 'main', image: 'x', resources: { requests: { cpu } } }] });
const app = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'zone' };
const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

test.each<[string, KubeObject[], Record<string, unknown>, string]>([
  ['a taint', [labelled('a', {}, { taints: [taint] })], {}, `0/1 nodes are available: 1 node(s) had untolerated taint(s).${hopeless(1)}`],
  ['a cordoned node', [labelled('a', {}, { unschedulable: true }), labelled('b', {}, { taints: [taint] })], {}, `0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.${hopeless(2)}`],
  ['a node selector', [labelled('a', { disk: 'hdd' })], { nodeSelector: { disk: 'ssd' } }, `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.${hopeless(1)}`],
  ['more than a node has', [node('a')], asks('64'), `0/1 nodes are available: 1 Insufficient cpu.${hopeless(1)}`],
  ['affinity to a pod that is nowhere', [labelled('a', { zone: '1' })], { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [app] } } }, `0/1 nodes are available: 1 node(s) didn't match pod affinity rules.${hopeless(1)}`],
  ['spread over a label no node has', [node('a')], { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: app.labelSelector }] }, `0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).${hopeless(1)}`],
  ['a claim that is not there', [node('a')], { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }, `0/1 nodes are available: persistentvolumeclaim "data" not found.${hopeless(1)}`],
])('%s keeps a pod from every node, in the scheduler\'s words', async (_what, nodes, spec, message) => {
  const at = await running(nodes);
  await at.client.create(podsRef, pod('p', spec));
  await at.clock.advance(100);
  expect(await refusal(at, 'p')).toBe(message);
}); // prettier-ignore

test('a host port is taken once a node; a pod of the same priority does not give way', async () => {
  const at = await running([node('a')]);
  const spec = { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }] };
  for (const name of ['first', 'second']) await at.client.create(podsRef, pod(name, spec));
  await at.clock.advance(100);
  expect(await nodeOf(at, 'first')).toBe('a');
  expect(await refusal(at, 'second')).toBe(
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
  );
  await at.client.delete(podsRef, 'first', { namespace: 'default', gracePeriodSeconds: 0 });
  await at.clock.advance(11_000);
  expect(await nodeOf(at, 'second')).toBe('a');
});

test('anti-affinity and spread put pods of one app into different zones', async () => {
  const at = await running([labelled('a', { zone: '1' }), labelled('b', { zone: '2' })]);
  const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [app] } };
  const make = (name: string, spec: Record<string, unknown>): Promise<unknown> => {
    const made = pod(name, spec);
    return at.client.create(podsRef, { ...made, metadata: { ...made.metadata, labels: { app: 'web' } } });
  };
  for (const name of ['one', 'two', 'three']) await make(name, { affinity: apart });
  await at.clock.advance(100);
  expect([await nodeOf(at, 'one'), await nodeOf(at, 'two')].sort()).toEqual(['a', 'b']);
  expect(await refusal(at, 'three')).toContain("2 node(s) didn't match pod anti-affinity rules. no new claims");
  await make('four', {});
  await at.clock.advance(100);
  expect(await refusal(at, 'four')).toContain("2 node(s) didn't satisfy existing pods anti-affinity rules. no new claims");
});

test('a refused pod is tried again when a pod ends, after its back-off, and told of in two events', async () => {
  const at = await running([node('a')]);
  for (const name of ['x', 'y', 'z']) await at.client.create(podsRef, pod(name));
  await at.client.create(podsRef, pod('big', asks('64')));
  await at.client.create(podsRef, pod('elsewhere', { nodeSelector: { disk: 'ssd' } }));
  for (const name of ['x', 'y', 'z']) {
    await at.clock.advance(3000);
    await at.client.patch(podsRef, name, 'merge', { status: { phase: 'Succeeded' } }, { namespace: 'default', subresource: 'status' });
  }
  await at.clock.advance(20_000);
  const { items } = await at.client.list(eventsRef);
  const failed = items.filter((event) => event['reason'] === 'FailedScheduling');
  const about = (name: string): unknown[] =>
    failed.filter((event) => (event['involvedObject'] as { name: string }).name === name).map((event) => (event['series'] as { count: number } | undefined)?.count); // prettier-ignore
  expect(about('big')).toEqual([undefined, 2]);
  expect(about('elsewhere')).toEqual([undefined]);
});

test('a pod of a higher priority takes the place of lower ones', async () => {
  const at = await running([node('a'), node('b')]);
  const classes = { groupVersion: 'scheduling.k8s.io/v1', resource: 'priorityclasses' };
  for (const [name, value] of [['low', 1], ['middle', 5], ['high', 9]] as const) await at.client.create(classes, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }); // prettier-ignore
  await at.client.create(podsRef, pod('middling', { ...asks('3'), priorityClassName: 'middle' }));
  await at.clock.advance(100);
  await at.client.create(podsRef, pod('lowly', { ...asks('3'), priorityClassName: 'low' }));
  await at.clock.advance(100);
  const place = await nodeOf(at, 'lowly');
  await at.client.create(podsRef, pod('urgent', { ...asks('3'), priorityClassName: 'high' }));
  await at.clock.advance(100);
  const victim = await at.client.get(podsRef, 'lowly', 'default');
  expect(victim.metadata.deletionTimestamp).toBeDefined();
  expect((victim['status'] as { conditions: Condition[] }).conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', reason: 'PreemptionByScheduler', message: 'default-scheduler: preempting to accommodate a higher priority pod' }), // prettier-ignore
  );
  expect(await refusal(at, 'urgent')).toBe('0/2 nodes are available: 2 Insufficient cpu.');
  await at.client.delete(podsRef, 'lowly', { namespace: 'default', gracePeriodSeconds: 0 });
  await at.clock.advance(11_000);
  expect(await nodeOf(at, 'urgent')).toBe(place);
  expect(await nodeOf(at, 'middling')).toBeDefined();
});
