import { SIG } from '../kernel';
import type { Command } from './command';
import { execCommand } from './exec';
import { Errno } from '../kernel';

export const nohup: Command = {
  gnu: {
    short: '+',
    usage: 'COMMAND [ARG]...\nOPTION',
    help: 'Run COMMAND so that hangups do not end it; output to a terminal goes to nohup.out.\n',
    usageStatus: 125,
  },
  busybox: { short: '+', usage: 'PROG ARGS\n\nRun PROG immune to hangups, with output to a non-tty', usageStatus: 127 },
  run: async (ctx, { operands }) => {
    if (operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const { proc } = ctx;
    const [inTty, outTty, errTty] = [0, 1, 2].map((fd) => proc.isatty(fd)) as [boolean, boolean, boolean];
    if (inTty) {
      proc.close(0);
      await proc.open('/dev/null', ['write']);
    }
    if (outTty) {
      const home = ctx.env.get('HOME');
      let shown = 'nohup.out';
      let fd: number;
      try {
        fd = await proc.open(shown, ['write', 'create', 'append'], 0o600);
      } catch (error) {
        if (!(error instanceof Errno) || home === undefined) throw error;
        shown = `${home}/nohup.out`;
        fd = await proc.open(shown, ['write', 'create', 'append'], 0o600);
      }
      proc.dup2(fd, 1);
      proc.close(fd);
      await ctx.warn(
        ctx.gnu ? `${inTty ? 'ignoring input and ' : ''}appending output to ${ctx.quote(shown)}` : `appending output to ${shown}`,
      );
    } else if (inTty && ctx.gnu) await ctx.warn(errTty ? 'ignoring input and redirecting stderr to stdout' : 'ignoring input');
    if (errTty) {
      if (!outTty && !inTty && ctx.gnu) await ctx.warn('redirecting stderr to stdout');
      proc.dup2(1, 2);
    }
    proc.sigaction(SIG.HUP, 'ignore');
    return execCommand(ctx, operands, {
      message: (name) => (ctx.gnu ? `failed to run command ${ctx.quote(name)}` : `can't execute '${name}'`),
    });
  },
};
