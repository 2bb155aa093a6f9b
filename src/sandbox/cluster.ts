import type { Clock } from '../clock';
import { SIG, type KernelApi, type Program, type Task } from '../kernel';
import { ApiClient, EventRecorder, referenceTo, type HttpRequest, type Transport } from '../kube/api';
import { startControllers, type Controllers } from '../kube/control';
import { Kubelet, type NodeFacts } from '../kube/kubelet';
import { Containerd, crictl, ctr, docker } from '../kube/runtime';
import { createServer, type ApiServer } from '../kube/server';
import { createKubectl, type Network } from '../kubectl';
import type { SandboxAssets } from './assets';
import { buildImage, controlPlaneImages, registryImages, sandboxImage } from './images';
import { hardware, kernelRelease, nodeAddress } from './machine';
import type { ClusterTool } from './sandbox';
import { systemPods } from './system-pods';

const nodeName = 'k8s-minion1';
/** What an empty cluster's node has pulled before: the recordings' clusters were used ones. */
const usedImage = 'docker.io/library/alpine:3.8';

export interface ClusterOptions {
  readonly kernel: KernelApi;
  readonly clock: Clock;
  readonly assets: SandboxAssets;
  readonly server: ApiServer;
  /** No kube-system pods. */
  readonly bare: boolean;
  readonly report: (error: unknown) => void;
}

export interface Cluster {
  readonly transport: Transport;
  readonly runtime: Containerd;
  readonly kubelet: Kubelet;
  readonly controllers: Controllers;
  readonly stop: () => void;
}

/** A daemon of the node that the host plays: it is there in ps and takes the signals of one. */
const daemon: Program = async (proc) => {
  for (const signal of [SIG.HUP, SIG.TERM]) proc.sigaction(signal, 'ignore');
  for (;;) await proc.pause().catch(() => undefined);
};

const startDaemon = (kernel: KernelApi, argv: readonly string[]): Task => kernel.start(daemon, { argv, session: true });

/** Where the API server is, as kubeconfigs may name it. */
const addresses = ['127.0.0.1:6443', 'localhost:6443', `${nodeAddress}:6443`, 'kubernetes.default.svc', 'kubernetes', '10.96.0.1'];

/** The programs that talk to a cluster. Those of the container runtime wait for it to be up. */
export function clusterPrograms(
  server: ApiServer,
  cluster: Promise<Cluster>,
  network?: Network,
  onAnswer: (request: HttpRequest, status: number) => void = () => undefined,
): Record<ClusterTool, Program> {
  const transport: Transport = async (request) => {
    const response = await server.handle(request);
    onAnswer(request, response.status);
    return response;
  };
  const withRuntime =
    (make: (runtime: Containerd) => Program): Program =>
    async (proc) =>
      make((await cluster).runtime)(proc);
  return {
    kubectl: createKubectl({ transport, addresses, network }),
    docker: withRuntime(docker),
    crictl: withRuntime(crictl),
    ctr: withRuntime(ctr),
  };
}

/** Brings a cluster of one node up on a booted machine. */
export async function startCluster({ kernel, clock, assets, server, bare, report }: ClusterOptions): Promise<Cluster> {
  const transport: Transport = (request) => server.handle(request);
  const containerdTask = startDaemon(kernel, ['/usr/bin/containerd']);
  const kubeletTask = startDaemon(kernel, ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml', `--hostname-override=${nodeName}`]);
  const runtime = new Containerd({
    kernel,
    clock,
    daemon: containerdTask,
    registry: registryImages(assets.pause),
    preloaded: [sandboxImage, ...(bare ? [usedImage] : controlPlaneImages().map((image) => image.tags[0] ?? ''))],
    sandboxImage,
    buildImage,
    podNetwork: '10.244.0',
    nodeIp: nodeAddress,
  });
  const client = new ApiClient(transport, 'kubelet/v1.36.2');
  const recorder = new EventRecorder({ client, clock, component: 'kubelet', host: nodeName });
  const kubelet = new Kubelet({
    clock,
    client,
    runtime,
    proc: kubeletTask.proc,
    report,
    node: nodeFacts(clock),
    events: {
      record: (pod, type, reason, message, container) =>
        recorder.event(referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, container), type, reason, message),
    },
  });
  server.setNodeProxy(kubelet.server);
  const controllers = startControllers({ clock, transport });
  await controllers.started;
  await kubelet.start();
  if (!bare) for (const pod of systemPods(nodeName)) await client.create({ groupVersion: 'v1', resource: 'pods' }, pod);
  const stop = (): void => {
    kubelet.stop();
    controllers.stop();
  };
  return { transport, runtime, kubelet, controllers, stop };
}

function nodeFacts(clock: Clock): NodeFacts {
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(clock.random() * 16).toString(16)).join('');
  return {
    name: nodeName,
    ip: nodeAddress,
    podCidr: '10.244.0.0/24',
    ...hardware,
    machineId: '3d1219c7c4c5404aaa1f6d2a48adfda4',
    bootId: [8, 4, 4, 4, 12].map(hex).join('-'),
    kernelVersion: kernelRelease,
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    runtimeVersion: 'containerd://2.1.9+unknown',
    kubeletVersion: 'v1.36.2',
  };
}

export { createServer, nodeName };
