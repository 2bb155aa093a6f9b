import { Errno } from '../kernel';
import { Accounts } from './accounts';
import type { Command } from './command';
import { spawnp } from './exec';
import { readProcesses } from './process-table';
import { statusOf } from './wait-status';

/** renice(1): another nice value for processes, process groups (-g) or users (-u). */
export const renice: Command = {
  gnu: {
    package: 'util-linux',
    usage: '[-n] <priority> [-p|--pid] <pid>...\n[-n] <priority>  -g|--pgrp <pgid>...\n[-n] <priority>  -u|--user <user>...',
    help: '\nAlter the priority of running processes.\n\nOptions:\n -n <num>               specify the nice value\n -p, --pid              interpret arguments as process ID (default)\n -g, --pgrp             interpret arguments as process group ID\n -u, --user             interpret arguments as username or user ID\n',
  },
  busybox: {
    usage:
      '[-n] PRIORITY [[-p|g|u] ID...]...\n\nChange scheduling priority of a running process\n\n\t-n\tAdd PRIORITY to current nice value\n\t\tWithout -n, nice value is set to PRIORITY\n\t-p\tProcess ids (default)\n\t-g\tProcess group ids\n\t-u\tProcess user names',
  },
  run: async (ctx) => {
    const args = [...ctx.args];
    const added = args[0] === '-n' || args[0] === '--priority';
    if (added) args.shift();
    const text = args.shift();
    if (text === undefined || args.length === 0) return ctx.usage(ctx.gnu ? 'not enough arguments' : undefined);
    if (!/^[-+]?\d+$/.test(text)) return ctx.gnu ? ctx.usage(`invalid priority '${text}'`) : ctx.fail(`invalid number '${text}'`);
    const accounts = await Accounts.load(ctx.proc);
    const processes = (await readProcesses(ctx.proc)) ?? [];
    let kind: 'process' | 'pgrp' | 'user' = 'process';
    for (const word of args) {
      const named = ({ '-p': 'process', '--pid': 'process', '-g': 'pgrp', '--pgrp': 'pgrp', '-u': 'user', '--user': 'user' } as const)[
        word
      ];
      if (named) {
        kind = named;
        continue;
      }
      const id = kind === 'user' ? accounts.uid(word) : /^\d+$/.test(word) ? Number(word) : undefined;
      const what = { process: 'process ID', pgrp: 'process group ID', user: 'user ID' }[kind];
      if (id === undefined) {
        await ctx.perrorText(
          ctx.gnu ? (kind === 'user' ? `unknown user ${word}` : `bad ${what} value: ${word}`) : `invalid number '${word}'`,
        );
        continue;
      }
      const pids = kind === 'process' ? [id] : processes.filter((p) => (kind === 'pgrp' ? p.pgrp : p.euid) === id).map((p) => p.pid); // prettier-ignore
      if (pids.length === 0) pids.push(-1);
      let step = 'get';
      try {
        const before = Math.min(...pids.map((pid) => ctx.proc.getpriority(pid)));
        step = 'set';
        for (const pid of pids) ctx.proc.setpriority(!ctx.gnu && added ? before + Number(text) : Number(text), pid);
        if (ctx.gnu) await ctx.line(`${id} (${what}) old priority ${before}, new priority ${ctx.proc.getpriority(pids[0])}`);
      } catch (error) {
        await ctx.perror(ctx.gnu ? `failed to ${step} priority for ${id} (${what})` : `${step}priority: ${id}`, error);
      }
    }
    return ctx.status;
  },
};

export const pwdx: Command = {
  gnu: { short: 'hV', package: 'procps', usage: '[options] pid...', help: '' },
  busybox: { short: '', usage: 'PID...\n\nShow current directory for PIDs' },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.usage();
    for (const pid of options.operands) {
      const number = pid.replace(/^\/proc\//, '');
      try {
        await ctx.line(`${pid}: ${ctx.proc.readlink(`/proc/${number}/cwd`)}`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        ctx.status = 1;
        await ctx.stderr(`${pid}: ${ctx.strerror(error.code === 'ENOENT' ? new Errno('ESRCH') : error)}\n`);
      }
    }
    return ctx.status;
  },
};

/** time(1): the shell's keyword of that name comes first in a shell. */
export const time: Command = {
  gnu: {
    short: '+pvf:o:a',
    long: { portability: 'p', verbose: 'v', 'format:': 'f', 'output:': 'o' },
    package: 'other',
    usage: '[options] COMMAND [ARG]...',
    help: '',
  },
  busybox: { short: '+vpao:f:', usage: '[-vpa] [-o FILE] PROG ARGS\n\nRun PROG, display resource usage when it exits' },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.operands.length === 0) return ctx.usage();
    const started = proc.clock.now();
    let pid: number;
    try {
      pid = await spawnp(proc, options.operands);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(`cannot run ${options.operands[0]}: ${ctx.strerror(error)}`, error.code === 'ENOENT' ? 127 : 126);
      throw error;
    }
    const waited = await proc.wait(pid);
    const real = (proc.clock.now() - started) / 1000;
    const { childUserMs, childSystemMs } = proc.times();
    const [user, system] = [childUserMs / 1000, childSystemMs / 1000];
    if (options.has('p')) await ctx.stderr(`real ${real.toFixed(2)}\nuser ${user.toFixed(2)}\nsys ${system.toFixed(2)}\n`);
    else if (!ctx.gnu) {
      const shown = (s: number): string => `${Math.floor(s / 60)}m ${(s % 60).toFixed(2)}s`;
      await ctx.stderr(`real\t${shown(real)}\nuser\t${shown(user)}\nsys\t${shown(system)}\n`);
    } else
      await ctx.stderr(
        `${user.toFixed(2)}user ${system.toFixed(2)}system ${Math.floor(real / 60)}:${(real % 60).toFixed(2).padStart(5, '0')}elapsed ${real > 0 ? Math.floor(((user + system) / real) * 100) : 0}%CPU (0avgtext+0avgdata 0maxresident)k\n0inputs+0outputs (0major+0minor)pagefaults 0swaps\n`,
      );
    return waited ? statusOf(waited.status) : 1;
  },
};

export const usleep: Command = {
  busybox: { usage: 'N\n\nPause for N microseconds' },
  run: async (ctx) => {
    if (!/^\d+$/.test(ctx.args[0] ?? '')) return ctx.usage();
    await ctx.proc.nanosleep(Number(ctx.args[0]) / 1000);
    return 0;
  },
};
