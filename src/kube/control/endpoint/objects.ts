import type { KubeObject } from '../../api';
import { controllerRef } from '../workloads';
import { byPorts, isHeadless, targetRef, type Backend, type Service } from './addresses';

const headlessLabel = 'service.kubernetes.io/headless';
const changeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const sliceManager = 'endpointslice-controller.k8s.io';
// --max-endpoints-per-slice
const sliceSize = 100;

const numeric = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const byAddress = (a: Backend, b: Backend): number => numeric(a.ip) - numeric(b.ip);

/** When the pods or the service last changed, as far as they tell. */
function triggerTime(service: Service, backends: readonly Backend[]): string {
  const readyTimes = backends.flatMap(({ pod }) => pod.status?.conditions ?? []).filter(({ type }) => type === 'Ready');
  const times = [service.metadata.creationTimestamp ?? '', ...readyTimes.map(({ lastTransitionTime }) => lastTransitionTime ?? '')];
  return times.sort().at(-1)!;
}

function labelsOf(service: Service, own: Readonly<Record<string, string>>): Record<string, string> {
  const { [headlessLabel]: _headless, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) && { [headlessLabel]: '' }), ...own };
}

/** The Endpoints of a service: its pods' addresses, ready and not, by their ports. */
export function endpointsOf(service: Service, backends: readonly Backend[], old?: KubeObject): KubeObject {
  const { name, namespace } = service.metadata;
  const shown = backends.filter(({ terminating, ready }) => !terminating || ready);
  const addressOf = ({ ip, pod, hostname }: Backend): unknown => ({
    ip,
    ...(hostname && { hostname }),
    nodeName: pod.spec.nodeName,
    targetRef: targetRef(pod),
  });
  const subsets = byPorts(shown).map((group) => {
    const sorted = [...group].sort(byAddress);
    const ready = sorted.filter((backend) => backend.ready).map(addressOf);
    const notReady = sorted.filter((backend) => !backend.ready).map(addressOf);
    const ports = sorted[0]!.ports.map(({ name: portName, ...port }) => ({ ...(portName && { name: portName }), ...port }));
    return {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(ports.length > 0 && { ports }),
    };
  });
  return {
    ...old,
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...old?.metadata,
      name,
      namespace,
      labels: labelsOf(service, { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }),
      annotations: { ...old?.metadata.annotations, [changeAnnotation]: triggerTime(service, backends) },
    },
    ...(subsets.length > 0 ? { subsets } : { subsets: undefined }),
  };
}

/** What a service's EndpointSlices hold: at most a hundred pods each; one that is empty when there are none. */
export function slicesOf(service: Service, backends: readonly Backend[]): KubeObject[] {
  const { name, namespace } = service.metadata;
  const chunks = byPorts(backends).flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / sliceSize) }, (_, i) => group.slice(i * sliceSize, (i + 1) * sliceSize)),
  );
  return (chunks.length > 0 ? chunks : [[]]).map((chunk) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsOf(service, { [managedByLabel]: sliceManager, [serviceNameLabel]: name! }),
      annotations: chunk.length > 0 ? { [changeAnnotation]: triggerTime(service, chunk) } : undefined,
      ownerReferences: [controllerRef(service)],
    },
    addressType: 'IPv4',
    // Lists of none travel as null.
    endpoints:
      chunk.length === 0
        ? null
        : chunk.map(({ pod, ip, ready, serving, terminating, hostname }) => ({
            addresses: [ip],
            conditions: { ready, serving, terminating },
            ...(hostname && { hostname }),
            nodeName: pod.spec.nodeName,
            targetRef: targetRef(pod),
          })),
    ports: chunk[0]?.ports.map((port) => ({ ...port })) ?? null,
  }));
}
