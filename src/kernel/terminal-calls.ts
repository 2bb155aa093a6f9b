import { Errno } from './errno';
import type { Pid } from './namespaces';
import { SIG } from './signal';
import { SignalCalls } from './signal-calls';
import type { TaskImpl } from './task';
import type { Termios, WindowSize } from './termios';
import { TtyDescription, type Tty } from './tty';
import { again } from './wait-queue';

/** The system calls about process groups, sessions and terminals (credentials(7), termios(3)). */
export abstract class TerminalCalls extends SignalCalls {
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
    if (target !== task && target.execed) throw new Errno('EACCES');
    if (pgid === 0 || target.pid.in(task.ns.pid) === pgid) return kernel.table.setGroup(target, target.pid);
    const member = [...kernel.table.all()].find((each) => each.group.in(task.ns.pid) === pgid && each.session === task.session);
    if (!member) throw new Errno('EPERM');
    kernel.table.setGroup(target, member.group);
  }
  getsid(pid = 0): number {
    return this.#find(pid).session.in(this.task.ns.pid) ?? 0;
  }
  setsid(): number {
    this.check();
    const { task, kernel } = this;
    if (kernel.table.members(task.pid).size) throw new Errno('EPERM');
    task.session = task.pid;
    kernel.table.setGroup(task, task.pid);
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
  #change(fd: number, method: 'tcsetattr' | 'tcsetpgrp', value: Termios | number, action: (tty: Tty) => void): Promise<void> {
    return this.call(
      () =>
        this.task.block(() => {
          const tty = this.#tty(fd);
          if (!tty.mayAccess(this.task, SIG.TTOU)) return again;
          action(tty);
          return undefined;
        }, [this.task.childNews]),
      1,
      method,
      [fd, value],
    );
  }
  tcsetattr(fd: number, termios: Termios): Promise<void> {
    return this.#change(fd, 'tcsetattr', termios, (tty) => tty.setTermios(termios));
  }
  tcgetpgrp(fd: number): number {
    const tty = this.#tty(fd);
    if (tty !== this.task.tty) throw new Errno('ENOTTY');
    return tty.foreground?.in(this.task.ns.pid) ?? 0;
  }
  tcsetpgrp(fd: number, pgid: number): Promise<void> {
    return this.#change(fd, 'tcsetpgrp', pgid, (tty) => {
      const { task, kernel } = this;
      if (tty !== task.tty || tty.session !== task.session) throw new Errno('ENOTTY');
      const group: Pid | undefined = [...kernel.table.all()].find(
        (each) => each.group.in(task.ns.pid) === pgid && each.session === task.session,
      )?.group;
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
}
