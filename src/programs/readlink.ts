import { Errno } from '../kernel';
import { canonical } from './canonical';
import type { Command } from './command';

export const readlink: Command = {
  gnu: {
    short: 'femnqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
      quiet: 'q',
      silent: 'q',
      verbose: 'v',
      zero: 'z',
    },
    usage: '[OPTION]... FILE...',
    help: 'Print the value of a symbolic link or canonical file name.\n\n  -f, --canonicalize            follow every link; all but the last part must exist\n  -e, --canonicalize-existing   all parts must exist\n  -m, --canonicalize-missing    none need exist\n  -n, --no-newline\n  -q, --quiet, -s, --silent     no messages (the default)\n  -v, --verbose                 messages\n  -z, --zero                    NUL instead of newline\n',
  },
  busybox: {
    short: 'fnvq',
    usage:
      "[-fnv] FILE\n\nDisplay the value of a symlink\n\n\t-f\tCanonicalize by following all symlinks\n\t-n\tDon't add newline\n\t-v\tVerbose",
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (!ctx.gnu && options.operands.length > 1) return ctx.usage();
    const mode = options.last('f', 'e', 'm');
    const end = options.has('z') ? '\0' : options.has('n') && options.operands.length === 1 ? '' : '\n';
    for (const path of options.operands) {
      try {
        const value = mode
          ? canonical(ctx.proc, path, mode === 'f' && ctx.gnu ? 'last' : mode === 'm' ? 'any' : 'none')
          : ctx.proc.readlink(path);
        await ctx.write(value + end);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        ctx.status = 1;
        if (options.last('v', 'q', 's') === 'v') await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(path) : `${path}: cannot read link`, error);
      }
    }
    return ctx.status;
  },
};
