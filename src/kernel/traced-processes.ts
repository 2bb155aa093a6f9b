import type { Limit } from './limits';
import type {
  Credentials,
  Disposition,
  NamespaceType,
  Process,
  SigactionOptions,
  SignalSet,
  Utsname,
  Waited,
  WaitOptions,
} from './process';
import type { TaskImpl } from './task';
import type { Termios, WindowSize } from './termios';
import type { TraceValue } from './trace-event';
import { fd, flags, number, path, pointer, seconds, signal, signals, string, struct, word } from './trace-values';
import { form, type Form } from './traced-form';

const NULL = word('NULL');
const zero = number(0);
const idOf = number;
const cloneFlags: Readonly<Record<NamespaceType, string>> = {
  mnt: 'CLONE_NEWNS', cgroup: 'CLONE_NEWCGROUP', uts: 'CLONE_NEWUTS', ipc: 'CLONE_NEWIPC', user: 'CLONE_NEWUSER', pid: 'CLONE_NEWPID', net: 'CLONE_NEWNET', time: 'CLONE_NEWTIME',
}; // prettier-ignore
const disposed = (disposition: Disposition, options: SigactionOptions, restorer: boolean): TraceValue => {
  const handler = disposition === 'ignore' ? word('SIG_IGN') : disposition === 'default' ? word('SIG_DFL') : pointer();
  const words = flags([
    ['SA_RESTORER', restorer],
    ['SA_RESTART', options.restart === true],
    ['SA_NODEFER', options.noDefer === true],
    ['SA_RESETHAND', options.resetHand === true],
    ['SA_NOCLDSTOP', options.noChildStop === true],
    ['SA_NOCLDWAIT', options.noChildWait === true],
  ]);
  const fields: [string, TraceValue][] = [
    ['sa_handler', handler],
    ['sa_mask', signals(options.mask ?? 0n)],
    ['sa_flags', word(words)],
  ];
  if (restorer) fields.push(['sa_restorer', pointer()]);
  return struct(fields);
};
const termios = (value: Termios | undefined): TraceValue => {
  if (!value) return pointer();
  const input = flags([
    ['ISTRIP', value.istrip],
    ['INLCR', value.inlcr],
    ['IGNCR', value.igncr],
    ['ICRNL', value.icrnl],
    ['IXON', value.ixon],
  ]);
  const output = flags([
    ['OPOST', value.opost],
    ['ONLCR', value.onlcr],
  ]);
  const local = flags([
    ['ISIG', value.isig],
    ['ICANON', value.icanon],
    ['ECHO', value.echo],
    ['ECHOE', value.echoe],
    ['ECHOK', value.echok],
    ['ECHONL', value.echonl],
    ['NOFLSH', value.noflsh],
    ['TOSTOP', value.tostop],
    ['IEXTEN', value.iexten],
    ['ECHOCTL', value.echoctl],
    ['ECHOKE', value.echoctl],
  ]);
  return struct(
    [
      ['c_iflag', word(input)],
      ['c_oflag', word(`NL0|CR0|TAB0|BS0|VT0|FF0${output === '0' ? '' : `|${output}`}`)],
      ['c_cflag', word('B38400|CS8|CREAD')],
      ['c_lflag', word(local)],
    ],
    true,
  );
};
const limit = (value: Limit | undefined): TraceValue => {
  const one = (count: number): TraceValue =>
    word(count === Infinity ? 'RLIM64_INFINITY' : count > 1024 && count % 1024 === 0 ? `${count / 1024}*1024` : String(count));
  return value ? struct([['rlim_cur', one(value.soft)], ['rlim_max', one(value.hard)]]) : NULL; // prettier-ignore
};
const rlimit = (resource: string): TraceValue => word(`RLIMIT_${resource.toUpperCase()}`);
const ioctl = (request: string) => ([descriptor]: readonly [number], task: TaskImpl): readonly TraceValue[] => [fd(descriptor, task), word(request)]; // prettier-ignore

