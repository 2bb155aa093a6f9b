import { ApiClient, type KubeObject, type Pod, type Transport } from '../kube/api';
import type { SceneContainer, ScenePod, SceneSecret, SceneVolume } from './scene-shapes';

/** The cluster's own namespaces, which the pictures leave out. */
export const isSystem = (namespace: string | undefined): boolean => /^kube-/.test(namespace ?? '');

const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const mostPods = 50;
const mostEvents = 6;

interface EventObject extends KubeObject {
  readonly involvedObject: { readonly uid?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number };
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: Pod }[];
}

type ContainerSpec = Pod['spec']['containers'][number];
type Volume = NonNullable<Pod['spec']['volumes']>[number];

const timeMs = (time: string | null | undefined): number | undefined => (time ? Date.parse(time) : undefined);

/** Some events are dated to the microsecond, others to the second. */
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

const variablesOf = ({ env = [], envFrom = [] }: ContainerSpec): SceneContainer['variables'] => [
  ...envFrom.flatMap(({ prefix = '', secretRef }) => (secretRef ? [{ name: prefix, secret: secretRef.name ?? '', key: undefined }] : [])),
  ...env.flatMap(({ name, valueFrom }) =>
    valueFrom?.secretKeyRef ? [{ name, secret: valueFrom.secretKeyRef.name ?? '', key: valueFrom.secretKeyRef.key }] : [],
  ),
];

function containerOf(spec: ContainerSpec, pod: Pod): SceneContainer {
  const status = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    ({ name }) => name === spec.name,
  );
  const { running, terminated, waiting } = status?.state ?? {};
  return {
    name: spec.name,
    state: running ? 'running' : terminated ? 'terminated' : 'waiting',
    reason: terminated?.reason ?? waiting?.reason,
    exitCode: terminated?.exitCode,
    restarts: status?.restartCount ?? 0,
    mounts: (spec.volumeMounts ?? [])
      .filter(({ name }) => !name.startsWith('kube-api-access-'))
      .map(({ name, mountPath, subPath = '' }) => ({ volume: name, path: mountPath, subPath })),
    variables: variablesOf(spec),
  };
}

function volumeOf(volume: Volume): SceneVolume {
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
  const projected = volume.projected?.sources?.find(({ secret }) => secret)?.secret;
  return {
    name: volume.name,
    kind,
    secret: volume.secret?.secretName ?? projected?.name,
    items: (volume.secret?.items ?? projected?.items)?.map(({ key, path }) => ({ key, path })),
  };
}

function lifeOf(pod: Pod, startMs: number): ScenePod['life'] {
  const statuses = pod.status?.containerStatuses ?? [];
  const scheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'True');
  const began = statuses.flatMap(
    ({ state, lastState }) => timeMs((state?.running ?? state?.terminated ?? lastState?.terminated)?.startedAt) ?? [],
  );
  const ended = statuses.flatMap(({ state }) => timeMs(state?.terminated?.finishedAt) ?? []);
  const life: { stage: ScenePod['life'][number]['stage']; atMs: number | undefined }[] = [
    { stage: 'Pending', atMs: timeMs(pod.metadata.creationTimestamp) },
    { stage: 'Scheduled', atMs: timeMs(scheduled?.lastTransitionTime) },
    { stage: 'Running', atMs: began.length > 0 ? Math.min(...began) : undefined },
  ];
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed')
    life.push({ stage: phase === 'Succeeded' ? 'Completed' : 'Failed', atMs: ended.length > 0 ? Math.max(...ended) : undefined });
  return life.flatMap(({ stage, atMs }) => (atMs === undefined ? [] : [{ stage, atMs: atMs - startMs }]));
}

/** Pods and Secrets of the learner, as the API server has them; `startMs`: the clock when the sandbox began. */
export async function sceneObjects(
  transport: Transport,
  startMs: number,
): Promise<{ readonly pods: readonly ScenePod[]; readonly secrets: readonly SceneSecret[]; readonly names: ReadonlyMap<string, Pod> }> {
  const client = new ApiClient(transport, 'pausebox');
  const { body } = await transport({ method: 'GET', path: '/api/v1/pods?includeObject=Object', headers: { accept: tableAccept } });
  const table = JSON.parse(typeof body === 'string' ? body : '{"rows":[],"columnDefinitions":[]}') as Table;
  const column = (name: string): number => table.columnDefinitions.findIndex((one) => one.name === name);
  const [ready, status] = [column('Ready'), column('Status')];
  const own = table.rows.filter(({ object }) => !isSystem(object.metadata.namespace)).slice(0, mostPods);
  const { items: events } = await client.list<EventObject>({ groupVersion: 'v1', resource: 'events' });
  const { items: secrets } = await client.list<KubeObject>({ groupVersion: 'v1', resource: 'secrets' });
  const eventsOf = (pod: Pod): ScenePod['events'] =>
    [...events]
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .filter(({ involvedObject }) => involvedObject.uid === pod.metadata.uid)
      .map((event) => ({
        atMs: wholeSecond(timeMs(event.lastTimestamp) ?? timeMs(event.eventTime) ?? startMs) - startMs,
        reason: event.reason ?? '',
        message: event.message ?? '',
        count: event.count ?? event.series?.count ?? 1,
      }))
      .sort((a, b) => a.atMs - b.atMs)
      .slice(-mostEvents);
  return {
    names: new Map(table.rows.map(({ object }) => [object.metadata.uid ?? '', object])),
    pods: own.map(({ cells, object: pod }) => ({
      key: pod.metadata.uid ?? '',
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name ?? '',
      status: String(cells[status]),
      ready: String(cells[ready]),
      node: pod.spec.nodeName,
      containers: [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((spec) => containerOf(spec, pod)),
      volumes: (pod.spec.volumes ?? []).filter(({ name }) => !name.startsWith('kube-api-access-')).map(volumeOf),
      life: lifeOf(pod, startMs),
      events: eventsOf(pod),
    })),
    secrets: secrets
      .filter(({ metadata }) => !isSystem(metadata.namespace))
      .map((secret) => ({
        namespace: secret.metadata.namespace ?? '',
        name: secret.metadata.name ?? '',
        type: String(secret['type'] ?? 'Opaque'),
        data: (secret['data'] ?? {}) as Record<string, string>,
      })),
  };
}
