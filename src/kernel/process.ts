import type { Clock } from '../clock';
import type { IpcCalls } from './ipc';
import type { Limit, LimitName } from './limits';
import type { NetworkCalls } from './network';
import type { PtraceCalls, TracedCalls } from './trace-event';
import type { Bytes, DirEntry, OpenFlag, Stat, StatFs, Timestamps, Whence } from './file';
import type { Termios, WindowSize } from './termios';

/**
 * What runs in a process: resolves to the exit status (0..255). It touches the world by system calls on `proc` alone.
 * A program whose process is killed never resumes: its pending call never settles.
 */
export type Program = (proc: Process) => Promise<number>;

/** A wait(2) status. */
export type WaitStatus =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signaled'; readonly signal: number; readonly core: boolean }
  | { readonly kind: 'stopped'; readonly signal: number }
  | { readonly kind: 'continued' };

export interface WaitOptions {
  /** WNOHANG: undefined when no child has changed state. */
  readonly noHang?: boolean;
  readonly untraced?: boolean;
  readonly continued?: boolean;
  /** The caller gives no place for the status: for who traces it. */
  readonly unasked?: boolean;
}

export interface Waited {
  /** The child, in the caller's PID namespace. */
  readonly pid: number;
  readonly status: WaitStatus;
}

/** A signal's disposition (sigaction(2)). A handler runs between system calls of its own process, never in parallel. */
export type Disposition = 'default' | 'ignore' | SignalHandler;
export type SignalHandler = (signal: number) => void | Promise<void>;

export interface SigactionOptions {
  /** SA_RESTART: a call this handler interrupts goes on afterwards instead of throwing EINTR. */
  readonly restart?: boolean;
  readonly noChildStop?: boolean;
  readonly noChildWait?: boolean;
  readonly noDefer?: boolean;
  readonly resetHand?: boolean;
  /** The handler only notes the signal: the program has one of its own, and tells its end itself. */
  readonly deferred?: boolean;
  /** Blocked while the handler runs, besides the signal itself. */
  readonly mask?: SignalSet;
}

/** What siginfo_t tells of a signal: who sent it, as its receiver numbers processes, and of SIGCHLD the child's status. */
export interface SignalSender {
  readonly pid: number;
  readonly uid: number;
  readonly status: WaitStatus | undefined;
}

/** Bit n-1 stands for signal n. */
export type SignalSet = bigint;

export type NamespaceType = 'mnt' | 'uts' | 'ipc' | 'pid' | 'net' | 'user' | 'cgroup' | 'time';

export interface Credentials {
  readonly ruid: number;
  readonly euid: number;
  readonly suid: number;
  readonly rgid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly groups: readonly number[];
  /** Bit n stands for capability n (capabilities(7)). */
  readonly capabilities: {
    readonly effective: bigint;
    readonly permitted: bigint;
    readonly inheritable: bigint;
    readonly bounding: bigint;
    readonly ambient: bigint;
  };
}

export interface Utsname {
  readonly sysname: string;
  readonly nodename: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly domainname: string;
}

export interface PollRequest {
  readonly fd: number;
  readonly events: 'in' | 'out' | 'inout';
}
export interface PollResult {
  readonly fd: number;
  readonly in: boolean;
  readonly out: boolean;
  readonly hup: boolean;
  readonly err: boolean;
}

export interface MountOptions {
  /** MS_BIND; `recursive` adds MS_REC. */
  readonly bind?: boolean;
  readonly recursive?: boolean;
  readonly remount?: boolean;
  readonly move?: boolean;
  readonly readOnly?: boolean;
  readonly noexec?: boolean;
  readonly nosuid?: boolean;
  readonly nodev?: boolean;
  /** MS_STRICTATIME: not the `relatime` that is usual. */
  readonly strictatime?: boolean;
  /** MS_NOATIME, MS_NODIRATIME. */
  readonly noatime?: boolean;
  readonly nodiratime?: boolean;
  readonly propagation?: 'private' | 'shared' | 'slave' | 'unbindable';
  /** The file system's own options: tmpfs's `size=64k,mode=0700`, overlay's `lowerdir=…`. */
  readonly data?: string;
}

/**
 * One process's system calls. Paths and PIDs are as this process sees them (its cwd, root, mount and PID namespaces).
 * Calls that can block return promises; the others act at once. All throw `Errno`.
 * A call that a handler interrupts throws EINTR (signal(7)), unless its action has `restart`.
 */
