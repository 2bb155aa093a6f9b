import { expect, test } from 'vitest';
import type { ApiClient, KubeObject } from '../../../src/kube/api';
import { deployment, deploymentsRef, replicaSetsRef, workloads } from './workloads';

const conditions = (object: KubeObject): string[] =>
  ((object['status'] as { conditions?: { type: string; status: string; reason: string; message: string }[] }).conditions ?? []).map(
    ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
  );

async function setImage(client: ApiClient, image: string): Promise<void> {
  const containers = [{ name: 'main', image }];
  await client.patch(deploymentsRef, 'web', 'strategic', { spec: { template: { spec: { containers } } } }, { namespace: 'default' });
}

test('a Deployment makes a ReplicaSet, which makes the pods', async () => {
  const { client, pass, podsOf, list, eventsOf, stop, server, clock } = await workloads();
  await client.create(deploymentsRef, deployment('web'));
  await pass(3);
  const [set] = await list(replicaSetsRef);
  const name = set!.metadata.name!;
  const hash = set!.metadata.labels!['pod-template-hash']!;
  expect(name).toBe(`web-${hash}`);
  expect(set!.metadata.annotations).toEqual({
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
    'deployment.kubernetes.io/revision': '1',
  });
  expect(set!['status']).toMatchObject({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  const pods = await podsOf(`${name}-`);
  expect(pods).toHaveLength(3);
  expect(pods[0]!.metadata).toMatchObject({ generateName: `${name}-`, labels: { app: 'web', 'pod-template-hash': hash } });
  const live = await client.get(deploymentsRef, 'web', 'default');
  expect(live.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  expect(live['status']).toMatchObject({
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
  });
  expect(conditions(live)).toEqual([
    'Available=True MinimumReplicasAvailable: Deployment has minimum availability.',
    `Progressing=True NewReplicaSetAvailable: ReplicaSet "${name}" has successfully progressed.`,
  ]);
  expect(await eventsOf('web')).toEqual([`ScalingReplicaSet: Scaled up replica set ${name} from 0 to 3`]);
  expect((await eventsOf(name)).map((text) => text.replace(/-\w{5}$/, '-*'))).toEqual(
    Array(3).fill(`SuccessfulCreate: Created pod: ${name}-*`),
  );
  await stop();
  expect(server.watchCount).toBe(0);
  expect(clock.timerCount).toBe(0);
});

test('a new image rolls over, one pod more and none less at a time', async () => {
  const { client, pass, podsOf, list, eventsOf, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web'));
  await pass(3);
  const first = (await list(replicaSetsRef))[0]!.metadata.name!;
  await setImage(client, 'nginx:2');
  await pass(10);
  const sets = await list(replicaSetsRef);
  const second = sets.find(({ metadata }) => metadata.name !== first)!.metadata.name!;
  expect(await eventsOf('web')).toEqual([
    `ScalingReplicaSet: Scaled up replica set ${first} from 0 to 3`,
    `ScalingReplicaSet: Scaled up replica set ${second} from 0 to 1`,
    `ScalingReplicaSet: Scaled down replica set ${first} from 3 to 2`,
    `ScalingReplicaSet: Scaled up replica set ${second} from 1 to 2`,
    `ScalingReplicaSet: Scaled down replica set ${first} from 2 to 1`,
    `ScalingReplicaSet: Scaled up replica set ${second} from 2 to 3`,
    `ScalingReplicaSet: Scaled down replica set ${first} from 1 to 0`,
  ]);
  expect((await podsOf('web-')).every(({ metadata }) => metadata.name!.startsWith(second))).toBe(true);
  expect((await client.get(deploymentsRef, 'web', 'default')).metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '2' });
  // back to the first: its ReplicaSet becomes revision 3 and remembers that it was 1
  await setImage(client, 'nginx:1.14.2');
  await pass(10);
  expect((await client.get(replicaSetsRef, first, 'default')).metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  });
  await stop();
});

test('Recreate ends all old pods before it makes new ones', async () => {
  const { client, pass, podsOf, eventsOf, list, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web', { strategy: { type: 'Recreate' } }));
  await pass(3);
  const first = (await list(replicaSetsRef))[0]!.metadata.name!;
  await setImage(client, 'nginx:2');
  await pass(10);
  expect((await eventsOf('web')).map((text) => text.replace(first, 'OLD').replace(/web-\w+/, 'NEW'))).toEqual([
    'ScalingReplicaSet: Scaled up replica set OLD from 0 to 3',
    'ScalingReplicaSet: Scaled down replica set OLD from 3 to 0',
    'ScalingReplicaSet: Scaled up replica set NEW from 0 to 3',
  ]);
  expect(await podsOf('web-')).toHaveLength(3);
  await stop();
});

test('a rollout whose pods never get ready runs out of time and takes no more old pods', async () => {
  const { client, pass, podsOf, setBehaviour, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web', { progressDeadlineSeconds: 30 }));
  await pass(3);
  setBehaviour((pod) => (pod.spec.containers[0]!.image === 'nginx:bad' ? { phase: 'Pending' } : { phase: 'Running', ready: true }));
  await setImage(client, 'nginx:bad');
  await pass(60);
  const live = await client.get(deploymentsRef, 'web', 'default');
  expect(conditions(live)[1]).toMatch(/^Progressing=False ProgressDeadlineExceeded: ReplicaSet "web-\w+" has timed out progressing\.$/);
  expect(live['status']).toMatchObject({ replicas: 4, updatedReplicas: 1, readyReplicas: 3, unavailableReplicas: 1 });
  expect(await podsOf('web-')).toHaveLength(4);
  await stop();
});

test('a paused Deployment takes a new template but does not roll', async () => {
  const { client, pass, list, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web'));
  await pass(3);
  await client.patch(deploymentsRef, 'web', 'merge', { spec: { paused: true } }, { namespace: 'default' });
  await setImage(client, 'nginx:2');
  await pass(5);
  expect(await list(replicaSetsRef)).toHaveLength(1);
  expect(conditions(await client.get(deploymentsRef, 'web', 'default'))[1]).toBe(
    'Progressing=Unknown DeploymentPaused: Deployment is paused',
  );
  await client.patch(deploymentsRef, 'web', 'merge', { spec: { paused: false } }, { namespace: 'default' });
  await pass(10);
  expect(await list(replicaSetsRef)).toHaveLength(2);
  expect(conditions(await client.get(deploymentsRef, 'web', 'default'))[1]).toMatch(/NewReplicaSetAvailable/);
  await stop();
});

test('old ReplicaSets beyond revisionHistoryLimit are deleted', async () => {
  const { client, pass, list, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web', { revisionHistoryLimit: 1 }));
  for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
    await pass(8);
    await setImage(client, image);
  }
  await pass(8);
  expect((await list(replicaSetsRef)).map(({ metadata }) => metadata.annotations!['deployment.kubernetes.io/revision']).sort()).toEqual([
    '3',
    '4',
  ]);
  await stop();
});

test('a Deployment that is scaled scales its ReplicaSet', async () => {
  const { client, pass, podsOf, eventsOf, stop } = await workloads();
  await client.create(deploymentsRef, deployment('web'));
  await pass(3);
  await client.patch(deploymentsRef, 'web', 'merge', { spec: { replicas: 5 } }, { namespace: 'default', subresource: 'scale' });
  await pass(3);
  expect(await podsOf('web-')).toHaveLength(5);
  await client.patch(deploymentsRef, 'web', 'merge', { spec: { replicas: 1 } }, { namespace: 'default', subresource: 'scale' });
  await pass(3);
  expect(await podsOf('web-')).toHaveLength(1);
  expect((await eventsOf('web')).map((text) => text.replace(/set \S+/, 'set X'))).toEqual([
    'ScalingReplicaSet: Scaled up replica set X from 0 to 3',
    'ScalingReplicaSet: Scaled up replica set X from 3 to 5',
    'ScalingReplicaSet: Scaled down replica set X from 5 to 1',
  ]);
  await stop();
});
