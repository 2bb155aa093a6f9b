import type { Accounts } from '../accounts';
import { commandLine, type ProcessInfo, ttyName } from '../process-table';
import { monthName } from '../dates';

/** What columns are made from, besides the process itself. */
export interface Scene {
  readonly accounts: Accounts;
  readonly nowMs: number;
  readonly bootMs: number;
  readonly memoryKb: number;
  /** What hangs before the command in a forest. */
  readonly branch: (pid: number) => string;
  /** Namespace inodes and the like, read on demand beforehand: `ns/pid` -> number. */
  readonly link: (pid: number, what: string) => string;
  /** -f shows the whole command line for `cmd`. */
  readonly full: boolean;
}

export interface Column {
  readonly header: string;
  readonly width: number;
  readonly right?: boolean;
  readonly value: (p: ProcessInfo, scene: Scene) => string;
}

const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
export const cpuSeconds = (p: ProcessInfo): number => Math.floor((p.utime + p.stime) / 100);
const startMs = (p: ProcessInfo, s: Scene): number => s.bootMs + p.startTicks * 10;
const elapsedSeconds = (p: ProcessInfo, s: Scene): number => Math.max(0, Math.floor((s.nowMs - startMs(p, s)) / 1000));

function longTime(seconds: number, hours: boolean): string {
  const d = Math.floor(seconds / 86400);
  const h = Math.floor(seconds / 3600) % 24;
  const m = Math.floor(seconds / 60) % 60;
  const head = d > 0 ? `${two(d)}-${two(h)}:` : hours || h > 0 ? `${two(h)}:` : '';
  return `${head}${two(m)}:${two(seconds % 60)}`;
}

function startTime(p: ProcessInfo, s: Scene): string {
  const start = new Date(startMs(p, s));
  const now = new Date(s.nowMs);
  if (start.getUTCFullYear() !== now.getUTCFullYear()) return String(start.getUTCFullYear());
  const sameDay = start.getUTCMonth() === now.getUTCMonth() && start.getUTCDate() === now.getUTCDate();
  return sameDay ? `${two(start.getUTCHours())}:${two(start.getUTCMinutes())}` : `${monthName(start)}${two(start.getUTCDate())}`;
}

function longStart(p: ProcessInfo, s: Scene): string {
  const t = new Date(startMs(p, s));
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][t.getUTCDay()];
  return `${day} ${monthName(t)} ${String(t.getUTCDate()).padStart(2)} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())} ${t.getUTCFullYear()}`;
}

function startClock(p: ProcessInfo, s: Scene): string {
  const t = new Date(startMs(p, s));
  if (s.nowMs - t.getTime() < 86400_000) return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
  return `  ${monthName(t)} ${two(t.getUTCDate())}`;
}

export function cpuPercent(p: ProcessInfo, s: Scene): number {
  const seconds = (s.nowMs - startMs(p, s)) / 1000;
  return seconds > 0 ? Math.min(999, (p.utime + p.stime) / seconds) : 0;
}

/** The state letter and its marks: session leader, several threads, foreground group, nice. */
export function statText(p: ProcessInfo): string {
  return (
    p.state +
    (p.nice < 0 ? '<' : p.nice > 0 ? 'N' : '') +
    (p.session === p.pid ? 's' : '') +
    (p.threads > 1 ? 'l' : '') +
    (p.tpgid > 0 && p.tpgid === p.pgrp ? '+' : '')
  );
}

const defunct = (p: ProcessInfo): string => (p.state === 'Z' ? ' <defunct>' : '');
const userName = (uid: number, s: Scene): string => {
  const name = s.accounts.userName(uid);
  return name.length > 8 && name !== String(uid) ? `${name.slice(0, 7)}+` : name;
};
const groupName = (gid: number, s: Scene): string => {
  const name = s.accounts.groupName(gid);
  return name.length > 8 && name !== String(gid) ? `${name.slice(0, 7)}+` : name;
};
const argsText = (p: ProcessInfo, s: Scene): string => s.branch(p.pid) + commandLine(p) + defunct(p);
const commText = (p: ProcessInfo, s: Scene): string => s.branch(p.pid) + p.comm.replace(/[\x00-\x1f\x7f]/g, '.'); // prettier-ignore