export interface Process {
  /** getpid(2), in the process's own PID namespace. */
  readonly pid: number;
  /** getppid(2): 0 when the parent is outside the PID namespace. */
  readonly ppid: number;
  /** As execve(2) gave it; argv[0] is the name it was called by. */
  readonly argv: readonly string[];
  /** The program's own environment: a copy it may change; `exec` and `spawn` pass it on unless told otherwise. */
  readonly env: Map<string, string>;
  /** Sandbox time, read only: programs sleep by `nanosleep`. */
  readonly clock: Pick<Clock, 'now' | 'random'>;

  // files: file.ts has the shapes
  /** open(2). A FIFO blocks until its other end is open. */
  open(path: string, flags?: readonly OpenFlag[], mode?: number): Promise<number>;
  close(fd: number): void;
  /** At most `max` bytes (default 64 KiB); empty at end of file. */
  read(fd: number, max?: number): Promise<Bytes>;
  pread(fd: number, max: number, offset: number): Promise<Bytes>;
  /** Writes all of it, blocking as long as that takes; returns the count. A string is written as UTF-8. EPIPE comes with SIGPIPE. */
  write(fd: number, data: Bytes | string): Promise<number>;
  lseek(fd: number, offset: number, whence: Whence): number;
  ftruncate(fd: number, size: number): void;
  truncate(path: string, size: number): void;
  /** The lowest free descriptor that is at least `min`. */
  dup(fd: number, min?: number): number;
  dup2(from: number, to: number): number;
  setCloseOnExec(fd: number, on: boolean): void;
  setNonBlocking(fd: number, on: boolean): void;
  /** fcntl(2)'s F_GETFD and F_GETFL. */
  descriptorFlags(fd: number): { readonly closeOnExec: boolean; readonly flags: readonly OpenFlag[] };
  /** Open descriptors in ascending order. */
  fds(): readonly number[];
  pipe(): readonly [read: number, write: number];
  poll(requests: readonly PollRequest[], timeoutMs?: number): Promise<readonly PollResult[]>;
  stat(path: string): Stat;
  lstat(path: string): Stat;
  fstat(fd: number): Stat;
  statfs(path: string): StatFs;
  /** access(2) with the real ids: any of r, w, x, or '' for existence. */
  access(path: string, mode: string): void;
  /** Entries without . and .., in the directory's own order. */
  readdir(path: string): readonly DirEntry[];
  mkdir(path: string, mode?: number): void;
  rmdir(path: string): void;
  mknod(path: string, type: 'file' | 'fifo' | 'char' | 'block' | 'socket', mode: number, rdev?: number): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  /** realpath(3). */
  realpath(path: string): string;
  chmod(path: string, mode: number): void;
  /** -1 leaves an id as it is. `noFollow` is lchown(2). */
  chown(path: string, uid: number, gid: number, options?: { noFollow?: boolean }): void;
  utimes(path: string, times: Timestamps, options?: { noFollow?: boolean }): void;
  umask(mask: number): number;
  chdir(path: string): void;
  getcwd(): string;
  chroot(path: string): void;
  mount(source: string, target: string, type: string, options?: MountOptions): void;
  /** umount2(2). */
  umount(target: string, options?: { lazy?: boolean }): void;
  pivotRoot(newRoot: string, putOld: string): void;

