import { Errno, type ErrnoName, type TracedCall, type TraceEvent, type TraceOutcome } from '../../kernel';
import { callNumbers, isRestarted } from './calls';
import { longName, octalResult, siginfo, type Style, text } from './text';

export interface Looks extends Style {
  /** -t, -tt, -ttt, -r. */
  readonly times: 'none' | 'seconds' | 'micros' | 'epoch' | 'relative';
  /** -T. */
  readonly durations: boolean;
  /** -n, -i. */
  readonly numbers: boolean;
  readonly pointers: boolean;
  /** -a. */
  readonly column: number;
  /** -e write=, -e read=: descriptors whose data is dumped. */
  readonly dumped: { readonly read: (fd: number) => boolean; readonly write: (fd: number) => boolean };
}

/** What is known of one tracee between its events. */
interface Tracee {
  /** The call it is in, as it was shown. */
  open:
    | { readonly call: TracedCall; readonly name: string; readonly resumes: boolean; readonly sinceMs: number; unfinished: boolean }
    | undefined;
  last: string;
}

type Enter = Extract<TraceEvent, { type: 'enter' }>;
type Leave = Extract<TraceEvent, { type: 'leave' }>;

const restartTexts = {
  ERESTARTSYS: 'To be restarted if SA_RESTART is set',
  ERESTARTNOHAND: 'To be restarted if no handler',
  ERESTART_RESTARTBLOCK: 'Interrupted by signal',
} as const;

const errorText = (code: ErrnoName): string => `-1 ${code} (${new Errno(code).message})`;

/** Lays out the lines of one output: whose line is open, how far it has come, and what stands before it. */
export class Printer {
  buffer = '';
  readonly #tracees = new Map<number, Tracee>();
  /** Whose line is not ended. */
  #owner: number | undefined;
  #column = 0;
  #lastMs: number | undefined;

  constructor(
    readonly looks: Looks,
    /** The pid before a line, if it is shown now. */
    readonly prefix: (pid: number) => string,
  ) {}

  /** The text so far, which the caller writes. */
  take(): string {
    const { buffer } = this;
    this.buffer = '';
    return buffer;
  }
  isOpen(pid: number): boolean {
    return this.#owner === pid;
  }
  get anyOpen(): boolean {
    return this.#owner !== undefined;
  }

  enter({ pid, atMs, call, resumes }: Enter, shown: boolean): void {
    const tracee = this.#of(pid);
    const restarted = resumes && isRestarted(call.name);
    const name = restarted ? 'restart_syscall' : call.name;
    tracee.open = shown ? { call, name, resumes: restarted, sinceMs: atMs, unfinished: false } : undefined;
    const before = tracee.last;
    tracee.last = name;
    if (!shown) return;
    this.#start(pid, atMs, callNumbers.get(name));
    this.#owner = pid;
    if (restarted) return this.#put(`${name}(<... resuming interrupted ${before} ...>`);
    const args = call.args.map((each) => text(each, this.looks));
    this.#put(`${name}(${args.join(', ')}${call.more && args.length ? ', ' : ''}`);
  }

