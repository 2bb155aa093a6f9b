import type { Timer } from '../clock';
import { shownDescriptors } from './description';
import { Errno } from './errno';
import { isOrphaned } from './exit';
import type { Kernel } from './kernel';
import type { Limits } from './limits';
import type { NamespaceSet, Pid } from './namespaces';
import type { NamespaceType, Process, SignalSender, SignalSet, WaitStatus } from './process';
import type { Scope } from './process-table';
import { SIG, signals } from './signal';
import { Sleeper } from './sleeper';
import type { Action, Descriptor, Handle, TaskInit } from './task-init';
import type { TracedMethod } from './traced-calls';
import type { Tracer, Tracing } from './tracing';
import type { Tty } from './tty';
import { pathOf } from './vfs';
import type { IdMaps, Location, MountNamespace, NamespaceHandle, NetworkView, PageAccount, PidNamespaceView, ProcDescriptor, ProcTask, Subject, TimeView } from './vfs'; // prettier-ignore
import { again, WaitQueue, type Again } from './wait-queue';

export type { Action } from './task-init';

export const bit = (signal: number): SignalSet => 1n << BigInt(signal - 1);
const unblockable = bit(SIG.KILL) | bit(SIG.STOP);
const stopSignals = [SIG.STOP, SIG.TSTP, SIG.TTIN, SIG.TTOU];
const defaultAction: Action = { disposition: 'default', options: {} };
export const never = (): Promise<never> => new Promise<never>(() => undefined);

export class TaskImpl extends Sleeper implements ProcTask {
  outOfMemory = false;
  heapBytes = 0;
  readonly pid: Pid;
  group: Pid;
  session: Pid;
  parent: TaskImpl | undefined;
  readonly scope: Scope;
  readonly children: TaskImpl[] = [];
  credentials: Subject;
  readonly ns: NamespaceSet;
  root: Location;
  cwd: Location;
  umask = 0o022;
  comm = '';
  argv: readonly string[] = [];
  environment: Map<string, string> = new Map();
  exe: Location | undefined;
  exePath = '';
  tty: Tty | undefined;
  handle: Handle | undefined;
  /** Set while another process traces this one, and while this one traces others. */
  tracing: Tracing | undefined;
  tracer: Tracer | undefined;
  /** The blocking call it is in. */
  inCall: { readonly method: TracedMethod; readonly args: readonly unknown[] } | undefined;
  readonly fds = new Map<number, Descriptor>();
  readonly startedMs: number;
  readonly cpu = { userMs: 0, systemMs: 0, childUserMs: 0, childSystemMs: 0 };
  readonly io = { rchar: 0, wchar: 0, syscr: 0, syscw: 0 };
  cgroup = '/';
  nice = 0;
  oomScoreAdj = 0;
  noNewPrivs = false;
  seccompFilters = 0;
  threads = 1;
  isStatic = false;
  /** It has called execve(2) since its fork. */
  execed = false;
  subreaper = false;
  parentDeathSignal = 0;
  alarm: { readonly timer: Timer; readonly atMs: number } | undefined;
  limits: Limits;
  #programKb = 1024;

  pending: SignalSet = 0n;
  /** Who sent the last of each signal, and what SIGCHLD tells of: siginfo_t. */
  readonly senders = new Map<number, SignalSender>();
  blocked: SignalSet = 0n;
  actions = new Map<number, Action>();
  stopped = false;
  life: 'live' | 'zombie' | 'gone' = 'live';
  status: WaitStatus | undefined;
  /** A stop or continuation that wait(2) has not told yet. */
  news: WaitStatus | undefined;
  readonly childNews = new WaitQueue();
  readonly exited: Promise<WaitStatus>;
  settle: (status: WaitStatus) => void = () => undefined;

  constructor(
    override readonly kernel: Kernel,
    init: TaskInit,
  ) {
    super();
    this.pid = init.pid;
    this.group = init.group;
    this.session = init.session;
    this.parent = init.parent;
    this.scope = init.scope;
    this.credentials = init.credentials;
    this.ns = { ...init.namespaces };
    this.root = init.root;
    this.cwd = init.cwd;
    this.startedMs = kernel.clock.now();
    this.limits = init.limits;
    this.exited = new Promise((resolve) => (this.settle = resolve));
  }

