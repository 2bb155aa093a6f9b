import { startControllers } from '../../../src/kube/control';
import type { KubeObject, Pod, ResourceRef } from '../../../src/kube/api';
import { cluster, node, nodesRef, podsRef } from '../server/cluster';

export const deploymentsRef: ResourceRef = { groupVersion: 'apps/v1', resource: 'deployments' };
export const replicaSetsRef: ResourceRef = { groupVersion: 'apps/v1', resource: 'replicasets' };
export const jobsRef: ResourceRef = { groupVersion: 'batch/v1', resource: 'jobs' };

/** How a test's kubelet runs a pod: `undefined` leaves it as it is. */
export type Behaviour = (pod: Pod) => { phase: string; ready?: boolean; exitCode?: number } | undefined;

const running: Behaviour = () => ({ phase: 'Running', ready: true });

/** A cluster of one node with all controllers, and a kubelet that only says of pods what it is told to. */
export async function workloads(behaviour: Behaviour = running) {
  const parts = cluster();
  const { clock, client, server } = parts;
  let behave = behaviour;
  const controllers = startControllers({ clock, transport: server.handle });
  await clock.advance(10);
  await client.create(nodesRef, node());
  await clock.advance(10);

  const now = (): string => new Date(clock.now()).toISOString().slice(0, 19) + 'Z';
  let address = 1;
  const runPod = async (pod: Pod): Promise<void> => {
    const { name = '', namespace, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp) {
      await client.delete(podsRef, name, { namespace, gracePeriodSeconds: 0 }).catch(() => undefined);
      return;
    }
    const wanted = pod.spec.nodeName ? behave(pod) : undefined;
    const ready = wanted?.ready ?? false;
    const is = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    if (!wanted || (pod.status?.phase === wanted.phase && is === ready)) return;
    const podIP = pod.status?.podIP ?? `10.244.0.${++address}`;
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now() }];
    const state =
      wanted.exitCode === undefined ? { running: { startedAt: now() } } : { terminated: { exitCode: wanted.exitCode, finishedAt: now() } };
    const containerStatuses = pod.spec.containers.map((c) => ({
      name: c.name,
      image: c.image,
      imageID: '',
      ready,
      restartCount: 0,
      state,
    }));
    const status = {
      phase: wanted.phase,
      podIP,
      podIPs: [{ ip: podIP }],
      hostIP: '10.0.0.1',
      startTime: now(),
      conditions,
      containerStatuses,
    };
    await client.patch(podsRef, name, 'strategic', { status }, { namespace, subresource: 'status' }).catch(() => undefined);
  };
  let heardMs = 0;
  const heartbeat = async (): Promise<void> => {
    if (clock.now() - heardMs < 10_000) return;
    heardMs = clock.now();
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: now() }];
    for (const { metadata } of (await client.list(nodesRef)).items)
      await client.patch(nodesRef, metadata.name ?? '', 'strategic', { status: { conditions } }, { subresource: 'status' });
  };
  const kubelet = async (): Promise<void> => {
    await heartbeat();
    for (const pod of (await client.list<Pod>(podsRef)).items) await runPod(pod);
  };
  return {
    ...parts,
    controllers,
    setBehaviour: (next: Behaviour) => (behave = next),
    /** Lets `seconds` pass; the kubelet looks at its pods every half second. */
    async pass(seconds: number): Promise<void> {
      for (let left = seconds * 1000; left > 0; left -= 500) {
        await clock.advance(Math.min(500, left));
        await kubelet();
      }
      await clock.advance(1);
    },
    async podsOf(prefix: string): Promise<Pod[]> {
      return (await client.list<Pod>(podsRef, { namespace: 'default' })).items.filter(({ metadata }) => metadata.name!.startsWith(prefix));
    },
    async list(ref: ResourceRef): Promise<KubeObject[]> {
      return (await client.list(ref, { namespace: 'default' })).items;
    },
    /** `reason: message` of the events about an object, in order. */
    async eventsOf(name: string): Promise<string[]> {
      const { items } = await client.list({ groupVersion: 'v1', resource: 'events' }, { namespace: 'default' });
      return items
        .filter((event) => (event['involvedObject'] as { name?: string }).name === name)
        .map((event) => `${String(event['reason'])}: ${String(event['message'])}`);
    },
    async stop(): Promise<void> {
      controllers.stop();
      await clock.advance(0);
    },
  };
}

type Spec = Readonly<Record<string, unknown>>;

/** A manifest as a learner writes one. */
export const workload = (apiVersion: string, kind: string, name: string, spec: Spec): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'default' },
  spec: structuredClone(spec),
});

const template = (image: string, app: string): Spec => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }] },
});

export const deployment = (name: string, spec: Spec = {}, image = 'nginx:1.14.2'): KubeObject =>
  workload('apps/v1', 'Deployment', name, {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: template(image, name),
    ...spec,
  });

export const replicaSet = (name: string, spec: Spec = {}): KubeObject =>
  workload('apps/v1', 'ReplicaSet', name, {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: template('nginx', name),
    ...spec,
  });

export const job = (name: string, spec: Spec = {}): KubeObject =>
  workload('batch/v1', 'Job', name, {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] } },
    ...spec,
  });
