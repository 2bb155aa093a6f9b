import type { Pod } from '../api';
import { rfc3339Nano, type PodSandboxConfig, type PublishedPort } from '../runtime';
import { isSidecar } from './pod-actions';
import { hostnameOf, resolvConf } from './pod-dns';

/** What the runtime is asked for when it makes a pod's sandbox; `attempt` counts those before it, `seenMs` is when the pod came to the node. */
export function podSandboxConfig(pod: Pod, attempt: number, seenMs: number): PodSandboxConfig {
  const { metadata, spec } = pod;
  return {
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    uid: metadata.uid ?? '',
    attempt,
    hostname: hostnameOf(pod),
    labels: {
      ...metadata.labels,
      'io.kubernetes.pod.name': metadata.name ?? '',
      'io.kubernetes.pod.namespace': metadata.namespace ?? '',
      'io.kubernetes.pod.uid': metadata.uid ?? '',
    },
    annotations: {
      ...metadata.annotations,
      'kubernetes.io/config.seen': rfc3339Nano(seenMs),
      'kubernetes.io/config.source': 'api',
    },
    namespaces: {
      pid: spec.hostPID ? 'node' : spec.shareProcessNamespace ? 'pod' : 'container',
      net: spec.hostNetwork ? 'node' : 'pod',
      ipc: spec.hostIPC ? 'node' : 'pod',
    },
    cgroupParent: cgroupParent(pod),
    resolvConf: resolvConf(pod),
    hostPorts: spec.hostNetwork ? [] : hostPortsOf(pod),
  };
}

/** Ports of the node that lead to the pod (the portmap plugin). */
const hostPortsOf = ({ spec }: Pod): PublishedPort[] =>
  [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = 'TCP' }) => (hostPort && protocol === 'TCP' ? [{ hostPort, containerPort }] : [])),
  );

/** The pod's cgroup by its QoS class; a guaranteed pod's is right below kubepods. */
export function cgroupParent(pod: Pod): string {
  const qos = pod.status?.qosClass ?? 'BestEffort';
  const uid = `pod${pod.metadata.uid}`;
  return qos === 'Guaranteed' ? `/kubepods/${uid}` : `/kubepods/${qos.toLowerCase()}/${uid}`;
}
