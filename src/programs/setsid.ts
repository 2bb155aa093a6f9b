import { Errno } from '../kernel';
import type { Command } from './command';
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
  busybox: { short: '+c', usage: '[-c] PROG ARGS\n\nRun PROG in a new session. PROG will have no controlling terminal\nand will not be affected by keyboard signals (^C etc).\n\n\t-c\tSet controlling terminal to stdin' },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('no command specified') : ctx.usage();
    const start = async (): Promise<number> => {
      proc.setsid();
      if (options.has('c')) proc.setControllingTerminal(0);
      return execCommand(ctx, options.operands, { message: (name) => (ctx.gnu ? `failed to execute ${name}` : `can't execute '${name}'`) });
    };
    if (proc.getpgid() !== proc.pid && !options.has('f')) return start();
    const child = proc.fork(async (p) => {
      try {
        p.setsid();
        if (options.has('c')) p.setControllingTerminal(0);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
      const { Context } = await import('./command');
      const inner = new Context(p, ctx.face, ctx.spec, ctx.invoked, ctx.args);
      return execCommand(inner, options.operands, { message: (name) => (ctx.gnu ? `failed to execute ${name}` : `can't execute '${name}'`) });
    });
    if (!options.has('w')) return 0;
    const waited = await proc.wait(child);
    return waited ? statusOf(waited.status) : 1;
  },
};
