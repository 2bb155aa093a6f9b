import type { Command } from './command';

export const yes: Command = {
  gnu: {
    short: '+',
    usage: '[STRING]...\nOPTION',
    help: 'Print a line with all STRINGs, or y, until killed.\n',
    writeError: 'standard output',
  },
  busybox: { usage: "[STRING]\n\nRepeatedly print a line with STRING, or 'y'" },
  run: async (ctx, options) => {
    const words = ctx.gnu ? options.operands : ctx.args;
    const line = `${words.join(' ') || 'y'}\n`;
    const block = new TextEncoder().encode(line.repeat(Math.max(1, Math.floor(16384 / line.length))));
    for (;;) {
      await ctx.write(block);
      await ctx.out.flush();
    }
  },
};
