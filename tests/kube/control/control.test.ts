import { expect, test } from 'vitest';
import { startControllers } from '../../../src/kube/control';
import { cluster, eventsRef, namespacesRef, node, nodesRef, pod, podsRef } from '../server/cluster';

async function running() {
  const parts = cluster();
  const controllers = startControllers({ clock: parts.clock, transport: parts.server.handle });
  await parts.clock.advance(10);
  return { ...parts, controllers };
}

test('every namespace gets its default account and the CA certificate', async () => {
  const { client, clock, controllers, server } = await running();
  await client.create(namespacesRef, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } });
  await clock.advance(10);
  for (const namespace of ['default', 'team-a']) {
    await client.get({ groupVersion: 'v1', resource: 'serviceaccounts' }, 'default', namespace);
    const map = await client.get({ groupVersion: 'v1', resource: 'configmaps' }, 'kube-root-ca.crt', namespace);
    expect((map['data'] as Record<string, string>)['ca.crt']).toContain('BEGIN CERTIFICATE');
  }
  controllers.stop();
  await clock.advance(0);
  expect(server.watchCount).toBe(0);
  expect(clock.timerCount).toBe(0);
});

test('a pod is bound to the node that fits', async () => {
  const { client, clock, controllers } = await running();
  await client.create(nodesRef, node());
  await client.create(podsRef, pod('p'));
  await clock.advance(100);
  const bound = await client.get(podsRef, 'p', 'default');
  expect(bound['spec']).toMatchObject({ nodeName: 'k8s-minion1' });
  const { items } = await client.list(eventsRef);
  expect(items).toMatchObject([
    { reason: 'Scheduled', message: 'Successfully assigned default/p to k8s-minion1', reportingComponent: 'default-scheduler' },
  ]);
  controllers.stop();
});

test.each([
  [{ nodeSelector: { disk: 'ssd' } }, "1 node(s) didn't match Pod's node affinity/selector"],
  [{ containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '100' } } }] }, '1 Insufficient cpu'],
])('a pod that fits nowhere says why: %j', async (spec, reason) => {
  const { client, clock, controllers } = await running();
  await client.create(nodesRef, node());
  await client.create(podsRef, pod('p', spec));
  await clock.advance(100);
  const waiting = await client.get(podsRef, 'p', 'default');
  const message = `0/1 nodes are available: ${reason}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`;
  expect((waiting['status'] as { conditions: unknown[] }).conditions).toMatchObject([
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
  ]);
  controllers.stop();
});

test('a deleted namespace takes its content with it', async () => {
  const { client, clock, controllers } = await running();
  await client.create(namespacesRef, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } });
  await clock.advance(10);
  await client.delete(namespacesRef, 'team-a');
  expect((await client.get(namespacesRef, 'team-a'))['status']).toMatchObject({ phase: 'Terminating' });
  await clock.advance(60_000);
  await expect(client.get(namespacesRef, 'team-a')).rejects.toThrow('namespaces "team-a" not found');
  controllers.stop();
});
