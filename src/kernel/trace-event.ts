import type { ErrnoName } from './errno';
import type { Bytes, Stat } from './file';
import type { SignalSet, WaitStatus } from './process';

/** An argument of a traced system call, by what it is: whoever prints it decides how it looks. */
export type TraceValue =
  | { readonly is: 'number'; readonly value: number }
  /** A constant or several, as the headers name them: `O_RDONLY|O_CLOEXEC`. */
  | { readonly is: 'word'; readonly value: string }
  | { readonly is: 'octal'; readonly value: number }
  | { readonly is: 'path' | 'string'; readonly value: string }
  | { readonly is: 'bytes'; readonly value: Bytes }
  /** A descriptor; `path` is what it is open on. */
  | { readonly is: 'fd'; readonly value: number; readonly path?: string | undefined }
  | { readonly is: 'cwd'; readonly path: string }
  /** argv. */
  | { readonly is: 'strings'; readonly value: readonly string[] }
  /** Where something lies that is not shown; `note` is what strace says of it. */
  | { readonly is: 'pointer'; readonly note?: string }
  | { readonly is: 'environment'; readonly value: readonly string[] }
  | { readonly is: 'signal'; readonly value: number }
  | { readonly is: 'signals'; readonly value: SignalSet }
  | { readonly is: 'status'; readonly value: WaitStatus }
  | { readonly is: 'stat'; readonly value: Stat }
  | { readonly is: 'struct'; readonly value: readonly (readonly [string, TraceValue])[]; readonly more?: boolean }
  | { readonly is: 'named'; readonly name: string; readonly value: TraceValue }
  | { readonly is: 'list'; readonly value: readonly TraceValue[] };

export interface TracedCall {
  /** As Linux names it: `openat`. */
  readonly name: string;
  /** Those known when it is called. */
  readonly args: readonly TraceValue[];
  /** Others come with its end. */
  readonly more?: boolean;
}

export type RestartCode = 'ERESTARTSYS' | 'ERESTARTNOHAND' | 'ERESTART_RESTARTBLOCK';

export type TraceOutcome =
  | { readonly ok: number; readonly fd?: string | undefined; readonly octal?: boolean; readonly note?: string | undefined }
  | { readonly errno: ErrnoName }
  | { readonly restart: RestartCode };

/** Where a signal comes from, as siginfo_t has it. PIDs are the receiver's namespace's. */
export interface SignalOrigin {
  readonly code: string;
  readonly pid?: number;
  readonly uid?: number;
  /** Of a child: its exit status or signal. */
  readonly status?: { readonly exit: number } | { readonly signal: number };
}

/** What a tracer is told. `pid` is in the tracer's namespace. */
export type TraceEvent = { readonly pid: number; readonly atMs: number } & (
  | { readonly type: 'enter'; readonly call: TracedCall; readonly resumes: boolean }
  | { readonly type: 'leave'; readonly call: TracedCall; readonly rest: readonly TraceValue[]; readonly outcome: TraceOutcome }
  | { readonly type: 'signal'; readonly signal: number; readonly origin: SignalOrigin }
  | { readonly type: 'stopped'; readonly signal: number }
  /** A child of a tracee, traced from its start. */
  | { readonly type: 'attached' }
  | { readonly type: 'exit'; readonly status: WaitStatus }
);

/** ptrace(2) as strace uses it: what tracees do is told, and they wait at each blocking call until it was heard. */
export interface PtraceCalls {
  /** PTRACE_SEIZE. ESRCH, EPERM. `follow`: its children too. */
  seize(pid: number, options?: { readonly follow?: boolean }): void;
  /** Lets the tracees go on and waits for what they do next; undefined when there are none. EINTR. */
  next(): Promise<TraceEvent | undefined>;
  /** PTRACE_DETACH. */
  detach(pid: number): void;
}

/** For a guest that is traced: what it calls that Process has in another shape. */
export interface TracedCalls {
  /** What `body` does is no call of the program's. */
  quiet<T>(body: () => T): T;
  /** A call that cannot block. `outcome` turns what `body` gives into what is told. */
  tell<T>(call: TracedCall, body: () => T, outcome: (value: T) => TraceOutcome, rest?: (value: T) => readonly TraceValue[]): T;
}