  // processes
  /**
   * fork(2): the child runs `child` with its own handle, and copies of everything else. Returns the child's PID. EAGAIN at the process limit.
   * `namespaces`: new ones for the child, as clone(2)'s flags ask.
   */
  fork(child: Program, namespaces?: readonly NamespaceType[]): number;
  /**
   * execve(2). Replaces this program: on success the promise never settles and this handle is dead.
   * Throws ENOENT, EACCES, ENOEXEC, ELOOP, … with the process as it was.
   */
  exec(path: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<never>;
  /**
   * posix_spawn(3): fork and exec in one, throwing what exec throws. `before` runs in the child first
   * (redirections, setpgid, signal dispositions). `path` is not searched for in PATH.
   */
  spawn(
    path: string,
    argv: readonly string[],
    options?: { env?: ReadonlyMap<string, string>; before?: (child: Process) => void | Promise<void> },
  ): Promise<number>;
  /** _exit(2). Never settles. */
  exit(code: number): Promise<never>;
  /** wait4(2): pid > 0 that child, 0 the caller's group, -1 any, < -1 group -pid. undefined only with noHang. */
  wait(pid?: number, options?: WaitOptions): Promise<Waited | undefined>;
  /** Calls `callback` when this program ends for whatever reason (exit, kill, exec), to free what it holds on the host. */
  onEnd(callback: () => void): void;
  /** prctl(PR_SET_NAME). */
  setName(comm: string): void;
  /** prctl(PR_SET_CHILD_SUBREAPER). */
  setSubreaper(on: boolean): void;
  /** prctl(PR_SET_PDEATHSIG); 0 clears. */
  setParentDeathSignal?(signal: number): void;
  /** prctl(PR_SET_NO_NEW_PRIVS): never to be taken back. */
  setNoNewPrivs(): void;

  /** Loads code of the program that is fetched when it is first needed: the clock stands meanwhile. */
  fetched<T>(code: () => Promise<T>): Promise<T>;
  /** The calls of ptrace(2), which few programs make: they are loaded when they are asked for. */
  ptrace(): Promise<PtraceCalls>;
  /** While it is traced: where a guest tells the calls that are none of these. */
  readonly traced?: TracedCalls | undefined;

  // signals
  /** kill(2): pid > 0 that process; 0 the caller's group; -1 all but init and the caller; < -1 group -pid. 0 only checks. */
  kill(pid: number, signal: number): void;
  /** Returns the previous disposition. EINVAL for KILL and STOP. */
  sigaction(signal: number, disposition?: Disposition, options?: SigactionOptions): Disposition;
  /** Returns the previous mask. */
  sigprocmask(how: 'block' | 'unblock' | 'set', set: SignalSet): SignalSet;
  sigpending(): SignalSet;
  /** Who sent the last signal of that number; undefined when the kernel did, or nobody. */
  signalOrigin(signal: number): SignalSender | undefined;
  /** Whether a handler is due: the next call that may block runs it first. */
  readonly signalled?: boolean;
  sigsuspend(mask: SignalSet): Promise<never>;
  /** pause(2): throws EINTR after a handler has run. */
  pause(): Promise<never>;
  /** alarm(2) in ms; 0 cancels; returns what was left of the previous one. */
  alarm(delayMs: number): number;
  nanosleep(delayMs: number): Promise<void>;
  /** A point where others may run and signals take effect: long loops without blocking calls must await it (cheap when nothing waits). `calls`: how many system calls' worth of computing there was since the last. */
  schedYield(calls?: number): Promise<void>;

  // groups, sessions, terminals
  getpgid(pid?: number): number;
  setpgid(pid: number, pgid: number): void;
  getsid(pid?: number): number;
  setsid(): number;
  isatty(fd: number): boolean;
  /** ttyname(3): `/dev/pts/0`. ENOTTY. */
  ttyname(fd: number): string;
  tcgetattr(fd: number): Termios;
  /** A background group's call gets SIGTTOU, hence the promise. */
  tcsetattr(fd: number, termios: Termios): Promise<void>;
  tcgetpgrp(fd: number): number;
  tcsetpgrp(fd: number, pgid: number): Promise<void>;
  /** TIOCSCTTY. */
  setControllingTerminal(fd: number): void;
  getWindowSize(fd: number): WindowSize;
  setWindowSize(fd: number, size: WindowSize): void;

  /**
   * Says how much memory the program holds beside its code, bytes (brk(2)). Its cgroup may have less: then the OOM killer
   * ends this process or another one of the cgroup.
   */
  brk(bytes: number): void;

  // identity, namespaces
  credentials(): Credentials;
  setuid(uid: number): void;
  setgid(gid: number): void;
  setgroups(groups: readonly number[]): void;
  /** capset(2) and PR_CAPBSET_DROP: only ever fewer, unless permitted. */
  setCapabilities(sets: Partial<Credentials['capabilities']>): void;
  uname(): Utsname;
  sethostname(name: string): void;
  /** unshare(2). 'pid' takes effect for children. */
  unshare(types: readonly NamespaceType[]): void;
  /** setns(2): `fd` is an open /proc/PID/ns/TYPE; EINVAL when that is not of the type wanted. */
  setns(fd: number, type?: NamespaceType): void;
  /** System V message queues, shared memory and semaphores of the process's IPC namespace (sysvipc(7)). */
  readonly ipc: IpcCalls;
  /** The interfaces and routes of its network namespace, as rtnetlink(7) has them. */
  readonly network: NetworkCalls;
  /** Of the process `pid` names, or the caller's own (0); EACCES and EPERM as setpriority(2) has them. */
  getpriority(pid?: number): number;
  setpriority(nice: number, pid?: number): void;
  getrlimit(resource: LimitName): Limit;
  setrlimit(resource: LimitName, limit: Limit): void;
  /** times(2): CPU used by this process and by waited-for children, ms. */
  times(): { userMs: number; systemMs: number; childUserMs: number; childSystemMs: number };
}