function windowSize({ rows, columns }: WindowSize): TraceValue {
  return struct([['ws_row', number(rows)], ['ws_col', number(columns)], ['ws_xpixel', zero], ['ws_ypixel', zero]]); // prettier-ignore
}

/** The calls about processes, signals, terminals and identity. */
export const processForms = {
  wait: form('wait4', ([pid = -1]: [number?, WaitOptions?]) => [number(pid)], {
    rest: ([, options = {}], value: Waited | undefined) => [
      options.unasked ? NULL : value ? { is: 'list', value: [{ is: 'status', value: value.status }] } : pointer(),
      word(flags([['WNOHANG', options.noHang === true], ['WSTOPPED', options.untraced === true], ['WCONTINUED', options.continued === true]])),
      NULL,
    ],
    outcome: (value: Waited | undefined) => ({ ok: value?.pid ?? 0 }),
  }), // prettier-ignore
  pause: form('pause', () => []),
  sigsuspend: form('rt_sigsuspend', ([mask]: [SignalSet]) => [signals(mask), number(8)]),
  nanosleep: form('clock_nanosleep', ([delayMs]: [number]) => [word('CLOCK_REALTIME'), zero, seconds(delayMs)], { rest: () => [NULL] }),
  exec: form('execve', ([at, argv, env]: [string, string[], ReadonlyMap<string, string>?], task) => [
    path(at), { is: 'strings', value: argv },
    { is: 'environment', value: [...(env ?? task.handle?.env ?? [])].map(([name, value]) => `${name}=${value}`) },
  ]), // prettier-ignore
  tcsetattr: form('ioctl', ([to, value]: [number, Termios], task) => [fd(to, task), word('SNDCTL_TMR_STOP or TCSETSW'), termios(value)]),
  tcsetpgrp: form('ioctl', ([to, pgid]: [number, number], task) => [
    fd(to, task),
    word('TIOCSPGRP'),
    { is: 'list', value: [number(pgid)] },
  ]),
  // act at once
  fork: form('clone', () => [word('child_stack=NULL'), word('flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD')], {
    rest: () => [{ is: 'named', name: 'child_tidptr', value: pointer() }],
  }),
  setName: form('prctl', ([name]: [string]) => [word('PR_SET_NAME'), string(name.slice(0, 15))]),
  setSubreaper: form('prctl', ([on]: [boolean]) => [word('PR_SET_CHILD_SUBREAPER'), number(on ? 1 : 0)]),
  setNoNewPrivs: form('prctl', () => [word('PR_SET_NO_NEW_PRIVS'), number(1), zero, zero, zero]),
  setParentDeathSignal: form('prctl', ([sig]: [number]) => [word('PR_SET_PDEATHSIG'), signal(sig)]),
  kill: form('kill', ([pid, sig]: [number, number]) => [number(pid), signal(sig)]),
  sigaction: form(
    'rt_sigaction',
    ([sig, disposition, options = {}]: [number, Disposition?, SigactionOptions?]) => [
      signal(sig),
      disposition === undefined ? NULL : disposed(disposition, options, true),
    ],
    {
      rest: ([, disposition], value: Disposition | undefined) => [
        disposition !== undefined ? NULL : value === undefined ? pointer() : disposed(value, {}, false),
        number(8),
      ],
    },
  ),
  sigprocmask: form('rt_sigprocmask', ([how, set]: ['block' | 'unblock' | 'set', SignalSet]) => [
    word(how === 'set' ? 'SIG_SETMASK' : `SIG_${how.toUpperCase()}`), signals(set),
  ], {
    rest: ([how], value: SignalSet | undefined) => [how === 'block' && value !== undefined ? signals(value) : NULL, number(8)],
    outcome: () => ({ ok: 0 }),
  }), // prettier-ignore
  sigpending: form('rt_sigpending', () => [], {
    rest: (_args, value: SignalSet | undefined) => [signals(value ?? 0n), number(8)],
    outcome: () => ({ ok: 0 }),
  }),
  alarm: form('alarm', ([delayMs]: [number]) => [number(Math.ceil(delayMs / 1000))], {
    outcome: (left: number) => ({ ok: Math.ceil(left / 1000) }),
  }),
  getpgid: form('getpgid', ([pid = 0]: [number?]) => [number(pid)]),
  setpgid: form('setpgid', ([pid, pgid]: [number, number]) => [number(pid), number(pgid)]),
  getsid: form('getsid', ([pid = 0]: [number?]) => [number(pid)]),
  setsid: form('setsid', () => []),
  isatty: form('ioctl', ioctl('TCGETS'), {
    rest: ([of], value: boolean | undefined, task) => [value ? termios(task.kernel.terminalOf(task, of)?.termios) : pointer()],
    outcome: (value: boolean) => (value ? { ok: 0 } : { errno: 'ENOTTY' }),
  }),
  tcgetattr: form('ioctl', ioctl('TCGETS'), { rest: (_args, value: Termios | undefined) => [termios(value)], outcome: () => ({ ok: 0 }) }),
  tcgetpgrp: form('ioctl', ioctl('TIOCGPGRP'), {
    rest: (_args, value: number | undefined) => [value === undefined ? pointer() : { is: 'list', value: [number(value)] }],
    outcome: () => ({ ok: 0 }),
  }),
  setControllingTerminal: form('ioctl', ([of]: [number], task) => [fd(of, task), word('TIOCSCTTY'), zero]),
  getWindowSize: form('ioctl', ioctl('TIOCGWINSZ'), {
    rest: (_args, value: WindowSize | undefined) => [value ? windowSize(value) : pointer()],
    outcome: () => ({ ok: 0 }),
  }),
  setWindowSize: form('ioctl', ([of, size]: [number, WindowSize], task) => [fd(of, task), word('TIOCSWINSZ'), windowSize(size)]),
  credentials: form('geteuid', () => [], { outcome: ({ euid }: Credentials) => ({ ok: euid }) }),
  setuid: form('setuid', ([id]: [number]) => [idOf(id)]),
  setgid: form('setgid', ([id]: [number]) => [idOf(id)]),
  setgroups: form('setgroups', ([groups]: [readonly number[]]) => [number(groups.length), { is: 'list', value: groups.map(idOf) }]),
  uname: form('uname', () => [], {
    rest: (_args, value: Utsname | undefined) => [
      value ? struct([['sysname', string(value.sysname)], ['nodename', string(value.nodename)]], true) : pointer(),
    ],
    outcome: () => ({ ok: 0 }),
  }), // prettier-ignore
  sethostname: form('sethostname', ([name]: [string]) => [string(name), number(new TextEncoder().encode(name).length)]),
  unshare: form('unshare', ([types]: [readonly NamespaceType[]]) => [
    word(flags((Object.keys(cloneFlags) as NamespaceType[]).map((type) => [cloneFlags[type], types.includes(type)]))),
  ]),
  setns: form('setns', ([of, type]: [number, NamespaceType?], task) => [fd(of, task), word(type ? cloneFlags[type] : '0')]),
  getpriority: form('getpriority', () => [word('PRIO_PROCESS'), zero], { outcome: (nice: number) => ({ ok: 20 - nice }) }),
  setpriority: form('setpriority', ([nice]: [number]) => [word('PRIO_PROCESS'), zero, number(nice)]),
  getrlimit: form('prlimit64', ([resource]: [string]) => [zero, rlimit(resource), NULL], {
    rest: (_args, value: Limit | undefined) => [limit(value)],
    outcome: () => ({ ok: 0 }),
  }),
  setrlimit: form('prlimit64', ([resource, value]: [string, Limit]) => [zero, rlimit(resource), limit(value), NULL]),
} satisfies Partial<Record<keyof Process, Form>>;
