import { type Command, forked } from './command';
import { execCommand } from './exec';
import { statusOf } from './wait-status';

export const setsid: Command = {
  gnu: {
    short: '+Vhcfw',
    long: { ctty: 'c', fork: 'f', wait: 'w' },
    package: 'util-linux',
    usage: '[options] <program> [arguments ...]',
    help: '\nRun a program in a new session.\n\nOptions:\n -c, --ctty     make the terminal the controlling one\n -f, --fork     always fork\n -w, --wait     wait for the program, and return its status\n',
  },
  busybox: {
    short: '+c',
    usage:
      '[-c] PROG ARGS\n\nRun PROG in a new session. PROG will have no controlling terminal\nand will not be affected by keyboard signals (^C etc).\n\n\t-c\tSet controlling terminal to stdin',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('no command specified') : ctx.usage();
    const message = (name: string): string => (ctx.gnu ? `failed to execute ${name}` : `can't execute '${name}'`);
    const start = async (): Promise<number> => {
      proc.setsid();
      if (options.has('c')) proc.setControllingTerminal(0);
      return execCommand(ctx, options.operands, { message });
    };
    if (proc.getpgid() !== proc.pid && !options.has('f')) return start();
    const child = proc.fork(
      forked(ctx, (inner) => {
        inner.proc.setsid();
        if (options.has('c')) inner.proc.setControllingTerminal(0);
        return execCommand(inner, options.operands, { message });
      }),
    );
    if (!options.has('w')) return 0;
    const waited = await proc.wait(child);
    return waited ? statusOf(waited.status) : 1;
  },
};
