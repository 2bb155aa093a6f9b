import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/api';
import { node, nodesRef } from '../server/cluster';
import { workload, workloads } from './workloads';

const daemonSetsRef = { groupVersion: 'apps/v1', resource: 'daemonsets' };
const statefulSetsRef = { groupVersion: 'apps/v1', resource: 'statefulsets' };
const revisionsRef = { groupVersion: 'apps/v1', resource: 'controllerrevisions' };
const template = (image = 'nginx') => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } });
const spec = { selector: { matchLabels: { app: 'web' } }, template: template() };
const daemonSet = (more: object = {}): KubeObject => workload('apps/v1', 'DaemonSet', 'web', { ...spec, ...more });
const statefulSet = (more: object = {}): KubeObject =>
  workload('apps/v1', 'StatefulSet', 'web', { ...spec, serviceName: 'web', replicas: 3, ...more });
const newImage = { spec: { template: { spec: { containers: [{ name: 'main', image: 'nginx:2' }] } } } };

test('a DaemonSet has a pod on every node, also on one that comes later', async () => {
  const { client, pass, podsOf, stop, eventsOf } = await workloads();
  await client.create(daemonSetsRef, daemonSet());
  await pass(2);
  await client.create(nodesRef, node('second'));
  await pass(2);
  const pods = await podsOf('web-');
  expect(pods.map(({ spec: { nodeName } }) => nodeName).sort()).toEqual(['k8s-minion1', 'second']);
  expect(pods[0]!.metadata.labels).toMatchObject({
    app: 'web',
    'pod-template-generation': '1',
    'controller-revision-hash': expect.any(String) as string,
  });
  expect((await client.get(daemonSetsRef, 'web', 'default'))['status']).toEqual({
    currentNumberScheduled: 2,
    numberMisscheduled: 0,
    desiredNumberScheduled: 2,
    numberReady: 2,
    observedGeneration: 1,
    updatedNumberScheduled: 2,
    numberAvailable: 2,
  });
  expect((await eventsOf('web')).map((text) => text.replace(/-\w{5}$/, '-*'))).toEqual(
    Array(2).fill('SuccessfulCreate: Created pod: web-*'),
  );
  await stop();
});

test('a DaemonSet keeps away from nodes that its selector or a taint excludes', async () => {
  const { client, pass, podsOf, stop } = await workloads();
  await client.create(nodesRef, { ...node('tainted'), spec: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] } });
  const disk = node('disk');
  await client.create(nodesRef, { ...disk, metadata: { ...disk.metadata, labels: { disk: 'ssd' } } });
  await client.create(daemonSetsRef, daemonSet());
  await pass(2);
  expect((await podsOf('web-')).map(({ spec: { nodeName } }) => nodeName).sort()).toEqual(['disk', 'k8s-minion1']);
  await client.patch(
    daemonSetsRef,
    'web',
    'merge',
    { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } },
    { namespace: 'default' },
  );
  await pass(6);
  expect((await podsOf('web-')).map(({ spec: { nodeName } }) => nodeName)).toEqual(['disk']);
  await stop();
});

test('a DaemonSet rolls over one node at a time and keeps revisions', async () => {
  const { client, pass, podsOf, list, stop } = await workloads();
  await client.create(nodesRef, node('second'));
  await client.create(daemonSetsRef, daemonSet());
  await pass(2);
  await client.patch(daemonSetsRef, 'web', 'strategic', newImage, { namespace: 'default' });
  await pass(8);
  const pods = await podsOf('web-');
  expect(pods.map((pod) => pod.spec.containers[0]!.image)).toEqual(['nginx:2', 'nginx:2']);
  expect(pods[0]!.metadata.labels!['pod-template-generation']).toBe('2');
  const revisions = await list(revisionsRef);
  expect(revisions.map((revision) => revision['revision']).sort()).toEqual([1, 2]);
  expect(revisions[0]!.metadata.ownerReferences).toMatchObject([{ kind: 'DaemonSet', name: 'web', controller: true }]);
  await stop();
});

