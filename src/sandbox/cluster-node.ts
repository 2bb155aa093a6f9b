import type { Clock } from '../clock';
import type { KernelApi, Task } from '../kernel';
import { ApiClient, EventRecorder, referenceTo, type Transport } from '../kube/api';
import { Kubelet, type NodeFacts } from '../kube/kubelet';
import { Containerd, NodeFiles, type Image } from '../kube/runtime';
import { buildImage, sandboxImage } from './images';
import { hardware, kernelRelease } from './machine';
import { nodeConfig } from './node-config';
import { Journal } from './systemd/journal';
import type { Services } from './systemd/systemctl';
import { unitFiles } from './systemd/unit-files';
import { Unit } from './systemd/units';

export interface NodeOptions {
  readonly kernel: KernelApi;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly name: string;
  /** Counted from 0: the pods' network is 10.244.INDEX.0/24. */
  readonly index: number;
  readonly ip: string;
  /** What the registries have, and the references that are on the node already. */
  readonly registry: readonly Image[];
  readonly preloaded: readonly string[];
  readonly report: (error: unknown) => void;
}

/** A node's runtime and kubelet, which has yet to be started. */
export interface ClusterNode {
  readonly name: string;
  readonly kernel: KernelApi;
  readonly ip: string;
  /** Its pods' addresses begin so: `10.244.0`. */
  readonly podNetwork: string;
  readonly runtime: Containerd;
  readonly kubelet: Kubelet;
  readonly services: Services;
}

/** Settles when a machine's PID 1 is the program that it runs for good. */
export async function booted(kernel: KernelApi, clock: Clock): Promise<void> {
  const [init] = kernel.tasks() as Iterable<Task> as [Task];
  while (init.comm !== 'systemd') await clock.sleep(1);
}

export function createNode({ kernel, clock, transport, name, index, ip, registry, preloaded, report }: NodeOptions): ClusterNode {
  const [init] = kernel.tasks() as Iterable<Task> as [Task];
  const podNetwork = `10.244.${index}`;
  const journal = new Journal(clock);
  const described = unitFiles(name);
  const common = { kernel, clock, journal };
  const containerd = new Unit(described.containerd, { ...common, onStart: async () => undefined, onStop: () => undefined });
  const kubeletUnit = new Unit(described.kubelet, { ...common, onStart: () => kubelet.resume(), onStop: () => kubelet.suspend() });
  // PID 1 does the daemons' work with files, so that it goes on when a daemon is killed
  const files = new NodeFiles(init.proc);
  const texts = Object.values(described).flatMap(({ path, text, dropIn }) => [
    [path, text],
    ...(dropIn ? [[dropIn.path, dropIn.text]] : []),
  ]);
  for (const [path = '', text = ''] of [...Object.entries(nodeConfig(`${podNetwork}.0/24`, sandboxImage)), ...texts])
    void files.write(path, text);
  const runtime = new Containerd({
    kernel,
    clock,
    daemon: init,
    session: () => (containerd.state.state === 'active' ? containerd.state.task : init),
    registry,
    preloaded: [sandboxImage, ...preloaded],
    sandboxImage,
    buildImage,
    podNetwork,
    nodeIp: ip,
  });
  const client = new ApiClient(transport, 'kubelet/v1.36.2');
  const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: name });
  const kubelet: Kubelet = new Kubelet({
    clock,
    client,
    runtime,
    proc: init.proc,
    report,
    node: nodeFacts(clock, name, ip, `${podNetwork}.0/24`, index),
    events: {
      record: (pod, type, reason, message, container) =>
        recorder.event(referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, container), type, reason, message),
      recordNode: (reason, message) => recorder.event({ kind: 'Node', name, uid: name }, 'Normal', reason, message),
    },
    log: (severity, place, text) => {
      const { pid } = kubeletUnit.state;
      journal.add({ unit: 'kubelet', identifier: 'kubelet', pid, text: `${klogHeader(severity, clock.now(), pid)} ${place}] ${text}` });
    },
  });
  return { name, kernel, ip, podNetwork, runtime, kubelet, services: { units: [containerd, kubeletUnit], journal } };
}

/** `E0901 08:04:01.123000       3`: how a line of klog begins. */
function klogHeader(severity: string, nowMs: number, pid: number): string {
  const [date = '', time = ''] = new Date(nowMs).toISOString().split('T');
  return `${severity}${date.slice(5, 7)}${date.slice(8)} ${time.slice(0, -1)}000 ${String(pid).padStart(7)}`;
}

function nodeFacts(clock: Clock, name: string, ip: string, podCidr: string, index: number): NodeFacts {
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(clock.random() * 16).toString(16)).join('');
  return {
    name,
    ip,
    podCidr,
    ...hardware,
    machineId: index ? hex(32) : '3d1219c7c4c5404aaa1f6d2a48adfda4',
    bootId: [8, 4, 4, 4, 12].map(hex).join('-'),
    kernelVersion: kernelRelease,
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    runtimeVersion: 'containerd://2.1.9+unknown',
    kubeletVersion: 'v1.36.2',
  };
}