  /** Resident set, KiB: the program (what is set) and what it holds beside it. */
  get residentKb(): number {
    return this.#programKb + Math.ceil(this.heapBytes / 1024);
  }
  set residentKb(programKb: number) {
    this.#programKb = programKb;
  }

  // what is seen from outside
  get task(): this {
    return this;
  }
  get globalPid(): number {
    return this.nsPids[0] ?? 0;
  }
  get nsPids(): readonly number[] {
    return [...this.pid.numbers.values()];
  }
  get nsPgids(): readonly number[] {
    return [...this.pid.numbers.keys()].map((namespace) => this.group.in(namespace) ?? 0);
  }
  get nsSids(): readonly number[] {
    return [...this.pid.numbers.keys()].map((namespace) => this.session.in(namespace) ?? 0);
  }
  get state(): 'R' | 'S' | 'T' | 'Z' | 'X' {
    if (this.life !== 'live') return this.life === 'zombie' ? 'Z' : 'X';
    return this.stopped ? 'T' : this.sleeping > 0 ? 'S' : 'R';
  }
  get pgid(): number {
    return this.group.in(this.kernel.pidNamespace) ?? 0;
  }
  get sid(): number {
    return this.session.in(this.kernel.pidNamespace) ?? 0;
  }
  get terminal(): string | undefined {
    return this.tty?.path;
  }
  get tracedBy(): ProcTask | undefined {
    return this.tracing?.tracer.task;
  }
  /** The working directory as the process sees it. */
  get cwdPath(): string {
    return pathOf(this.cwd, this.root, this);
  }
  get terminalDevice(): number {
    return this.tty ? (136 << 8) | this.tty.index : 0;
  }
  get signals(): { pending: SignalSet; blocked: SignalSet; ignored: SignalSet; caught: SignalSet } {
    let ignored = 0n;
    let caught = 0n;
    for (const [signal, { disposition }] of this.actions) {
      if (disposition === 'ignore') ignored |= bit(signal);
      else if (disposition !== 'default') caught |= bit(signal);
    }
    return { pending: this.pending, blocked: this.blocked, ignored, caught };
  }
  get queuedSignals(): number {
    return this.kernel.table.queuedSignals(this.credentials.ruid);
  }
  get namespaces(): Record<NamespaceType, number> {
    const { mnt, uts, ipc, pid, net, user, cgroup, time } = this.ns;
    return { mnt: mnt.inode, uts: uts.inode, ipc: ipc.inode, pid: pid.inode, net: net.inode, user: user.inode, cgroup: cgroup.inode, time: time.inode }; // prettier-ignore
  }
  namespaceOf(type: NamespaceType): NamespaceHandle {
    return this.ns[type];
  }
  get pidNamespaceForChildren(): NamespaceHandle | undefined {
    const { pid, pidForChildren } = this.ns;
    return pidForChildren === pid || pidForChildren.init ? pidForChildren : undefined;
  }
  get idMaps(): IdMaps {
    return this.ns.user.idMaps;
  }
  get net(): NetworkView {
    return this.ns.net.view;
  }
  get timeForChildren(): TimeView {
    return this.ns.timeForChildren;
  }
  get mounts(): MountNamespace {
    return this.ns.mnt.mounts;
  }
  get uts(): { hostname: string; domainname: string } {
    return this.ns.uts.uts;
  }
  get pidNamespace(): PidNamespaceView {
    return this.ns.pid;
  }
  get exitStatus(): number {
    return this.status?.kind === 'exited' ? this.status.code << 8 : this.status?.kind === 'signaled' ? this.status.signal : 0;
  }
  get proc(): Process {
    if (!this.handle) throw new Errno('ESRCH');
    return this.handle;
  }
  pidIn(namespace: PidNamespaceView): number | undefined {
    return this.pid.in(namespace);
  }
  ppidIn(namespace: PidNamespaceView): number {
    return this.parent?.pid.in(namespace) ?? 0;
  }
  pgidIn(namespace: PidNamespaceView): number {
    return this.group.in(namespace) ?? 0;
  }
  sidIn(namespace: PidNamespaceView): number {
    return this.session.in(namespace) ?? 0;
  }
  tpgidIn(namespace: PidNamespaceView): number {
    return this.tty ? (this.tty.foreground?.in(namespace) ?? 0) : -1;
  }
  descriptors(): ReadonlyMap<number, ProcDescriptor> {
    return shownDescriptors(this.fds);
  }
  setComm(name: string): void {
    this.comm = name.slice(0, 15);
  }
  setCgroup(path: string): void {
    this.kernel.cgroups.move(this, path);
  }
  get pages(): PageAccount {
    const { cgroup, kernel } = this;
    return { charge: (bytes) => kernel.cgroups.charge(cgroup, 'file', bytes, this.life === 'live' ? this : undefined) };
  }
  kill(signal: number): void {
    if (this.life === 'live') this.post(signal, undefined);
  }

