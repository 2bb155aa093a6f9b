import { Errno } from './errno';
import type { IpcNamespace } from './ipc';
import { Namespace, type TimeNamespace } from './namespace';
import type { NetNamespace } from './network';
import type { NamespaceType } from './process';
import type { TaskImpl } from './task';
import type { UserNamespace } from './user-namespace';
import type { MountNamespace, PidNamespaceView } from './vfs';

/** Inode numbers of the initial namespaces (include/linux/proc_ns.h). */
const initialInodes: Readonly<Record<NamespaceType, number>> = {
  ipc: 4026531839,
  uts: 4026531838,
  user: 4026531837,
  pid: 4026531836,
  cgroup: 4026531835,
  net: 4026531833,
  mnt: 4026531832,
  time: 4026531834,
};

/** Gives the inode numbers of one machine's namespaces. */
export class NamespaceNumbers {
  #next = 4026532221;
  readonly #given = new Set<NamespaceType>();
  take(type: NamespaceType): number {
    if (this.#given.has(type)) return this.#next++;
    this.#given.add(type);
    return initialInodes[type];
  }
}

export class UtsNamespace extends Namespace {
  constructor(
    inode: number,
    override readonly owner: UserNamespace,
    readonly uts: { hostname: string; domainname: string },
  ) {
    super('uts', inode, owner);
  }
}

export class MntNamespace extends Namespace {
  constructor(
    inode: number,
    override readonly owner: UserNamespace,
    readonly mounts: MountNamespace,
  ) {
    super('mnt', inode, owner);
  }
}

/** "PID_MAX_LIMIT" and "RESERVED_PIDS" - include/linux/threads.h, kernel/pid.c */
export const pidMaxLimit = 4_194_304;
export const reservedPids = 300;

/** pid_namespaces(7). */
export class PidNamespace extends Namespace implements PidNamespaceView {
  init: TaskImpl | undefined;
  lastPid: number;
  pidMax = pidMaxLimit;
  readonly #tasks = new Map<number, TaskImpl>();
  #highest = 0;
  #wrapped = false;

  constructor(
    inode: number,
    override readonly owner: UserNamespace,
    readonly parent: PidNamespace | undefined,
    lastPid = 0,
  ) {
    super('pid', inode, owner);
    this.lastPid = lastPid;
  }

  get level(): number {
    return this.parent ? this.parent.level + 1 : 0;
  }
  /** From the initial namespace to this one. */
  get chain(): readonly PidNamespace[] {
    return this.parent ? [...this.parent.chain, this] : [this];
  }
  /** The next that is free: beyond pid_max they begin again after those that are kept for the system. Throws EAGAIN. */
  allocate(): number {
    const first = this.lastPid + 1 < this.pidMax ? this.lastPid + 1 : reservedPids;
    for (let pid = first; pid < this.pidMax; pid++) if (!this.#taken(pid)) return (this.lastPid = pid);
    for (let pid = reservedPids; pid < first; pid++) if (!this.#taken(pid)) return (this.lastPid = pid);
    throw new Errno('EAGAIN');
  }
  /** By a process, or still by a group or session whose leader is gone: there only once numbers have begun again. */
  #taken(pid: number): boolean {
    if (this.#tasks.has(pid)) return true;
    if (!this.#wrapped && pid > this.#highest) {
      this.#highest = pid;
      return false;
    }
    this.#wrapped = true;
    return [...this.#tasks.values()].some((task) => task.group.in(this) === pid || task.session.in(this) === pid);
  }
  add(pid: number, task: TaskImpl): void {
    this.#tasks.set(pid, task);
  }
  remove(pid: number): void {
    this.#tasks.delete(pid);
  }
  find(pid: number): TaskImpl | undefined {
    return this.#tasks.get(pid);
  }
  tasks(): TaskImpl[] {
    return [...this.#tasks].sort((a, b) => a[0] - b[0]).map(([, task]) => task);
  }
}

/** A process's number in each namespace that sees it. A process group and a session are the Pid of their leader. */
export class Pid {
  constructor(readonly numbers: ReadonlyMap<PidNamespaceView, number>) {}
  static allocate(namespace: PidNamespace): Pid {
    return new Pid(new Map(namespace.chain.map((each) => [each, each.allocate()])));
  }
  in(namespace: PidNamespaceView): number | undefined {
    return this.numbers.get(namespace);
  }
}

export interface NamespaceSet {
  mnt: MntNamespace;
  uts: UtsNamespace;
  ipc: IpcNamespace;
  pid: PidNamespace;
  net: NetNamespace;
  user: UserNamespace;
  time: TimeNamespace;
  timeForChildren: TimeNamespace;
  cgroup: Namespace;
  pidForChildren: PidNamespace;
}
