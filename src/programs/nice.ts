import { Errno } from '../kernel';
import type { Command } from './command';
import { execCommand } from './exec';

export const nice: Command = {
  gnu: {
    short: '+n:',
    long: { 'adjustment:': 'n' },
    usage: '[OPTION] [COMMAND [ARG]...]',
    usageStatus: 125,
    help: 'Run COMMAND with an adjusted niceness; without COMMAND, print the current one.\n\n  -n, --adjustment=N   add integer N to the niceness (default 10)\n',
  },
  busybox: {
    short: '+n:',
    usage: '[-n ADJUST] [PROG ARGS]\n\nChange scheduling priority, run PROG\n\n\t-n ADJUST\tAdjust priority by ADJUST',
  },
  rewrite: (args) => (/^--?\d+$/.test(args[0] ?? '') ? ['-n', (args[0] as string).slice(1), ...args.slice(1)] : [...args]),
  run: async (ctx, options) => {
    const text = options.value('n');
    if (text !== undefined && !/^[-+]?\d+$/.test(text))
      return ctx.fail(ctx.gnu ? `invalid adjustment ${ctx.quoteWord(text)}` : `invalid number '${text}'`, ctx.gnu ? 125 : 1);
    if (options.operands.length === 0) {
      if (text !== undefined && ctx.gnu) return ctx.usage('a command must be given with an adjustment');
      await ctx.line(String(ctx.proc.getpriority()));
      return 0;
    }
    const wanted = Math.max(-20, Math.min(19, ctx.proc.getpriority() + Number(text ?? 10)));
    try {
      ctx.proc.setpriority(wanted);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.warn(ctx.gnu ? `cannot set niceness: ${ctx.strerror(error)}` : `setpriority(${wanted}): ${ctx.strerror(error)}`);
      if (!ctx.gnu) return 1;
    }
    return execCommand(ctx, options.operands, { message: (name) => (ctx.gnu ? ctx.quote(name) : `can't execute '${name}'`) });
  },
};
