import type { Clock } from '../clock';
import { Cgroups } from './cgroups';
import { HostDescription, MemoryDevice, type Description } from './description';
import { Errno } from './errno';
import { ProcessHandle } from './handle';
import type { ExecutableFormat, KernelApi, KernelEvent, Pty, StartOptions, StdioStream, Task } from './kernel-api';
import { terminate } from './exit';
import { bootLimits } from './limits';
import { IpcNamespace } from './ipc';
import { Namespace, TimeNamespace } from './namespace';
import { MntNamespace, NamespaceNumbers, Pid, PidNamespace, UtsNamespace, type NamespaceSet } from './namespaces';
import { NetNamespace, type Beyond } from './network';
import { ProcessTable, Scope } from './process-table';
import type { Process, Program, WaitStatus } from './process';
import { SIG } from './signal';
import { TaskImpl } from './task';
import type { WindowSize } from './termios';
import { Tty, TtyDescription } from './tty';
import { Turns } from './turns';
import { UserNamespace } from './user-namespace';
import { createRootFileSystem, ptsRegistry, type MachineView, type MemoryFs } from './vfs';

export interface KernelOptions {
  readonly clock: Clock;
  readonly hostname: string;
  readonly release?: string;
  readonly version?: string;
  readonly cpuCount?: number;
  readonly memoryKb?: number;
  readonly bootMs?: number;
  /** What sysctl(8) sets at boot: path below /proc/sys, value. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The PID after init's. */
  readonly pidStart?: number;
  /** The most processes there can be (threads-max). */
  readonly processLimit?: number;
  /** The most that one start by the host may have at a time. */
  readonly sessionLimit?: number;
  /** Told of what programs throw that is no Errno. */
  readonly report?: (error: unknown) => void;
}

