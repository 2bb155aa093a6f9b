import type { CgroupMemory, CgroupSettings } from '../cgroups';
import type { Bytes, FileType, OpenFlag } from '../file';
import type { Limits } from '../limits';
import type { NetworkCalls } from '../network';
import type { NamespaceType } from '../process';
import type { Task } from '../kernel-api';
import type { Inode } from './inode';
import type { Mount, MountNamespace } from './mount';
import type { Subject, UserNamespaceView } from './subject';

/** A place in the file tree: an inode, seen through the mount it was reached by. */
export interface Location {
  readonly mount: Mount;
  readonly inode: Inode;
}

/** Who looks a path up. The kernel's process object is one. */
export interface PathContext {
  readonly mounts: MountNamespace;
  readonly root: Location;
  readonly cwd: Location;
  readonly credentials: Subject;
  readonly umask: number;
  /** Set while a process asks; procfs's self and a mount of proc need it. */
  readonly task: ProcTask;
  nowMs(): number;
}

/** What open(2) found or made: the kernel builds a file description on it by the inode's type. */
export interface Opened {
  readonly location: Location;
  /** Absolute, as the opener's root sees it; for /proc/PID/fd. */
  readonly path: string;
  readonly flags: readonly OpenFlag[];
}

/** An open regular file's content. Generated files are made whenever they are read from their beginning. */
export interface FileContent {
  readonly size: number;
  read(offset: number, max: number): Bytes;
  /** Returns how much was written. Throws ENOSPC, EFBIG, EINVAL. */
  write(offset: number, bytes: Bytes): number;
}

/** An open descriptor as /proc/PID/fd and fdinfo show it. */
export interface ProcDescriptor {
  /** A path, or `pipe:[INO]`, `socket:[INO]`, `mnt:[INO]`. */
  readonly label: string;
  /** What opening the link again opens; undefined for what has no inode in the tree. */
  readonly location: Location | undefined;
  readonly flags: readonly OpenFlag[];
  readonly offset: number;
  /** For pipes and other things without a location: opens the same object again. Opaque to the VFS. */
  readonly description: unknown;
}

/** A process as procfs needs it. The kernel's task class implements it. */
export interface ProcTask extends Task {
  readonly credentials: Subject;
  /** Its PID in that PID namespace; undefined when it is not in it. */
  pidIn(namespace: PidNamespaceView): number | undefined;
  readonly pidNamespace: PidNamespaceView;
  /** In the namespace seen: parent's, group's, session's PIDs (0 when outside). */
  ppidIn(namespace: PidNamespaceView): number;
  pgidIn(namespace: PidNamespaceView): number;
  sidIn(namespace: PidNamespaceView): number;
  /** Foreground group of the controlling terminal, -1 without one. */
  tpgidIn(namespace: PidNamespaceView): number;
  /** Device number (major << 8 | minor), 0 without one. */
  readonly terminalDevice: number;
  /** Its group's and session's numbers in each of its PID namespaces, as nsPids has its own. */
  readonly nsPgids: readonly number[];
  readonly nsSids: readonly number[];
  readonly environment: ReadonlyMap<string, string>;
  readonly cwd: Location;
  readonly root: Location;
  /** Who traces it (ptrace(2)). */
  readonly tracedBy: ProcTask | undefined;
  /** The executable; undefined for kernel-made programs and zombies. */
  readonly exe: Location | undefined;
  /** Its path when it was executed. */
  readonly exePath: string;
  readonly mounts: MountNamespace;
  readonly umask: number;
  readonly nice: number;
  /** A zombie's or a live task's CPU, ms. */
  readonly cpu: { readonly userMs: number; readonly systemMs: number; readonly childUserMs: number; readonly childSystemMs: number };
  /** Bytes and calls of read(2) and write(2). */
  readonly io: { readonly rchar: number; readonly wchar: number; readonly syscr: number; readonly syscw: number };
  /** Resident set, KiB. */
  readonly residentKb: number;
  /** Its program has its libraries in it. */
  readonly isStatic: boolean;
  readonly threads: number;
  readonly seccompFilters: number;
  /** Beside its program, bytes. */
  readonly heapBytes: number;
  /** The account of files it writes. */
  readonly pages: PageAccount;
  readonly exitStatus: number;
  readonly limits: Readonly<Limits>;
  /** Signals queued for processes of its real user. */
  readonly queuedSignals: number;
  descriptors(): ReadonlyMap<number, ProcDescriptor>;
  setComm(name: string): void;
  oomScoreAdj: number;
  noNewPrivs: boolean;
  /** What it sleeps in, for /proc/PID/wchan and ps's WCHAN; '0' when running. */
  readonly waitChannel: string;
  /** The namespace object behind each link of /proc/PID/ns, for setns. */
  namespaceOf(type: NamespaceType): NamespaceHandle;
  /** That of its next child, which unshare(2) or setns(2) has set; undefined while it has no init. */
  readonly pidNamespaceForChildren: NamespaceHandle | undefined;
  /** uid_map, gid_map and setgroups of its user namespace. */
  readonly idMaps: IdMaps;
  /** What its network namespace has. */
  readonly net: NetworkView;
  readonly timeForChildren: TimeView;
  /** uts values of its UTS namespace; the setter is /proc/sys/kernel/hostname's. */
  readonly uts: { hostname: string; domainname: string };
}

