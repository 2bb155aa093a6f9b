import type { Clock } from '../../clock';
import { SIG, type KernelApi, type NamespaceType, type Process, type Task } from '../../kernel';
import { loneDirectory, sandboxFiles } from './directories';
import type { ContainerPlace } from './exec';
import type { NodeFiles } from './node-files';
import { AddressPool, connectBridge, publishPort } from './pod-network';
import type { ContainerRecord, SandboxRecord } from './records';
import { nodeShm, type SharedMemory } from './shared-memory';
import { startShim } from './shim';
import { RuntimeError, type ContainerMount, type PublishedPort } from './types';

/** The network of dockerd's bridge, docker0. */
const bridgeNetwork = '172.17.0';
const shared = ['net', 'ipc', 'pid'] as const;

/** Before a restart: at first, and at most; a run of ten seconds makes it start anew (restartmanager), ms. */
const firstRestartMs = 100;
const mostRestartMs = 60_000;
const steadyMs = 10_000;

/** What a container without a pod has on its node while it runs. */
interface Lone {
  readonly shim: Task;
  readonly address: string;
  readonly proxies: Task[];
  readonly files: readonly ContainerMount[];
  /** Its own /dev/shm, or that of the container whose IPC namespace it is in. */
  readonly shmPath: string | undefined;
  readonly ownShm: boolean;
}

export interface LoneOptions {
  readonly kernel: KernelApi;
  readonly daemon: Task;
  readonly session: () => Task;
  readonly clock: Clock;
  readonly start: (id: string) => Promise<unknown>;
  readonly files: NodeFiles;
  /** The first process of a running container or sandbox. */
  readonly taskOf: (id: string) => Task | undefined;
  readonly container: (id: string) => ContainerRecord | undefined;
  readonly nodeName: () => string;
  readonly memory: SharedMemory;
  /** The pod that a sandbox or container belongs to. */
  readonly podOf: (id: string) => SandboxRecord | undefined;
}

/** Containers without a pod (docker run): each has a shim, namespaces, an address and files of its own, or joins another's. */
export class LoneContainers {
  readonly #addresses = new AddressPool(bridgeNetwork);
  readonly #running = new Map<string, Lone>();

  /** Runs in a row that were short. */
  readonly #quick = new Map<string, number>();

  constructor(private readonly options: LoneOptions) {}

