import { Errno } from '../kernel';
import type { Command } from './command';
import { spawnp } from './exec';
import { statusOf } from './wait-status';

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
