import { Errno } from '../kernel';
import type { Command } from './command';
import { dirName } from './path';

export const rmdir: Command = {
  gnu: {
    short: 'pv',
    long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' },
    usage: '[OPTION]... DIRECTORY...',
    help: 'Remove the DIRECTORYs, if they are empty.\n\n      --ignore-fail-on-non-empty\n  -p, --parents   remove DIRECTORY and its ancestors\n  -v, --verbose   output a diagnostic for every directory processed\n',
  },
  busybox: {
    short: 'p',
    long: { parents: 'p', 'ignore-fail-on-non-empty': 'ignore' },
    usage: '[-p] DIRECTORY...\n\nRemove DIRECTORY if it is empty\n\n\t-p\tInclude parents\n\t--ignore-fail-on-non-empty',
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    for (const operand of options.operands) {
      for (let path = operand; ; path = dirName(path)) {
        if (options.has('v')) await ctx.line(`rmdir: removing directory, ${ctx.quote(path)}`);
        try {
          ctx.proc.rmdir(path);
        } catch (error) {
          if (error instanceof Errno && error.code === 'ENOTEMPTY' && options.has('ignore')) break;
          await ctx.perror(ctx.gnu ? `failed to remove ${path === operand ? '' : 'directory '}${ctx.quote(path)}` : `'${path}'`, error);
          break;
        }
        if (!options.has('p') || dirName(path) === '.' || dirName(path) === '/' || dirName(path) === path) break;
      }
    }
    return ctx.status;
  },
};