const number = (header: string, width: number, value: (p: ProcessInfo, s: Scene) => number): Column => ({
  header,
  width,
  right: true,
  value: (p, s) => String(value(p, s)),
});
const text = (header: string, width: number, value: (p: ProcessInfo, s: Scene) => string, right = false): Column => ({
  header,
  width,
  right,
  value,
});
const signalSet = (header: string, field: string): Column => text(header, 16, (p) => p.status.get(field) ?? '0000000000000000', true);
const namespace = (type: string): Column => text(`${type.toUpperCase()}NS`, 10, (p, s) => s.link(p.pid, `ns/${type}`), true);

const base: Record<string, Column> = {
  pid: number('PID', 7, (p) => p.pid),
  ppid: number('PPID', 7, (p) => p.ppid),
  pgid: number('PGID', 7, (p) => p.pgrp),
  sid: number('SID', 7, (p) => p.session),
  sess: number('SESS', 7, (p) => p.session),
  tpgid: number('TPGID', 7, (p) => p.tpgid),
  lwp: number('LWP', 7, (p) => p.pid),
  tid: number('TID', 7, (p) => p.pid),
  tgid: number('TGID', 7, (p) => p.pid),
  uid: number('UID', 5, (p) => p.euid),
  ruid: number('RUID', 5, (p) => p.ruid),
  gid: number('GID', 5, (p) => p.egid),
  rgid: number('RGID', 5, (p) => p.rgid),
  user: text('USER', 8, (p, s) => userName(p.euid, s)),
  euser: text('EUSER', 8, (p, s) => userName(p.euid, s)),
  ruser: text('RUSER', 8, (p, s) => userName(p.ruid, s)),
  'uid-name': text('UID', 8, (p, s) => userName(p.euid, s)),
  group: text('GROUP', 8, (p, s) => groupName(p.egid, s)),
  egroup: text('EGROUP', 8, (p, s) => groupName(p.egid, s)),
  rgroup: text('RGROUP', 8, (p, s) => groupName(p.rgid, s)),
  tty: text('TT', 8, (p) => ttyName(p.tty)),
  tname: text('TTY', 8, (p) => ttyName(p.tty)),
  stat: text('STAT', 4, (p) => statText(p)),
  s: text('S', 1, (p) => p.state),
  f: text('F', 1, (p) => ((p.flags >> 6) & 7).toString(8), true),
  c: number('C', 2, (p, s) => Math.min(99, Math.floor(cpuPercent(p, s)))),
  '%cpu': text('%CPU', 4, (p, s) => (cpuPercent(p, s) >= 100 ? cpuPercent(p, s).toFixed(0) : cpuPercent(p, s).toFixed(1)), true),
  '%mem': text('%MEM', 4, (p, s) => (s.memoryKb > 0 ? (Math.floor((p.rss * 4000) / s.memoryKb) / 10).toFixed(1) : '0.0'), true),
  vsz: number('VSZ', 6, (p) => Math.floor(p.vsize / 1024)),
  rss: number('RSS', 5, (p) => p.rss * 4),
  sz: number('SZ', 5, (p) => Math.floor(p.vsize / 4096)),
  'addr-sz': text('ADDR SZ', 7, (p) => `- ${String(Math.floor(p.vsize / 4096)).padStart(5)}`),
  addr: text('ADDR', 4, () => '-'),
  pri: number('PRI', 3, (p) => 39 - p.priority),
  'pri-l': number('PRI', 3, (p) => 60 + p.priority),
  ni: text('NI', 3, (p) => String(p.nice), true),
  nlwp: number('NLWP', 4, (p) => p.threads),
  psr: number('PSR', 3, () => 0),
  cls: text('CLS', 3, () => 'TS', true),
  rtprio: text('RTPRIO', 6, () => '-', true),
  wchan: text('WCHAN', 6, (p, s) => (s.link(p.pid, 'wchan') || '-').slice(0, 6)),
  time: text('TIME', 8, (p) => longTime(cpuSeconds(p), true), true),
  bsdtime: text('TIME', 6, (p) => `${Math.floor(cpuSeconds(p) / 60)}:${two(cpuSeconds(p) % 60)}`, true),
  etime: text('ELAPSED', 11, (p, s) => longTime(elapsedSeconds(p, s), false), true),
  etimes: number('ELAPSED', 7, elapsedSeconds),
  times: number('TIME', 8, (p) => cpuSeconds(p)),
  stime: text('STIME', 5, startTime),
  start_time: text('START', 5, startTime),
  start: text('STARTED', 8, startClock, true),
  lstart: text('STARTED', 24, longStart, true),
  comm: text('COMMAND', 15, commText),
  ucmd: text('CMD', 15, commText),
  args: text('COMMAND', 27, argsText),
  cmd: text('CMD', 27, (p, s) => (s.full ? argsText(p, s) : argsText(p, s))),
  fname: text('COMMAND', 8, (p) => p.comm.slice(0, 8)),
  cgroup: text('CGROUP', 27, (p, s) => s.link(p.pid, 'cgroup') || '-'),
  pending: signalSet('PENDING', 'ShdPnd'),
  blocked: signalSet('BLOCKED', 'SigBlk'),
  ignored: signalSet('IGNORED', 'SigIgn'),
  caught: signalSet('CAUGHT', 'SigCgt'),
  pidns: namespace('pid'),
  mntns: namespace('mnt'),
  netns: namespace('net'),
  ipcns: namespace('ipc'),
  utsns: namespace('uts'),
  userns: namespace('user'),
  cgroupns: namespace('cgroup'),
};

