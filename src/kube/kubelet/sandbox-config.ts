import type { Pod } from '../api';
import { rfc3339Nano, type PodSandboxConfig } from '../runtime';
import { resolvConf } from './container-config';

/** What the runtime is asked for when it makes a pod's sandbox; `attempt` counts those before it, `seenMs` is when the pod came to the node. */
export function podSandboxConfig(pod: Pod, attempt: number, seenMs: number): PodSandboxConfig {
  const { metadata, spec } = pod;
  return {
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    uid: metadata.uid ?? '',
    attempt,
    hostname: (spec.hostname || metadata.name || '').slice(0, 63),
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
  };
}

/** The pod's cgroup by its QoS class; a guaranteed pod's is right below kubepods. */
export function cgroupParent(pod: Pod): string {
  const qos = pod.status?.qosClass ?? 'BestEffort';
  const uid = `pod${pod.metadata.uid}`;
  return qos === 'Guaranteed' ? `/kubepods/${uid}` : `/kubepods/${qos.toLowerCase()}/${uid}`;
}
