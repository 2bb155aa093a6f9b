import { Errno, numberedSignals, SIG, signalNumber, signals } from '../kernel';
import { Accounts } from './accounts';
import type { Command } from './command';
import { baseName } from './path';
import { type ProcessInfo, readProcesses } from './process-table';

/** A process whose program is called `name`: by its comm, its argv[0], or the script it runs. */
function named(p: ProcessInfo, name: string): boolean {
  const [first = ''] = p.args;
  const base = baseName(name);
  if (name.startsWith('/')) return first === name;
  return p.comm === base.slice(0, 15) || baseName(first.replace(/^-/, '')) === base;
}

export const pidof: Command = {
  gnu: {
    short: 'scnqxwo:S:t',
    package: 'procps',
    usage: '[options] [program [...]]',
    help: '\nOptions:\n -s, --single-shot       return one PID only\n -o, --omit-pid <PID,...>  omit processes\n -S, --separator SEP     use SEP between PIDs\n',
  },
  busybox: {
    short: 'so:',
    usage:
      "[-s] [-o PID] [NAME]...\n\nList PIDs of all processes with names that match NAMEs\n\n\t-s\tShow only one PID\n\t-o PID\tOmit given pid\n\t\tUse %PPID to omit pid of pidof's parent",
  },
  run: async (ctx, options) => {
    const omit = options.values('o').flatMap((v) => v.split(',')).map((v) => (v === '%PPID' ? ctx.proc.ppid : Number(v))); // prettier-ignore
    const processes = ((await readProcesses(ctx.proc)) ?? []).filter(
      (p) => p.pid !== ctx.proc.pid && !omit.includes(p.pid) && p.state !== 'Z',
    );
    let pids = options.operands.flatMap((name) => processes.filter((p) => named(p, name)).map((p) => p.pid).reverse()); // prettier-ignore
    if (options.has('s')) pids = pids.slice(0, 1);
    if (pids.length > 0 && !options.has('q')) await ctx.line(pids.join(options.value('S') ?? ' '));
    return pids.length > 0 ? 0 : 1;
  },
};

/** `-9`, `-INT`: a word of options with more than one letter, the first of them a capital, is a signal's name. */
const isSignal = (word: string): boolean => /^-(?:\d|[A-Z].)/.test(word);

function splitSignal(args: readonly string[]): { name: string | undefined; rest: string[] } {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  return { name: before.find(isSignal)?.slice(1), rest: [...before.filter((a) => !isSignal(a)), ...(end < 0 ? [] : args.slice(end))] };
}

const killallUsage = `Usage: killall [OPTION]... [--] NAME...
       killall -l, --list
       killall -V, --version

  -e,--exact          whole names only, however long they are
  -I,--ignore-case    capital letters or small ones, it does not matter
  -g,--process-group  kill the whole group of the process
  -l,--list           show the names of all signals
  -q,--quiet          do not complain
  -s,--signal SIGNAL  send this signal instead of SIGTERM
  -u,--user USER      only processes of USER
  -v,--verbose        say what was sent
  -V,--version        show the version
  -w,--wait           wait until the processes are dead

`;

export const killall: Command = {
  gnu: {
    short: 'egiIlqrs:u:vVwy:o:',
    long: { quiet: 'q', 'signal:': 's', 'user:': 'u', verbose: 'v', wait: 'w', exact: 'e', 'process-group': 'g', regexp: 'r', list: 'l' },
    package: 'psmisc',
    badOption: () => killallUsage,
    help: killallUsage,
  },
  busybox: {
    short: 'lqs:o:',
    usage:
      "[-lq] [-SIG] PROCESS_NAME...\n\nSend a signal (default: TERM) to given processes\n\n\t-l\tList all signal names and numbers\n\t-q\tDon't complain if no processes were killed",
  },
  rewrite: (args) => splitSignal(args).rest,
  run: async (ctx, options) => {
    const given = options.value('s') ?? splitSignal(ctx.args).name;
    const signal = given === undefined ? SIG.TERM : signalNumber(given);
    if (options.has('V')) return (await ctx.stderr(`killall (PSmisc) 23.6\n`), 0);
    if (options.has('l')) {
      await ctx.write(
        ctx.gnu
          ? `${[signals.slice(0, 16), signals.slice(16)].map((r) => r.map((s) => s.name).join(' ')).join('\n')}\n`
          : numberedSignals(),
      );
      return 0;
    }
    if (signal === undefined) {
      if (!ctx.gnu) return ctx.fail(`bad signal name '${given}'`);
      await ctx.stderr(`${given}: unknown signal; killall -l lists signals.\n`);
      return 1;
    }
    const accounts = await Accounts.load(ctx.proc);
    const owner = options.value('u');
    const user = owner === undefined ? undefined : accounts.uid(owner);
    if (ctx.gnu && owner !== undefined && user === undefined) return (await ctx.stderr(`Cannot find user ${owner}\n`), 1);
    if (options.operands.length === 0 && user === undefined)
      return ctx.gnu ? ctx.stderr(killallUsage).then(() => 1) : ctx.fail('you need to specify whom to kill');
    const processes = ((await readProcesses(ctx.proc)) ?? []).filter(
      (p) => p.pid !== ctx.proc.pid && (user === undefined || p.euid === user),
    );
    const waiting: number[] = [];
    for (const name of options.operands.length > 0 ? options.operands : ['']) {
      let killed = 0;
      for (const p of processes.filter((x) => name === '' || named(x, name))) {
        try {
          ctx.proc.kill(p.pid, signal);
          killed++;
          waiting.push(p.pid);
          if (options.has('v')) await ctx.stderr(`Killed ${p.comm}(${p.pid}) with signal ${signal}\n`);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          if (error.code !== 'ESRCH')
            await ctx.stderr(
              ctx.gnu ? `${p.comm}(${p.pid}): ${ctx.strerror(error)}\n` : `killall: can't kill pid ${p.pid}: ${ctx.strerror(error)}\n`,
            );
        }
      }
      if (killed === 0) {
        ctx.status = 1;
        if (!options.has('q')) await ctx.stderr(ctx.gnu ? `${name}: no process found\n` : `killall: ${name}: no process killed\n`);
      }
    }
    for (const pid of options.has('w') ? waiting : []) {
      for (;;) {
        try {
          ctx.proc.kill(pid, 0);
        } catch {
          break;
        }
        await ctx.proc.nanosleep(100);
      }
    }
    return ctx.status;
  },
};
