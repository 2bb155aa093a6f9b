import { Errno } from './errno';
import type { Pid, PidNamespace } from './namespaces';
import type { TaskImpl } from './task';
import type { Subject } from './vfs';

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
  /** fork(2): EAGAIN at threads-max or at the user's RLIMIT_NPROC. */
  demandRoom(parent: TaskImpl): void {
    const own = this.#byUser.get(parent.credentials.ruid) ?? 0;
    if (this.size >= this.limit || own >= parent.limits.nproc.soft) throw new Errno('EAGAIN');
  }

  register(task: TaskImpl): void {
    this.created++;
    for (const [namespace, pid] of task.pid.numbers) (namespace as PidNamespace).add(pid, task);
    this.#tasks.set(task.globalPid, task);
    this.#join(task, task.group);
    this.#count(task.credentials.ruid, 1);
  }
  forget(task: TaskImpl): void {
    for (const [namespace, pid] of task.pid.numbers) (namespace as PidNamespace).remove(pid);
    this.#tasks.delete(task.globalPid);
    this.#leave(task, task.group);
    this.#count(task.credentials.ruid, -1);
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
