import { Errno } from '../kernel';
import { canonical } from './canonical';
import type { Command } from './command';
import { relativePath } from './ln';

export const realpath: Command = {
  gnu: {
    short: 'eLmPqsz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      logical: 'L',
      physical: 'P',
      quiet: 'q',
      'relative-to:': 'relative-to',
      'relative-base:': 'relative-base',
      strip: 's',
      'no-symlinks': 's',
      zero: 'z',
    },
    usage: '[OPTION]... FILE...',
    help: 'Print the resolved absolute file name; all but the last part must exist.\n\n  -e, --canonicalize-existing  all parts must exist\n  -m, --canonicalize-missing   none need exist\n  -L, --logical                resolve .. before links\n  -P, --physical               resolve links as met (the default)\n  -q, --quiet                  no messages\n      --relative-to=DIR        relative to DIR\n      --relative-base=DIR      absolute unless below DIR\n  -s, --strip, --no-symlinks   do not expand links\n  -z, --zero                   NUL instead of newline\n',
  },
  busybox: { short: '', usage: 'FILE...\n\nPrint absolute pathnames of FILEs' },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const missing = !ctx.gnu || options.last('e', 'm') === 'e' ? 'none' : options.has('m') ? 'any' : 'last';
    const links = options.has('s') ? 'none' : options.last('L', 'P') === 'L' ? 'logical' : 'physical';
    const resolve = (path: string): string => canonical(ctx.proc, path, missing, links);
    for (const path of options.operands) {
      try {
        let value = resolve(path);
        const to = options.value('relative-to');
        const base = options.value('relative-base');
        const below = base === undefined || value === resolve(base) || value.startsWith(`${resolve(base).replace(/\/$/, '')}/`);
        if ((to !== undefined || base !== undefined) && below) value = relativePath(resolve(to ?? (base as string)), value);
        await ctx.write(value + (options.has('z') ? '\0' : '\n'));
      } catch (error) {
        if (options.has('q') && error instanceof Errno) ctx.status = 1;
        else await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(path) : path, error);
      }
    }
    return ctx.status;
  },
};
