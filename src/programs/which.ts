import { Errno } from '../kernel';
import type { Command } from './command';
import { searchPath } from './exec';

export const which: Command = {
  gnu: { short: 'as', package: 'other', usage: '[-as] args', usageStatus: 2, tryText: (name) => `Usage: ${name} [-as] args\n`, help: '' },
  busybox: { short: 'a', usage: '[-a] COMMAND...\n\nLocate COMMAND\n\n\t-a\tShow all matches' },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? 1 : ctx.usage();
    for (const name of options.operands) {
      let found = false;
      for (const path of searchPath(name, ctx.env.get('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')) {
        try {
          ctx.proc.access(path, 'x');
          if (ctx.proc.stat(path).type !== 'file') continue;
        } catch (error) {
          if (error instanceof Errno) continue;
          throw error;
        }
        found = true;
        if (!options.has('s')) await ctx.line(path);
        if (!options.has('a')) break;
      }
      if (!found) ctx.status = 1;
    }
    return ctx.status;
  },
};