  /** Takes what the container needs to start. Throws RuntimeError when it joins one that does not run, or a port is taken. */
  async prepare(container: ContainerRecord): Promise<Lone> {
    const { kernel, session, memory, podOf } = this.options;
    const { joins = {}, publish = [] } = container.config;
    for (const type of shared) this.#target(container, type);
    const bridged = joins.net === undefined;
    const address = bridged ? this.#addresses.take() : '';
    const other = this.#running.get(joins.ipc ?? '');
    const pod = podOf(joins.net ?? '');
    const shmPath =
      joins.ipc === undefined
        ? memory.mount(`${loneDirectory(container.id)}/mounts`)
        : joins.ipc === 'node'
          ? nodeShm
          : (other?.shmPath ?? podOf(joins.ipc ?? '')?.shmPath);
    const lone: Lone = {
      shim: startShim(kernel, session(), container.id, 'moby'),
      address,
      proxies: [],
      files: this.#running.get(joins.net ?? '')?.files ?? (pod ? sandboxFiles(pod.id) : await this.#writeFiles(container, address)),
      shmPath,
      ownShm: joins.ipc === undefined,
    };
    this.#running.set(container.id, lone);
    container.address = address;
    try {
      for (const port of bridged ? publish : []) lone.proxies.push(this.#proxy(port, address));
    } catch (error) {
      this.release(container.id);
      throw error;
    }
    return lone;
  }

  /** Where its processes are started. */
  place(container: ContainerRecord): ContainerPlace {
    const lone = this.#running.get(container.id);
    if (!lone) throw new RuntimeError('FailedPrecondition', `container ${container.id} is not running`);
    const joined = new Map<number, NamespaceType[]>();
    const create: NamespaceType[] = ['mnt', 'uts'];
    for (const type of shared) {
      const target = this.#target(container, type);
      if (target === 'own') create.push(type);
      else if (target !== 'node') joined.set(target.globalPid, [...(joined.get(target.globalPid) ?? []), type]);
    }
    const join = [...joined].map(([pid, types]) => ({ pid, types }));
    return { shim: lone.shim, hostname: this.hostname(container), cgroupParent: '/docker', join, create };
  }

  /** Its interface, from within its own network namespace. */
  connect(child: Process, container: ContainerRecord): void {
    if (container.config.joins?.net === 'none') child.network.setUp('lo', true);
    else if (container.address) connectBridge(child, container.address, bridgeNetwork);
  }

  hostname(container: ContainerRecord): string {
    const { hostname, joins = {} } = container.config;
    if (hostname !== undefined) return hostname;
    if (joins.net === 'node') return this.options.nodeName();
    const pod = this.options.podOf(joins.net ?? '');
    if (pod) return pod.config.hostname;
    const other = this.options.container(joins.net ?? '');
    return other ? this.hostname(other) : container.id.slice(0, 12);
  }

  /** It ended: what it had is given back, and its restart policy has its way. */
  ended(container: ContainerRecord): void {
    this.release(container.id);
    const { name = 'no', most = 0 } = container.config.restart ?? {};
    const wanted = name === 'on-failure' ? container.exitCode !== 0 && (!most || container.restarts < most) : name !== 'no';
    if (!wanted || container.stopSignaled) return;
    const steady = container.finishedMs - container.startedMs > steadyMs;
    const delayMs = steady ? firstRestartMs : Math.min(firstRestartMs * 2 ** (this.#quick.get(container.id) ?? 0), mostRestartMs);
    this.#quick.set(container.id, steady ? 1 : (this.#quick.get(container.id) ?? 0) + 1);
    container.isRestarting = true;
    this.options.clock.after(delayMs, () => {
      if (!container.isRestarting || this.options.container(container.id) !== container) return;
      container.restarts++;
      void this.options.start(container.id).catch(() => (container.isRestarting = false));
    });
  }

  /** The container has ended, or could not be started. */
  release(id: string): void {
    const lone = this.#running.get(id);
    if (!lone) return;
    this.#running.delete(id);
    for (const task of [...lone.proxies, lone.shim]) task.kill(SIG.KILL);
    if (lone.address) this.#addresses.release(lone.address);
    if (lone.ownShm && lone.shmPath !== undefined) this.options.memory.unmount(lone.shmPath);
  }

  #target(container: ContainerRecord, type: (typeof shared)[number]): Task | 'own' | 'node' {
    const at = container.config.joins?.[type];
    if (at === undefined || at === 'none') return 'own';
    if (at === 'node') return 'node';
    const task = this.options.taskOf(at);
    if (task) return task;
    const what = { net: 'network', ipc: 'IPC', pid: 'PID' }[type];
    throw new RuntimeError('FailedPrecondition', `cannot join ${what} of a non running container: ${at}`);
  }

  /** /etc/hostname, /etc/hosts and /etc/resolv.conf, which dockerd writes and mounts. */
  async #writeFiles(container: ContainerRecord, address: string): Promise<readonly ContainerMount[]> {
    const hostname = this.hostname(container);
    const own = address ? `${address}\t${hostname}\n` : '';
    const texts: Readonly<Record<string, string>> = {
      hostname: `${hostname}\n`,
      hosts: `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n${own}`,
      'resolv.conf': 'nameserver 192.168.49.1\n',
    };
    const mounts: ContainerMount[] = [];
    for (const [name, text] of Object.entries(texts)) {
      const hostPath = `${loneDirectory(container.id)}/${name}`;
      await this.options.files.write(hostPath, text);
      const containerPath = `/etc/${name}`;
      if (!container.config.mounts.some((m) => m.containerPath === containerPath))
        mounts.push({ hostPath, containerPath, readOnly: false });
    }
    return mounts;
  }

  /** docker-proxy: what comes to the node's port goes to the container's. */
  #proxy(port: PublishedPort, address: string): Task {
    const { kernel, daemon } = this.options;
    const { hostPort, containerPort } = port;
    const close = publishPort(daemon.proc.network, port, address);
    if (!close) throw new RuntimeError('Unknown', `Bind for 0.0.0.0:${hostPort} failed: port is already allocated`);
    const ports = ['-host-port', String(hostPort), '-container-ip', address, '-container-port', String(containerPort)];
    const argv = ['/usr/bin/docker-proxy', '-proto', 'tcp', '-host-ip', '0.0.0.0', ...ports];
    const task = kernel.start(
      async (proc) => {
        for (;;) await proc.pause().catch(() => undefined);
      },
      { argv, session: true },
    );
    void task.exited.then(close);
    return task;
  }
}
