import type { Bytes, CgroupControl, Connection, FileTree, HostInput, Task, WindowSize } from '../../kernel';

/** A container image of our own: its root file system is a tree the kernel can lay an overlay on. */
export interface Image {
  /** sha256 of the configuration, 64 hex digits: what `crictl images` shorts to 13. */
  readonly id: string;
  /** Normalised references: `docker.io/library/alpine:3.8`. */
  readonly tags: readonly string[];
  /** sha256 of the manifest, 64 hex digits. */
  readonly digest: string;
  /** Compressed, as the registry sends it. */
  readonly sizeBytes: number;
  readonly createdMs: number;
  /** Name of the lower tree registered with the kernel. */
  readonly rootfs: string;
  readonly config: ImageConfig;
  /** A file of the root file system as text, or undefined. */
  readonly readFile: (path: string) => string | undefined;
  /** Newest first, for `docker history`. */
  readonly history: readonly { readonly createdBy: string; readonly sizeBytes: number; readonly createdMs: number }[];
}

/** What an image is made of. */
export interface ImageSource {
  /** `docker.io/library/alpine:3.8`; the first is the one shown. */
  readonly tags: readonly string[];
  readonly tree: FileTree;
  readonly config?: Partial<ImageConfig>;
  /** Compressed, as the registry sends it. */
  readonly sizeBytes: number;
  readonly createdMs: number;
  /** What made each layer, oldest first. */
  readonly history: readonly string[];
}

export interface ImageConfig {
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  /** `uid[:gid]` or a name of the image's /etc/passwd; empty is root. */
  readonly user: string;
}

