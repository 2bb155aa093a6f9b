import type { KubeObject } from '../api';
import type { Image } from '../runtime';
import { isoSeconds } from './status';

export interface NodeFacts {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  readonly cpuCount: number;
  readonly memoryKb: number;
  readonly diskKb: number;
  readonly machineId: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly runtimeVersion: string;
  readonly kubeletVersion: string;
}

const hugepages = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' };
const labels = (name: string): Record<string, string> => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
});

/** The Node as the kubelet registers it. */
export function nodeObject(facts: NodeFacts): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: facts.name,
      labels: labels(facts.name),
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR: facts.podCidr, podCIDRs: [facts.podCidr] },
  };
}

interface NodeCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastHeartbeatTime: string;
  lastTransitionTime: string;
}

/** What pods may use: evictionHard (memory.available<100Mi) and 1 % of the disk are kept back. */
export const allocatable = (facts: NodeFacts): Record<'cpu' | 'ephemeral-storage' | 'memory' | 'pods', string> => ({
  cpu: String(facts.cpuCount),
  'ephemeral-storage': String(Math.round(facts.diskKb * 1024 * 0.99)),
  memory: `${facts.memoryKb - 100 * 1024}Ki`,
  pods: '110',
});

/** Its status: what it has, how it is. `before` keeps the times of what did not change. */
export function nodeStatus(
  facts: NodeFacts,
  images: readonly Image[],
  nowMs: number,
  before: readonly NodeCondition[] = [],
): Record<string, unknown> {
  const now = isoSeconds(nowMs);
  const condition = (type: string, status: string, reason: string, message: string): NodeCondition => {
    const old = before.find((each) => each.type === type);
    return {
      lastHeartbeatTime: now,
      lastTransitionTime: old && old.status === status ? old.lastTransitionTime : now,
      message,
      reason,
      status,
      type,
    };
  };
  const capacity = {
    cpu: String(facts.cpuCount),
    'ephemeral-storage': `${facts.diskKb}Ki`,
    ...hugepages,
    memory: `${facts.memoryKb}Ki`,
    pods: '110',
  };
  return {
    addresses: [
      { address: facts.ip, type: 'InternalIP' },
      { address: facts.name, type: 'Hostname' },
    ],
    allocatable: { ...hugepages, ...allocatable(facts) },
    capacity,
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: [...images]
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .map((image) => ({
        names: [`${repository(image.tags[0] ?? '')}@sha256:${image.digest}`, ...image.tags],
        sizeBytes: image.sizeBytes,
      })),
    nodeInfo: {
      architecture: 'amd64',
      bootID: facts.bootId,
      containerRuntimeVersion: facts.runtimeVersion,
      kernelVersion: facts.kernelVersion,
      kubeProxyVersion: '',
      kubeletVersion: facts.kubeletVersion,
      machineID: facts.machineId,
      operatingSystem: 'linux',
      osImage: facts.osImage,
      systemUUID: facts.machineId,
    },
  };
}

const repository = (tag: string): string => tag.replace(/:[^/:]*$/, '');
