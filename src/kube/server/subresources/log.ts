import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest } from '../status';
import { containerOf, podOf, proxyOf, type PodSpecView } from './container';

interface ContainerStatus {
  name: string;
  containerID?: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: object;
    terminated?: { containerID?: string };
  };
  lastState?: { terminated?: { containerID?: string } };
}

interface StatusView {
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
}

// Waiting for these is no start that can still come.
const imageTroubles = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
];

/** Whose log to read (the kubelet's validateContainerLogStatus); throws the 400 when there is none. */
function containerIdOf(pod: KubeObject, container: string, previous: boolean): string {
  const status = (pod['status'] ?? {}) as StatusView;
  const podName = pod.metadata.name!;
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])];
  const found = all.find((candidate) => candidate.name === container);
  if (!found) throw badRequest(`container "${container}" in pod "${podName}" is not available`);
  const { waiting, running, terminated } = found.state ?? {};
  const last = found.lastState?.terminated;
  if (previous) {
    if (!last?.containerID) throw badRequest(`previous terminated container "${container}" in pod "${podName}" not found`);
    return last.containerID;
  }
  if (running) return found.containerID ?? '';
  if (terminated?.containerID) return terminated.containerID;
  if (terminated || last) {
    if (last?.containerID) return last.containerID;
    throw badRequest(`container "${container}" in pod "${podName}" is terminated`);
  }
  if (waiting) {
    const reason = waiting.reason ?? '';
    if (imageTroubles.includes(reason)) {
      if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') {
        const what = reason === 'ErrImagePull' ? "image can't be pulled" : 'trying and failing to pull image';
        throw badRequest(`container "${container}" in pod "${podName}" is waiting to start: ${what}`);
      }
    }
    throw badRequest(`container "${container}" in pod "${podName}" is waiting to start: ${reason}`);
  }
  throw badRequest(`container "${container}" in pod "${podName}" is waiting to start - no logs yet`);
}

const optionalNumber = (text: string | null): number | undefined => (text === null || text === '' ? undefined : Number(text));

export async function log(context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const { query } = info;
  const pod = podOf(context, info);
  const container = containerOf(pod, query.get('container'));
  const spec = pod['spec'] as PodSpecView;
  const headers = { 'content-type': 'text/plain' };
  if (!spec.nodeName) return { status: 200, headers, body: '' };
  const flag = (name: string): boolean => query.get(name) === 'true' || query.get(name) === '1';
  const previous = flag('previous');
  const containerID = containerIdOf(pod, container, previous);
  const sinceSeconds = optionalNumber(query.get('sinceSeconds'));
  const sinceTime = query.get('sinceTime');
  const body = await proxyOf(context).containerLogs({
    nodeName: spec.nodeName,
    namespace: pod.metadata.namespace!,
    podName: pod.metadata.name!,
    podUID: pod.metadata.uid!,
    container,
    containerID,
    follow: flag('follow'),
    previous,
    timestamps: flag('timestamps'),
    tailLines: optionalNumber(query.get('tailLines')),
    limitBytes: optionalNumber(query.get('limitBytes')),
    sinceMs: sinceSeconds !== undefined ? context.clock.now() - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined,
    stream: (query.get('stream') as 'All' | 'Stdout' | 'Stderr' | null) ?? 'All',
    signal: request.signal,
  });
  return { status: 200, headers, body };
}
