import { Errno } from './errno';
import type { Kernel } from './kernel';
import type { PidNamespace } from './namespaces';
import type { SignalSet, WaitStatus } from './process';
import { SIG } from './signal';
import type { TaskImpl } from './task';
import type { PtraceCalls, SignalOrigin, TracedCall, TracedCalls, TraceEvent, TraceOutcome, TraceValue } from './trace-event';
import { calledBy, directCalls, restartOf, told, type TracedMethod } from './traced-calls';
import { mayTrace } from './vfs';
import { again, WaitQueue, type Again } from './wait-queue';

type Untold<T> = T extends unknown ? Omit<T, 'pid' | 'atMs'> : never;

/** The tracer's side: events in order, and the tracees that wait until theirs were heard. */
export class Tracer {
  readonly tracees = new Set<Tracing>();
  readonly queue = new WaitQueue();
  readonly #events: TraceEvent[] = [];
  #told = 0;
  #given = 0;
  #heard = 0;
  #held: { readonly until: number; readonly go: () => void }[] = [];

  constructor(
    readonly task: TaskImpl,
    readonly kernel: Kernel,
  ) {}

  tell(event: TraceEvent): void {
    this.#events.push(event);
    this.#told++;
    this.queue.wake();
  }
  /** Until all that was told so far was heard. */
  heard(): Promise<void> | undefined {
    if (this.#heard >= this.#told) return undefined;
    return new Promise((go) => this.#held.push({ until: this.#told, go }));
  }
  /** The next event, once those before it are dealt with. */
  take(): TraceEvent | undefined | Again {
    this.#heard = this.#given;
    const ready = this.#held.filter(({ until }) => until <= this.#heard);
    this.#held = this.#held.filter(({ until }) => until > this.#heard);
    for (const { go } of ready) go();
    const event = this.#events.shift();
    if (event) {
      this.#given++;
      return event;
    }
    return this.tracees.size ? again : undefined;
  }
  end(): void {
    for (const tracing of [...this.tracees]) tracing.detach();
    this.release();
  }
  release(): void {
    for (const { go } of this.#held) go();
    this.#held = [];
  }
}

interface Open {
  readonly method: TracedMethod | undefined;
  readonly args: readonly unknown[];
  readonly call: TracedCall;
  /** A signal has interrupted it, and it was told so. */
  interrupted: boolean;
}

/** One process that is traced: turns what it does into events. */
export class Tracing implements TracedCalls {
  readonly #origins = new Map<number, SignalOrigin>();
  #waiting: number[] = [];
  #open: Open | undefined;
  #muted = 0;

  constructor(
    readonly task: TaskImpl,
    readonly tracer: Tracer,
    readonly follow: boolean,
  ) {
    tracer.tracees.add(this);
    task.tracing = this;
    this.install();
    const { inCall } = task;
    if (inCall) this.#enter(inCall.method, inCall.args, calledBy(inCall.method, inCall.args, task), task.sleeping > 0);
  }

  detach(): void {
    this.tracer.tracees.delete(this);
    this.task.tracing = undefined;
    const { handle } = this.task;
    if (handle) for (const method of directCalls) Reflect.deleteProperty(handle, method);
    if (this.tracer.tracees.size === 0) this.tracer.release();
  }

  /** Puts the observation point before the calls of the program in force that act at once. */
  install(): void {
    const { handle } = this.task;
    if (!handle) return;
    for (const method of directCalls) {
      const original: unknown = Reflect.get(handle, method);
      if (typeof original !== 'function') continue;
      const watched = (...args: readonly unknown[]): unknown => {
        const act = (): unknown => Reflect.apply(original, handle, args);
        if (this.#muted > 0 || this.task.tracing !== this) return act();
        if (told[method].steps) return this.#steps(method, args, act);
        this.#enter(method, args, calledBy(method, args, this.task), false);
        try {
          const value = act();
          this.leave(value);
          return value;
        } catch (error) {
          this.leave(error, true);
          throw error;
        }
      };
      Object.defineProperty(handle, method, { value: watched, configurable: true, writable: true });
    }
  }

  #tell(event: Untold<TraceEvent>): void {
    const { tracer, task } = this;
    const namespace: PidNamespace = tracer.task.ns.pid;
    tracer.tell({ ...event, pid: task.pid.in(namespace) ?? 0, atMs: task.nowMs() } as TraceEvent);
  }
  #enter(method: TracedMethod | undefined, args: readonly unknown[], call: TracedCall, resumes: boolean): void {
    this.#open = { method, args, call, interrupted: false };
    this.#tell({ type: 'enter', call, resumes });
  }
  #steps(method: TracedMethod, args: readonly unknown[], act: () => unknown): unknown {
    let value: unknown;
    let failure: unknown;
    try {
      value = act();
    } catch (error) {
      failure = error;
    }
    for (const [call, rest, outcome] of told[method].steps?.(args, failure ?? value, this.task) ?? []) {
      this.#tell({ type: 'enter', call, resumes: false });
      this.#tell({ type: 'leave', call, rest, outcome });
    }
    if (failure !== undefined) throw failure as Error;
    return value;
  }

  // calls that may block, and those of the kernel's own
  /** A call starts; when it gives a promise, the process waits for it before it goes on. */
  enter(method: TracedMethod, args: readonly unknown[]): Promise<void> | undefined {
    if (this.#muted > 0) return undefined;
    this.#enter(method, args, calledBy(method, args, this.task), false);
    return this.tracer.heard();
  }
  /** The open call is over, with its value or what it threw. */
  leave(value: unknown, threw = false): void {
    if (this.#open && this.#muted === 0) this.#over(this.#open, value, threw);
  }
  #over(open: Open, value: unknown, threw: boolean): void {
    const errno = threw && value instanceof Errno ? value.code : undefined;
    if (threw && errno === undefined) return;
    this.#open = undefined;
    if (open.interrupted) {
      if (errno === 'EINTR') return;
      this.#tell({ type: 'enter', call: open.call, resumes: true });
    }
    const form = open.method && told[open.method];
    const failed = errno !== undefined;
    const rest = form?.rest?.(open.args, failed ? undefined : value, this.task) ?? [];
    const outcome: TraceOutcome = failed ? { errno } : (form?.outcome?.(value, this.task) ?? { ok: typeof value === 'number' ? value : 0 });
    this.#tell({ type: 'leave', call: open.call, rest, outcome });
    this.#flush();
  }
  heard(): Promise<void> | undefined {
    return this.tracer.heard();
  }
  /** execve(2) has succeeded: the program in force is another one. */
  execed(): void {
    this.leave(0);
  }
  forked(child: TaskImpl): void {
    if (this.follow) new Tracing(child, this.tracer, true).#tell({ type: 'attached' });
  }
  cloned<T>(make: () => T, pidOf: (made: T) => number): T {
    if (this.#muted > 0) return make();
    const outer = this.#open;
    this.#enter('fork', [], calledBy('fork', [], this.task), false);
    try {
      const made = make();
      this.leave(pidOf(made));
      return made;
    } catch (error) {
      this.leave(error, true);
      throw error;
    } finally {
      this.#open = outer;
    }
  }

  // for guests
  quiet<T>(body: () => T): T {
    this.#muted++;
    try {
      return body();
    } finally {
      this.#muted--;
    }
  }
  tell<T>(call: TracedCall, body: () => T, outcome: (value: T) => TraceOutcome, rest?: (value: T) => readonly TraceValue[]): T {
    this.#enter(undefined, [], call, false);
    const own = this.#open;
    const end = (more: readonly TraceValue[], result: TraceOutcome): void => {
      if (this.#open !== own) return;
      this.#open = undefined;
      this.#tell({ type: 'leave', call, rest: more, outcome: result });
      this.#flush();
    };
    try {
      const value = this.quiet(body);
      end(rest?.(value) ?? [], outcome(value));
      return value;
    } catch (error) {
      if (error instanceof Errno) end([], { errno: error.code });
      throw error;
    }
  }

  // signals
  posted(signal: number, sender: TaskImpl | undefined): void {
    this.#origins.set(signal, originOf(this.task, signal, sender));
  }
  /** One that is ignored: told when the call it found the process in ends, or goes on waiting. */
  ignored(signal: number): void {
    if (this.#open && !this.#open.interrupted) {
      this.#waiting.push(signal);
      this.task.wake();
      return;
    }
    this.#signal(signal);
    if (!this.task.stopped) this.#resume();
  }
  /** One that takes effect now: a handler, a stop, the end. */
  delivered(signal: number): void {
    this.#interrupt();
    this.#flush();
    this.#signal(signal);
  }
  /** Its handler is through; `restarts`: the call it interrupted goes on. */
  handled(mask: SignalSet, restarts: boolean): void {
    const open = this.#open;
    const goesOn = open !== undefined && restarts && restartOf(open.call.name) === 'ERESTARTSYS';
    const call: TracedCall = { name: 'rt_sigreturn', args: [{ is: 'struct', value: [['mask', { is: 'signals', value: mask }]] }] };
    this.#tell({ type: 'enter', call, resumes: false });
    this.#tell({ type: 'leave', call, rest: [], outcome: open && !goesOn ? { errno: 'EINTR' } : { ok: 0 } });
    if (goesOn) this.#resume();
  }
  stopped(signal: number): void {
    this.#tell({ type: 'stopped', signal });
  }
  /** The process is about to wait (again) in its call. */
  sleeping(): void {
    if (this.#waiting.length === 0 || this.#muted > 0) return;
    this.#interrupt();
    this.#flush();
    this.#resume();
  }
  ended(status: WaitStatus): void {
    if (status.kind === 'exited') {
      const call: TracedCall = { name: 'exit_group', args: [{ is: 'number', value: status.code }] };
      this.#tell({ type: 'enter', call, resumes: false });
    }
    this.#tell({ type: 'exit', status });
    this.detach();
  }

  #signal(signal: number): void {
    const origin = this.#origins.get(signal) ?? { code: 'SI_USER', pid: 0, uid: 0 };
    this.#origins.delete(signal);
    this.#tell({ type: 'signal', signal, origin });
  }
  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const signal of waiting) this.#signal(signal);
  }
  #interrupt(): void {
    const open = this.#open;
    if (!open || open.interrupted) return;
    const restart = restartOf(open.call.name);
    if (restart === undefined) {
      // kill(2) and the like: done before the signal takes effect
      this.#over(open, 0, false);
      return;
    }
    open.interrupted = true;
    const rest = (open.method && told[open.method].rest?.(open.args, undefined, this.task)) ?? [];
    this.#tell({ type: 'leave', call: open.call, rest, outcome: { restart } });
  }
  #resume(): void {
    const open = this.#open;
    if (!open?.interrupted) return;
    open.interrupted = false;
    this.#tell({ type: 'enter', call: open.call, resumes: true });
  }
}

