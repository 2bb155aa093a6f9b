import type { Clock } from '../clock';
import { SIG, type KernelApi, type Program, type Task } from '../kernel';
import { ApiClient, EventRecorder, referenceTo, type Transport } from '../kube/api';
import { Kubelet, type NodeFacts } from '../kube/kubelet';
import { Containerd, NodeFiles, type Image } from '../kube/runtime';
import { buildImage, sandboxImage } from './images';
import { hardware, kernelRelease } from './machine';
import { nodeConfig } from './node-config';

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
}

/** A daemon of the node that the host plays: it is there in ps and takes the signals of one. */
const daemon: Program = async (proc) => {
  for (const signal of [SIG.HUP, SIG.TERM]) proc.sigaction(signal, 'ignore');
  for (;;) await proc.pause().catch(() => undefined);
};

const startDaemon = (kernel: KernelApi, argv: readonly string[]): Task => kernel.start(daemon, { argv, session: true, threads: 12 });

export function createNode({ kernel, clock, transport, name, index, ip, registry, preloaded, report }: NodeOptions): ClusterNode {
  const containerdTask = startDaemon(kernel, ['/usr/bin/containerd']);
  const kubeletTask = startDaemon(kernel, ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml', `--hostname-override=${name}`]);
  for (const task of [containerdTask, kubeletTask]) task.oomScoreAdj = -999;
  const podNetwork = `10.244.${index}`;
  const files = new NodeFiles(kubeletTask.proc);
  for (const [path, text] of Object.entries(nodeConfig(`${podNetwork}.0/24`, sandboxImage))) void files.write(path, text);
  const runtime = new Containerd({
    kernel,
    clock,
    daemon: containerdTask,
    registry,
    preloaded: [sandboxImage, ...preloaded],
    sandboxImage,
    buildImage,
    podNetwork,
    nodeIp: ip,
  });
  const client = new ApiClient(transport, 'kubelet/v1.36.2');
  const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: name });
  const kubelet = new Kubelet({
    clock,
    client,
    runtime,
    proc: kubeletTask.proc,
    report,
    node: nodeFacts(clock, name, ip, `${podNetwork}.0/24`, index),
    events: {
      record: (pod, type, reason, message, container) =>
        recorder.event(referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, container), type, reason, message),
    },
  });
  return { name, kernel, ip, podNetwork, runtime, kubelet };
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