/** A network namespace, to be read. */
export type NetworkView = Pick<NetworkCalls, 'interfaces' | 'routes' | 'listeners'>;

/** A time namespace: its clocks, in seconds against the machine's. */
export interface TimeView {
  readonly offsets: { readonly boottime: number; readonly monotonic: number };
  /** Throws EINVAL for another clock, EPERM without CAP_SYS_TIME, EACCES once a process is in it. */
  set(clock: string, seconds: number, setter: Subject): void;
}

/** Who pays for pages of files in memory: a memory cgroup. */
export interface PageAccount {
  charge(bytes: number): void;
}

/** What /proc/PID shows and takes of a user namespace. */
export interface IdMaps {
  show(kind: 'uid' | 'gid', reader: ProcTask): string;
  write(kind: 'uid' | 'gid', text: string, writer: ProcTask): void;
  readonly setgroups: string;
  writeSetgroups(text: string, writer: ProcTask): void;
}

export interface PidNamespaceView {
  readonly inode: number;
  readonly owner: UserNamespaceView;
  /** All its processes, those of nested namespaces included, by ascending PID there. */
  tasks(): Iterable<ProcTask>;
  find(pid: number): ProcTask | undefined;
  /** The last PID given out. */
  lastPid: number;
  /** Above all PIDs that are given out. */
  pidMax: number;
}

/** An inode of /proc/PID/ns: opened, it is what setns takes. */
export interface NamespaceHandle {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly owner: UserNamespaceView | undefined;
  /** Of a time namespace. */
  readonly offsets?: TimeView['offsets'];
}

/** The machine, for /proc's files that are about no process. Given to the VFS by the kernel. */
export interface MachineView {
  readonly bootMs: number;
  nowMs(): number;
  readonly release: string;
  readonly version: string;
  readonly cpuCount: number;
  readonly memoryKb: number;
  /** What sysctl(8) has set at boot: path below /proc/sys, value. */
  readonly settings: Readonly<Record<string, string>>;
  readonly random: () => number;
  /** Total CPU used since boot, ms. */
  cpuMs(): number;
  processesCreated(): number;
  tasks(): Iterable<ProcTask>;
  readonly cgroups: CgroupsView;
}

/** The cgroups as their file system shows them. */
export interface CgroupsView {
  settings(path: string): CgroupSettings;
  memory(path: string): CgroupMemory;
  has(path: string): boolean;
  inside(path: string): string[];
  set(path: string, settings?: Partial<CgroupSettings>): void;
}

/** What mknod and the trees make. */
export interface NodeInit {
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev?: number;
  readonly target?: string;
}
