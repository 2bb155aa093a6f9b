import { Errno, SIG, signalNumber, signals } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { commandLine, type ProcessInfo, readProcesses, ttyName } from './process-table';
import { PatternError, Regex } from '../regex';

/** busybox looks at argv[0], procps at the comm. */
const nameOf = (ctx: Context, p: ProcessInfo): string => (ctx.gnu ? p.comm : (p.args[0] ?? p.comm));

type Kind = 'pgrep' | 'pkill';

const short: Readonly<Record<Kind, string>> = { pgrep: 'd:lafcnovxiP:g:s:u:U:G:t:wr:F:LA', pkill: 'efcnoxiP:g:s:u:U:G:t:wr:F:LAq:v' };
const long = {
  'delimiter:': 'd', 'list-name': 'l', 'list-full': 'a', full: 'f', count: 'c', newest: 'n', oldest: 'o', inverse: 'v', exact: 'x', 'ignore-case': 'i', 'parent:': 'P',
  'pgroup:': 'g', 'session:': 's', 'euid:': 'u', 'uid:': 'U', 'group:': 'G', 'terminal:': 't', 'runstates:': 'r', 'pidfile:': 'F', 'signal:': 'signal', echo: 'e', 'ns:': 'ns', 'nslist:': 'nslist',
}; // prettier-ignore

/** `-KILL`, `-9`, `-SIGHUP` among pkill's arguments; the rest. */
function splitSignal(args: readonly string[]): { signal: number; rest: string[] } {
  let signal: number = SIG.TERM;
  const rest: string[] = [];
  for (const [i, arg] of args.entries()) {
    const number = arg.startsWith('-') && arg.length > 1 && !args.slice(0, i).includes('--') ? signalNumber(arg.slice(1)) : undefined;
    if (number !== undefined && !/^-[a-z]$/.test(arg)) signal = number;
    else rest.push(arg);
  }
  return { signal, rest };
}

async function matching(ctx: Context, options: Options, pattern: string | undefined): Promise<ProcessInfo[]> {
  const { proc } = ctx;
  const processes = (await readProcesses(proc)) ?? [];
  const accounts = await Accounts.load(proc);
  const self = processes.find((p) => p.pid === proc.pid);
  const numbers = (name: string, own: number): number[] | undefined => {
    const value = options.value(name);
    return value?.split(',').map((w) => (w === '0' ? own : Number(w)));
  };
  const ids = async (name: string, find: (w: string) => number | undefined, what: string): Promise<number[] | undefined> => {
    const value = options.value(name);
    if (value === undefined) return undefined;
    const found: number[] = [];
    for (const w of value.split(',')) {
      const id = find(w);
      if (id === undefined) return ctx.fail(`invalid ${what} name: ${w}`, 2);
      found.push(id);
    }
    return found;
  };
  for (const [name, what] of [
    ['P', ''],
    ['g', 'group'],
    ['s', 'session'],
  ] as const)
    for (const w of options.value(name)?.split(',') ?? [])
      if (ctx.gnu && !/^\d+$/.test(w))
        return ctx.fail(what === '' ? `not a number: ${w}` : `invalid ${what === 'group' ? 'process group' : 'session id'}: ${w}`, 2);
  const parents = options.value('P')?.split(',').map(Number); // prettier-ignore
  const groups = numbers('g', self?.pgrp ?? 0);
  const sessions = numbers('s', self?.session ?? 0);
  const euids = await ids('u', (w) => accounts.uid(w), 'user');
  const ruids = await ids('U', (w) => accounts.uid(w), 'user');
  const gids = await ids('G', (w) => accounts.gid(w), 'group');
  const ttys = options.value('t')?.split(',');
  const states = options.value('r');
  let regex: Regex | undefined;
  try {
    if (pattern !== undefined)
      regex = new Regex([options.has('x') ? `^(${pattern})$` : pattern], { dialect: 'extended', ignoreCase: options.has('i') });
  } catch (error) {
    if (error instanceof PatternError) return ctx.fail(`regex error: ${error.message}`, 2);
    throw error;
  }
  let nsPids: ProcessInfo[] | undefined;
  const nsOf = options.value('ns');
  if (nsOf !== undefined) {
    const types = (options.value('nslist') ?? 'ipc,mnt,net,pid,user,uts').split(',');
    const link = (pid: number | string, type: string): string | undefined => {
      try {
        return proc.readlink(`/proc/${pid}/ns/${type}`);
      } catch (error) {
        if (error instanceof Errno) return undefined;
        throw error;
      }
    };
    nsPids = processes.filter((p) => types.every((t) => link(p.pid, t) === link(nsOf, t)));
  }
  const text = (p: ProcessInfo): string => (options.has('f') && p.args.length > 0 ? p.args.join(' ') : nameOf(ctx, p));
  const has = (list: readonly number[] | undefined, value: number): boolean => list === undefined || list.includes(value);
  const wanted = (p: ProcessInfo): boolean =>
    has(parents, p.ppid) && has(groups, p.pgrp) && has(sessions, p.session) && has(euids, p.euid) && has(ruids, p.ruid) && has(gids, p.rgid) &&
    (ttys === undefined || ttys.includes(ttyName(p.tty))) && (states === undefined || states.includes(p.state)) && (nsPids === undefined || nsPids.includes(p)) && (regex === undefined || regex.test(text(p))); // prettier-ignore
  let found = processes.filter((p) => p.pid !== proc.pid && wanted(p) !== options.has('v'));
  if (options.has('n', 'o')) {
    const best = found.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid).at(options.has('n') ? -1 : 0);
    found = best ? [best] : [];
  }
  return found;
}

