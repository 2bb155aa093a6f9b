import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api';
import { deployment, deploymentsRef, job, jobsRef, replicaSet, replicaSetsRef, workload, workloads } from './workloads';

const mapsRef = { groupVersion: 'v1', resource: 'configmaps' };

async function rolledOut() {
  const parts = await workloads();
  await parts.client.create(deploymentsRef, deployment('web'));
  await parts.pass(3);
  return parts;
}

test('background: the owner goes at once, what it owned follows', async () => {
  const { client, pass, list, podsOf, stop } = await rolledOut();
  await client.delete(deploymentsRef, 'web', { namespace: 'default', propagationPolicy: 'Background' });
  await expect(client.get(deploymentsRef, 'web', 'default')).rejects.toThrow('not found');
  await pass(2);
  expect(await list(replicaSetsRef)).toEqual([]);
  expect(await podsOf('web-')).toEqual([]);
  await stop();
});

test('foreground: the owner waits, with a finalizer, until what it owned is gone', async () => {
  const { client, clock, pass, list, podsOf, stop } = await rolledOut();
  await client.delete(deploymentsRef, 'web', { namespace: 'default', propagationPolicy: 'Foreground' });
  await clock.advance(200);
  const waiting = await client.get(deploymentsRef, 'web', 'default');
  expect(waiting.metadata).toMatchObject({ finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) as string });
  expect((await list(replicaSetsRef))[0]!.metadata).toMatchObject({ finalizers: ['foregroundDeletion'] });
  expect((await podsOf('web-')).every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
  await pass(3);
  await expect(client.get(deploymentsRef, 'web', 'default')).rejects.toThrow('not found');
  expect([...(await list(replicaSetsRef)), ...(await podsOf('web-'))]).toEqual([]);
  await stop();
});

test('orphan: what was owned stays, and belongs to nobody', async () => {
  const { client, pass, list, podsOf, stop } = await rolledOut();
  await client.delete(deploymentsRef, 'web', { namespace: 'default', propagationPolicy: 'Orphan' });
  await pass(2);
  await expect(client.get(deploymentsRef, 'web', 'default')).rejects.toThrow('not found');
  const [set] = await list(replicaSetsRef);
  expect(set!.metadata.ownerReferences).toBeUndefined();
  expect(await podsOf('web-')).toHaveLength(3);
  // the same Deployment made again takes them over
  await client.create(deploymentsRef, deployment('web'));
  await pass(2);
  expect((await list(replicaSetsRef)).map(({ metadata }) => [metadata.name, metadata.ownerReferences?.[0]?.name])).toEqual([
    [set!.metadata.name, 'web'],
  ]);
  expect(await podsOf('web-')).toHaveLength(3);
  await stop();
});

const owned = (name: string, owners: readonly KubeObject[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'default',
    ownerReferences: owners.map(({ metadata }) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name!, uid: metadata.uid! })),
  },
});

test('any object may own any other; with several owners the last one counts', async () => {
  const { client, pass, stop } = await workloads();
  const a = await client.create(mapsRef, owned('a', []));
  const b = await client.create(mapsRef, owned('b', []));
  await client.create(mapsRef, owned('child', [a, b]));
  await client.delete(mapsRef, 'a', { namespace: 'default' });
  await pass(1);
  expect((await client.get(mapsRef, 'child', 'default')).metadata.ownerReferences).toMatchObject([{ name: 'b' }]);
  await client.delete(mapsRef, 'b', { namespace: 'default' });
  await pass(1);
  await expect(client.get(mapsRef, 'child', 'default')).rejects.toThrow('not found');
  await stop();
});

test('an owner that never was, or lives in another namespace, keeps nothing alive', async () => {
  const { client, pass, eventsOf, stop } = await workloads();
  const nobody = { ...owned('nobody', []), metadata: { name: 'nobody', uid: '11111111-2222-4333-8444-555555555555' } };
  await client.create(mapsRef, owned('child', [nobody]));
  const elsewhere = await client.create(mapsRef, { ...owned('far', []), metadata: { name: 'far', namespace: 'kube-system' } });
  await client.create(mapsRef, owned('other', [elsewhere]));
  await pass(1);
  for (const name of ['child', 'other']) await expect(client.get(mapsRef, name, 'default')).rejects.toThrow('not found');
  expect(await eventsOf('other')).toEqual([
    `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: default, name: far, uid: ${elsewhere.metadata.uid}] does not exist in namespace "default"`,
  ]);
  await stop();
});

