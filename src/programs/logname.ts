import { Accounts } from './accounts';
import type { Command } from './command';
import { Errno } from '../kernel';
import { readText } from './input';

export const logname: Command = {
  gnu: { short: '', usage: '[OPTION]', help: "Print the user's login name.\n" },
  busybox: {},
  run: async (ctx, { operands }) => {
    if (ctx.gnu && operands.length > 0) return ctx.usage(`extra operand ${ctx.quoteWord(operands[0] as string)}`);
    try {
      const uid = Number(await readText(ctx.proc, '/proc/self/loginuid'));
      const user = uid < 0xffffffff ? (await Accounts.load(ctx.proc)).user(uid) : undefined;
      if (user) return (await ctx.line(user.name), 0);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    return ctx.fail(ctx.gnu ? 'no login name' : 'getlogin: No such file or directory');
  },
};
