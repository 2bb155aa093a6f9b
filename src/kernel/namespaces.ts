import type { NamespaceType } from './process';
import type { TaskImpl } from './task';
import type { MountNamespace, NamespaceHandle, PidNamespaceView } from './vfs';

/** Inode numbers of the initial namespaces (include/linux/proc_ns.h). */
const initialInodes: Readonly<Record<NamespaceType, number>> = {
  ipc: 4026531839,
  uts: 4026531838,
  user: 4026531837,
  pid: 4026531836,
  cgroup: 4026531835,
  net: 4026531840,
  mnt: 4026531841,
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

export class Namespace implements NamespaceHandle {
  constructor(
    readonly type: NamespaceType,
    readonly inode: number,
  ) {}
}

export class UtsNamespace extends Namespace {
  constructor(
    inode: number,
    readonly uts: { hostname: string; domainname: string },
  ) {
    super('uts', inode);
  }
}

export class MntNamespace extends Namespace {
  constructor(
    inode: number,
    readonly mounts: MountNamespace,
  ) {
    super('mnt', inode);
  }
}

/** pid_namespaces(7). */
export class PidNamespace extends Namespace implements PidNamespaceView {
  init: TaskImpl | undefined;
  lastPid: number;
  readonly #tasks = new Map<number, TaskImpl>();

  constructor(
    inode: number,
    readonly parent: PidNamespace | undefined,
    lastPid = 0,
  ) {
    super('pid', inode);
    this.lastPid = lastPid;
  }

  get level(): number {
    return this.parent ? this.parent.level + 1 : 0;
  }
  /** From the initial namespace to this one. */
  get chain(): readonly PidNamespace[] {
    return this.parent ? [...this.parent.chain, this] : [this];
  }
  allocate(): number {
    return ++this.lastPid;
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
  ipc: Namespace;
  pid: PidNamespace;
  net: Namespace;
  user: Namespace;
  cgroup: Namespace;
  pidForChildren: PidNamespace;
}
