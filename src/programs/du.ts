import type { Stat } from '../kernel';
import type { Command } from './command';
import { globRegex } from './glob';
import { baseName, joinPath } from './path';
import { busyboxHuman, humanSize, parseSize } from './sizes';

export const du: Command = {
  gnu: {
    short: 'abB:cd:DhHklLmPsSt:xX:0',
    long: {
      all: 'a',
      'apparent-size': 'apparent-size',
      bytes: 'b',
      'block-size:': 'B',
      total: 'c',
      'max-depth:': 'd',
      'human-readable': 'h',
      'count-links': 'l',
      dereference: 'L',
      'separate-dirs': 'S',
      summarize: 's',
      'one-file-system': 'x',
      null: '0',
      'exclude:': 'exclude',
      si: 'si',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Summarize device usage of the set of FILEs, recursively for directories.\n\n  -a, --all             write counts for all files, not just directories\n      --apparent-size   print apparent sizes\n  -b, --bytes           same as --apparent-size --block-size=1\n  -c, --total           produce a grand total\n  -d, --max-depth=N\n  -h, --human-readable\n  -k, -m                blocks of 1K, 1M\n  -L, --dereference     follow all symbolic links\n  -s, --summarize       display only a total for each argument\n  -x, --one-file-system\n',
  },
  busybox: {
    short: 'aHLd:clsxhmk',
    usage:
      '[-aHLdclsxhmk] [FILE]...\n\nSummarize disk space used for FILEs (or directories)\n\n\t-a\tShow file sizes too\n\t-b\tApparent size (including holes)\n\t-L\tFollow all symlinks\n\t-H\tFollow symlinks on command line\n\t-d N\tLimit output to directories (and files with -a) of depth < N\n\t-c\tShow grand total\n\t-l\tCount sizes many times if hard linked\n\t-s\tDisplay only a total for each argument\n\t-x\tSkip directories on different filesystems\n\t-h\tSizes in human readable format (e.g., 1K 243M 2G)\n\t-m\tSizes in megabytes\n\t-k\tSizes in kilobytes (default)',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const bytes = options.has('b');
    const apparent = bytes || options.has('apparent-size');
    const block = options.value('B');
    const blockUnit = block === undefined ? 1024 : parseSize(/^\d/.test(block) ? block : `1${block}`);
    if (!blockUnit) return ctx.fail(`invalid -B argument ${ctx.quoteWord(block ?? '')}`);
    const unit = bytes ? 1 : options.has('m') ? 1048576 : options.has('k') ? 1024 : blockUnit;
    const letter = block !== undefined && !/^\d/.test(block) && !bytes ? block : '';
    if (ctx.gnu && options.has('s') && options.has('a')) return ctx.usage('cannot both summarize and show all entries');
    const depthText = options.value('d');
    if (depthText !== undefined && !/^\d+$/.test(depthText))
      return ctx.gnu ? ctx.usage(`invalid maximum depth ${ctx.quoteWord(depthText)}`) : ctx.fail(`invalid number '${depthText}'`);
    if (ctx.gnu && options.has('s') && depthText !== undefined && Number(depthText) !== 0) {
      await ctx.warn(`warning: summarizing conflicts with --max-depth=${depthText}`);
      return ctx.usage();
    }
    const maxDepth = options.has('s') ? 0 : Number(depthText ?? Infinity);
    const exclude = options.values('exclude').map((p) => globRegex(p));
    const seen = new Set<string>();
    const show = (n: number): string =>
      options.has('h')
        ? ctx.gnu
          ? humanSize(n)
          : busyboxHuman(n)
        : options.has('si')
          ? humanSize(n, 1000)
          : `${Math.ceil(n / unit)}${letter}`;
    const line = (n: number, path: string): Promise<void> | undefined => ctx.write(`${show(n)}\t${path}${options.has('0') ? '\0' : '\n'}`);
    const visit = async (path: string, depth: number, device: number | undefined): Promise<number> => {
      if (exclude.some((r) => r.test(baseName(path)))) return 0;
      let stat: Stat;
      try {
        stat = options.has('L') || (depth === 0 && options.has('H', 'D')) ? proc.stat(path) : proc.lstat(path);
      } catch (error) {
        await ctx.perror(ctx.gnu ? `cannot access ${ctx.quote(path)}` : path, error);
        return 0;
      }
      if (options.has('x') && device !== undefined && stat.dev !== device) return 0;
      const key = `${stat.dev}:${stat.ino}`;
      if (stat.type !== 'directory' && stat.nlink > 1 && !options.has('l')) {
        if (seen.has(key)) return 0;
        seen.add(key);
      }
      let directories = 0;
      const own = apparent ? stat.size : stat.blocks * 512;
      let total = own;
      if (stat.type === 'directory') {
        let names: string[] = [];
        try {
          names = proc.readdir(path).map((e) => e.name);
        } catch (error) {
          await ctx.perror(ctx.gnu ? `cannot read directory ${ctx.quote(path)}` : path, error);
        }
        for (const name of names) {
          const n = await visit(joinPath(path, name), depth + 1, device ?? stat.dev);
          total += n;
          if (options.has('S') && ctx.gnu && proc.lstat(joinPath(path, name)).type === 'directory') directories += n;
          await proc.schedYield();
        }
      }
      if (depth <= maxDepth && (stat.type === 'directory' || options.has('a') || depth === 0)) await line(total - directories, path);
      return total;
    };
    let grand = 0;
    for (const path of options.operands.length > 0 ? options.operands : ['.']) grand += await visit(path, 0, undefined);
    if (options.has('c')) await line(grand, 'total');
    return ctx.status;
  },
};
