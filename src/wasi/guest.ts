import type { Clock } from '../clock';
import { type Bytes, Errno, type NamespaceType, type Process, type Program, SIG } from '../kernel';
import { calls } from './calls';
import type { Reply, Request } from './frames';
import { encodeReply, Inbox, joined } from './frames';
import type { Guest, GuestEnd, GuestImage } from './host';
import { ERESTARTSYS, SYS } from './numbers';
import { namespacesOf } from './posix-calls';
import { GuestSignals } from './signals';
import { quiet, tellingPlain, tellingSignals } from './told';

/** What guests need of the clock: to keep a virtual one from jumping while they compute, and to charge them for it. */
export type GuestClock = Pick<Clock, 'hold' | 'sleep'>;

/** Calls that start again after a handler with SA_RESTART (signal(7)). */
const restartable: ReadonlySet<number> = new Set<number>([SYS.read, SYS.write, SYS.open, SYS.wait4]);
const EINTR = new Errno('EINTR').number;

/** The most children by fork(2) that a program has at a time: each holds a copy of its memory. Then EAGAIN. */
const forksMax = 100;
/** Children that a parent may make before it lets them begin. */
const forksAtOnce = 16;
/** A fork that is refused takes so long, twice as long each time: what forks without end leaves the others their time. */
const refusedMs = { first: 10, most: 1000 };
const forks = new WeakMap<GuestImage, number>();

/** Sandbox time that a guest is charged each time its preemption hook reports (about a million branches). */
const tickMs = 1;

export function guestProgram(image: GuestImage, clock: GuestClock | undefined): Program {
  return (proc) => new Promise((resolve, reject) => new GuestProcess(proc, image, clock, resolve, reject).run());
}

/** One guest as a kernel process: answers its requests by system calls on `proc`. */
class GuestProcess {
  private readonly inbox = new Inbox();
  private readonly guest: Guest;
  private signals: GuestSignals;
  private release: (() => void) | undefined;
  private over = false;
  private children = 0;
  /** Of fork, since it last succeeded. */
  private refusals = 0;
  /** What clone(2) asks of the fork that follows. */
  private cloned: NamespaceType[] = [];
  /** What the calls that signals came with gave, until their handlers return. */
  private readonly interrupted: number[] = [];

  constructor(
    private readonly proc: Process,
    private readonly image: GuestImage,
    private readonly clock: GuestClock | undefined,
    private readonly exit: (code: number) => void,
    private readonly fail: (error: unknown) => void,
    /** After fork: the parent's memory (wasm/fork.c) and signals. */
    private readonly forked?: { readonly memory: Bytes; readonly signals: GuestSignals },
  ) {
    if (forked) this.count(1);
    this.signals = quiet(proc, () => (forked === undefined ? new GuestSignals(proc) : forked.signals.copyFor(proc)));
    this.guest = image.start({ received: (bytes) => this.received(bytes), ended: (end) => this.ended(end) });
  }

  run(): void {
    this.proc.onEnd(() => this.stop());
    this.computing();
    this.guest.run();
  }

  private count(change: number): void {
    forks.set(this.image, (forks.get(this.image) ?? 0) + change);
  }

  private stop(): void {
    if (this.over) return;
    this.over = true;
    if (this.forked) this.count(-1);
    this.waiting();
    this.guest.kill();
  }

  private computing(): void {
    this.release ??= this.clock?.hold();
  }

  private waiting(): void {
    this.release?.();
    this.release = undefined;
  }

  private ended(end: GuestEnd): void {
    if (this.over) return;
    if (end.kind === 'exited') return this.finish(end.code & 0xff);
    void this.fault(/divide by zero|integer overflow|division/i.test(end.message) ? SIG.FPE : SIG.SEGV);
  }

  private finish(code: number): void {
    this.stop();
    this.exit(code);
  }

  /** A trap is what a fault is to a native program; no handler can run any more. */
  private async fault(signal: number): Promise<void> {
    this.stop();
    quiet(this.proc, () => {
      this.proc.sigaction(signal, 'default');
      this.proc.sigprocmask('unblock', 1n << BigInt(signal - 1));
      this.proc.kill(this.proc.pid, signal);
    });
    await this.proc.schedYield();
    this.exit(128 + signal); // an init takes no fatal signal from itself
  }

  private received(bytes: Bytes): void {
    if (this.over) return;
    this.inbox.push(bytes);
    for (let request = this.inbox.next(); request !== undefined && !this.over; request = this.inbox.next()) this.serve(request);
  }

  private serve(request: Request): void {
    this.waiting();
    try {
      const answer = this.answer(request);
      if (answer instanceof Promise)
        answer.then((reply) => this.reply(request, reply)).catch((error: unknown) => this.refuse(request, error));
      else this.reply(request, answer);
    } catch (error) {
      this.refuse(request, error);
    }
  }

  private refuse(request: Request, error: unknown): void {
    if (this.over) return;
    if (error instanceof Errno) return this.reply(request, { ret: -error.number });
    this.stop();
    this.fail(error);
  }

  private reply(request: Request, reply: Reply): void {
    if (this.over) return;
    if (quiet(this.proc, () => this.signals.deliverable())) {
      const again = (): void => this.send(request, reply);
      this.proc.schedYield().then(again, again);
    } else this.send(request, reply);
  }

