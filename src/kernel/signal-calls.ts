import { Errno } from './errno';
import { FileCalls } from './file-calls';
import type { Disposition, PollRequest, PollResult, SigactionOptions, SignalSender, SignalSet } from './process';
import { SIG, SIGRTMAX } from './signal';
import { bit, type TaskImpl } from './task';
import { capableIn } from './vfs';
import { again } from './wait-queue';

const CAP_KILL = 5;

/** The system calls about signals and waiting for something to happen. */
export abstract class SignalCalls extends FileCalls {
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
      if (capableIn(task.credentials, each.ns.user, CAP_KILL) || [theirs, suid].some((id) => id === euid || id === ruid)) return true;
      return signal === SIG.CONT && each.session === task.session;
    });
    // kill_something_info(): to all, those one may not signal do not count
    if (!allowed.length && pid !== -1) throw new Errno('EPERM');
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
  signalOrigin(signal: number): SignalSender | undefined {
    return this.task.senders.get(signal);
  }
  sigpending(): SignalSet {
    return this.task.pending & this.task.blocked;
  }
  get signalled(): boolean {
    return this.task.disturbed;
  }
  sigsuspend(mask: SignalSet): Promise<never> {
    return this.call(
      async () => {
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
      },
      1,
      'sigsuspend',
      [mask],
    );
  }
  pause(): Promise<never> {
    return this.call(() => this.task.block<never>(() => again, [], { restartable: false, channel: '__do_sys_pause' }), 1, 'pause', []);
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
    return this.call(
      async () => {
        const { task } = this;
        if (!(delayMs >= 0)) throw new Errno('EINVAL');
        const endMs = this.clock.now() + delayMs;
        while (this.clock.now() < endMs) {
          const over = await task.sleep([], endMs === Infinity ? undefined : endMs, 'hrtimer_nanosleep');
          if (over) return;
          if (task.disturbed && (await task.signalPoint()) !== 'none') throw new Errno('EINTR');
        }
      },
      1,
      'nanosleep',
      [delayMs],
    );
  }
  schedYield(calls = 1): Promise<void> {
    return this.call(async () => undefined, calls);
  }

  poll(requests: readonly PollRequest[], timeoutMs = Infinity): Promise<readonly PollResult[]> {
    return this.call(
      async () => {
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
      },
      1,
      'poll',
      [requests, timeoutMs],
    );
  }
}
