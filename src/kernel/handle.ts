import { PlaceDescription, type Description } from './description';
import { Errno } from './errno';
import { load, type Image } from './exec';
import { FileCalls } from './file-calls';
import type { Kernel } from './kernel';
import { baseName } from './kernel';
import { MntNamespace, Namespace, PidNamespace, UtsNamespace, type Pid } from './namespaces';
import type {
  Credentials,
  Disposition,
  NamespaceType,
  PollRequest,
  PollResult,
  Process,
  Program,
  SigactionOptions,
  SignalSet,
  Utsname,
  Waited,
  WaitOptions,
} from './process';
import { SIG, SIGRTMAX } from './signal';
import { bit, type Limit, type Limits, type TaskImpl } from './task';
import type { Termios, WindowSize } from './termios';
import { TtyDescription, type Tty } from './tty';
import { capable, chdirTo, cloneMountNamespace } from './vfs';
import { again, type Again } from './wait-queue';

const CAP_KILL = 5;
const CAP_SETGID = 6;
const CAP_SETUID = 7;
const CAP_SYS_CHROOT = 18;
const CAP_SYS_ADMIN = 21;
const CAP_SYS_NICE = 23;
const CAP_SYS_RESOURCE = 24;
const userNamespaceTypes: readonly NamespaceType[] = ['user'];

/** A program's system calls. It dies with the program: when the process ends or execs. */
export class ProcessHandle extends FileCalls implements Process {
  readonly clock: Process['clock'];
  constructor(kernel: Kernel, task: TaskImpl) {
    super(kernel, task);
    this.clock = { now: () => kernel.clock.now(), random: () => kernel.clock.random() };
  }

  get pid(): number {
    return this.task.pid.in(this.task.ns.pid) ?? 0;
  }
  get ppid(): number {
    return this.task.ppidIn(this.task.ns.pid);
  }
  get argv(): readonly string[] {
    return this.task.argv;
  }

