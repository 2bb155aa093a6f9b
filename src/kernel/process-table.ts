import { Errno } from './errno';
import type { Pid, PidNamespace } from './namespaces';
import type { TaskImpl } from './task';
import { capable, type Subject } from './vfs';

const CAP_SYS_ADMIN = 21;
const CAP_SYS_RESOURCE = 24;

/**
 * What one start by the host has forked, as a scope of systemd's with its TasksMax: others go on when it is full.
 * Unlike Linux: a scope that was full takes no more for a while, so that a fork bomb, whose shells try again, dies out.
 */
export class Scope {
  count = 0;
  #fullMs = -Infinity;
  constructor(readonly limit: number) {}
  demandRoom(nowMs: number): void {
    if (this.count >= this.limit && nowMs - this.#fullMs >= closedMs) this.#fullMs = nowMs;
    if (this.count >= this.limit || nowMs - this.#fullMs < closedMs) throw new Errno('EAGAIN');
  }
}

/** Longer than bash tries to fork. */
const closedMs = 20_000;

/** All processes of a machine, with the indexes that keep fork and exit cheap among thousands. */
export class ProcessTable {
  readonly #tasks = new Map<number, TaskImpl>();
  readonly #groups = new Map<Pid, Set<TaskImpl>>();
  readonly #byUser = new Map<number, number>();
  created = 0;

  constructor(readonly limit: number) {}

  get size(): number {
    return this.#tasks.size;
  }
  all(): IterableIterator<TaskImpl> {
    return this.#tasks.values();
  }
  /** By ascending PID. */
  sorted(): TaskImpl[] {
    return [...this.#tasks.values()].sort((a, b) => a.globalPid - b.globalPid);
  }
  find(globalPid: number): TaskImpl | undefined {
    return this.#tasks.get(globalPid);
  }
  /** fork(2): EAGAIN at threads-max, at the session's limit, or at the user's RLIMIT_NPROC for those it binds. */
  demandRoom(parent: TaskImpl, nowMs: number): void {
    const own = this.#byUser.get(parent.credentials.ruid) ?? 0;
    const bound = !capable(parent.credentials, CAP_SYS_RESOURCE) && !capable(parent.credentials, CAP_SYS_ADMIN);
    if (this.size >= this.limit || (bound && own >= parent.limits.nproc.soft)) throw new Errno('EAGAIN');
    parent.scope.demandRoom(nowMs);
  }

  register(task: TaskImpl): void {
    this.created++;
    for (const [namespace, pid] of task.pid.numbers) (namespace as PidNamespace).add(pid, task);
    this.#tasks.set(task.globalPid, task);
    this.#join(task, task.group);
    this.#count(task.credentials.ruid, 1);
    task.scope.count++;
  }
  forget(task: TaskImpl): void {
    for (const [namespace, pid] of task.pid.numbers) (namespace as PidNamespace).remove(pid);
    this.#tasks.delete(task.globalPid);
    this.#leave(task, task.group);
    this.#count(task.credentials.ruid, -1);
    task.scope.count--;
  }

  setGroup(task: TaskImpl, group: Pid): void {
    this.#leave(task, task.group);
    task.group = group;
    this.#join(task, group);
  }
  setCredentials(task: TaskImpl, credentials: Subject): void {
    this.#count(task.credentials.ruid, -1);
    task.credentials = credentials;
    this.#count(credentials.ruid, 1);
  }
  /** What counts towards RLIMIT_SIGPENDING: the signals that are pending for processes of a real user. */
  queuedSignals(uid: number): number {
    let count = 0;
    for (const { credentials, pending } of this.all()) if (credentials.ruid === uid) for (let set = pending; set; set &= set - 1n) count++;
    return count;
  }
  members(group: Pid): ReadonlySet<TaskImpl> {
    return this.#groups.get(group) ?? new Set();
  }

  #count(uid: number, change: number): void {
    const count = (this.#byUser.get(uid) ?? 0) + change;
    if (count) this.#byUser.set(uid, count);
    else this.#byUser.delete(uid);
  }
  #join(task: TaskImpl, group: Pid): void {
    const members = this.#groups.get(group);
    if (members) members.add(task);
    else this.#groups.set(group, new Set([task]));
  }
  #leave(task: TaskImpl, group: Pid): void {
    const members = this.#groups.get(group);
    members?.delete(task);
    if (members?.size === 0) this.#groups.delete(group);
  }
}
