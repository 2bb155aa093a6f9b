/** signal(7) on x86-64: number, name without SIG, default action, strsignal(3) text. */
export type DefaultAction = 'Term' | 'Core' | 'Ign' | 'Stop' | 'Cont';

export interface SignalInfo {
  readonly number: number;
  /** Without the SIG prefix, as `kill -l` prints it. */
  readonly name: string;
  readonly action: DefaultAction;
  readonly text: string;
}

const rows: readonly (readonly [string, DefaultAction, string])[] = [
  ['HUP', 'Term', 'Hangup'],
  ['INT', 'Term', 'Interrupt'],
  ['QUIT', 'Core', 'Quit'],
  ['ILL', 'Core', 'Illegal instruction'],
  ['TRAP', 'Core', 'Trace/breakpoint trap'],
  ['ABRT', 'Core', 'Aborted'],
  ['BUS', 'Core', 'Bus error'],
  ['FPE', 'Core', 'Floating point exception'],
  ['KILL', 'Term', 'Killed'],
  ['USR1', 'Term', 'User defined signal 1'],
  ['SEGV', 'Core', 'Segmentation fault'],
  ['USR2', 'Term', 'User defined signal 2'],
  ['PIPE', 'Term', 'Broken pipe'],
  ['ALRM', 'Term', 'Alarm clock'],
  ['TERM', 'Term', 'Terminated'],
  ['STKFLT', 'Term', 'Stack fault'],
  ['CHLD', 'Ign', 'Child exited'],
  ['CONT', 'Cont', 'Continued'],
  ['STOP', 'Stop', 'Stopped (signal)'],
  ['TSTP', 'Stop', 'Stopped'],
  ['TTIN', 'Stop', 'Stopped (tty input)'],
  ['TTOU', 'Stop', 'Stopped (tty output)'],
  ['URG', 'Ign', 'Urgent I/O condition'],
  ['XCPU', 'Core', 'CPU time limit exceeded'],
  ['XFSZ', 'Core', 'File size limit exceeded'],
  ['VTALRM', 'Term', 'Virtual timer expired'],
  ['PROF', 'Term', 'Profiling timer expired'],
  ['WINCH', 'Ign', 'Window changed'],
  ['POLL', 'Term', 'I/O possible'],
  ['PWR', 'Term', 'Power failure'],
  ['SYS', 'Core', 'Bad system call'],
];

/** Signals 1..31 in order. Real-time signals are numbers 34..64 with the default action Term. */
export const signals: readonly SignalInfo[] = rows.map(([name, action, text], i) => ({ number: i + 1, name, action, text }));

export const SIG = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13,
  ALRM: 14, TERM: 15, STKFLT: 16, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22, URG: 23, XCPU: 24,
  XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, POLL: 29, PWR: 30, SYS: 31,
} as const; // prettier-ignore

export const SIGRTMIN = 34;
export const SIGRTMAX = 64;

const aliases: Readonly<Record<string, number>> = { IOT: SIG.ABRT, CLD: SIG.CHLD, IO: SIG.POLL };

/** `TERM`, `SIGTERM`, `sigterm` or `15` -> 15; `RTMIN+2` too; undefined for anything else. 0 is the null signal. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    const n = Number(text);
    return n <= SIGRTMAX && n !== 32 && n !== 33 ? n : undefined;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'EXIT') return 0;
  const rt = /^RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name);
  if (rt) {
    const n = (rt[1] === 'MIN' ? SIGRTMIN : SIGRTMAX) + (rt[2] === '-' ? -1 : 1) * Number(rt[3] ?? 0);
    return n >= SIGRTMIN && n <= SIGRTMAX ? n : undefined;
  }
  return signals.find((s) => s.name === name)?.number ?? aliases[name];
}

/** The name without SIG (`TERM`), `RTMIN+n` for real-time signals, or undefined. */
export function signalName(number: number): string | undefined {
  if (number >= SIGRTMIN && number <= SIGRTMAX) {
    const fromMin = number - SIGRTMIN;
    const toMax = SIGRTMAX - number;
    if (fromMin === 0) return 'RTMIN';
    if (toMax === 0) return 'RTMAX';
    return fromMin <= 15 ? `RTMIN+${fromMin}` : `RTMAX-${toMax}`;
  }
  return signals[number - 1]?.name;
}

/** ` 1) HUP` and so on, with the ends of the real-time range: what busybox's `kill -l` prints. */
export const numberedSignals = (): string =>
  [...signals, { number: SIGRTMIN, name: 'RTMIN' }, { number: SIGRTMAX, name: 'RTMAX' }]
    .map(({ number, name }) => `${String(number).padStart(2)}) ${name}\n`)
    .join('');
