import type { KubeObject, Pod } from '../../api';
import { isReady, isTerminal } from '../pod-state';
import type { IntOrPercent } from '../workloads';

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: IntOrPercent;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
}

/** A port as it is on the pods behind a service. */
export interface BackendPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string;
}

/** One pod behind a service. */
export interface Backend {
  readonly pod: Pod;
  readonly ip: string;
  readonly ports: readonly BackendPort[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly hostname?: string;
}

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** Services without a selector get their endpoints from somebody else. */
export const hasSelector = ({ spec }: Service): boolean => spec.selector !== undefined && spec.type !== 'ExternalName';

export const selects = ({ spec, metadata }: Service, pod: KubeObject): boolean =>
  pod.metadata.namespace === metadata.namespace &&
  Object.entries(spec.selector ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value);

/** The number of a target port on a pod; a name is looked up among the containers' ports. */
function portOf(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort || port;
  if (!targetPort) return port;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  const ports = [...pod.spec.containers, ...sidecars].flatMap((container) => container.ports ?? []);
  return ports.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** The pods of a service that have an address. */
export function backendsOf(service: Service, pods: readonly Pod[]): Backend[] {
  const found: Backend[] = [];
  for (const pod of pods) {
    const ip = pod.status?.podIP;
    if (!ip || isTerminal(pod) || !selects(service, pod)) continue;
    const ports = (service.spec.ports ?? []).flatMap((each): BackendPort[] => {
      const port = portOf(pod, each);
      const { name = '', protocol = 'TCP', appProtocol } = each;
      return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol && { appProtocol }) }];
    });
    if (ports.length === 0 && service.spec.ports?.length) continue;
    const terminating = !!pod.metadata.deletionTimestamp;
    const serving = isReady(pod);
    const { hostname, subdomain } = pod.spec as { hostname?: string; subdomain?: string };
    const isNamed = hostname && subdomain === service.metadata.name;
    found.push({
      pod,
      ip,
      ports,
      ready: !!service.spec.publishNotReadyAddresses || (serving && !terminating),
      serving,
      terminating,
      ...(isNamed && { hostname }),
    });
  }
  const name = ({ pod }: Backend): string => pod.metadata.name ?? '';
  return found.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Backends by what ports they have: pods of one service may number a named port differently. */
export function byPorts(backends: readonly Backend[]): Backend[][] {
  const groups = new Map<string, Backend[]>();
  for (const backend of backends) {
    const key = JSON.stringify(backend.ports);
    groups.set(key, [...(groups.get(key) ?? []), backend]);
  }
  return [...groups.values()];
}

export const targetRef = ({ metadata }: Pod): Readonly<Record<string, string | undefined>> => ({
  kind: 'Pod',
  name: metadata.name,
  namespace: metadata.namespace,
  uid: metadata.uid,
});