  #demand(capability: number): void {
    if (!capable(this.task.credentials, capability)) throw new Errno('EPERM');
  }

  // processes
  fork(child: Program): number {
    this.check();
    const task = this.kernel.clone(this.task);
    this.kernel.run(task, child);
    return task.pid.in(this.task.ns.pid) ?? 0;
  }
  #become(image: Image, env: ReadonlyMap<string, string> | undefined): void {
    const { task, kernel } = this;
    const environment = new Map(env ?? this.env);
    for (const [fd, { cloexec }] of [...task.fds]) if (cloexec) kernel.closeDescriptor(task, fd);
    for (const [signal, { disposition }] of [...task.actions]) if (typeof disposition === 'function') task.actions.delete(signal);
    task.argv = image.argv;
    task.environment = environment;
    task.exe = image.location;
    task.residentKb = 1024 + Math.ceil(image.size / 1024);
    const { inode, mount } = image.location;
    const before = task.credentials;
    let { euid, egid } = before;
    if (!mount.flags.nosuid && !task.noNewPrivs) {
      if (inode.mode & 0o4000) euid = inode.uid;
      if ((inode.mode & 0o2010) === 0o2010) egid = inode.gid;
    }
    const { bounding, inheritable, ambient } = before.capabilities;
    // capabilities(7): root's programs have all file capabilities
    const permitted = euid === 0 || before.ruid === 0 ? (bounding & ~0n) | inheritable : ambient;
    task.credentials = {
      ...before,
      euid,
      suid: euid,
      egid,
      sgid: egid,
      capabilities: { ...before.capabilities, permitted, effective: euid === 0 ? permitted : ambient },
    };
    kernel.run(task, image.program);
    kernel.emit({ type: 'exec', atMs: kernel.clock.now(), task });
  }
  exec(path: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<never> {
    return this.call(async () => {
      const image = await load(this.kernel, this.task, path, argv);
      this.check();
      this.task.setComm(baseName(path));
      this.#become(image, env);
      return undefined as never;
    });
  }
  spawn(
    path: string,
    argv: readonly string[],
    options: { env?: ReadonlyMap<string, string>; before?: (child: Process) => void | Promise<void> } = {},
  ): Promise<number> {
    return this.call(async () => {
      const { task, kernel } = this;
      const child = kernel.clone(task);
      const pid = child.pid.in(task.ns.pid) ?? 0;
      const failure = await new Promise<{ readonly error: unknown } | undefined>((resolve) => {
        const stop = kernel.observe((event) => {
          if ((event.type !== 'exec' && event.type !== 'exit') || event.task !== child) return;
          stop();
          resolve(undefined);
        });
        kernel.run(child, async (proc) => {
          try {
            if (options.env) for (const key of [...proc.env.keys()]) proc.env.delete(key);
            for (const [key, value] of options.env ?? []) proc.env.set(key, value);
            await options.before?.(proc);
            return await proc.exec(path, argv);
          } catch (error) {
            stop();
            resolve({ error });
            return new Promise<number>(() => undefined);
          }
        });
      });
      if (!failure) return pid;
      child.parent = undefined;
      task.children.splice(task.children.indexOf(child), 1);
      kernel.terminate(child, { kind: 'exited', code: 127 });
      throw failure.error;
    });
  }
  exit(code: number): Promise<never> {
    if (this.live) this.kernel.terminate(this.task, { kind: 'exited', code: code & 255 });
    return new Promise<never>(() => undefined);
  }
  wait(pid = -1, options: WaitOptions = {}): Promise<Waited | undefined> {
    const { task, kernel } = this;
    const attempt = (): Waited | undefined | Again => {
      const own = task.ns.pid;
      const group = pid === 0 ? task.group : undefined;
      const wanted = task.children.filter((child) =>
        pid > 0 ? child.pid.in(own) === pid : pid === -1 || (group ? child.group === group : child.group.in(own) === -pid),
      );
      if (!wanted.length) throw new Errno('ECHILD');
      for (const child of wanted) {
        const number = child.pid.in(own) ?? 0;
        if (child.life === 'zombie' && child.status) {
          kernel.reap(child, task);
          return { pid: number, status: child.status };
        }
        const { news } = child;
        if ((news?.kind === 'stopped' && options.untraced) || (news?.kind === 'continued' && options.continued)) {
          child.news = undefined;
          return { pid: number, status: news };
        }
      }
      return options.noHang ? undefined : again;
    };
    return this.call(() => task.block(attempt, [task.childNews], { channel: 'do_wait' }));
  }
  setName(comm: string): void {
    this.check();
    this.task.setComm(comm);
  }
  setSubreaper(on: boolean): void {
    this.task.subreaper = on;
  }
  setParentDeathSignal(signal: number): void {
    this.task.parentDeathSignal = signal;
  }

  // signals
  kill(pid: number, signal: number): void {
    this.check();
    if (!Number.isInteger(signal) || signal < 0 || signal > SIGRTMAX) throw new Errno('EINVAL');
    const { task, kernel } = this;
    const own = task.ns.pid;
    let targets: TaskImpl[];
    if (pid > 0) targets = [own.find(pid)].filter((each) => each !== undefined);
    else if (pid === -1) targets = own.tasks().filter((each) => each !== task && each !== own.init);
    else if (pid === 0) targets = kernel.groupMembers(task.group);
    else targets = own.tasks().filter((each) => each.group.in(own) === -pid);
    if (!targets.length) throw new Errno('ESRCH');
    const { euid, ruid } = task.credentials;
    const allowed = targets.filter((each) => {
      const { ruid: theirs, suid } = each.credentials;
      if (capable(task.credentials, CAP_KILL) || [theirs, suid].some((id) => id === euid || id === ruid)) return true;
      return signal === SIG.CONT && each.session === task.session;
    });
    if (!allowed.length) throw new Errno('EPERM');
    for (const each of allowed) each.post(signal, task);
  }
  sigaction(signal: number, disposition?: Disposition, options: SigactionOptions = {}): Disposition {
    this.check();
    const { task } = this;
    if (signal < 1 || signal > SIGRTMAX) throw new Errno('EINVAL');
    const previous = task.action(signal).disposition;
    if (disposition === undefined) return previous;
    if (signal === SIG.KILL || signal === SIG.STOP) throw new Errno('EINVAL');
    task.actions.set(signal, { disposition, options });
    if (disposition === 'ignore') task.pending &= ~bit(signal);
    return previous;
  }
  sigprocmask(how: 'block' | 'unblock' | 'set', set: SignalSet): SignalSet {
    this.check();
    const { task } = this;
    const previous = task.blocked;
    task.blocked = how === 'block' ? previous | set : how === 'unblock' ? previous & ~set : set;
    task.blocked &= ~(bit(SIG.KILL) | bit(SIG.STOP));
    task.settleSignals();
    return previous;
  }
  sigpending(): SignalSet {
    return this.task.pending & this.task.blocked;
  }
  sigsuspend(mask: SignalSet): Promise<never> {
    return this.call(async () => {
      const { task } = this;
      const previous = task.blocked;
      task.blocked = mask & ~(bit(SIG.KILL) | bit(SIG.STOP));
      task.settleSignals();
      try {
        for (;;) {
          if (task.disturbed && (await task.signalPoint()) !== 'none') throw new Errno('EINTR');
          await task.sleep([], undefined, 'sigsuspend');
        }
      } finally {
        task.blocked = previous;
      }
    });
  }
  pause(): Promise<never> {
    return this.call(() => this.task.block<never>(() => again, [], { restartable: false, channel: '__do_sys_pause' }));
  }
  alarm(delayMs: number): number {
    this.check();
    const { task } = this;
    const left = task.alarm ? Math.max(0, task.alarm.atMs - this.clock.now()) : 0;
    task.alarm?.timer.cancel();
    task.alarm = undefined;
    if (delayMs > 0) {
      const timer = this.kernel.clock.after(delayMs, () => {
        task.alarm = undefined;
        task.post(SIG.ALRM, undefined);
      });
      task.alarm = { timer, atMs: this.clock.now() + delayMs };
    }
    return left;
  }
  nanosleep(delayMs: number): Promise<void> {
    return this.call(async () => {
      const { task } = this;
      if (!(delayMs >= 0)) throw new Errno('EINVAL');
      const endMs = this.clock.now() + delayMs;
      while (this.clock.now() < endMs) {
        const over = await task.sleep([], endMs === Infinity ? undefined : endMs, 'hrtimer_nanosleep');
        if (over) return;
        if (task.disturbed && (await task.signalPoint()) !== 'none') throw new Errno('EINTR');
      }
    });
  }
  schedYield(): Promise<void> {
    return this.call(async () => undefined);
  }

  poll(requests: readonly PollRequest[], timeoutMs = Infinity): Promise<readonly PollResult[]> {
    return this.call(async () => {
      const { task } = this;
      const endMs = timeoutMs < 0 ? Infinity : this.clock.now() + timeoutMs;
      const check = (): PollResult[] =>
        requests.map(({ fd, events }) => {
          const description = task.fds.get(fd)?.description;
          if (!description) return { fd, in: false, out: false, hup: false, err: true };
          const state = description.poll();
          return { fd, in: state.in && events !== 'out', out: state.out && events !== 'in', hup: state.hup, err: state.err };
        });
      for (;;) {
        const results = check();
        if (timeoutMs === 0 || this.clock.now() >= endMs || results.some((each) => each.in || each.out || each.hup || each.err))
          return results;
        const queues = requests.flatMap(({ fd }) => task.fds.get(fd)?.description.queue ?? []);
        const over = await task.sleep(queues, endMs === Infinity ? undefined : endMs, 'poll_schedule_timeout');
        if (over) return check();
        if (task.disturbed && (await task.signalPoint()) !== 'none') throw new Errno('EINTR');
      }
    });
  }

  // groups, sessions, terminals
  #find(pid: number): TaskImpl {
    const found = pid === 0 ? this.task : this.task.ns.pid.find(pid);
    if (!found) throw new Errno('ESRCH');
    return found;
  }
  getpgid(pid = 0): number {
    return this.#find(pid).group.in(this.task.ns.pid) ?? 0;
  }
  setpgid(pid: number, pgid: number): void {
    this.check();
    const { task, kernel } = this;
    const target = this.#find(pid);
    if (target !== task && target.parent !== task) throw new Errno('ESRCH');
    if (target.session !== task.session || target.session === target.pid) throw new Errno('EPERM');
    if (pgid < 0) throw new Errno('EINVAL');
    if (pgid === 0 || target.pid.in(task.ns.pid) === pgid) {
      target.group = target.pid;
      return;
    }
    const member = kernel.tasks().find((each) => each.group.in(task.ns.pid) === pgid && each.session === task.session);
    if (!member) throw new Errno('EPERM');
    target.group = member.group;
  }
  getsid(pid = 0): number {
    return this.#find(pid).session.in(this.task.ns.pid) ?? 0;
  }
  setsid(): number {
    this.check();
    const { task, kernel } = this;
    if (kernel.groupMembers(task.pid).length) throw new Errno('EPERM');
    task.session = task.group = task.pid;
    task.tty = undefined;
    return this.pid;
  }
  #tty(fd: number): Tty {
    const description = this.description(fd);
    if (!(description instanceof TtyDescription)) throw new Errno('ENOTTY');
    return description.tty;
  }
  isatty(fd: number): boolean {
    return this.task.fds.get(fd)?.description instanceof TtyDescription;
  }
  ttyname(fd: number): string {
    return this.#tty(fd).path;
  }
  tcgetattr(fd: number): Termios {
    return this.#tty(fd).termios;
  }
  #change(fd: number, action: (tty: Tty) => void): Promise<void> {
    return this.call(() =>
      this.task.block(() => {
        const tty = this.#tty(fd);
        if (!tty.mayAccess(this.task, SIG.TTOU)) return again;
        action(tty);
        return undefined;
      }, [this.task.childNews]),
    );
  }
  tcsetattr(fd: number, termios: Termios): Promise<void> {
    return this.#change(fd, (tty) => tty.setTermios(termios));
  }
  tcgetpgrp(fd: number): number {
    const tty = this.#tty(fd);
    if (tty !== this.task.tty) throw new Errno('ENOTTY');
    return tty.foreground?.in(this.task.ns.pid) ?? 0;
  }
  tcsetpgrp(fd: number, pgid: number): Promise<void> {
    return this.#change(fd, (tty) => {
      const { task, kernel } = this;
      if (tty !== task.tty || tty.session !== task.session) throw new Errno('ENOTTY');
      const group: Pid | undefined = kernel
        .tasks()
        .find((each) => each.group.in(task.ns.pid) === pgid && each.session === task.session)?.group;
      if (!group) throw new Errno('EPERM');
      tty.foreground = group;
    });
  }
  setControllingTerminal(fd: number): void {
    const tty = this.#tty(fd);
    const { task } = this;
    if (task.tty === tty && tty.session === task.session) return;
    if (task.session !== task.pid || task.tty || tty.session) throw new Errno('EPERM');
    tty.session = task.session;
    tty.foreground = task.group;
    task.tty = tty;
  }
  getWindowSize(fd: number): WindowSize {
    return this.#tty(fd).size;
  }
  setWindowSize(fd: number, size: WindowSize): void {
    this.#tty(fd).resize(size);
  }

  // identity, namespaces
  credentials(): Credentials {
    return this.task.credentials;
  }
  setuid(uid: number): void {
    this.check();
    const { credentials } = this.task;
    if (capable(credentials, CAP_SETUID)) this.#setUids({ ruid: uid, euid: uid, suid: uid });
    else if (uid === credentials.ruid || uid === credentials.suid) this.#setUids({ ...credentials, euid: uid });
    else throw new Errno('EPERM');
  }
  #setUids({ ruid, euid, suid }: Pick<Credentials, 'ruid' | 'euid' | 'suid'>): void {
    const before = this.task.credentials;
    let { capabilities } = before;
    // capabilities(7): leaving uid 0 drops them
    if (ruid !== 0 && euid !== 0 && suid !== 0 && (before.ruid === 0 || before.euid === 0 || before.suid === 0))
      capabilities = { ...capabilities, permitted: 0n, effective: 0n, ambient: 0n };
    else if (before.euid === 0 && euid !== 0) capabilities = { ...capabilities, effective: 0n };
    else if (before.euid !== 0 && euid === 0) capabilities = { ...capabilities, effective: capabilities.permitted };
    this.task.credentials = { ...before, ruid, euid, suid, capabilities };
  }
  setgid(gid: number): void {
    this.check();
    const { credentials } = this.task;
    if (capable(credentials, CAP_SETGID)) this.task.credentials = { ...credentials, rgid: gid, egid: gid, sgid: gid };
    else if (gid === credentials.rgid || gid === credentials.sgid) this.task.credentials = { ...credentials, egid: gid };
    else throw new Errno('EPERM');
  }
  setgroups(groups: readonly number[]): void {
    this.#demand(CAP_SETGID);
    this.task.credentials = { ...this.task.credentials, groups: [...groups] };
  }
  setCapabilities(sets: Partial<Credentials['capabilities']>): void {
    const before = this.task.credentials.capabilities;
    const after = { ...before, ...sets };
    if (after.permitted & ~before.permitted || after.bounding & ~before.bounding || after.effective & ~after.permitted)
      throw new Errno('EPERM');
    this.task.credentials = { ...this.task.credentials, capabilities: after };
  }
  uname(): Utsname {
    const { hostname, domainname } = this.task.uts;
    const { release, version } = this.kernel.machine;
    return { sysname: 'Linux', nodename: hostname, release, version, machine: 'x86_64', domainname };
  }
  sethostname(name: string): void {
    this.#demand(CAP_SYS_ADMIN);
    if (name.length > 64) throw new Errno('EINVAL');
    this.task.uts.hostname = name;
  }
  unshare(types: readonly NamespaceType[]): void {
    this.check();
    const { task, kernel } = this;
    if (types.some((type) => !userNamespaceTypes.includes(type))) this.#demand(CAP_SYS_ADMIN);
    for (const type of types) {
      const inode = kernel.numbers.take(type);
      if (type === 'mnt') {
        const { namespace, translate } = cloneMountNamespace(task.mounts);
        task.root = translate(task.root);
        task.cwd = translate(task.cwd);
        task.ns.mnt = new MntNamespace(inode, namespace);
      } else if (type === 'uts') task.ns.uts = new UtsNamespace(inode, { ...task.uts });
      else if (type === 'pid') task.ns.pidForChildren = new PidNamespace(inode, task.ns.pid);
      else task.ns[type] = new Namespace(type, inode);
    }
  }
  setns(fd: number): void {
    const description: Description = this.description(fd);
    const namespace = description instanceof PlaceDescription ? description.namespace : undefined;
    if (!namespace) throw new Errno('EINVAL');
    this.#demand(CAP_SYS_ADMIN);
    const { ns } = this.task;
    if (namespace instanceof MntNamespace) {
      this.#demand(CAP_SYS_CHROOT);
      ns.mnt = namespace;
      const { root } = namespace.mounts;
      this.task.root = this.task.cwd = { mount: root, inode: root.root };
    } else if (namespace instanceof UtsNamespace) ns.uts = namespace;
    else if (namespace instanceof PidNamespace) {
      if (!namespace.chain.includes(ns.pid)) throw new Errno('EINVAL');
      ns.pidForChildren = namespace;
    } else if (namespace instanceof Namespace && namespace.type !== 'mnt' && namespace.type !== 'uts' && namespace.type !== 'pid')
      ns[namespace.type] = namespace;
  }
  chroot(path: string): void {
    const location = chdirTo(this.task, path);
    this.#demand(CAP_SYS_CHROOT);
    this.task.root = location;
  }
  getpriority(): number {
    return this.task.nice;
  }
  setpriority(nice: number): void {
    const wanted = Math.max(-20, Math.min(19, Math.trunc(nice)));
    if (wanted < this.task.nice && !capable(this.task.credentials, CAP_SYS_NICE)) throw new Errno('EACCES');
    this.task.nice = wanted;
  }
  getrlimit(resource: keyof Limits): Limit {
    return { ...this.task.limits[resource] };
  }
  setrlimit(resource: keyof Limits, limit: Limit): void {
    if (limit.soft > limit.hard) throw new Errno('EINVAL');
    if (limit.hard > this.task.limits[resource].hard && !capable(this.task.credentials, CAP_SYS_RESOURCE)) throw new Errno('EPERM');
    this.task.limits[resource] = { ...limit };
  }
  times(): { userMs: number; systemMs: number; childUserMs: number; childSystemMs: number } {
    return { ...this.task.cpu };
  }
}