async function send(ctx: Context, p: ProcessInfo, signal: number, options: Options): Promise<boolean> {
  try {
    ctx.proc.kill(p.pid, signal);
    if (options.has('e')) await ctx.line(`${p.comm} killed (pid ${p.pid})`);
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code !== 'ESRCH')
      await ctx.warn(ctx.gnu ? `killing pid ${p.pid} failed: ${ctx.strerror(error)}` : `can't kill pid ${p.pid}: ${ctx.strerror(error)}`);
    return false;
  }
}

async function run(ctx: Context, options: Options, kind: Kind, signal: number): Promise<number> {
  const selecting = options.has('P', 'g', 's', 'u', 'U', 'G', 't', 'r', 'ns', 'F', 'A');
  const [pattern, extra] = options.operands;
  if (!ctx.gnu && kind === 'pkill' && options.has('l'))
    return (await ctx.write(signals.map((s) => `${String(s.number).padStart(2)}) ${s.name}\n`).join('')), 0);
  if (extra !== undefined && ctx.gnu) return ctx.usage('only one pattern can be provided', 2);
  if (pattern === undefined && !selecting) return ctx.gnu ? ctx.usage('no matching criteria specified', 2) : ctx.usage();
  if (ctx.gnu && pattern !== undefined && pattern.length > 15 && !options.has('f') && /^[\w-]+$/.test(pattern)) {
    await ctx.warn(
      'pattern that searches for process name longer than 15 characters will result in zero matches\nTry `' +
        kind +
        " -f' option to match against the complete command line.",
    );
    return 1;
  }
  const found = await matching(ctx, options, pattern);
  if (kind === 'pkill') {
    let sent = 0;
    for (const p of found) if (await send(ctx, p, signal, options)) sent++;
    if (options.has('c')) await ctx.line(String(sent));
    return sent > 0 ? 0 : 1;
  }
  if (options.has('c')) await ctx.line(String(found.length));
  else if (found.length > 0) {
    const show = (p: ProcessInfo): string =>
      options.has('a')
        ? `${p.pid} ${p.args.length > 0 ? commandLine(p) : p.comm}`
        : options.has('l')
          ? `${p.pid} ${options.has('f') && !ctx.gnu ? commandLine(p) : nameOf(ctx, p)}`
          : String(p.pid);
    await ctx.line(found.map(show).join(options.value('d') ?? '\n'));
  }
  return found.length > 0 ? 0 : 1;
}

const tryText = (name: string): string => `Try \`${name} --help' for more information.\n`;
const help =
  '\nOptions:\n -f, --full         match the whole command line\n -x, --exact        match the whole name\n -P, --parent       only children of these\n -u, --euid         only of these users\n -n, --newest       only the newest\n -o, --oldest       only the oldest\n -c, --count        print how many match\n -v, --inverse      the others\n';

function make(kind: Kind): Command {
  return {
    gnu: {
      short: short[kind],
      long,
      package: 'procps',
      usage: '[options] <pattern>',
      help,
      usageStatus: 2,
      tryText,
      badOption: (ctx, message) => message + ctx.helpText(),
    },
    busybox: {
      short: kind === 'pgrep' ? 'flanovxs:P:' : 'lfanovxs:P:',
      usage:
        kind === 'pgrep'
          ? '[-flanovx] [-s SID|-P PPID|PATTERN]\n\nDisplay process(es) selected by regex PATTERN\n\n\t-l\tShow command name too\n\t-a\tShow command line too\n\t-f\tMatch against entire command line\n\t-n\tShow the newest process only\n\t-o\tShow the oldest process only\n\t-v\tNegate the match\n\t-x\tMatch whole name (not substring)\n\t-s\tMatch session ID (0 for current)\n\t-P\tMatch parent process ID'
          : '[-l|-SIGNAL] [-xfvno] [-s SID|-P PPID|PATTERN]\n\nSend signal to processes selected by regex PATTERN\n\n\t-l\tList all signals\n\t-x\tMatch whole name (not substring)\n\t-f\tMatch against entire command line\n\t-s SID\tMatch session ID (0 for current)\n\t-P PPID\tMatch parent process ID\n\t-v\tNegate the match\n\t-n\tSignal the newest process only\n\t-o\tSignal the oldest process only',
    },
    ...(kind === 'pkill' ? { rewrite: (args: readonly string[]) => splitSignal(args).rest } : {}),
    run: (ctx, options) => {
      const named = options.value('signal');
      return run(ctx, options, kind, named === undefined ? splitSignal(ctx.args).signal : (signalNumber(named) ?? SIG.TERM));
    },
  };
}

export const pgrep = make('pgrep');
export const pkill = make('pkill');
