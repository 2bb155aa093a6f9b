import { Errno } from '../kernel';
import type { Command } from './command';
import { parseSize } from './sizes';

export const truncate: Command = {
  gnu: {
    short: 'cor:s:',
    long: { 'no-create': 'c', 'io-blocks': 'o', 'reference:': 'r', 'size:': 's' },
    usage: 'OPTION... FILE...',
    help: 'Shrink or extend the size of each FILE to the specified size.\n\n  -c, --no-create        do not create any files\n  -r, --reference=RFILE  base size on RFILE\n  -s, --size=SIZE        set or adjust by SIZE: + - < > / %\n',
  },
  busybox: { short: 'cs:', usage: '[-c] -s SIZE FILE...\n\nTruncate FILEs to SIZE\n\n\t-c\tDo not create files\n\t-s SIZE' },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const reference = options.value('r');
    const text = options.value('s');
    if (text === undefined && reference === undefined)
      return ctx.gnu ? ctx.usage(`you must specify either ${ctx.quoteWord('--size')} or ${ctx.quoteWord('--reference')}`) : ctx.usage();
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing file operand') : ctx.usage();
    const m = /^([-+<>/%]?)(.*)$/.exec(text ?? '0');
    const n = parseSize(m?.[2] ?? '');
    if (n === undefined) return ctx.fail(ctx.gnu ? `Invalid number: ${ctx.quoteWord(m?.[2] ?? '')}` : `invalid number '${text}'`);
    for (const file of options.operands) {
      try {
        const fd = await proc.open(file, options.has('c') ? ['write'] : ['write', 'create'], 0o666);
        const now = proc.fstat(fd).size;
        const base = reference === undefined ? now : proc.stat(reference).size;
        const size =
          text === undefined
            ? base
            : {
                '': n,
                '+': base + n,
                '-': Math.max(0, base - n),
                '<': Math.min(base, n),
                '>': Math.max(base, n),
                '/': Math.floor(base / n) * n,
                '%': Math.ceil(base / n) * n,
              }[m?.[1] as '+'];
        proc.ftruncate(fd, size);
        proc.close(fd);
      } catch (error) {
        if (error instanceof Errno && error.code === 'ENOENT' && options.has('c')) continue;
        await ctx.perror(ctx.gnu ? `cannot open ${ctx.quote(file)} for writing` : `${file}: open`, error);
      }
    }
    return ctx.status;
  },
};

export const sync: Command = {
  gnu: {
    short: 'df',
    long: { data: 'd', 'file-system': 'f' },
    usage: '[OPTION] [FILE]...',
    help: 'Synchronize cached writes to persistent storage.\n',
  },
  busybox: {
    short: 'df',
    usage:
      '[-df] [FILE]...\n\nWrite all buffered blocks (in FILEs) to disk\n\t-d\tAvoid syncing metadata\n\t-f\tSync filesystems underlying FILEs',
  },
  run: async (ctx, options) => {
    for (const name of options.operands) {
      try {
        ctx.proc.close(await ctx.proc.open(name));
      } catch (error) {
        await ctx.perror(ctx.gnu ? `error opening ${ctx.quote(name)}` : `can't open '${name}'`, error);
      }
    }
    return ctx.status;
  },
};
