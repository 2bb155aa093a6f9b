import type { Command } from './command';

const exits = (status: number): Command => ({
  gnu: {
    usage: '[ignored command line arguments]\nOPTION',
    help: `Exit with a status code indicating ${status === 0 ? 'success' : 'failure'}.\n`,
  },
  busybox: {},
  run: async (ctx) => {
    if (ctx.gnu && ctx.args.length === 1 && ctx.args[0] === '--help') await ctx.write(ctx.helpText());
    if (ctx.gnu && ctx.args.length === 1 && ctx.args[0] === '--version') await ctx.write(ctx.versionText());
    return status;
  },
});

export const trueCommand = exits(0);
export const falseCommand = exits(1);

/** The shell of accounts that nobody logs in to (nologin(8)). */
export const nologin: Command = {
  gnu: {},
  run: async (ctx) => {
    await ctx.line('This account is currently not available.');
    return 1;
  },
};
