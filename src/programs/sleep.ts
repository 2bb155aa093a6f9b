import type { Command } from './command';
import { parseDuration } from './sizes';

export const sleep: Command = {
  gnu: {
    short: '',
    usage: 'NUMBER[SUFFIX]...\nOPTION',
    help: 'Wait for the sum of the times given. SUFFIX: s seconds (the default), m minutes, h hours, d days.\n',
  },
  busybox: {
    usage:
      '[N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays',
  },
  run: async (ctx, { operands }) => {
    if (operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    let total = 0;
    let valid = true;
    for (const operand of operands) {
      const ms = parseDuration(operand);
      if (ms !== undefined) total += ms;
      else if (ctx.gnu) {
        valid = false;
        await ctx.warn(`invalid time interval ${ctx.quoteWord(operand)}`);
      } else return ctx.fail(`invalid number '${operand}'`);
    }
    if (!valid) return ctx.usage();
    if (total === Infinity) {
      for (;;) await ctx.proc.pause();
    }
    await ctx.proc.nanosleep(total);
    return 0;
  },
};
