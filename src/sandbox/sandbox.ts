import type { Clock } from '../clock';
import { installTree, treeOf, type ExecutableFormat, type Program } from '../kernel';
import type { SandboxAssets } from './assets';
import type { Network } from '../kubectl';
import type { HttpRequest } from '../kube/api';
import type { Cluster } from './cluster';
import { bootContainer, bootNode, type Machine } from './machine';
import type { Place } from './session';
import { what } from './what';

export interface SandboxOptions {
  readonly clock: Clock;
  readonly assets: SandboxAssets;
  readonly formats: readonly ExecutableFormat[];
  /** `cc`, when the host has a compiler. */
  readonly cc?: Program;
  /** `cluster`: a node of a cluster; `node`, `container`: Linux alone. */
  readonly kind: 'cluster' | 'node' | 'container';
  /** An empty cluster: no kube-system pods. */
  readonly bare: boolean;
  /** Nodes of a cluster. Default 1. */
  readonly nodes?: number;
  /** A container with all capabilities. */
  readonly privileged: boolean;
  /** Told of every request that kubectl makes, once it is answered. */
  readonly onAnswer?: (request: HttpRequest, status: number) => void;
  /** How kubectl reaches servers other than the sandbox's; without it there is no network. */
  readonly network?: Network;
  /** Faults of the sandbox itself. */
  readonly report: (error: unknown) => void;
}

/** A machine and, unless it is Linux alone, the cluster on it. */
export interface Sandbox {
  readonly machine: Machine;
  readonly cluster: Cluster | undefined;
  /** A new Alpine container beside the cluster's, where commands can run. */
  readonly alpine: () => Promise<Place>;
  readonly stop: () => void;
}

/** The programs of the node that belong to the cluster. */
export const clusterTools = ['kubectl', 'docker', 'crictl', 'ctr', 'systemctl', 'journalctl'] as const;
export type ClusterTool = (typeof clusterTools)[number];

/** Boots everything. What the learner can use at once is there when `machine` is; `ready` tells when the cluster is up. */
export async function createSandbox(options: SandboxOptions): Promise<{ machine: Machine; ready: Promise<Sandbox> }> {
  const { clock, assets, formats, cc, kind, bare, privileged, report } = options;
  const tools = new Map<string, Program>([['what', what(assets.deviations)], ...(cc ? ([['cc', cc], ['gcc', cc], ['clang', cc]] as const) : [])]); // prettier-ignore
  const alone = (machine: Machine): Sandbox => ({
    machine,
    cluster: undefined,
    alpine: async () => {
      const loaded = clock.hold();
      const { containerMachine } = await import('./container-machine').finally(loaded);
      return containerMachine(machine.kernel, machine.init, assets, privileged);
    },
    stop: () => undefined,
  });
  const common = { clock, assets, formats };
  if (kind === 'container') {
    const machine = await bootContainer({ ...common, hostname: 'node1', programs: tools, privileged });
    return { machine, ready: Promise.resolve(alone(machine)) };
  }
  if (kind === 'node') {
    const machine = bootNode({ ...common, hostname: 'node1', programs: tools });
    return { machine, ready: Promise.resolve(alone(machine)) };
  }
  // The cluster's code is large: it comes while the shell is being started, and its programs wait for it.
  const loaded = clock.hold();
  const modules = Promise.all([import('./cluster'), import('./kubeconfig')]).finally(loaded);
  const parts = modules.then(([{ clusterPrograms, createServer, startCluster }, { kubeconfig }]) => {
    installTree(machine.kernel.rootFileSystem, treeOf({ '/root/.kube/config': { type: 'file', content: kubeconfig, mode: 0o600 } }));
    const server = createServer({ clock });
    const cluster = startCluster({ kernel: machine.kernel, clock, assets, server, bare, workers: workers(), report });
    return { cluster, programs: clusterPrograms(server, cluster, options.network, options.onAnswer) };
  });
  const workers = (): { kernel: Machine['kernel']; name: string; ip: string }[] =>
    Array.from({ length: (options.nodes ?? 1) - 1 }, (_, i) => {
      const node = { name: `k8s-minion${i + 2}`, ip: `192.168.49.${i + 3}` };
      return { ...node, kernel: bootNode({ ...common, hostname: node.name, address: node.ip, systemd: true, programs: tools }).kernel };
    });
  const tool = (name: ClusterTool): [string, Program] => [name, async (proc) => (await parts).programs[name](proc)];
  const machine = bootNode({
    ...common,
    hostname: 'k8s-minion1',
    systemd: true,
    programs: new Map([...tools, ...clusterTools.map(tool)]),
  });
  const start = async (): Promise<Sandbox> => {
    const cluster = await (await parts).cluster;
    return { ...alone(machine), cluster, stop: cluster.stop };
  };
  return { machine, ready: start() };
}
