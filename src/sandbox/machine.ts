import type { Clock } from '../clock';
import {
  createKernel,
  installTree,
  type ExecutableFormat,
  type FlatEntry,
  type Kernel,
  type Process,
  type Program,
  type Task,
} from '../kernel';
import type { SandboxAssets } from './assets';
import { mountSystem } from './mounts';
import { nodeTree } from './node-tree';
import { programFinder } from './programs';
import { nodePlace, type Place } from './session';

export interface MachineOptions {
  readonly clock: Clock;
  readonly assets: SandboxAssets;
  readonly hostname: string;
  /** How files run that are no stub: WebAssembly. */
  readonly formats: readonly ExecutableFormat[];
  /** Programs beside the userland, by the name their stub has. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Booted as systemd does it: mounts are shared, PID 1 leads a session. Default: what the kernel begins with. */
  readonly systemd?: boolean;
  /** Its own in the nodes' network, with `systemd`. Default: the first node's. */
  readonly address?: string;
  /** Files beside Debian's own: absolute path, content. */
  readonly files?: Readonly<Record<string, FlatEntry>>;
}

/** A running Linux: its kernel, PID 1, and where the host's commands run. */
export interface Machine {
  readonly kernel: Kernel;
  readonly init: Task;
  readonly place: Place;
}

export const kernelRelease = '6.18.44-fc-v595';

/** The machine's processors and memory, as its Node reports them. */
export const hardware = { cpuCount: 2, memoryKb: 24_684_096, diskKb: 264_212_084 } as const;

/** What kubeadm asks of a node (forwarding, bridges through the packet filter), and what the kubelet sets when it starts. */
const clusterSettings = {
  'net/ipv4/ip_forward': '1',
  'net/bridge/bridge-nf-call-iptables': '1',
  'net/bridge/bridge-nf-call-ip6tables': '1',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'vm/overcommit_memory': '1',
} as const;

/** Boots a node: PID 1 is systemd's stand-in, which only reaps. */
export function bootNode(options: MachineOptions): Machine {
  const { clock, assets, hostname, formats, programs, files = {}, systemd = false } = options;
  const kernel = createKernel({
    clock,
    hostname,
    release: kernelRelease,
    version: '#1 SMP PREEMPT_DYNAMIC',
    cpuCount: hardware.cpuCount,
    memoryKb: hardware.memoryKb,
    settings: systemd ? clusterSettings : {},
  });
  installTree(kernel.rootFileSystem, nodeTree({ hostname, assets, tools: [...programs.keys()], files }));
  kernel.setPrograms(programFinder(programs));
  for (const format of formats) kernel.addFormat(format);
  const init = kernel.boot('/sbin/init', ['/sbin/init']);
  mountSystem(init.proc, systemd);
  if (systemd) {
    init.proc.setsid();
    connectNode(init.proc, options.address ?? nodeAddress);
  }
  return { kernel, init, place: nodePlace(kernel, init) };
}

/** The node's address, as its Node object reports it. */
export const nodeAddress = '192.168.49.2';

/** What the network's configuration gives the node. */
function connectNode({ network }: Process, address: string): void {
  network.setUp('lo', true);
  network.add({
    name: 'eth0',
    kind: 'ether',
    mac: `02:42:c0:a8:31:${Number(address.split('.')[3]).toString(16).padStart(2, '0')}`,
    mtu: 1500,
    up: true,
    addresses: [{ family: 'inet', address, prefix: 24, scope: 'global', broadcast: '192.168.49.255' }],
  });
  network.addRoute({ to: 'default', via: '192.168.49.1', device: 'eth0' });
}

/** A node with one container on it; commands run in the container, whose PID 1 is pause. */
export async function bootContainer(options: MachineOptions & { readonly privileged: boolean }): Promise<Machine> {
  const loaded = options.clock.hold();
  const { containerMachine } = await import('./container-machine').finally(loaded);
  const machine = bootNode(options);
  return { ...machine, place: await containerMachine(machine.kernel, machine.init, options.assets, options.privileged) };
}

/** The environment a command begins with. */
export function loginEnvironment(more: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map(
    Object.entries({
      HOME: '/root',
      LOGNAME: 'root',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      SHELL: '/bin/bash',
      USER: 'root',
      ...more,
    }),
  );
}
