import type { Clock } from '../clock';
import type { CgroupMemory, CgroupSettings } from './cgroups';
import type { Bytes } from './file';
import type { Beyond } from './network';
import type { Credentials, NamespaceType, Process, Program, SignalSet, WaitStatus } from './process';
import type { WindowSize } from './termios';

/**
 * One machine's kernel as its host sees it: boot, executable formats, terminals, observation.
 * Everything inside goes through system calls (process.ts).
 */
export interface KernelApi {
  readonly clock: Clock;
  /**
   * Starts PID 1 of the machine, in the initial namespaces, as root, with descriptors 0-2 on /dev/null (or `stdio`).
   * `program` is a path to exec or a Program to run under the name `argv[0]`.
   */
  boot(program: string | Program, argv: readonly string[], env?: ReadonlyMap<string, string>): Task;
  /** A new child of `parent` (default: PID 1) that runs `program`, for what the host starts itself: a terminal's shell, a jsonl request, a daemon. */
  start(program: Program, options: StartOptions): Task;
  /** Adds a way to run a file whose first bytes match. Later ones are asked first. `#!` and ELF stubs (elf.ts) are built in. */
  addFormat(format: ExecutableFormat): void;
  /** Where exec finds the programs that ELF stubs name. May load lazily. */
  setPrograms(find: (name: string) => Program | Promise<Program> | undefined): void;
  /**
   * Gives `proc` a new descriptor (the lowest free one) whose other end the host holds: how a runtime collects a
   * container's output and feeds an exec's input.
   */
  attach(proc: Process, stream: StdioStream): number;
  /** Gives `proc` a new descriptor on the slave side of `pty`. */
  attachPty(proc: Process, pty: Pty): number;
  /** The task whose program holds this handle. */
  taskOf(proc: Process): Task;
  /** A pseudo-terminal whose other end the host holds; its slave appears as /dev/pts/N. */
  openPty(size?: WindowSize): Pty;
  /** Says which hosts there are beyond the machine, until the returned function is called. */
  setBeyond(beyond: Beyond): () => void;
  /** What is set on cgroups and what they use; those with processes exist by themselves. */
  readonly cgroups: CgroupControl;
  /** All tasks, zombies included, by ascending global PID. */
  tasks(): Iterable<Task>;
  task(globalPid: number): Task | undefined;
  /** Observes life events. Returns the function that stops it. */
  observe(observer: (event: KernelEvent) => void): () => void;
}

/** cgroups(7) as a container runtime uses them. */
export interface CgroupControl {
  /** Makes the cgroup and sets what is given. */
  set(path: string, settings?: Partial<CgroupSettings>): void;
  remove(path: string): void;
  settings(path: string): CgroupSettings;
  memory(path: string): CgroupMemory;
}

export interface StartOptions {
  readonly argv: readonly string[];
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly parent?: Task;
  /** What descriptors 0, 1, 2 are: a pty's slave, a stream to the host, or /dev/null (default). */
  readonly stdio?: Pty | readonly [StdioStream, StdioStream, StdioStream];
  /** setsid(2) and, with a pty, makes it the controlling terminal; default true with a pty. A task: a new group in its session. */
  readonly session?: boolean | Task;
  /** How many threads it is said to have; default 1. */
  readonly threads?: number;
}

/**
 * A host-side end of a descriptor: bytes to feed a reader (all at once, or pushed by `HostInput`), a sink for a writer
 * (`onClose`: when its last descriptor in any process is closed), or the null device. fstat says it is a pipe.
 */
export type StdioStream =
  { readonly from: Bytes | HostInput } | { readonly to: (bytes: Bytes) => void; readonly onClose?: () => void } | 'null';

/** Input the host pushes as it comes. The kernel subscribes with `listen`; what was pushed before is delivered first. */
export interface HostInput {
  listen(onData: (bytes: Bytes) => void, onEnd: () => void): void;
}

/** What can be seen of a process from outside. All PIDs here are the machine's own (global) unless said otherwise. */
export interface Task {
  readonly globalPid: number;
  /** PIDs from the initial namespace inwards (NSpid). */
  readonly nsPids: readonly number[];
  readonly parent: Task | undefined;
  readonly children: readonly Task[];
  /** prctl name, at most 15 bytes. */
  readonly comm: string;
  readonly argv: readonly string[];
  /** R running, S sleeping, T stopped, Z zombie, X gone. */
  readonly state: 'R' | 'S' | 'T' | 'Z' | 'X';
  readonly pgid: number;
  readonly sid: number;
  /** Path of the controlling terminal, such as `/dev/pts/0`. */
  readonly terminal: string | undefined;
  readonly startedMs: number;
  readonly credentials: Credentials;
  readonly signals: { readonly pending: SignalSet; readonly blocked: SignalSet; readonly ignored: SignalSet; readonly caught: SignalSet };
  /** Inode numbers, as in /proc/PID/ns. */
  readonly namespaces: Readonly<Record<NamespaceType, number>>;
  readonly cgroup: string;
  /** Settles with the final status when the process becomes a zombie. */
  readonly exited: Promise<WaitStatus>;
  /** It was killed because it wanted more memory than there is. */
  readonly outOfMemory: boolean;
  /** Sends a signal from outside any namespace, as the machine's root. */
  kill(signal: number): void;
  /** Puts the task and its future children in a cgroup path such as `/kubepods/besteffort/pod…/…`. */
  setCgroup(path: string): void;
  /** /proc/PID/oom_score_adj, -1000 to 1000. */
  oomScoreAdj: number;
  /** seccomp(2): how many filters it has, which its children inherit. No call is refused by them. */
  seccompFilters: number;
  /** System calls on behalf of this process: for host-made daemons only. */
  readonly proc: Process;
}

export interface ExecutableFormat {
  readonly matches: (head: Bytes) => boolean;
  /** The program for this file's whole content; throws ENOEXEC when it cannot be run. */
  readonly load: (content: Bytes, path: string) => Program | Promise<Program>;
}

/** The host's end of a terminal. */
export interface Pty {
  /** `/dev/pts/N`. */
  readonly path: string;
  /** Keys typed. */
  write(bytes: Bytes): void;
  /** What the terminal shows. One listener. */
  onOutput(listener: (bytes: Bytes) => void): void;
  resize(size: WindowSize): void;
  /** While on, nothing is shown: echo waits, and writers block as they do after Ctrl-S. For hosts that cannot keep up. */
  hold(on: boolean): void;
  /** The foreground process group's leader, and whether input comes key by key (termios without ICANON). */
  readonly foreground: { readonly leader: Task | undefined; readonly raw: boolean };
  /** Hangs up: SIGHUP to the session's leader and foreground group, end of file for readers. */
  close(): void;
}

export type KernelEvent =
  | { readonly type: 'fork'; readonly atMs: number; readonly task: Task; readonly parent: Task | undefined }
  | { readonly type: 'exec'; readonly atMs: number; readonly task: Task }
  | { readonly type: 'state'; readonly atMs: number; readonly task: Task; readonly state: Task['state'] }
  | {
      readonly type: 'signal';
      readonly atMs: number;
      readonly task: Task;
      readonly signal: number;
      readonly sender: Task | undefined;
      readonly outcome: 'pending' | 'ignored' | 'handled' | 'terminated' | 'stopped' | 'continued';
    }
  | { readonly type: 'exit'; readonly atMs: number; readonly task: Task; readonly status: WaitStatus }
  | { readonly type: 'reparent'; readonly atMs: number; readonly task: Task; readonly from: Task; readonly to: Task }
  | { readonly type: 'reap'; readonly atMs: number; readonly task: Task; readonly by: Task };