const allCapabilities = (1n << 41n) - 1n;
const processLimit = 10_000;
const sessionLimit = 2000;
/** The group and session of a process that was born in none: 0 wherever it is asked for. */
const nobody = new Pid(new Map());
/** What the engine throws for a value larger than any it can hold: the process is killed, as Linux's OOM killer would. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /string length|array length|typed array|buffer allocation|string longer/i.test(error.message);

export class Kernel implements KernelApi {
  readonly clock: Clock;
  readonly machine: MachineView;
  readonly pidNamespace: PidNamespace;
  readonly numbers = new NamespaceNumbers();
  readonly rootFileSystem: MemoryFs;
  readonly #options: KernelOptions;
  readonly #initial: NamespaceSet;
  readonly #root: TaskImpl['root'];
  readonly table: ProcessTable;
  readonly cgroups = new Cgroups(() => this.table.all());
  readonly #observers = new Set<(event: KernelEvent) => void>();
  readonly formats: ExecutableFormat[] = [];
  readonly ptys = new Map<number, Tty>();
  findProgram: (name: string) => Program | Promise<Program> | undefined = () => undefined;
  readonly turns: Turns;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.clock = options.clock;
    const { clock } = this;
    this.table = new ProcessTable(options.processLimit ?? processLimit);
    this.turns = new Turns(clock);
    this.machine = {
      bootMs: options.bootMs ?? clock.now(),
      nowMs: () => clock.now(),
      release: options.release ?? '6.1.0',
      version: options.version ?? '#1 SMP PREEMPT_DYNAMIC',
      cpuCount: options.cpuCount ?? 2,
      memoryKb: options.memoryKb ?? 8_388_608,
      settings: options.settings ?? {},
      random: () => clock.random(),
      cpuMs: () => [...this.table.all()].reduce((sum, { cpu }) => sum + cpu.userMs + cpu.systemMs, 0),
      processesCreated: () => this.table.created,
      tasks: () => this.tasks(),
      cgroups: this.cgroups,
    };
    const { mounts, root, fs } = createRootFileSystem(this.machine);
    this.rootFileSystem = fs;
    this.#root = root;
    const { numbers } = this;
    const user = new UserNamespace(numbers.take('user'), undefined, 0);
    this.pidNamespace = new PidNamespace(numbers.take('pid'), user, undefined);
    const time = new TimeNamespace(numbers.take('time'), user);
    time.entered = true;
    this.#initial = {
      mnt: new MntNamespace(numbers.take('mnt'), user, mounts),
      uts: new UtsNamespace(numbers.take('uts'), user, { hostname: options.hostname, domainname: '(none)' }),
      ipc: new IpcNamespace(numbers.take('ipc'), user),
      pid: this.pidNamespace,
      net: new NetNamespace(numbers.take('net'), user),
      user,
      cgroup: new Namespace('cgroup', numbers.take('cgroup'), user),
      time,
      timeForChildren: time,
      pidForChildren: this.pidNamespace,
    };
  }

  // the host's side
  setBeyond(beyond: Beyond): () => void {
    const { wire } = this.#initial.net;
    wire.beyond = beyond;
    return () => void (wire.beyond = () => undefined);
  }
  boot(program: string | Program, argv: readonly string[], env: ReadonlyMap<string, string> = new Map()): Task {
    const pid = Pid.allocate(this.pidNamespace);
    const capabilities = {
      effective: allCapabilities,
      permitted: allCapabilities,
      inheritable: 0n,
      bounding: allCapabilities,
      ambient: 0n,
    };
    const task = new TaskImpl(this, {
      pid,
      group: nobody,
      session: nobody,
      parent: undefined,
      scope: new Scope(processLimit),
      credentials: { ruid: 0, euid: 0, suid: 0, rgid: 0, egid: 0, sgid: 0, groups: [0], capabilities, user: this.#initial.user },
      namespaces: this.#initial,
      limits: bootLimits(this.machine.memoryKb),
      root: this.#root,
      cwd: this.#root,
    });
    task.argv = argv;
    task.environment = new Map(env);
    task.setComm(baseName(argv[0] ?? 'init'));
    const nothing = this.#nullDevice();
    for (const fd of [0, 1, 2]) this.install(task, fd, nothing);
    this.#register(task);
    this.pidNamespace.lastPid = Math.max(1, (this.#options.pidStart ?? 2) - 1);
    this.run(task, typeof program === 'string' ? (proc) => proc.exec(program, argv, env) : program);
    return task;
  }

  start(program: Program, options: StartOptions): Task {
    const parent = (options.parent as TaskImpl | undefined) ?? this.pidNamespace.init;
    if (!parent) throw new Errno('ESRCH');
    const task = this.#clone(parent, new Scope(this.#options.sessionLimit ?? sessionLimit));
    task.argv = options.argv;
    task.environment = new Map(options.env ?? parent.environment);
    task.setComm(baseName(options.argv[0] ?? ''));
    this.closeAll(task);
    task.actions = new Map();
    task.blocked = 0n;
    const { stdio } = options;
    const pty = stdio && !('length' in stdio) ? this.#ttyOf(stdio) : undefined;
    const { session = pty !== undefined, threads = 1 } = options;
    task.threads = threads;
    if (session) {
      task.session = session === true ? task.pid : (session as TaskImpl).session;
      this.table.setGroup(task, task.pid);
      task.tty = undefined;
    }
    if (pty) {
      const description = new TtyDescription(pty, ['readwrite']);
      for (const fd of [0, 1, 2]) this.install(task, fd, description);
      if (task.session === task.pid) {
        pty.session = task.session;
        pty.foreground = task.group;
        task.tty = pty;
      }
    } else if (stdio && 'length' in stdio) for (const [fd, stream] of stdio.entries()) this.install(task, fd, this.#streamOf(stream));
    else {
      const nothing = this.#nullDevice();
      for (const fd of [0, 1, 2]) this.install(task, fd, nothing);
    }
    this.run(task, async (proc) => {
      if (options.cwd !== undefined) proc.chdir(options.cwd);
      return program(proc);
    });
    return task;
  }

  addFormat(format: ExecutableFormat): void {
    this.formats.unshift(format);
  }
  setPrograms(find: (name: string) => Program | Promise<Program> | undefined): void {
    this.findProgram = find;
  }
  attach(proc: Process, stream: StdioStream): number {
    const task = this.taskOf(proc);
    return this.install(task, this.freeDescriptor(task), this.#streamOf(stream));
  }
  attachPty(proc: Process, pty: Pty): number {
    const task = this.taskOf(proc);
    return this.install(task, this.freeDescriptor(task), new TtyDescription(this.#ttyOf(pty), ['readwrite']));
  }
  taskOf(proc: Process): TaskImpl {
    if (!(proc instanceof ProcessHandle)) throw new TypeError('no process of this kernel');
    return proc.task;
  }
  readonly #ttys = new WeakMap<Pty, Tty>();
  #ttyOf(pty: Pty): Tty {
    const tty = this.#ttys.get(pty);
    if (!tty) throw new TypeError('no terminal of this kernel');
    return tty;
  }
  newTty(uid: number, gid: number, size?: WindowSize): Tty {
    const index = ptsRegistry(this.machine).allocate(uid, gid);
    const tty = new Tty(this, index, size);
    this.ptys.set(index, tty);
    return tty;
  }
  openPty(size?: WindowSize): Pty {
    const tty = this.newTty(0, 5, size);
    const kernel = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the getter below has its own
    const pty: Pty = {
      path: tty.path,
      write: (bytes) => tty.receive(bytes),
      onOutput: (listener) => tty.onOutput(listener),
      resize: (to) => tty.resize(to),
      hold: (on) => tty.hold(on),
      get foreground() {
        const group = tty.foreground;
        return { leader: group && kernel.groupMembers(group)[0], raw: !tty.termios.icanon };
      },
      close: () => this.closePty(tty),
    };
    this.#ttys.set(pty, tty);
    return pty;
  }
  terminalOf(task: TaskImpl, fd: number): Tty | undefined {
    const description = task.fds.get(fd)?.description;
    return description instanceof TtyDescription ? description.tty : undefined;
  }
  closePty(tty: Tty): void {
    tty.hangUp();
    this.ptys.delete(tty.index);
    ptsRegistry(this.machine).remove(tty.index);
  }
  tasks(): TaskImpl[] {
    return this.table.sorted();
  }
  task(globalPid: number): TaskImpl | undefined {
    return this.table.find(globalPid);
  }
  observe(observer: (event: KernelEvent) => void): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }
  emit(event: KernelEvent): void {
    for (const observer of this.#observers) observer(event);
  }

  #nullDevice(): Description {
    return new MemoryDevice('/dev/null', ['readwrite'], undefined, (1 << 8) | 3, () => 0);
  }
  #streamOf(stream: StdioStream): Description {
    if (stream === 'null') return this.#nullDevice();
    return new HostDescription(stream);
  }

  // descriptors
  freeDescriptor(task: TaskImpl, min = 0): number {
    let fd = min;
    while (task.fds.has(fd)) fd++;
    if (fd >= task.limits.nofile.soft) throw new Errno('EMFILE');
    return fd;
  }
  install(task: TaskImpl, fd: number, description: Description, cloexec = false): number {
    description.refs++;
    task.fds.set(fd, { description, cloexec });
    return fd;
  }
  closeDescriptor(task: TaskImpl, fd: number): void {
    const descriptor = task.fds.get(fd);
    if (!descriptor) throw new Errno('EBADF');
    task.fds.delete(fd);
    if (--descriptor.description.refs === 0) descriptor.description.released();
  }
  closeAll(task: TaskImpl): void {
    for (const fd of [...task.fds.keys()]) this.closeDescriptor(task, fd);
  }

  // life
  #register(task: TaskImpl): void {
    this.table.register(task);
    if (task.ns.pid.init === undefined) task.ns.pid.init = task;
    task.parent?.children.push(task);
    this.emit({ type: 'fork', atMs: this.clock.now(), task, parent: task.parent });
  }

  /** fork(2) up to where the child runs. */
  clone(parent: TaskImpl): TaskImpl {
    this.table.demandRoom(parent, this.clock.now());
    const make = (): TaskImpl => this.#clone(parent, parent.scope);
    return parent.tracing ? parent.tracing.cloned(make, (child) => child.pid.in(parent.ns.pid) ?? 0) : make();
  }
  #clone(parent: TaskImpl, scope: Scope): TaskImpl {
    const namespace = parent.ns.pidForChildren;
    // pid_namespaces(7): no process can be made once the namespace's init is gone
    if (namespace.init && namespace.init.life !== 'live') throw new Errno('ENOMEM');
    const pid = Pid.allocate(namespace);
    const task = new TaskImpl(this, {
      pid,
      group: parent.group,
      session: parent.session,
      parent,
      scope,
      credentials: parent.credentials,
      namespaces: { ...parent.ns, pid: namespace, time: parent.ns.timeForChildren },
      limits: { ...parent.limits },
      root: parent.root,
      cwd: parent.cwd,
    });
    task.ns.time.entered = true;
    task.umask = parent.umask;
    task.comm = parent.comm;
    task.argv = parent.argv;
    task.environment = new Map(parent.handle?.env ?? parent.environment);
    task.exe = parent.exe;
    task.exePath = parent.exePath;
    task.tty = parent.tty;
    task.cgroup = parent.cgroup;
    task.nice = parent.nice;
    task.oomScoreAdj = parent.oomScoreAdj;
    task.noNewPrivs = parent.noNewPrivs;
    task.seccompFilters = parent.seccompFilters;
    task.isStatic = parent.isStatic;
    task.blocked = parent.blocked;
    task.actions = new Map(parent.actions);
    for (const [fd, { description, cloexec }] of parent.fds) this.install(task, fd, description, cloexec);
    this.#register(task);
    parent.tracing?.forked(task);
    return task;
  }

  /** Makes `program` what runs in the process. The handle in force before is dead. */
  run(task: TaskImpl, program: Program): void {
    const previous = task.handle;
    const handle = new ProcessHandle(this, task);
    task.handle = handle;
    task.inCall = undefined;
    task.tracing?.install();
    for (const callback of previous?.onEnds ?? []) callback();
    const live = (): boolean => task.life === 'live' && task.handle === handle;
    void Promise.resolve()
      .then(() => (live() ? program(handle) : 0))
      .then(
        async (code) => {
          if (task.disturbed && live()) await task.signalPoint();
          if (live()) this.terminate(task, { kind: 'exited', code: code & 255 });
        },
        (error: unknown) => {
          if (!live()) return;
          if (isOutOfMemory(error)) {
            task.outOfMemory = true;
            this.terminate(task, { kind: 'signaled', signal: SIG.KILL, core: false });
            return;
          }
          this.#options.report?.(error);
          const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
          void handle.write(2, `${task.comm}: internal error: ${text}\n`).catch(() => undefined);
          this.terminate(task, { kind: 'signaled', signal: SIG.ABRT, core: false });
        },
      );
  }

  terminate(task: TaskImpl, status: WaitStatus): void {
    terminate(this, task, status);
  }
  groupMembers(group: Pid): TaskImpl[] {
    return [...this.table.members(group)];
  }
  leaderOf(session: Pid): TaskImpl | undefined {
    return [...this.table.all()].find((task) => task.pid === session);
  }
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function createKernel(options: KernelOptions): Kernel {
  return new Kernel(options);
}
