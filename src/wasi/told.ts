import type { Process, SignalSet, TracedCall, TraceOutcome, TraceValue } from '../kernel';
import type { Reply, Request } from './frames';
import { SIG_DFL, SIG_IGN, SYS } from './numbers';

/** Runs `body` as no call of the guest's own, for those who trace it. */
export function quiet<T>(proc: Process, body: () => T): T {
  const { traced } = proc;
  return traced === undefined ? body() : traced.quiet(body);
}

const number = (value: number): TraceValue => ({ is: 'number', value });
const word = (value: string): TraceValue => ({ is: 'word', value });
const signals = (value: SignalSet): TraceValue => ({ is: 'signals', value });
const result = ({ ret }: Reply): TraceOutcome => ({ ok: ret });

/** Calls that Process has as properties, or not at all. */
const plain: ReadonlyMap<number, string> = new Map([
  [SYS.getpid, 'getpid'],
  [SYS.getppid, 'getppid'],
  [SYS.getuid, 'getuid'],
  [SYS.geteuid, 'geteuid'],
  [SYS.getgid, 'getgid'],
  [SYS.getegid, 'getegid'],
]);

/** Answers a request by `body`, and tells the call to who traces the guest when nothing in `body` does. */
export function tellingPlain(proc: Process, nr: number, body: () => Reply | Promise<Reply>): Reply | Promise<Reply> {
  const name = plain.get(nr);
  if (proc.traced === undefined || name === undefined) return body();
  return proc.traced.tell({ name, args: [] }, body, (reply) => (reply instanceof Promise ? { ok: 0 } : result(reply)));
}

const flagNames: readonly (readonly [number, string])[] = [
  [0x04000000, 'SA_RESTORER'],
  [0x10000000, 'SA_RESTART'],
  [0x40000000, 'SA_NODEFER'],
  [0x80000000, 'SA_RESETHAND'],
  [1, 'SA_NOCLDSTOP'],
  [2, 'SA_NOCLDWAIT'],
];
const SA_RESTORER = 0x04000000;
const hows = ['SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK'] as const;

const set = (body: Uint8Array): SignalSet => new DataView(body.buffer, body.byteOffset, body.length).getBigUint64(0, true);

/** struct sigaction: what the shim sends, and what libc adds on Linux. */
function action(body: Uint8Array): TraceValue {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const handler = view.getInt32(0, true);
  const flags = (view.getUint32(4, true) | SA_RESTORER) >>> 0;
  const names = flagNames.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return {
    is: 'struct',
    value: [
      ['sa_handler', word(handler === SIG_DFL ? 'SIG_DFL' : handler === SIG_IGN ? 'SIG_IGN' : `0x${handler.toString(16)}`)],
      ['sa_mask', signals(view.getBigUint64(8, true))],
      ['sa_flags', word(names.join('|'))],
      ['sa_restorer', { is: 'pointer' }],
    ],
  };
}

/** rt_sigaction(2), rt_sigprocmask(2), rt_sigreturn(2), rt_sigpending(2) and sched_yield(2): `body` does them. */
export function tellingSignals<T>(
  proc: Process,
  { nr, args, body }: Request,
  act: () => T,
  more: { mask?: SignalSet; returns?: number } = {},
): T {
  const { traced } = proc;
  if (traced === undefined) return act();
  const tell = (call: TracedCall, outcome: TraceOutcome = { ok: 0 }, rest: readonly TraceValue[] = []): T =>
    traced.tell(call, act, () => outcome, () => rest); // prettier-ignore
  if (nr === SYS.rt_sigaction) {
    const sets = args[1] !== 0;
    const rest = [sets ? word('NULL') : ({ is: 'pointer' } as const), number(8)];
    return tell(
      { name: 'rt_sigaction', more: true, args: [{ is: 'signal', value: args[0] }, sets ? action(body) : word('NULL')] },
      { ok: 0 },
      rest,
    );
  }
  if (nr === SYS.rt_sigprocmask)
    return tell(
      {
        name: 'rt_sigprocmask',
        more: true,
        args: [word(hows[args[0]] ?? String(args[0])), args[1] !== 0 ? signals(set(body)) : word('NULL')],
      },
      { ok: 0 },
      [word('NULL'), number(8)],
    );
  if (nr === SYS.rt_sigreturn) {
    const { returns = 0 } = more;
    const interrupted: TraceOutcome = returns < 0 ? { errno: 'EINTR' } : { ok: returns };
    return tell({ name: 'rt_sigreturn', args: [{ is: 'struct', value: [['mask', signals(more.mask ?? 0n)]] }] }, interrupted);
  }
  if (nr === SYS.rt_sigpending)
    return traced.tell({ name: 'rt_sigpending', args: [], more: true }, act, () => ({ ok: 0 }), () => [signals(more.mask ?? 0n), number(8)]); // prettier-ignore
  return tell({ name: 'sched_yield', args: [] });
}
