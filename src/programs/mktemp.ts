import { Errno } from '../kernel';
import type { Command } from './command';
import { joinPath } from './path';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const mktemp: Command = {
  gnu: {
    short: 'dp:qtuV',
    long: { directory: 'd', 'dry-run': 'u', quiet: 'q', 'suffix:': 'suffix', 'tmpdir::': 'tmpdir' },
    usage: '[OPTION]... [TEMPLATE]',
    help: 'Create a temporary file or directory, safely, and print its name.\n\n  -d, --directory     create a directory, not a file\n  -u, --dry-run       do not create anything\n  -q, --quiet         no diagnostics\n      --suffix=SUFF   append SUFF to TEMPLATE\n  -p DIR, --tmpdir[=DIR]\n',
  },
  busybox: {
    short: 'dqtp:u',
    usage:
      '[-dt] [-p DIR] [TEMPLATE]\n\nCreate a temporary file with name based on TEMPLATE and print its name.\nTEMPLATE must end with XXXXXX (e.g. [/dir/]nameXXXXXX).\nWithout TEMPLATE, -t tmp.XXXXXX is assumed.\n\n\t-d\tMake directory, not file\n\t-q\tFail silently on errors\n\t-t\tPrepend base directory name to TEMPLATE\n\t-p DIR\tUse DIR as a base directory (implies -t)\n\t-u\tDo not create anything; print a name\n\nBase directory is: -p DIR, else $TMPDIR, else /tmp',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const [given, extra] = options.operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage('too many templates') : ctx.usage();
    let template = (given ?? (ctx.gnu ? 'tmp.XXXXXXXXXX' : 'tmp.XXXXXX')) + (options.value('suffix') ?? '');
    const base = options.value('p') ?? options.value('tmpdir') ?? ctx.env.get('TMPDIR') ?? '/tmp';
    const m = /^(.*?)(X{3,})([^X/]*)$/.exec(template);
    const suffix = /X{3,}([^X]*\/[^X]*)$/.exec(template)?.[1];
    if (ctx.gnu && suffix !== undefined && !options.has('q'))
      return ctx.fail(`invalid suffix ${ctx.quoteWord(suffix)}, contains directory separator`);
    if (!m || (!ctx.gnu && !/X{6}$/.test(template))) {
      if (options.has('q')) return 1;
      return ctx.fail(ctx.gnu ? `too few X's in template ${ctx.quoteWord(template)}` : '(null): Invalid argument');
    }
    if (given === undefined || options.has('p', 'tmpdir', 't')) template = joinPath(base, template);
    for (let attempt = 0; attempt < 100; attempt++) {
      const at = template.lastIndexOf(m[2] as string);
      const random = Array.from(m[2] as string, () => letters[Math.floor(proc.clock.random() * letters.length)]).join('');
      const path = template.slice(0, at) + random + template.slice(at + (m[2] as string).length);
      try {
        if (options.has('u')) proc.lstat(path);
        else if (options.has('d')) proc.mkdir(path, 0o700);
        else proc.close(await proc.open(path, ['readwrite', 'create', 'exclusive'], 0o600));
        if (!options.has('u')) return (await ctx.line(path), 0);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (options.has('u') && error.code === 'ENOENT') return (await ctx.line(path), 0);
        if (error.code === 'EEXIST') continue;
        if (options.has('q')) return 1;
        return ctx.fail(
          ctx.gnu
            ? `failed to create ${options.has('d') ? 'directory' : 'file'} via template ${ctx.quoteWord(template)}: ${ctx.strerror(error)}`
            : `(null): ${ctx.strerror(error)}`.replace('(null)', template),
        );
      }
    }
    return 1;
  },
};