function originOf(task: TaskImpl, signal: number, sender: TaskImpl | undefined): SignalOrigin {
  const own = task.ns.pid;
  const uid = (from: TaskImpl): number => task.credentials.user.uidOf(from.credentials.ruid) ?? 65534;
  if (signal === SIG.CHLD && sender?.parent === task) {
    const status = sender.news ?? sender.status;
    const from = { pid: sender.pid.in(own) ?? 0, uid: uid(sender) };
    if (status?.kind === 'exited') return { ...from, code: 'CLD_EXITED', status: { exit: status.code } };
    if (status?.kind === 'signaled') return { ...from, code: status.core ? 'CLD_DUMPED' : 'CLD_KILLED', status: { signal: status.signal } };
    if (status?.kind === 'stopped') return { ...from, code: 'CLD_STOPPED', status: { signal: status.signal } };
    return { ...from, code: 'CLD_CONTINUED', status: { signal: SIG.CONT } };
  }
  if (sender) return { code: 'SI_USER', pid: sender.pid.in(own) ?? 0, uid: uid(sender) };
  if (signal === SIG.PIPE) return { code: 'SI_USER', pid: task.pid.in(own) ?? 0, uid: uid(task) };
  return { code: 'SI_KERNEL' };
}

/** The tracing calls of a process. */
export function ptraceCalls(
  kernel: Kernel,
  task: TaskImpl,
  block: <T>(attempt: () => T | Again, queue: WaitQueue) => Promise<T>,
): PtraceCalls {
  const tracer = (task.tracer ??= new Tracer(task, kernel));
  return {
    seize: (pid, options = {}) => {
      const target = task.ns.pid.find(pid);
      if (!target || target.life !== 'live') throw new Errno(target ? 'EPERM' : 'ESRCH');
      if (target === task || target.tracing || !mayTrace(task.credentials, target.credentials)) throw new Errno('EPERM');
      new Tracing(target, tracer, options.follow ?? false);
    },
    next: () => block(() => tracer.take(), tracer.queue),
    detach: (pid) => {
      const target = [...tracer.tracees].find((each) => each.task.pid.in(task.ns.pid) === pid);
      if (!target) throw new Errno('ESRCH');
      target.detach();
    },
  };
}