  /** Lets go of what a zombie has no use for. */
  release(): void {
    this.environment = new Map();
    this.actions = new Map(this.actions.has(SIG.CHLD) ? [[SIG.CHLD, this.action(SIG.CHLD)]] : []);
    this.handle = undefined;
  }

  override sleep(queues: readonly WaitQueue[], untilMs: number | undefined, channel: string): Promise<boolean> {
    if (!this.stopped) this.tracing?.sleeping();
    return super.sleep(queues, untilMs, channel);
  }

  // signals
  action(signal: number): Action {
    return this.actions.get(signal) ?? defaultAction;
  }
  #defaultOf(signal: number): 'Term' | 'Core' | 'Ign' | 'Stop' | 'Cont' {
    return signals[signal - 1]?.action ?? 'Term';
  }
  isBlocked(signal: number): boolean {
    return (this.blocked & ~unblockable & bit(signal)) !== 0n;
  }
  isIgnored(signal: number): boolean {
    return this.action(signal).disposition === 'ignore';
  }

  /** Sends a signal; without a sender it comes from the kernel or the host. */
  post(signal: number, sender: TaskImpl | undefined): void {
    if (signal === 0 || this.life !== 'live') return;
    this.tracing?.posted(signal, sender);
    if (sender)
      this.senders.set(signal, {
        pid: sender.pid.in(this.ns.pid) ?? 0,
        uid: sender.credentials.ruid,
        status: sender.status ?? sender.news,
      });
    const told = (outcome: 'pending' | 'ignored' | 'handled' | 'terminated' | 'stopped' | 'continued'): void =>
      this.kernel.emit({ type: 'signal', atMs: this.nowMs(), task: this, signal, sender, outcome });
    const ignored = (): void => {
      this.tracing?.ignored(signal);
      told('ignored');
    };
    const { disposition } = this.action(signal);
    const standard = this.#defaultOf(signal);
    // pid_namespaces(7): init gets only signals it handles, but KILL and STOP from an ancestor namespace
    if (this.ns.pid.init === this && disposition === 'default') {
      const inside = this.ns.pid.level === 0 || (sender !== undefined && sender.pid.in(this.ns.pid) !== undefined);
      if (inside || (signal !== SIG.KILL && signal !== SIG.STOP)) return ignored();
    }
    if (standard === 'Cont') {
      for (const stop of stopSignals) this.pending &= ~bit(stop);
      if (this.stopped) {
        this.stopped = false;
        this.#changed({ kind: 'continued' });
        told('continued');
        this.wake();
      }
      if (typeof disposition !== 'function') {
        this.tracing?.ignored(signal);
        this.settleSignals();
        return;
      }
    } else if (standard === 'Stop') this.pending &= ~bit(SIG.CONT);
    if (!this.isBlocked(signal) && (disposition === 'ignore' || (disposition === 'default' && standard === 'Ign'))) return ignored();
    if (signal === SIG.KILL) {
      told('terminated');
      return this.kernel.terminate(this, { kind: 'signaled', signal, core: false });
    }
    this.pending |= bit(signal);
    if (this.isBlocked(signal) || (this.stopped && standard !== 'Cont')) return told('pending');
    told(typeof disposition === 'function' ? 'handled' : standard === 'Stop' ? 'stopped' : 'terminated');
    this.settleSignals();
    if (this.life === 'live') this.wake();
  }

  /** Default actions of what is pending and not blocked; handlers wait for `signalPoint`. */
  settleSignals(): void {
    for (const signal of this.#deliverable()) {
      if (this.life !== 'live' || this.stopped) return;
      const { disposition } = this.action(signal);
      if (typeof disposition === 'function') continue;
      this.pending &= ~bit(signal);
      const standard = this.#defaultOf(signal);
      if (disposition === 'ignore' || standard === 'Ign' || standard === 'Cont') {
        this.tracing?.ignored(signal);
        continue;
      }
      this.tracing?.delivered(signal);
      if (standard === 'Stop') this.#stop(signal);
      else this.kernel.terminate(this, { kind: 'signaled', signal, core: false });
    }
  }
  #deliverable(): number[] {
    const set = this.pending & ~(this.blocked & ~unblockable);
    const found: number[] = [];
    if (set) for (let signal = 1; signal <= 64; signal++) if (set & bit(signal)) found.push(signal);
    return found;
  }
  #stop(signal: number): void {
    if (signal !== SIG.STOP && isOrphaned(this.kernel, this.group)) return;
    this.stopped = true;
    this.tracing?.stopped(signal);
    this.#changed({ kind: 'stopped', signal });
  }
  #changed(status: WaitStatus): void {
    this.news = status;
    this.kernel.emit({ type: 'state', atMs: this.nowMs(), task: this, state: this.state });
    const { parent } = this;
    if (!parent) return;
    if (!parent.action(SIG.CHLD).options.noChildStop) parent.post(SIG.CHLD, this);
    parent.childNews.wake();
  }

  /** Whether a program must pause here for a signal. */
  get disturbed(): boolean {
    return this.stopped || (this.pending & ~this.blocked) !== 0n;
  }

  /** Between system calls: waits while stopped, runs handlers. Tells whether one ran, and whether all had SA_RESTART. */
  async signalPoint(): Promise<'none' | 'restart' | 'interrupt'> {
    let result: 'none' | 'restart' | 'interrupt' = 'none';
    for (;;) {
      if (this.life !== 'live') return never();
      if (this.stopped) {
        await this.sleep([], undefined, 'do_signal_stop');
        continue;
      }
      const signal = this.#deliverable()[0];
      if (signal === undefined) return result;
      const { disposition, options } = this.action(signal);
      if (typeof disposition !== 'function') {
        this.settleSignals();
        continue;
      }
      this.pending &= ~bit(signal);
      if (options.resetHand) this.actions.delete(signal);
      if (!options.restart) result = 'interrupt';
      else if (result === 'none') result = 'restart';
      const mask = this.blocked;
      this.blocked |= (options.mask ?? 0n) | (options.noDefer ? 0n : bit(signal));
      this.tracing?.delivered(signal);
      await disposition(signal);
      this.blocked = mask;
      if (!options.deferred) this.tracing?.handled(mask, options.restart === true);
    }
  }

  /** A blocking system call: `attempt` until it gives something else than `again`. signal(7) has what is restarted. */
  async block<T>(
    attempt: () => T | Again,
    queues: readonly WaitQueue[],
    options: { channel?: string; restartable?: boolean } = {},
  ): Promise<T> {
    for (;;) {
      if (!this.stopped) {
        const result = attempt();
        if (result !== again) return result;
        if (this.life !== 'live') return never();
      }
      if (!this.disturbed) {
        await this.sleep(queues, undefined, options.channel ?? 'wait');
        continue;
      }
      const interruption = await this.signalPoint();
      if (interruption === 'interrupt' || (interruption === 'restart' && options.restartable === false)) throw new Errno('EINTR');
    }
  }
}
