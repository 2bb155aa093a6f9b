import { Errno } from './errno';
import { demandRoom, load, type Image } from './exec';
import { reap } from './exit';
import { IdentityCalls } from './identity-calls';
import { baseName } from './kernel';
import { cloneInto } from './namespace-calls';
import type { NamespaceType, Process, Program, Waited, WaitOptions } from './process';
import type { PtraceCalls, TracedCalls } from './trace-event';
import { again, type Again } from './wait-queue';

/** What a small program holds beside itself, KiB: with shared libraries, or with all of libc in it as pause. */
const sharedKb = 1024;
const staticKb = 647;

/** A program's system calls. It dies with the program: when the process ends or execs. */
export class ProcessHandle extends IdentityCalls implements Process {
  get ppid(): number {
    return this.task.ppidIn(this.task.ns.pid);
  }
  get argv(): readonly string[] {
    return this.task.argv;
  }

  brk(bytes: number): void {
    this.check();
    this.kernel.cgroups.resize(this.task, bytes);
    this.check();
  }

  fork(child: Program, namespaces: readonly NamespaceType[] = []): number {
    this.check();
    const task = namespaces.length > 0 ? cloneInto(this.kernel, this.task, namespaces) : this.kernel.clone(this.task);
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
    task.exePath = image.path;
    task.execed = true;
    task.isStatic = image.isStatic;
    task.ns.time = task.ns.timeForChildren;
    task.ns.time.entered = true;
    task.residentKb = (image.isStatic ? staticKb : sharedKb) + Math.ceil(image.size / 1024);
    kernel.cgroups.resize(task, 0);
    const { inode, mount } = image.location;
    const before = task.credentials;
    let { euid, egid } = before;
    if (!mount.flags.nosuid && !task.noNewPrivs) {
      if (inode.mode & 0o4000 && before.user.uidOf(inode.uid) !== undefined) euid = inode.uid;
      if ((inode.mode & 0o2010) === 0o2010 && before.user.gidOf(inode.gid) !== undefined) egid = inode.gid;
    }
    const { bounding, inheritable, ambient } = before.capabilities;
    // capabilities(7): root's programs have all file capabilities
    const isRoot = before.user.uidOf(euid) === 0;
    const permitted = isRoot || before.user.uidOf(before.ruid) === 0 ? (bounding & ~0n) | inheritable : ambient;
    task.credentials = {
      ...before,
      euid,
      suid: euid,
      egid,
      sgid: egid,
      capabilities: { ...before.capabilities, permitted, effective: isRoot ? permitted : ambient },
    };
    kernel.run(task, image.program);
    task.tracing?.execed();
    kernel.emit({ type: 'exec', atMs: kernel.clock.now(), task });
  }
  exec(path: string, argv: readonly string[], env?: ReadonlyMap<string, string>): Promise<never> {
    return this.call(
      async () => {
        demandRoom(this.task, argv, env ?? this.env);
        const image = await load(this.kernel, this.task, path, argv);
        this.check();
        this.task.setComm(baseName(path));
        this.#become(image, env);
        return undefined as never;
      },
      1,
      'exec',
      [path, argv, env],
    );
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
          reap(kernel, child, task);
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
    return this.call(() => task.block(attempt, [task.childNews], { channel: 'do_wait' }), 1, 'wait', [pid, options]);
  }
  ptrace(): Promise<PtraceCalls> {
    const { task, kernel } = this;
    return this.call(async () => {
      const { ptraceCalls } = await this.fetched(() => import('./tracing'));
      return ptraceCalls(kernel, task, (attempt, queue) =>
        this.call(() => task.block(attempt, [queue], { channel: 'do_wait', restartable: false })),
      );
    });
  }
  fetched<T>(code: () => Promise<T>): Promise<T> {
    const release = this.kernel.clock.hold();
    return code().finally(release);
  }
  get traced(): TracedCalls | undefined {
    return this.task.tracing;
  }
  setName(comm: string): void {
    this.check();
    this.task.setComm(comm);
  }
  setSubreaper(on: boolean): void {
    this.task.subreaper = on;
  }
  setNoNewPrivs(): void {
    this.task.noNewPrivs = true;
  }
  setParentDeathSignal(signal: number): void {
    this.task.parentDeathSignal = signal;
  }
}
