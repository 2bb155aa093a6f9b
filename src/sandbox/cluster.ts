import type { Clock } from '../clock';
import type { KernelApi, Program } from '../kernel';
import { ApiClient, ApiError, emitYaml, type HttpRequest, type LogRequest, type NodeProxy, type Transport } from '../kube/api';
import { startControllers, type Controllers } from '../kube/control';
import type { Kubelet } from '../kube/kubelet';
import { crictl, ctr, docker, type Containerd, type Formats } from '../kube/runtime';
import { createServer as createApiServer, type ApiServer, type ServerOptions } from '../kube/server';
import { createKubectl, templateText, type Network } from '../kubectl';
import { readManifest, readYaml } from '../manifest';
import type { SandboxAssets } from './assets';
import { booted, createNode, type ClusterNode } from './cluster-node';
import { controlPlaneImages, registryImages } from './images';
import { nodeAddress } from './machine';
import { publishOwnEndpoints } from './own-endpoints';
import type { ClusterTool } from './sandbox';
import { startServiceNetwork } from './service-network';
import { dnsService, systemPods } from './system-pods';
import { journalctl } from './systemd/journalctl';
import { systemctl, type Services } from './systemd/systemctl';

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
  /** More machines that are nodes of the cluster. */
  readonly workers?: readonly { readonly kernel: KernelApi; readonly name: string; readonly ip: string }[];
  readonly report: (error: unknown) => void;
}

export interface Cluster {
  readonly transport: Transport;
  readonly server: ApiServer;
  readonly runtime: Containerd;
  readonly kubelet: Kubelet;
  /** The first is the one with the terminal. */
  readonly nodes: readonly ClusterNode[];
  readonly controllers: Controllers;
  readonly stop: () => void;
}

/** Where the API server is, as kubeconfigs may name it. */
const addresses = ['127.0.0.1:6443', 'localhost:6443', `${nodeAddress}:6443`, 'kubernetes.default.svc', 'kubernetes', '10.96.0.1'];

/** What the runtime's tools print by the templates that they are given, and in YAML. */
const formats: Formats = {
  template: templateText,
  yaml: emitYaml,
  parse(text) {
    const { documents, problem } = readManifest(text);
    if (problem) throw new Error(problem.message);
    return documents[0]?.value;
  },
};

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
    (make: (runtime: Containerd, formats: Formats) => Program): Program =>
    async (proc) =>
      make((await cluster).runtime, formats)(proc);
  const withServices =
    (make: (services: Services) => Program): Program =>
    async (proc) =>
      make((await cluster).nodes[0]!.services)(proc);
  return {
    kubectl: createKubectl({ transport, addresses, network }),
    docker: withRuntime(docker),
    crictl: withRuntime(crictl),
    ctr: withRuntime(ctr),
    systemctl: withServices(systemctl),
    journalctl: withServices(journalctl),
  };
}

/** Brings a cluster of one node up on a booted machine. */
export async function startCluster({ kernel, clock, assets, server, bare, workers = [], report }: ClusterOptions): Promise<Cluster> {
  const transport: Transport = (request) => server.handle(request);
  const registry = registryImages(assets.pause);
  const preloaded = bare ? [usedImage] : controlPlaneImages().map((image) => image.tags[0] ?? '');
  const common = { clock, transport, registry, preloaded, report };
  for (const machine of [kernel, ...workers.map((worker) => worker.kernel)]) await booted(machine, clock);
  const nodes = [
    createNode({ ...common, kernel, name: nodeName, index: 0, ip: nodeAddress }),
    ...workers.map((worker, i) => createNode({ ...common, ...worker, index: i + 1 })),
  ];
  const [{ runtime, kubelet }] = nodes as [ClusterNode];
  server.setNodeProxy(nodeProxy(new Map(nodes.map((node) => [node.name, node]))));
  const controllers = startControllers({ clock, transport });
  await controllers.started;
  await publishOwnEndpoints(transport, nodeAddress);
  for (const node of nodes) await node.kubelet.start();
  const stopNetwork = startServiceNetwork(clock, transport, nodes);
  const client = new ApiClient(transport, 'kubeadm/v1.36.2');
  if (!bare) {
    for (const pod of systemPods(nodeName)) await client.create({ groupVersion: 'v1', resource: 'pods' }, pod);
    await client.create({ groupVersion: 'v1', resource: 'services' }, dnsService);
  }
  const stop = (): void => {
    for (const node of nodes) {
      node.kubelet.stop();
      for (const unit of node.services.units) unit.dispose();
    }
    controllers.stop();
    stopNetwork();
  };
  return { transport, server, runtime, kubelet, nodes, controllers, stop };
}

/** Asks the kubelet that a request names. */
function nodeProxy(nodes: ReadonlyMap<string, ClusterNode>): NodeProxy {
  const of = ({ nodeName: name }: { readonly nodeName: string }, what = 'error dialing backend'): NodeProxy => {
    const found = nodes.get(name);
    if (found?.kubelet.isRunning) return found.kubelet.server;
    const why = found ? `dial tcp ${found.ip}:10250: connect: connection refused` : `dial tcp: lookup ${name}: no such host`;
    throw new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: `${what}: ${why}`, code: 500 });
  };
  const logUrl = ({ nodeName: name, namespace, podName, container, follow, previous, timestamps, tailLines }: LogRequest): string => {
    const query = Object.entries({ follow, previous, tailLines, timestamps }).filter(([, value]) => value || value === 0);
    const text = query.map(([key, value]) => `${key}=${value}`).join('&');
    return `Get "https://${nodes.get(name)?.ip ?? name}:10250/containerLogs/${namespace}/${podName}/${container}${text && `?${text}`}"`;
  };
  return {
    containerLogs: async (request) => of(request, logUrl(request)).containerLogs(request),
    exec: async (request) => of(request).exec(request),
    attach: async (request) => of(request).attach(request),
    portForward: async (request) => of(request).portForward(request),
    dial: (address, port) => [...nodes.values()][0]!.runtime.connect(address, port),
  };
}

/** The API server, which reads bodies in YAML too. */
export const createServer = (options: ServerOptions): ApiServer => createApiServer({ readYaml, ...options });

export { nodeName };