  leave({ pid, atMs, call, rest, outcome }: Leave, shown: boolean): void {
    const tracee = this.#of(pid);
    const { open } = tracee;
    tracee.open = undefined;
    if (!open || !shown) return;
    this.#continue(pid, atMs, open.name, open.unfinished);
    const more = open.resumes ? [] : rest.map((each) => text(each, this.looks, call.name));
    if (more.length) this.#put(`${call.more ? '' : ', '}${more.join(', ')}`);
    this.#end(`${this.#result(outcome)}${this.#duration(atMs - open.sinceMs)}`);
    this.#dump(call, rest, outcome);
  }
  #result(outcome: TraceOutcome): string {
    if ('restart' in outcome) return `? ${outcome.restart} (${restartTexts[outcome.restart]})`;
    if ('errno' in outcome) return errorText(outcome.errno);
    const path = this.looks.paths && outcome.fd !== undefined ? `<${outcome.fd}>` : '';
    return `${outcome.octal ? octalResult(outcome.ok) : outcome.ok}${path}${outcome.note === undefined ? '' : ` ${outcome.note}`}`;
  }
  #duration(ms: number): string {
    return this.looks.durations ? ` <${(ms / 1000).toFixed(6)}>` : '';
  }
  #dump(call: TracedCall, rest: Leave['rest'], outcome: TraceOutcome): void {
    const [at] = call.args;
    if (!('ok' in outcome) || at?.is !== 'fd' || (call.name !== 'read' && call.name !== 'write')) return;
    if (!this.looks.dumped[call.name](at.value)) return;
    const data = [...call.args, ...rest].find((each) => each.is === 'bytes');
    if (data?.is === 'bytes') this.buffer += hexDump(data.value.subarray(0, outcome.ok));
  }

  signal({ pid, atMs, signal, origin }: Extract<TraceEvent, { type: 'signal' }>): void {
    this.#line(pid, atMs, `--- ${longName(signal)} ${siginfo(signal, origin)} ---`);
  }
  stopped({ pid, atMs, signal }: Extract<TraceEvent, { type: 'stopped' }>): void {
    this.#line(pid, atMs, `--- stopped by ${longName(signal)} ---`);
  }
  exit({ pid, atMs, status }: Extract<TraceEvent, { type: 'exit' }>, shown: boolean): void {
    const open = this.#tracees.get(pid)?.open;
    if (open) {
      this.#continue(pid, atMs, open.name, open.unfinished);
      if (open.call.more && !open.unfinished && !open.resumes) this.#put(' <unfinished ...>');
      this.#end('?');
    }
    this.#tracees.delete(pid);
    if (!shown) return;
    if (status.kind === 'exited') this.#line(pid, atMs, `+++ exited with ${status.code} +++`);
    if (status.kind === 'signaled')
      this.#line(pid, atMs, `+++ killed by ${longName(status.signal)}${status.core ? ' (core dumped)' : ''} +++`);
  }
  detached(pid: number): void {
    if (this.#owner !== pid) return;
    this.buffer += ' <detached ...>\n';
    this.#owner = undefined;
  }

  #of(pid: number): Tracee {
    let tracee = this.#tracees.get(pid);
    if (!tracee) this.#tracees.set(pid, (tracee = { open: undefined, last: 'read' }));
    return tracee;
  }
  #put(part: string): void {
    this.buffer += part;
    this.#column += part.length;
  }
  /** Ends whoever's line is open, and begins one. */
  #start(pid: number, atMs: number, number?: number): void {
    const { looks } = this;
    if (this.#owner !== undefined) {
      this.buffer += ' <unfinished ...>\n';
      const open = this.#tracees.get(this.#owner)?.open;
      if (open) open.unfinished = true;
      this.#owner = undefined;
    }
    this.#column = 0;
    this.#put(this.prefix(pid));
    this.#put(this.#time(atMs));
    if (looks.numbers) this.#put(`[${number === undefined ? '????' : String(number).padStart(4)}] `);
    if (looks.pointers) this.#put('[????????????????] ');
  }
  #continue(pid: number, atMs: number, name: string, unfinished: boolean): void {
    if (this.#owner === pid && !unfinished) return;
    this.#start(pid, atMs, callNumbers.get(name));
    this.#put(`<... ${name} resumed>`);
  }
  #end(result: string): void {
    this.#put(') ');
    this.buffer += `${' '.repeat(Math.max(0, this.looks.column - this.#column))}= ${result}\n`;
    this.#owner = undefined;
  }
  #line(pid: number, atMs: number, line: string): void {
    this.#start(pid, atMs);
    this.buffer += `${line}\n`;
  }
  #time(atMs: number): string {
    const micros = (ms: number): string => String(Math.floor(ms * 1000) % 1_000_000).padStart(6, '0');
    const clock = new Date(atMs).toISOString().slice(11, 19);
    switch (this.looks.times) {
      case 'none':
        return '';
      case 'seconds':
        return `${clock} `;
      case 'micros':
        return `${clock}.${micros(atMs)} `;
      case 'epoch':
        return `${Math.floor(atMs / 1000)}.${micros(atMs)} `;
      case 'relative': {
        const since = atMs - (this.#lastMs ?? atMs);
        this.#lastMs = atMs;
        return `${String(Math.floor(since / 1000)).padStart(6)}.${micros(since)} `;
      }
    }
  }
}

/** ` | 00000  68 65 6c 6c  …  hell |` */
function hexDump(bytes: Uint8Array): string {
  let dump = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = Array.from({ length: 16 }, (_, i) => (row[i] === undefined ? '  ' : row[i].toString(16).padStart(2, '0')));
    const shown = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    const groups = `${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}`;
    dump += ` | ${at.toString(16).padStart(5, '0')}  ${groups}  ${shown.padEnd(16)} |\n`;
  }
  return dump;
}
