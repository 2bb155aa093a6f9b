import type { Clock } from '../../clock';
import { SIG, type CgroupControl, type Connection, type KernelApi, type NamespaceType, type Task, type WaitStatus } from '../../kernel';
import { containerCapabilities } from './capabilities';
import { cgroupSettings } from './cgroup';
import { ContainerPlaces } from './container-place';
import { startProcess } from './container-process';
import { LogWriter } from './cri-log';
import { ImageStore } from './image-store';
import { bundleOf, criState, loneDirectory, notIn, sandboxDirectory, sandboxFiles } from './directories';
import { LoneContainers } from './lone-containers';
import { NodeFiles } from './node-files';
import { attachContainer, execInContainer } from './exec';
import { argvOf, environment } from './environment';
import { ContainerRecord, SandboxRecord } from './records';
import { AddressPool, connectPod, dialWithin, publishPort } from './pod-network';
import { nodeShm, SharedMemory } from './shared-memory';
import { nullStdio } from './streams';
import { startShim } from './shim';
import { Snapshots } from './snapshots';
import { homeOf, resolveUser } from './user';
import {
  RuntimeError,
  type AttachSession,
  type Container,
  type ContainerChange,
  type ContainerConfig,
  type ContainerResources,
  type ExecOptions,
  type ExecSession,
  type Image,
  type ImageSource,
  type PodSandbox,
  type PodSandboxConfig,
  type Runtime,
  type RuntimeEvent,
  type StreamsClient,
} from './types';

export interface ContainerdOptions {
  readonly kernel: KernelApi;
  readonly clock: Clock;
  /** The process on the node that does the daemon's work with files and network. */
  readonly daemon: Task;
  /** Whose session new shims are in: the daemon that is seen there. */
  readonly session: () => Task;
  /** What the registry has. */
  readonly registry: readonly Image[];
  /** References already on the node. */
  readonly preloaded: readonly string[];
  /** The image of pod sandboxes: `registry.k8s.io/pause:3.10`. */
  readonly sandboxImage: string;
  /** `10.244.0`: the node's pod network, /24. */
  readonly podNetwork: string;
  readonly nodeIp: string;
  readonly buildImage: (source: ImageSource) => Image;
}

/** "the pause container … should be killed last" - the CRI plugin's default. */
const sandboxOomScoreAdj = -998;

const createFailed =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** Time that real work takes on a node and that nothing here would otherwise take, ms. */
const cost = { network: 230, sandbox: 120, create: 35, start: 55, stopSandbox: 300 };

/**
 * The container runtime of one node: images, pod sandboxes (each a pause process), containers.
 * Everything it runs is a process of the node's kernel below a shim of the pod's own.
 */
export class Containerd implements Runtime {
  readonly version = '2.1.9+unknown';
  readonly #options: ContainerdOptions;
  readonly #images: ImageStore;
  readonly #sandboxes = new Map<string, SandboxRecord>();
  readonly #containers = new Map<string, ContainerRecord>();
  readonly #listeners = new Set<(event: RuntimeEvent) => void>();
  readonly #files: NodeFiles;
  readonly #places: ContainerPlaces;
  readonly #addresses: AddressPool;
  readonly #lone: LoneContainers;
  readonly #memory: SharedMemory;
  readonly #snapshots = new Snapshots();

