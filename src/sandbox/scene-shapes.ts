/** What the page's pictures are drawn from. Times are ms of sandbox time since the sandbox's start. */

/** Where a process lives: on the node, in a Pod, or in PID namespaces that were made by hand. */
export interface ScenePlace {
  readonly key: string;
  readonly kind: 'node' | 'pod' | 'namespace';
  /** A Pod's name, a namespace as /proc/PID/ns shows it. */
  readonly name: string;
  /** All containers of the Pod see each other's processes. */
  readonly shared: boolean;
}

export interface SceneProcess {
  /** On the node. */
  readonly pid: number;
  /** In the innermost namespace it lives in; on the node the same. */
  readonly innerPid: number;
  /** The parent's PID on the node; 0: none. */
  readonly parent: number;
  readonly comm: string;
  /** As ps shows it; X: it has ended and was collected a moment ago. */
  readonly state: 'R' | 'S' | 'T' | 'Z' | 'X';
  /** The key of its place. */
  readonly place: string;
  readonly role: 'shim' | 'pause' | 'container' | 'shell' | 'other';
  /** The container it belongs to. */
  readonly container?: string | undefined;
  /** The parent it had before it became an orphan, while that was the last thing to happen to it. */
  readonly formerParent?: SceneName | undefined;
}

export interface SceneName {
  readonly pid: number;
  readonly innerPid: number;
  readonly comm: string;
}

export type MomentKind = 'ignored' | 'pending' | 'handled' | 'killed' | 'stopped' | 'continued' | 'zombie' | 'reparented' | 'collected';

/** Something that happened between processes. */
export interface SceneMoment {
  /** 1 and up. */
  readonly number: number;
  readonly atMs: number;
  readonly kind: MomentKind;
  /** `SIGTERM`. */
  readonly signal?: string | undefined;
  /** Who sent the signal, who was the parent before; undefined: the kernel. */
  readonly from?: SceneName | undefined;
  readonly to: SceneName;
  /** Who is the parent now, or who collected it. */
  readonly by?: SceneName | undefined;
}

export interface SceneContainer {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'terminated';
  /** Why it waits or ended. */
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly restarts: number;
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly subPath: string }[];
  /** Variables from Secrets; `key` undefined: all of them, with the prefix `name`. */
  readonly variables: readonly { readonly name: string; readonly secret: string; readonly key: string | undefined }[];
}

export interface SceneVolume {
  readonly name: string;
  readonly kind: string;
  /** The Secret it is filled from. */
  readonly secret?: string | undefined;
  /** File names in it by key; undefined: each key is a file. */
  readonly items?: readonly { readonly key: string; readonly path: string }[] | undefined;
}

export interface ScenePod {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** As `kubectl get pods` shows it. */
  readonly status: string;
  readonly ready: string;
  readonly node: string | undefined;
  readonly containers: readonly SceneContainer[];
  readonly volumes: readonly SceneVolume[];
  /** The stages it has come through. */
  readonly life: readonly { readonly stage: 'Pending' | 'Scheduled' | 'Running' | 'Completed' | 'Failed'; readonly atMs: number }[];
  readonly events: readonly { readonly atMs: number; readonly reason: string; readonly message: string; readonly count: number }[];
}

export interface SceneSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** Base64, by key. */
  readonly data: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly atMs: number;
  readonly places: readonly ScenePlace[];
  /** Of a place in the order of ps. */
  readonly processes: readonly SceneProcess[];
  /** Processes that are left out: daemons of the node, the cluster's own Pods. */
  readonly leftOut: number;
  readonly moments: readonly SceneMoment[];
  readonly pods: readonly ScenePod[];
  readonly secrets: readonly SceneSecret[];
}
