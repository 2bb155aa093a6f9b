import type { Kernel } from './kernel';
import type { Pid, PidNamespace } from './namespaces';
import type { WaitStatus } from './process';
import { SIG } from './signal';
import type { Action, TaskImpl } from './task';
import type { Tty } from './tty';

/** The end of a process: what it held is freed, its children find a new parent, its own parent is told. */
export function terminate(kernel: Kernel, task: TaskImpl, status: WaitStatus): void {
  if (task.life !== 'live') return;
  task.life = 'zombie';
  task.status = status;
  task.stopped = false;
  task.news = undefined;
  task.forgetSleeps();
  task.alarm?.timer.cancel();
  task.tracing?.ended(status);
  task.tracer?.end();
  task.inCall = undefined;
  for (const callback of task.handle?.onEnds ?? []) callback();
  kernel.closeAll(task);
  kernel.cgroups.resize(task, 0);
  if (task.tty && task.tty.session === task.pid) disassociate(kernel, task.tty, task);
  if (task.ns.pid.init === task) endNamespace(kernel, task.ns.pid);
  const groups = new Set([task.group, ...task.children.map((child) => child.group)]);
  const stoppedBefore = [...groups].filter((group) => hasStopped(kernel, group) && !isOrphaned(kernel, group, task));
  for (const child of [...task.children]) reparent(kernel, child, task);
  task.release();
  kernel.emit({ type: 'exit', atMs: kernel.clock.now(), task, status });
  task.settle(status);
  for (const group of stoppedBefore) {
    if (!isOrphaned(kernel, group)) continue;
    // "If the exit … causes a process group to become orphaned, and if any member … is stopped, then SIGHUP … SIGCONT" - credentials(7)
    for (const member of [...kernel.table.members(group)]) {
      member.post(SIG.HUP, undefined);
      member.post(SIG.CONT, undefined);
    }
  }
  tellParent(kernel, task);
}

/** zap_pid_ns_processes(): all are killed, children before parents; a parent outside still gets to wait for its own. */
function endNamespace(kernel: Kernel, namespace: PidNamespace): void {
  for (const member of namespace.tasks().reverse()) {
    if (member === namespace.init) continue;
    terminate(kernel, member, { kind: 'signaled', signal: SIG.KILL, core: false });
    const { parent } = member;
    if (member.life === 'zombie' && parent && parent.pid.in(namespace) !== undefined) reap(kernel, member, parent);
  }
}

const hasStopped = (kernel: Kernel, group: Pid): boolean => [...kernel.table.members(group)].some((member) => member.stopped);

function tellParent(kernel: Kernel, task: TaskImpl): void {
  const { parent } = task;
  if (!parent) return void forget(kernel, task);
  const action: Action = parent.action(SIG.CHLD);
  if (parent.life === 'live') parent.post(SIG.CHLD, task);
  // "POSIX.1-2001 … if the disposition of SIGCHLD is set to SIG_IGN …, then children … do not become zombies" - wait(2)
  if (action.disposition === 'ignore' || action.options.noChildWait) reap(kernel, task, parent);
  parent.childNews.wake();
}

function reparent(kernel: Kernel, child: TaskImpl, from: TaskImpl): void {
  // the nearest subreaper among the ancestors of the one that ends, in its own PID namespace; else that namespace's init
  const namespace = from.ns.pid;
  let to: TaskImpl | undefined = from.parent;
  while (to && !(to.subreaper && to.life === 'live' && to.ns.pid === namespace)) to = to.ns.pid === namespace ? to.parent : undefined;
  const init = namespace.init;
  if (!to) to = init && init !== child && init.life === 'live' ? init : namespace.parent?.init;
  from.children.splice(from.children.indexOf(child), 1);
  child.parent = to;
  if (!to) return;
  to.children.push(child);
  kernel.emit({ type: 'reparent', atMs: kernel.clock.now(), task: child, from, to });
  if (child.life === 'zombie') tellParent(kernel, child);
  else if (child.parentDeathSignal) child.post(child.parentDeathSignal, undefined);
}

/** A zombie is waited for, and is no more. */
export function reap(kernel: Kernel, task: TaskImpl, by: TaskImpl): void {
  if (task.life !== 'zombie') return;
  by.cpu.childUserMs += task.cpu.userMs + task.cpu.childUserMs;
  by.cpu.childSystemMs += task.cpu.systemMs + task.cpu.childSystemMs;
  forget(kernel, task);
  kernel.emit({ type: 'reap', atMs: kernel.clock.now(), task, by });
}

function forget(kernel: Kernel, task: TaskImpl): void {
  task.life = 'gone';
  const siblings = task.parent?.children;
  const at = siblings?.indexOf(task) ?? -1;
  if (at >= 0) siblings?.splice(at, 1);
  kernel.table.forget(task);
}

/** "a process group in which the parent of every member is either itself a member of the group or is not a member of the group's session" - POSIX */
export function isOrphaned(kernel: Kernel, group: Pid, ending?: TaskImpl): boolean {
  for (const task of kernel.table.members(group)) {
    const { parent } = task;
    if ((task.life !== 'live' && task !== ending) || !parent) continue;
    if (parent.group === group || parent.session !== task.session) continue;
    if (parent.life === 'live' || parent === ending) return false;
  }
  return true;
}

/** The session loses its terminal: SIGHUP and SIGCONT to the leader and the foreground group. */
export function disassociate(kernel: Kernel, tty: Tty, leader: TaskImpl | undefined): void {
  const { session, foreground } = tty;
  const told = new Set<TaskImpl>(foreground ? kernel.table.members(foreground) : []);
  if (leader?.life === 'live') told.add(leader);
  tty.session = tty.foreground = undefined;
  for (const task of kernel.table.all()) if (task.session === session && task.tty === tty) task.tty = undefined;
  for (const task of told) {
    task.post(SIG.HUP, undefined);
    task.post(SIG.CONT, undefined);
  }
}
