import type { Command } from './command';

export const printenv: Command = {
  gnu: {
    short: '+0',
    long: { null: '0' },
    usage: '[OPTION]... [VARIABLE]...',
    help: 'Print the values of the VARIABLEs, or the whole environment.\n\n  -0, --null   end lines with NUL\n',
    usageStatus: 2,
  },
  busybox: { usage: '[VARIABLE]...\n\nPrint environment VARIABLEs.\nIf no VARIABLE specified, print all.' },
  run: async (ctx, options) => {
    const end = options.has('0') ? '\0' : '\n';
    const names = ctx.gnu ? options.operands : ctx.args;
    if (names.length === 0) for (const [name, value] of ctx.env) await ctx.write(`${name}=${value}${end}`);
    for (const name of names) {
      const value = name.includes('=') ? undefined : ctx.env.get(name);
      if (value === undefined) ctx.status = 1;
      else await ctx.write(value + end);
    }
    return ctx.status;
  },
};