test('a ReplicaSet adopts pods that match and have no owner, and lets go of those that match no more', async () => {
  const { client, pass, podsOf, list, stop } = await workloads();
  const pods = { groupVersion: 'v1', resource: 'pods' };
  const spec = { containers: [{ name: 'main', image: 'nginx' }] };
  const single = workload('v1', 'Pod', 'web-single', spec);
  await client.create(pods, { ...single, metadata: { ...single.metadata, labels: { app: 'web' } } });
  await client.create(replicaSetsRef, replicaSet('web'));
  await pass(2);
  expect(await podsOf('web-')).toHaveLength(2);
  expect((await client.get(pods, 'web-single', 'default')).metadata.ownerReferences).toMatchObject([
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true },
  ]);
  await client.patch(pods, 'web-single', 'merge', { metadata: { labels: { app: 'debug' } } }, { namespace: 'default' });
  await pass(2);
  expect((await client.get(pods, 'web-single', 'default')).metadata.ownerReferences).toBeUndefined();
  expect(await podsOf('web-')).toHaveLength(3);
  expect((await list(replicaSetsRef))[0]!['status']).toMatchObject({ replicas: 2, readyReplicas: 2 });
  await stop();
});

test('too many pods: those that are not ready go first', async () => {
  const { client, pass, podsOf, setBehaviour, stop } = await workloads();
  let first: string | undefined;
  setBehaviour((pod) => ({ phase: 'Running', ready: (first ??= pod.metadata.name) === pod.metadata.name }));
  await client.create(replicaSetsRef, replicaSet('web', { replicas: 4 }));
  await pass(2);
  await client.patch(replicaSetsRef, 'web', 'merge', { spec: { replicas: 1 } }, { namespace: 'default' });
  await pass(2);
  expect((await podsOf('web-')).map(({ metadata }) => metadata.name)).toEqual([first]);
  await stop();
});

test('pods that may not be made: an event and a condition say why, and it is tried again', async () => {
  const { client, pass, eventsOf, stop } = await workloads();
  const spec = { containers: [{ name: 'main', image: 'nginx' }], serviceAccountName: 'nobody' };
  await client.create(replicaSetsRef, replicaSet('web', { template: { metadata: { labels: { app: 'web' } }, spec } }));
  await pass(2);
  const message = 'pods "web-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found';
  expect((await eventsOf('web')).map((text) => text.replace(/web-\w+"/, 'web-"'))).toContain(`FailedCreate: Error creating: ${message}`);
  const live = await client.get(replicaSetsRef, 'web', 'default');
  expect(live['status']).toMatchObject({ conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] });
  await client.create(
    { groupVersion: 'v1', resource: 'serviceaccounts' },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody', namespace: 'default' } },
  );
  await pass(30);
  expect((await client.get(replicaSetsRef, 'web', 'default'))['status']).toMatchObject({ replicas: 2 });
  await stop();
});

test('a ReplicationController keeps its pods as a ReplicaSet does', async () => {
  const { client, pass, podsOf, eventsOf, stop } = await workloads();
  const controllers = { groupVersion: 'v1', resource: 'replicationcontrollers' };
  const template = { metadata: { labels: { app: 'old' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
  await client.create(controllers, workload('v1', 'ReplicationController', 'old', { replicas: 2, selector: { app: 'old' }, template }));
  await pass(2);
  expect((await podsOf('old-'))[0]!.metadata.ownerReferences).toMatchObject([
    { apiVersion: 'v1', kind: 'ReplicationController', name: 'old' },
  ]);
  expect((await client.get(controllers, 'old', 'default'))['status']).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  });
  expect(await eventsOf('old')).toHaveLength(2);
  await stop();
});

test('a Job that is deleted without a word about its pods leaves them', async () => {
  const { client, request, pass, podsOf, stop } = await workloads();
  await client.create(jobsRef, job('left'));
  await pass(2);
  await request('DELETE', '/apis/batch/v1/namespaces/default/jobs/left');
  await pass(2);
  await expect(client.get(jobsRef, 'left', 'default')).rejects.toThrow('not found');
  const [pod] = await podsOf('left-');
  expect(pod!.metadata).not.toHaveProperty('ownerReferences');
  await stop();
});
