import { Errno } from '../../src/kernel/errno';
import type { Disposition, Process, Program, SignalSet, Waited } from '../../src/kernel/process';

/** A process with just enough of a kernel around it to hold one guest: signals, children to wait for, output. */
export class FakeProcess {
  stdout = '';
  stderr = '';
  readonly env: Map<string, string>;
  readonly clock = { now: () => 1_000, random: () => 0.5 };
  readonly zombies: Waited[] = [];
  readonly log: string[] = [];
  private readonly actions = new Map<number, Disposition>();
  private blocked: SignalSet = 0n;
  private pendingSet: SignalSet = 0n;
  private interrupt: (() => void) | undefined;
  private forks = 0;
  private running = 0;
  private childEnded: () => void = () => {};
  private end: () => void = () => {};

  constructor(
    readonly pid: number,
    readonly argv: readonly string[],
    env: Record<string, string> = {},
  ) {
    this.env = new Map(Object.entries(env));
  }

  run(program: Program): Promise<number> {
    return program(this as unknown as Process);
  }

  /** A signal from outside, as the kernel would deliver it. */
  signal(n: number): void {
    const action = this.actions.get(n);
    if (action === undefined || action === 'default') {
      if (n !== 17 && this.pid !== 1) this.end();
    } else if (action !== 'ignore') {
      if ((this.blocked & (1n << BigInt(n - 1))) !== 0n || this.interrupt === undefined) this.pendingSet |= 1n << BigInt(n - 1);
      else {
        void action(n);
        this.interrupt();
      }
    }
  }

  kill9(): void {
    this.end();
  }

  private block(): Promise<never> {
    return new Promise((_, reject) => {
      this.interrupt = () => {
        this.interrupt = undefined;
        reject(new Errno('EINTR'));
      };
    });
  }

  private deliver(): void {
    for (let n = 1; n < 32; n++) {
      const bit = 1n << BigInt(n - 1);
      if ((this.pendingSet & bit & ~this.blocked) === 0n) continue;
      this.pendingSet &= ~bit;
      const action = this.actions.get(n);
      if (typeof action === 'function') void action(n);
    }
  }

  onEnd(callback: () => void): void {
    this.end = callback;
  }
  sigaction(n: number, disposition?: Disposition): Disposition {
    const before = this.actions.get(n) ?? 'default';
    if (disposition !== undefined) this.actions.set(n, disposition);
    this.log.push(`sigaction ${n}`);
    return before;
  }
  sigprocmask(how: 'block' | 'unblock' | 'set', set: SignalSet): SignalSet {
    const before = this.blocked;
    this.blocked = how === 'block' ? before | set : how === 'unblock' ? before & ~set : set;
    return before;
  }
  sigpending(): SignalSet {
    return this.pendingSet;
  }
  pause(): Promise<never> {
    this.log.push('pause');
    return this.block();
  }
  async schedYield(): Promise<void> {
    this.deliver();
  }
  kill(_pid: number, n: number): void {
    this.pendingSet |= 1n << BigInt(n - 1);
  }
  fork(program: Program): number {
    const child = new FakeProcess(this.pid + ++this.forks, this.argv);
    this.running++;
    // What children write goes to one place, as with shared descriptors.
    child.write = (fd, data) => this.write(fd, data);
    void child.run(program).then((code) => {
      this.running--;
      this.zombies.push({ pid: child.pid, status: { kind: 'exited', code } });
      this.childEnded();
    });
    return child.pid;
  }
  async wait(): Promise<Waited | undefined> {
    while (this.zombies.length === 0 && this.running > 0) await new Promise<void>((resolve) => (this.childEnded = resolve));
    const next = this.zombies.shift();
    if (next === undefined) throw new Errno('ECHILD');
    this.log.push(`reaped ${next.pid}`);
    return next;
  }
  async write(fd: number, data: Uint8Array): Promise<number> {
    const text = new TextDecoder().decode(data);
    if (fd === 2) this.stderr += text;
    else this.stdout += text;
    return data.length;
  }
  isatty(): boolean {
    return false;
  }
}

export const settled = async (turns = 50): Promise<void> => {
  for (let i = 0; i < turns; i++) await Promise.resolve();
};