  constructor(options: ContainerdOptions) {
    this.#options = options;
    this.#images = new ImageStore(options.clock, options.registry, options.preloaded);
    this.#files = new NodeFiles(options.daemon.proc);
    this.#addresses = new AddressPool(options.podNetwork);
    this.#memory = new SharedMemory(options.daemon, this.#files);
    this.#lone = new LoneContainers({
      ...options,
      files: this.#files,
      taskOf: (id) => this.#sandboxes.get(id)?.running ?? this.#containers.get(id)?.running,
      container: (id) => this.#containers.get(id),
      start: (id) => this.startContainer(id),
      nodeName: () => options.daemon.proc.uname().nodename,
      memory: this.#memory,
      podOf: (id) => this.#sandboxes.get(this.#containers.get(id)?.sandboxId || id),
    });
    this.#places = new ContainerPlaces(
      this.#lone,
      (id) => this.#sandbox(id),
      (id) => this.#containers.get(id),
    );
  }

  get cgroups(): CgroupControl {
    return this.#options.kernel.cgroups;
  }
  setPodCgroup(path: string, resources: Omit<ContainerResources, 'oomScoreAdj'>): void {
    this.cgroups.set(path, { ...cgroupSettings(resources), oomGroup: false });
  }
  readonly connect = (host: string, port: number): Connection => this.#options.daemon.proc.network.dial(host, port);
  readonly dialSandbox = (id: string, port: number): Connection => dialWithin(this.#sandboxes.get(id), id, port);
  get #clock(): Clock {
    return this.#options.clock;
  }

  readonly pullImage = (reference: string): ReturnType<ImageStore['pull']> => this.#images.pull(reference);
  readonly imageStatus = (reference: string): Image | undefined => this.#images.status(reference);
  readonly listImages = (): readonly Image[] => this.#images.list();
  readonly removeImage = (reference: string): boolean => this.#images.remove(reference);
  readonly tagImage = (image: Image, text: string): void => this.#images.tag(image, text);
  readonly untagImage = (image: Image, text: string): void => this.#images.untag(image, text);
  buildImage(source: ImageSource): Image {
    const image = this.#options.buildImage(source);
    this.#images.add(image);
    return image;
  }

  readonly listPodSandboxes = (): readonly PodSandbox[] => [...this.#sandboxes.values()];
  readonly listContainers = (): readonly Container[] => [...this.#containers.values()];
  readonly container = (id: string): Container | undefined => this.#containers.get(id);

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  #emit(event: RuntimeEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const { kernel, sandboxImage, nodeIp, podNetwork } = this.#options;
    const image = this.#images.status(sandboxImage) ?? (await this.#images.pull(sandboxImage)).image;
    const id = this.#newId();
    const ip = config.namespaces.net === 'node' ? nodeIp : this.#addresses.take();
    await this.#clock.sleep(cost.network);
    await this.#files.write(`${sandboxDirectory(id)}/hostname`, `${config.hostname}\n`);
    await this.#files.write(`${sandboxDirectory(id)}/resolv.conf`, config.resolvConf);
    const shmPath = config.namespaces.ipc === 'node' ? nodeShm : this.#memory.mount(`${criState}/sandboxes/${id}`);
    const shim = startShim(kernel, this.#options.session(), id);
    const create: NamespaceType[] = ['mnt', 'pid'];
    if (config.namespaces.net === 'pod') create.push('net', 'uts');
    if (config.namespaces.ipc === 'pod') create.push('ipc');
    const user = { uid: 65535, gid: 65535, groups: [65535] };
    const task = await startProcess(kernel, shim.proc, {
      join: [],
      create,
      root: {
        lower: image.rootfs,
        snapshots: this.#snapshots.for(image.id),
        path: `${bundleOf(id)}/rootfs`,
        readOnly: true,
        mounts: sandboxFiles(id).filter(({ containerPath }) => containerPath === '/etc/resolv.conf'),
        hostname: config.namespaces.net === 'pod' ? config.hostname : undefined,
        newPidNamespace: true,
        shmPath,
        privileged: false,
        user,
        isSandbox: true,
      },
      argv: [...image.config.entrypoint, ...image.config.cmd],
      env: environment(image, [], { home: homeOf(user.uid, image.readFile) }),
      cwd: '/',
      user,
      capabilities: containerCapabilities([], [], false),
      noNewPrivileges: true,
      seccomp: true,
      cgroup: `${config.cgroupParent}/${id}`,
      oomScoreAdj: sandboxOomScoreAdj,
      stdio: (child) => {
        nullStdio(kernel, child);
        if (config.namespaces.net === 'pod') connectPod(child, ip, podNetwork);
      },
    }).catch((error: unknown) => {
      shim.kill(SIG.KILL);
      this.#memory.unmount(shmPath);
      this.#addresses.release(ip);
      throw error instanceof RuntimeError
        ? new RuntimeError('Unknown', `failed to start sandbox "${id}": ${createFailed}${error.message}`)
        : error;
    });
    await this.#clock.sleep(cost.sandbox);
    const sandbox = new SandboxRecord({ id, config, image, ip, createdMs: this.#clock.now(), task, shim, shmPath });
    this.#sandboxes.set(id, sandbox);
    const ports = (config.hostPorts ?? []).map((port) => publishPort(this.#options.daemon.proc.network, port, ip));
    void task.exited.then(() => {
      for (const close of ports) close?.();
      sandbox.ended(this.#clock.now());
      this.#emit({ type: 'sandbox-stopped', sandbox });
    });
    this.#emit({ type: 'sandbox-started', sandbox });
    return sandbox;
  }

  async stopPodSandbox(id: string): Promise<void> {
    const sandbox = this.#sandbox(id);
    for (const container of this.#containers.values())
      if (container.sandboxId === id && container.state === 'Running') await this.stopContainer(container.id, 0);
    if (sandbox.state === 'Ready') {
      sandbox.task.kill(SIG.KILL);
      await sandbox.task.exited;
      await this.#clock.sleep(cost.stopSandbox);
    }
    sandbox.shim.kill(SIG.KILL);
    this.#memory.unmount(sandbox.shmPath);
    this.#addresses.release(sandbox.ip);
  }

  async removePodSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) return;
    await this.stopPodSandbox(id);
    for (const container of [...this.#containers.values()]) if (container.sandboxId === id) await this.removeContainer(container.id);
    this.#sandboxes.delete(id);
    await this.#files.remove(sandboxDirectory(id));
    await this.#files.remove(`${criState}/sandboxes/${id}`);
    await this.#files.remove(bundleOf(id));
    this.#emit({ type: 'sandbox-removed', sandbox });
  }

  async createContainer(sandboxId: string | undefined, config: ContainerConfig): Promise<Container> {
    if (sandboxId !== undefined) this.#sandbox(sandboxId);
    const image = this.#images.status(config.image);
    if (!image) throw new RuntimeError('NotFound', `failed to resolve image "${config.image}": not found`);
    const user = resolveUser(config, image, image.readFile);
    await this.#clock.sleep(cost.create);
    const id = this.#newId();
    const problem = this.#places.problem(sandboxId, config) ?? (argvOf(config, image).length ? undefined : 'no command specified');
    if (problem) throw new RuntimeError('Unknown', `failed to generate container "${id}" spec: ${problem}`);
    const container = new ContainerRecord({
      id,
      sandboxId: sandboxId ?? '',
      config: sandboxId === undefined ? { ...config, logPath: `${loneDirectory(id)}/${id}-json.log` } : config,
      image,
      user,
      createdMs: this.#clock.now(),
    });
    this.#containers.set(container.id, container);
    this.#emit({ type: 'container-created', container });
    return container;
  }

  async startContainer(id: string, client?: StreamsClient): Promise<AttachSession | undefined> {
    const container = this.#container(id);
    const { config, image } = container;
    const problem = this.#places.problem(container.sandboxId, config);
    if (problem) throw new RuntimeError('Unknown', problem);
    const lone = container.sandboxId ? undefined : await this.#lone.prepare(container);
    const place = this.#places.of(container);
    const argv = argvOf(config, image);
    await this.#files.append(config.logPath, '');
    const log = { out: this.#logWriter(config, 'stdout'), err: this.#logWriter(config, 'stderr') };
    const streams = container.openStreams(this.#options.kernel, log);
    const session = client && streams.attach(client);
    await this.#clock.sleep(cost.start);
    const cgroup = `${place.cgroupParent}/${id}`;
    this.cgroups.set(cgroup, cgroupSettings(container.resources));
    try {
      const task = await startProcess(this.#options.kernel, place.shim.proc, {
        join: place.join,
        create: place.create,
        root: {
          lower: image.rootfs,
          snapshots: this.#snapshots.for(image.id),
          path: `${bundleOf(id)}/rootfs`,
          readOnly: config.readOnlyRootfs,
          mounts: [...config.mounts, ...(lone?.files ?? sandboxFiles(container.sandboxId)).filter(notIn(config.mounts))],
          hostname: container.sandboxId ? undefined : place.hostname,
          newPidNamespace: place.create.includes('pid'),
          shmPath: lone ? lone.shmPath : this.#sandbox(container.sandboxId).shmPath,
          privileged: config.privileged,
          user: container.user,
        },
        argv,
        env: environment(image, config.env, { hostname: place.hostname, home: homeOf(container.user.uid, image.readFile) }),
        cwd: config.workingDir || image.config.workingDir || '/',
        user: container.user,
        capabilities: containerCapabilities(config.addCapabilities, config.dropCapabilities, config.privileged),
        noNewPrivileges: config.noNewPrivileges,
        seccomp: config.seccomp,
        cgroup,
        oomScoreAdj: container.resources.oomScoreAdj,
        stdio: (child) => {
          streams.install(child);
          if (lone) this.#lone.connect(child, container);
        },
      });
      container.started(task, this.#clock.now());
    } catch (error) {
      this.cgroups.remove(cgroup);
      this.#lone.release(id);
      if (!(error instanceof RuntimeError)) throw error;
      const message = `${createFailed}${error.message}`;
      container.failedToStart(message, this.#clock.now());
      this.#emit({ type: 'container-exited', container });
      throw new RuntimeError(error.code, message);
    }
    void container.task!.exited.then((status) => this.#exited(container, status, cgroup));
    this.#emit({ type: 'container-started', container });
    return session;
  }

  updateContainer(id: string, resources: ContainerResources): void {
    const container = this.#container(id);
    if (container.running) this.cgroups.set(container.running.cgroup, cgroupSettings(resources));
    container.resources = resources;
  }

  changeContainer(id: string, change: ContainerChange): void {
    const container = this.#container(id);
    container.config = { ...container.config, ...change };
  }

  #exited(container: ContainerRecord, status: WaitStatus, cgroup: string): void {
    container.exited(status, this.cgroups.memory(cgroup).oomKills > 0, this.#clock.now());
    this.cgroups.remove(cgroup);
    this.#lone.ended(container);
    this.#emit({ type: 'container-exited', container });
  }

  async stopContainer(id: string, graceMs: number): Promise<void> {
    const container = this.#container(id);
    container.isRestarting = false;
    if (container.state !== 'Running' || !container.task) return;
    const ended = container.task.exited;
    // a second request to stop it does not signal it again
    const again = container.stopSignaled;
    container.stopSignaled = true;
    if (graceMs > 0) {
      if (!again) container.task.kill(SIG.TERM);
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(graceMs, resolve);
        void ended.then(() => {
          timer.cancel();
          resolve();
        });
      });
    }
    if (container.state === 'Running') container.task.kill(SIG.KILL);
    await ended;
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    await this.stopContainer(id, 0);
    this.#containers.delete(id);
    await this.#files.remove(container.config.logPath);
    await this.#files.remove(bundleOf(id));
    if (!container.sandboxId) await this.#files.remove(loneDirectory(id));
    this.#emit({ type: 'container-removed', container });
  }

  exec(containerId: string, options: ExecOptions): Promise<ExecSession> {
    const container = this.#container(containerId);
    return execInContainer(this.#options.kernel, this.#places.of(container), container, options, this.#newId());
  }

  attach(containerId: string, client: StreamsClient): AttachSession {
    return attachContainer(this.#container(containerId), client);
  }

  #logWriter(config: ContainerConfig, stream: 'stdout' | 'stderr'): LogWriter {
    return new LogWriter(
      stream,
      () => this.#clock.now(),
      (line) => this.#files.append(config.logPath, line),
    );
  }

  #newId(): string {
    return Array.from({ length: 64 }, () => Math.floor(this.#clock.random() * 16).toString(16)).join('');
  }

  #sandbox(id: string): SandboxRecord {
    const sandbox = this.#sandboxes.get(id);
    if (!sandbox) throw new RuntimeError('NotFound', `an error occurred when try to find sandbox: not found`);
    return sandbox;
  }
  #container(id: string): ContainerRecord {
    const container = this.#containers.get(id);
    if (!container) throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
    return container;
  }
}