const aliases: Readonly<Record<string, string>> = {
  tt: 'tty', command: 'args', ucomm: 'comm', state: 's', pcpu: '%cpu', pmem: '%mem', vsize: 'vsz', rssize: 'rss', rsz: 'rss', nice: 'ni', session: 'sess', pgrp: 'pgid',
  cputime: 'time', cputimes: 'times', spid: 'lwp', thcount: 'nlwp', flags: 'f', flag: 'f', uname: 'user', euid: 'uid', egid: 'gid', svuid: 'uid', svgid: 'gid',
  sig_catch: 'caught', sigcatch: 'caught', sig_ignore: 'ignored', sigignore: 'ignored', sigmask: 'blocked', sig_block: 'blocked', sig: 'pending', sig_pend: 'pending', bsdstart: 'start_time', class: 'cls', policy: 'cls',
}; // prettier-ignore

/** The column that an -o word names. */
export function columnOf(word: string): Column | undefined {
  const name = aliases[word] ?? word;
  const found = Object.hasOwn(base, name) ? base[name] : undefined;
  if (!found || !(word in aliases)) return found;
  const header = {
    command: 'COMMAND',
    state: 'S',
    tt: 'TT',
    session: 'SESS',
    pgrp: 'PGRP',
    euid: 'EUID',
    egid: 'EGID',
    vsize: 'VSZ',
    nice: 'NI',
    spid: 'SPID',
    thcount: 'THCNT',
  }[word];
  return header ? { ...found, header } : found;
}

/** What a column sorts by: numbers as numbers. */
export function sortKey(word: string, p: ProcessInfo, s: Scene): number | string {
  switch (aliases[word] ?? word) {
    case '%cpu':
      return cpuPercent(p, s);
    case '%mem':
    case 'rss':
      return p.rss;
    case 'vsz':
      return p.vsize;
    case 'time':
      return p.utime + p.stime;
    case 'start_time':
    case 'start':
    case 'lstart':
    case 'stime':
      return p.startTicks;
    case 'etime':
    case 'etimes':
      return -p.startTicks;
    default: {
      const value = columnOf(word)?.value(p, s) ?? '';
      return /^-?\d+$/.test(value) ? Number(value) : value;
    }
  }
}
