import type { Process, SignalSet } from '../kernel';
import { SIG_DFL, SIG_IGN } from './numbers';

const SA_NOCLDSTOP = 1;
const SA_NOCLDWAIT = 2;
const SA_RESTART = 0x10000000;
const SA_NODEFER = 0x40000000;
const SA_RESETHAND = 0x80000000;

interface Action {
  readonly handler: number;
  readonly flags: number;
  readonly mask: SignalSet;
}

const bit = (signal: number): SignalSet => 1n << BigInt(signal - 1);

/**
 * A guest's side of its signals. The kernel decides what is delivered and when; a delivered signal waits here until the
 * next reply carries it to the guest, which runs the C handler and then calls rt_sigreturn.
 */
export class GuestSignals {
  private readonly accepted: number[] = [];
  private readonly savedMasks: SignalSet[] = [];

  constructor(
    private readonly proc: Process,
    private readonly actions = new Map<number, Action>(),
  ) {
    // After a fork the handlers that the kernel copied are the parent's.
    for (const [signal, action] of actions) this.install(signal, action);
  }

  copyFor(child: Process): GuestSignals {
    const copy = new GuestSignals(child, new Map(this.actions));
    copy.savedMasks.push(...this.savedMasks);
    return copy;
  }

  /** rt_sigaction(2): returns whether the signal was ignored. */
  action(signal: number, body: Uint8Array | undefined): boolean {
    if (body === undefined) return this.proc.sigaction(signal) === 'ignore';
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    return this.install(signal, { handler: view.getInt32(0, true), flags: view.getUint32(4, true), mask: view.getBigUint64(8, true) });
  }

  private install(signal: number, action: Action): boolean {
    const { handler, flags } = action;
    const accept = (n: number): void => {
      if (!this.accepted.includes(n)) this.accepted.push(n);
    };
    const before = this.proc.sigaction(signal, handler === SIG_DFL ? 'default' : handler === SIG_IGN ? 'ignore' : accept, {
      // Never `restart`: the C handler runs before the call goes on, so the guest repeats the call itself (ERESTARTSYS).
      noChildStop: (flags & SA_NOCLDSTOP) !== 0,
      noChildWait: (flags & SA_NOCLDWAIT) !== 0,
      resetHand: (flags & SA_RESETHAND) !== 0,
      deferred: true,
    });
    this.actions.set(signal, action);
    return before === 'ignore';
  }

  /** Signals that the kernel could deliver at once. */
  deliverable(): boolean {
    if (this.proc.signalled !== undefined) return this.proc.signalled;
    const pending = this.proc.sigpending();
    return pending !== 0n && (pending & ~this.mask()) !== 0n;
  }

  /** The next signal for the guest's handler, 0 for none; blocks what the handler's action says until `returned`. */
  take(despiteMask: boolean): number {
    const mask = this.mask();
    const index = this.accepted.findIndex((signal) => despiteMask || (mask & bit(signal)) === 0n);
    if (index < 0) return 0;
    const [signal = 0] = this.accepted.splice(index, 1);
    const action = this.actions.get(signal);
    if (action === undefined || action.handler === SIG_DFL || action.handler === SIG_IGN) return 0;
    this.savedMasks.push(mask);
    this.proc.sigprocmask('block', action.mask | ((action.flags & SA_NODEFER) !== 0 ? 0n : bit(signal)));
    return signal;
  }

  /** rt_sigreturn(2). */
  returned(): void {
    const mask = this.savedMasks.pop();
    if (mask !== undefined) this.proc.sigprocmask('set', mask);
  }

  /** The mask that rt_sigreturn brings back. */
  get saved(): SignalSet {
    return this.savedMasks.at(-1) ?? 0n;
  }

  restarts(signal: number): boolean {
    return ((this.actions.get(signal)?.flags ?? 0) & SA_RESTART) !== 0;
  }

  pending(): SignalSet {
    return this.accepted.reduce((set, signal) => set | bit(signal), this.proc.sigpending());
  }

  private mask(): SignalSet {
    return this.proc.sigprocmask('block', 0n);
  }
}
