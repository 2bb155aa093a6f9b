import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { parseMode } from './mode';
import { dirName } from './path';

async function make(ctx: Context, path: string, mode: number | undefined, parents: boolean, verbose: boolean): Promise<void> {
  const { proc } = ctx;
  const failed = (what: string, error: unknown): Promise<void> =>
    ctx.perror(ctx.gnu ? `cannot create directory ${ctx.quote(what)}` : `can't create directory '${what}'`, error);
  const told = (what: string): Promise<void> | undefined =>
    verbose ? ctx.line(ctx.gnu ? `mkdir: created directory ${ctx.quote(what)}` : `created directory: '${what}'`) : undefined;
  if (parents) {
    const missing: string[] = [];
    for (let p = path.replace(/(?!^)\/+$/, ''); ; p = dirName(p)) {
      try {
        if (proc.stat(p).type === 'directory') break;
        return failed(
          p === path.replace(/(?!^)\/+$/, '') || ctx.gnu ? p : `${p}/`,
          new Errno(p === path.replace(/(?!^)\/+$/, '') ? 'EEXIST' : 'ENOTDIR'),
        );
      } catch (error) {
        if (!(error instanceof Errno) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) return failed(p, error);
        missing.unshift(p);
        if (dirName(p) === p) break;
      }
    }
    for (const [i, p] of missing.entries()) {
      try {
        proc.mkdir(p, 0o777);
        if (i === missing.length - 1 && mode !== undefined) proc.chmod(p, mode);
      } catch (error) {
        return failed(p, error);
      }
      await told(p);
    }
    return;
  }
  try {
    proc.mkdir(path, 0o777);
    if (mode !== undefined) proc.chmod(path, mode);
  } catch (error) {
    return failed(path, error);
  }
  await told(path);
}

export const mkdir: Command = {
  gnu: {
    short: 'm:pvZ',
    long: { 'mode:': 'm', parents: 'p', verbose: 'v' },
    usage: '[OPTION]... DIRECTORY...',
    help: 'Create the DIRECTORYs.\n\n  -m, --mode=MODE   set file mode (as in chmod)\n  -p, --parents     no error if existing, make parents as needed\n  -v, --verbose     print a message for each created directory\n',
  },
  busybox: {
    short: 'm:pv',
    long: { 'mode:': 'm', parents: 'p', verbose: 'v' },
    usage:
      '[-m MODE] [-p] DIRECTORY...\n\nCreate DIRECTORY\n\n\t-m MODE\tMode\n\t-p\tNo error if exists; make parent directories as needed',
  },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const text = options.value('m');
    const mask = ctx.proc.umask(0);
    ctx.proc.umask(mask);
    const change = text === undefined ? undefined : parseMode(text);
    if (text !== undefined && !change) return ctx.fail(ctx.gnu ? `invalid mode ${ctx.quoteWord(text)}` : `invalid mode '${text}'`);
    const mode = change?.apply(0o777, true, mask);
    for (const path of options.operands) await make(ctx, path, mode, options.has('p'), options.has('v'));
    return ctx.status;
  },
};