test('a StatefulSet makes its pods in order, each when the one before is ready', async () => {
  const { client, pass, podsOf, setBehaviour, eventsOf, stop } = await workloads();
  setBehaviour((pod) => ({ phase: 'Running', ready: pod.metadata.name !== 'web-1' }));
  await client.create(statefulSetsRef, statefulSet());
  await pass(4);
  expect((await podsOf('web-')).map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1']);
  setBehaviour(() => ({ phase: 'Running', ready: true }));
  await pass(3);
  const pods = await podsOf('web-');
  expect(pods.map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1', 'web-2']);
  expect(pods[2]).toMatchObject({
    metadata: { labels: { 'statefulset.kubernetes.io/pod-name': 'web-2', 'apps.kubernetes.io/pod-index': '2' } },
    spec: { hostname: 'web-2', subdomain: 'web' },
  });
  const live = await client.get(statefulSetsRef, 'web', 'default');
  expect(live['status']).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, availableReplicas: 3 });
  expect(await eventsOf('web')).toEqual([0, 1, 2].map((i) => `SuccessfulCreate: create Pod web-${i} in StatefulSet web successful`));
  await client.patch(statefulSetsRef, 'web', 'merge', { spec: { replicas: 1 } }, { namespace: 'default' });
  await pass(4);
  expect((await podsOf('web-')).map(({ metadata }) => metadata.name)).toEqual(['web-0']);
  expect((await eventsOf('web')).slice(3)).toEqual(
    [2, 1].map((i) => `SuccessfulDelete: delete Pod web-${i} in StatefulSet web successful`),
  );
  await stop();
});

test('a StatefulSet rolls over from the last pod to the partition', async () => {
  const { client, pass, podsOf, stop } = await workloads();
  await client.create(statefulSetsRef, statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }));
  await pass(5);
  await client.patch(statefulSetsRef, 'web', 'strategic', newImage, { namespace: 'default' });
  await pass(10);
  expect((await podsOf('web-')).map((pod) => pod.spec.containers[0]!.image)).toEqual(['nginx', 'nginx:2', 'nginx:2']);
  await client.patch(
    statefulSetsRef,
    'web',
    'merge',
    { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } },
    { namespace: 'default' },
  );
  await pass(5);
  const live = (await client.get(statefulSetsRef, 'web', 'default'))['status'] as { currentRevision: string; updateRevision: string };
  expect(live.currentRevision).toBe(live.updateRevision);
  await stop();
});

test('a deleted pod of a StatefulSet comes back under its name, and claims stay', async () => {
  const { client, pass, podsOf, list, stop } = await workloads();
  const volumeClaimTemplates = [
    { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  ];
  await client.create(statefulSetsRef, statefulSet({ podManagementPolicy: 'Parallel', replicas: 2, volumeClaimTemplates }));
  await pass(2);
  expect((await podsOf('web-')).map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1']);
  expect((await list({ groupVersion: 'v1', resource: 'persistentvolumeclaims' })).map(({ metadata }) => metadata.name)).toEqual([
    'data-web-0',
    'data-web-1',
  ]);
  const before = (await podsOf('web-0'))[0]!;
  expect(before.spec.volumes![0]).toMatchObject({ name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } });
  await client.delete({ groupVersion: 'v1', resource: 'pods' }, 'web-0', { namespace: 'default' });
  await pass(3);
  expect((await podsOf('web-0'))[0]!.metadata.uid).not.toBe(before.metadata.uid);
  await stop();
});

test.each([
  ['ReplicaSet', 'replicasets', 'availableReplicas', {}],
  ['DaemonSet', 'daemonsets', 'numberAvailable', {}],
  ['StatefulSet', 'statefulsets', 'availableReplicas', { serviceName: 'web' }],
] as const)('pods of a %s are available once they have been ready for minReadySeconds', async (kind, resource, field, more) => {
  const { client, pass, stop } = await workloads();
  const ref = { groupVersion: 'apps/v1', resource };
  await client.create(ref, workload('apps/v1', kind, 'web', { ...spec, minReadySeconds: 20, ...more }));
  const available = async (): Promise<number> => {
    const { status } = (await client.get(ref, 'web', 'default')) as { status?: Record<string, number> };
    return status?.[field] ?? 0;
  };
  await pass(10);
  expect(await available()).toBe(0);
  await pass(20);
  expect(await available()).toBe(1);
  await stop();
});
