import type { Command } from './command';
import { baseName, dirName } from './path';

export const basename: Command = {
  gnu: {
    short: '+as:z',
    long: { multiple: 'a', 'suffix:': 's', zero: 'z' },
    usage: 'NAME [SUFFIX]\nOPTION... NAME...',
    help: 'Print NAME without leading directories, and without SUFFIX.\n\n  -a, --multiple       several NAMEs\n  -s, --suffix=SUFFIX  remove SUFFIX; implies -a\n  -z, --zero           NUL instead of newline\n',
  },
  busybox: {
    short: '+as:',
    usage:
      'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...\n\nStrip directory path and SUFFIX from FILE\n\n\t-a\t\tAll arguments are FILEs\n\t-s SUFFIX\tRemove SUFFIX (implies -a)',
  },
  run: async (ctx, options) => {
    const { operands } = options;
    if (operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const several = options.has('a', 's');
    if (!several && operands.length > 2) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(operands[2] as string)}`) : ctx.usage();
    const suffix = options.value('s') ?? (several ? '' : (operands[1] ?? ''));
    for (const path of several ? operands : operands.slice(0, 1)) {
      const name = baseName(path);
      await ctx.write(
        (suffix !== '' && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name) +
          (options.has('z') ? '\0' : '\n'),
      );
    }
    return 0;
  },
};

export const dirname: Command = {
  gnu: {
    short: 'z',
    long: { zero: 'z' },
    usage: '[OPTION] NAME...',
    help: 'Print each NAME without its last part.\n\n  -z, --zero   NUL instead of newline\n',
  },
  busybox: { short: '', usage: 'FILENAME\n\nStrip non-directory suffix from FILENAME' },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (!ctx.gnu && options.operands.length > 1) return ctx.usage();
    for (const path of options.operands) await ctx.write(dirName(path) + (options.has('z') ? '\0' : '\n'));
    return 0;
  },
};