/** Why a pull failed, in containerd's words. */
export class PullError extends Error {
  readonly reason: 'ErrImagePull' | 'InvalidImageName' | 'RegistryUnavailable';
  constructor(reason: PullError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A call the runtime refuses, with the text of its gRPC error. */
export class RuntimeError extends Error {
  readonly code: 'NotFound' | 'FailedPrecondition' | 'StartError' | 'Unknown';
  constructor(code: RuntimeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Whose namespace a pod's processes live in (CRI NamespaceMode). */
export type NamespaceMode = 'pod' | 'container' | 'node';

export interface PodSandboxConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly namespaces: { readonly pid: NamespaceMode; readonly net: 'pod' | 'node'; readonly ipc: 'pod' | 'node' };
  /** `/kubepods/besteffort/podUID`. */
  readonly cgroupParent: string;
  /** What /etc/resolv.conf says. */
  readonly resolvConf: string;
  /** Ports of the node that lead to the pod's. */
  readonly hostPorts?: readonly PublishedPort[];
}

export interface PodSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly image: Image;
  readonly createdMs: number;
  readonly ip: string;
  readonly state: 'Ready' | 'NotReady';
  /** When pause ended; 0 while it runs. */
  readonly endedMs: number;
  /** The pause process, also after it ended. */
  readonly task: Task;
}

export interface ContainerMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/** What a container may use (CRI LinuxContainerResources); Infinity is no limit. */
export interface ContainerResources {
  readonly memoryLimitBytes: number;
  readonly cpuShares: number;
  readonly cpuQuotaUs: number;
  readonly cpuPeriodUs: number;
  readonly oomScoreAdj: number;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  /** As the Pod says it. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly workingDir: string;
  readonly mounts: readonly ContainerMount[];
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** undefined: as the image says. */
  readonly uid?: number;
  readonly gid?: number;
  readonly supplementalGroups: readonly number[];
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly privileged: boolean;
  /** no_new_privs: allowPrivilegeEscalation is false. */
  readonly noNewPrivileges?: boolean;
  /** The runtime's or another seccomp profile. */
  readonly seccomp?: boolean;
  readonly readOnlyRootfs: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** On the node; CRI log lines are appended to it. A container without a pod has one of its own. */
  readonly logPath: string;
  /** Without it: no limits. */
  readonly resources?: ContainerResources;
  /** Id of the container of the same pod whose PID namespace it joins (NamespaceMode TARGET). */
  readonly pidTarget?: string;
  /** Of a container without a pod, which has a UTS namespace of its own; default: the start of its id. */
  readonly hostname?: string;
  /** Namespaces that a container without a pod does not have for itself. */
  readonly joins?: NamespaceJoins;
  /** Ports of the node that lead to a container without a pod. */
  readonly publish?: readonly PublishedPort[];
  /** Whether a container without a pod starts again when it ends by itself. */
  readonly restart?: RestartPolicy;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Of `on-failure`: how often; 0 is without end. */
  readonly most: number;
}

/** What may be changed of a container that is there. */
export type ContainerChange = Partial<Pick<ContainerConfig, 'name' | 'restart'>>;

/** Whose namespaces: those of a container or sandbox by its id, the `node`'s, or (net) `none` to talk to. */
export interface NamespaceJoins {
  readonly net?: string;
  readonly ipc?: string;
  readonly pid?: string;
}

export interface PublishedPort {
  readonly hostPort: number;
  readonly containerPort: number;
}

/** The other end of a container's standard streams. */
export interface StreamsClient {
  readonly stdin?: HostInput;
  readonly stdout: (bytes: Bytes) => void;
  readonly stderr: (bytes: Bytes) => void;
  readonly size?: WindowSize;
}

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface Container {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  /** As set when it was made or by the last update. */
  readonly resources: ContainerResources;
  readonly image: Image;
  readonly createdMs: number;
  readonly state: 'Created' | 'Running' | 'Exited';
  readonly startedMs: number;
  readonly finishedMs: number;
  readonly exitCode: number;
  /** Completed, Error, OOMKilled, StartError, ContainerCannotRun. */
  readonly reason: string;
  readonly message: string;
  readonly user: ContainerUser;
  readonly task: Task | undefined;
  /** Of a container without a pod; '' when it has none of its own. */
  readonly address: string;
  /** How often its restart policy started it, and whether it is about to. */
  readonly restarts: number;
  readonly isRestarting: boolean;
}

export interface ExecOptions {
  readonly argv: readonly string[];
  readonly stdin?: HostInput;
  readonly stdout: (bytes: Bytes) => void;
  readonly stderr: (bytes: Bytes) => void;
  readonly tty: boolean;
  readonly size?: WindowSize;
  /** Besides the container's own variables. */
  readonly env?: readonly (readonly [name: string, value: string])[];
  /** Default: the container's. */
  readonly cwd?: string;
  /** `uid[:gid]` or names of the container's /etc/passwd; default: as the container's first process. */
  readonly user?: string;
}

export interface ExecSession {
  readonly task: Task;
  /** Settles with 0..255 once the process ended and everything that holds its output is closed. */
  readonly exit: Promise<number>;
  resize(size: WindowSize): void;
}

/** What changed, for the kubelet's event generator and the pictures. */
export type RuntimeEvent =
  | { readonly type: 'sandbox-started' | 'sandbox-stopped' | 'sandbox-removed'; readonly sandbox: PodSandbox }
  | { readonly type: 'container-created' | 'container-started' | 'container-exited' | 'container-removed'; readonly container: Container };

/** What a container runtime offers a kubelet and the node's tools (CRI, trimmed to what is used). */
export interface Runtime {
  readonly version: string;
  /** The node's cgroups, as libcontainer gives access to them. */
  readonly cgroups: CgroupControl;
  /** Makes a pod's cgroup, or changes what it may use. */
  setPodCgroup(path: string, resources: Omit<ContainerResources, 'oomScoreAdj'>): void;
  /** A TCP connection from the node. Throws ECONNREFUSED, ENETUNREACH. */
  connect(host: string, port: number): Connection;
  /** A TCP connection to localhost within a pod's network. Throws RuntimeError. */
  dialSandbox(id: string, port: number): Connection;
  pullImage(reference: string): Promise<{ image: Image; tookMs: number }>;
  imageStatus(reference: string): Image | undefined;
  listImages(): readonly Image[];
  removeImage(reference: string): boolean;
  /** Gives an image one more normalised name. */
  tagImage(image: Image, text: string): void;
  /** Takes a name from an image that has others. */
  untagImage(image: Image, text: string): void;
  /** Makes an image on this node. */
  buildImage(source: ImageSource): Image;
  runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox>;
  /** Ends the sandbox's pause process and its containers; the records stay. */
  stopPodSandbox(id: string): Promise<void>;
  removePodSandbox(id: string): Promise<void>;
  listPodSandboxes(): readonly PodSandbox[];
  /** Without a sandbox: a container of its own, with namespaces of its own, as `docker run` makes one. */
  createContainer(sandboxId: string | undefined, config: ContainerConfig): Promise<Container>;
  /** `client` is attached before the program runs, so that it misses nothing. */
  startContainer(id: string, client?: StreamsClient): Promise<AttachSession | undefined>;
  /** TERM, then KILL after the grace period. Settles when it ended. */
  stopContainer(id: string, graceMs: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** Changes what a container may use, while it runs too. */
  updateContainer(id: string, resources: ContainerResources): void;
  changeContainer(id: string, change: ContainerChange): void;
  listContainers(): readonly Container[];
  container(id: string): Container | undefined;
  exec(containerId: string, options: ExecOptions): Promise<ExecSession>;
  /** Joins the container's own streams: output from now on, and its stdin if it has one. */
  attach(containerId: string, client: StreamsClient): AttachSession;
  onEvent(listener: (event: RuntimeEvent) => void): () => void;
}

export interface AttachSession {
  /** Settles when the container ends or `detach` was called. */
  readonly ended: Promise<void>;
  resize(size: WindowSize): void;
  detach(): void;
}
