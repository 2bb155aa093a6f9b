import { Errno } from '../kernel';
import type { Command } from './command';

export const pwd: Command = {
  gnu: {
    short: 'LP',
    long: { logical: 'L', physical: 'P' },
    usage: '[OPTION]...',
    help: 'Print the current directory.\n\n  -L, --logical   PWD from the environment, with links\n  -P, --physical  without links (the default)\n',
  },
  busybox: {},
  run: async (ctx, options) => {
    const { proc } = ctx;
    let cwd: string;
    try {
      cwd = proc.getcwd();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(ctx.gnu ? "couldn't find directory entry in '..' with matching i-node" : `getcwd: ${ctx.strerror(error)}`);
    }
    const told = ctx.env.get('PWD');
    if (ctx.gnu ? options.last('L', 'P') === 'L' : !ctx.args.includes('-P')) {
      if (told?.startsWith('/') && !/\/\.\.?(\/|$)/.test(told)) {
        try {
          const [a, b] = [proc.stat(told), proc.stat('.')];
          if (a.ino === b.ino && a.dev === b.dev) return (await ctx.line(told), 0);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
        }
      }
    }
    await ctx.line(cwd);
    return 0;
  },
};