  private send(request: Request, reply: Reply): void {
    if (this.over) return;
    const signal = quiet(this.proc, () => this.signals.take(request.nr === SYS.rt_sigsuspend));
    if (signal !== 0) this.interrupted.push(reply.ret);
    const again = signal !== 0 && reply.ret === -EINTR && restartable.has(request.nr) && this.signals.restarts(signal);
    this.computing();
    this.guest.write(encodeReply(again ? { ret: -ERESTARTSYS } : reply, signal));
  }

  private answer(request: Request): Reply | Promise<Reply> {
    const { nr, args, body } = request;
    switch (nr) {
      case SYS.boot:
        return this.forked === undefined ? { ret: 0, payload: this.startStrings() } : { ret: 1, payload: this.forked.memory };
      case SYS.exit_group:
        this.finish(args[0] & 0xff);
        return new Promise(() => {});
      case SYS.rt_sigaction:
        return { ret: tellingSignals(this.proc, request, () => this.signals.action(args[0], args[1] !== 0 ? body : undefined)) ? 1 : 0 };
      case SYS.rt_sigreturn:
        tellingSignals(this.proc, request, () => this.signals.returned(), {
          mask: this.signals.saved,
          returns: this.interrupted.pop() ?? 0,
        });
        return { ret: 0 };
      case SYS.rt_sigpending:
        return { ret: 0, payload: new Uint8Array(BigUint64Array.of(this.pending(request)).buffer) };
      case SYS.sched_yield:
        return args[0] !== 0 ? this.yield(true) : tellingSignals(this.proc, request, () => this.yield(false));
      case SYS.clone:
        this.cloned = namespacesOf(args[0]);
        return { ret: 0 };
      case SYS.fork:
        return this.tryFork(request);
      case SYS.execve:
      case SYS.spawn:
        return this.exec(request);
    }
    const call = calls.get(nr);
    if (call === undefined) throw new Errno('ENOSYS');
    if (nr === SYS.rt_sigprocmask) return tellingSignals(this.proc, request, () => call(this.proc, request));
    return tellingPlain(this.proc, nr, () => call(this.proc, request));
  }

  private pending(request: Request): bigint {
    const mask = quiet(this.proc, () => this.signals.pending());
    return tellingSignals(this.proc, request, () => mask, { mask });
  }

  private startStrings(): Bytes {
    const env = [...this.proc.env].map(([name, value]) => `${name}=${value}`);
    const strings = [...this.proc.argv, ...env].map((s) => new TextEncoder().encode(`${s}\0`));
    const counts = new Uint8Array(Uint32Array.of(this.proc.argv.length, env.length).buffer);
    return joined(
      [counts, ...strings],
      strings.reduce((size, s) => size + s.length, counts.length),
    );
  }

  private async yield(preempted: boolean): Promise<Reply> {
    if (preempted) {
      this.guest.computes?.();
      await this.clock?.sleep(tickMs);
    }
    if (!this.over) await this.proc.schedYield();
    return { ret: 0 };
  }

  private tryFork({ args, body }: Request): Reply | Promise<Reply> {
    try {
      if ((forks.get(this.image) ?? 0) >= forksMax) throw new Errno('EAGAIN');
      const pid = this.fork(args, body);
      this.refusals = 0;
      // its children are counted once they run
      return ++this.children % forksAtOnce === 0 ? this.proc.schedYield().then(() => ({ ret: pid })) : { ret: pid };
    } catch (error) {
      if (!(error instanceof Errno) || error.code !== 'EAGAIN') throw error;
      return this.refuseFork(error);
    }
  }

  private async refuseFork(error: Errno): Promise<never> {
    await this.clock?.sleep(Math.min(refusedMs.first * 2 ** this.refusals++, refusedMs.most));
    throw error;
  }

  private fork([sp, top, end]: Request['args'], image: Bytes): number {
    const { clock, signals } = this;
    const memory = joined([new Uint8Array(Int32Array.of(sp, top, end).buffer), image], image.length + 12);
    const namespaces = this.cloned;
    this.cloned = [];
    return this.proc.fork(
      (child) => new Promise((resolve, reject) => new GuestProcess(child, this.image, clock, resolve, reject, { memory, signals }).run()),
      namespaces,
    );
  }

  /** Body: path, argv and environment, NUL-terminated each. The third argument asks for a search in PATH. */
  private async exec({ nr, args: [argc, envc, search], body }: Request): Promise<Reply> {
    const [path = '', ...rest] = new TextDecoder().decode(body).split('\0');
    const argv = rest.slice(0, argc);
    const env = new Map(
      rest.slice(argc, argc + envc).map((entry): [string, string] => {
        const equals = entry.indexOf('=');
        return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
      }),
    );
    const candidates =
      search !== 0 && !path.includes('/')
        ? (this.proc.env.get('PATH') ?? '/bin:/usr/bin').split(':').map((dir) => `${dir || '.'}/${path}`)
        : [path];
    let denied: unknown;
    for (const candidate of candidates) {
      try {
        if (nr === SYS.execve) await this.proc.exec(candidate, argv, env);
        return { ret: await this.proc.spawn(candidate, argv, { env }) };
      } catch (error) {
        if (candidates.length === 1 || !(error instanceof Errno) || !['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code)) throw error;
        if (error.code === 'EACCES') denied = error;
      }
    }
    throw denied ?? new Errno('ENOENT');
  }
}
