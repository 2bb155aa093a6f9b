import { FieldPath, forbiddenField, invalidValue, parseTime, statusCause } from '../../api';
import type { FieldError, HttpRequest, HttpResponse, KubeObject } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, invalid } from '../status';
import { flagOf, integerOf } from '../verbs/options';
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

interface LogOptions {
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  readonly sinceSeconds: number | undefined;
  readonly sinceTime: string | null;
}

/** ValidatePodLogOptions. Throws the 400 for what is no number or time, the 422 for one that makes no sense. */
function logOptions({ query, name = '' }: RequestInfo): LogOptions {
  const [tailLines, limitBytes, sinceSeconds] = ['tailLines', 'limitBytes', 'sinceSeconds'].map((key) => integerOf(query, key));
  const sinceTime = query.get('sinceTime') || null;
  const time = sinceTime === null ? undefined : parseTime(sinceTime);
  if (time && 'error' in time) throw badRequest(time.error);
  const errors: FieldError[] = [];
  const least = (key: string, value: number | undefined, minimum: number, text: string): void => {
    if (value !== undefined && value < minimum) errors.push(invalidValue(FieldPath.of(key), value, text));
  };
  least('tailLines', tailLines, 0, 'must be greater than or equal to 0');
  least('limitBytes', limitBytes, 1, 'must be greater than 0');
  if (sinceTime !== null && sinceSeconds !== undefined)
    errors.push(forbiddenField(FieldPath.of(''), 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  else least('sinceSeconds', sinceSeconds, 1, 'must be greater than 0');
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, name, errors.map(statusCause));
  return { tailLines, limitBytes, sinceSeconds, sinceTime };
}

export async function log(context: ServerContext, request: HttpRequest, info: RequestInfo): Promise<HttpResponse> {
  const { query } = info;
  const { tailLines, limitBytes, sinceSeconds, sinceTime } = logOptions(info);
  const pod = podOf(context, info);
  const container = containerOf(pod, query.get('container'));
  const spec = pod['spec'] as PodSpecView;
  const headers = { 'content-type': 'text/plain' };
  if (!spec.nodeName) return { status: 200, headers, body: '' };
  const previous = flagOf(query, 'previous');
  const containerID = containerIdOf(pod, container, previous);
  const body = await proxyOf(context).containerLogs({
    nodeName: spec.nodeName,
    namespace: pod.metadata.namespace!,
    podName: pod.metadata.name!,
    podUID: pod.metadata.uid!,
    container,
    containerID,
    follow: flagOf(query, 'follow'),
    previous,
    timestamps: flagOf(query, 'timestamps'),
    tailLines,
    limitBytes,
    sinceMs: sinceSeconds !== undefined ? context.clock.now() - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined,
    stream: (query.get('stream') as 'All' | 'Stdout' | 'Stderr' | null) ?? 'All',
    signal: request.signal,
  });
  return { status: 200, headers, body };
}
