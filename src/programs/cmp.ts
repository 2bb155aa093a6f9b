import { Errno } from '../kernel';
import { type Command, Exit } from './command';
import { LineReader, readAll, readFile } from './input';
import { parseSize } from './sizes';
import { bytes } from './text';

export const cmp: Command = {
  gnu: {
    short: 'bi:ln:sv',
    long: { 'print-bytes': 'b', 'ignore-initial:': 'i', verbose: 'l', 'bytes:': 'n', quiet: 's', silent: 's' },
    package: 'diffutils',
    usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]',
    usageStatus: 2,
    tryText: (name) => `${name}: Try '${name} --help' for more information.\n`,
    help: 'Compare two files byte by byte.\n\n  -b, --print-bytes     print differing bytes\n  -i, --ignore-initial=SKIP\n  -l, --verbose         output byte numbers and differing byte values\n  -n, --bytes=LIMIT     compare at most LIMIT bytes\n  -s, --quiet, --silent suppress all normal output\n',
  },
  busybox: {
    short: 'lsn:',
    usage:
      '[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]\n\nCompare FILE1 with FILE2 (or stdin)\n\n\t-l\tWrite the byte numbers (decimal) and values (octal)\n\t\tfor all differing bytes\n\t-s\tQuiet\n\t-n NUM\tCompare at most NUM bytes',
  },
  run: async (ctx, options) => {
    const [first, second = '-'] = options.operands;
    if (first === undefined) return ctx.gnu ? ctx.usage(`missing operand after ${ctx.quote('cmp')}`) : ctx.usage();
    const data: Uint8Array[] = [];
    for (const [i, name] of [first, second].entries()) {
      try {
        const all = name === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, name);
        data.push(all.subarray(parseSize(options.operands[2 + i] ?? options.value('i') ?? '0') ?? 0));
      } catch (error) {
        if (error instanceof Errno)
          return options.has('s') ? 2 : ctx.fail(ctx.gnu ? `${name}: ${ctx.strerror(error)}` : `${name}: ${ctx.strerror(error)}`, 2);
        throw error;
      }
    }
    const limit = parseSize(options.value('n') ?? '') ?? Infinity;
    const [a = new Uint8Array(0), b = new Uint8Array(0)] = data;
    const length = Math.min(a.length, b.length, limit);
    let line = 1;
    let differs = false;
    for (let i = 0; i < length; i++) {
      if (a[i] !== b[i]) {
        differs = true;
        if (options.has('s')) return 1;
        const octal = (n: number): string => n.toString(8).padStart(3);
        if (options.has('l'))
          await ctx.line(
            `${String(i + 1).padStart(ctx.gnu ? String(length).length : 0)} ${octal(a[i] as number)} ${octal(b[i] as number)}`,
          );
        else {
          const shown = (n: number): string => `${n.toString(8).padStart(3)} ${String.fromCharCode(n)}`;
          await ctx.line(
            `${first} ${second} differ: ${ctx.gnu && options.has('b') ? 'byte' : ctx.gnu ? 'char' : 'char'} ${i + 1}, line ${line}${options.has('b') ? ` is ${shown(a[i] as number)} ${shown(b[i] as number)}` : ''}`,
          );
          return 1;
        }
      }
      if (a[i] === 10) line++;
    }
    if (a.length !== b.length && length < limit) {
      const shorter = a.length < b.length ? first : second;
      if (options.has('s')) return 1;
      const end = line - (a[length - 1] === 10 ? 1 : 0);
      if (!ctx.gnu) await ctx.warn(`EOF on ${shorter}`);
      else
        await ctx.warn(
          length === 0
            ? `EOF on ${shorter} which is empty`
            : `EOF on ${shorter} after byte ${length}${options.has('l') ? '' : `, ${a[length - 1] === 10 ? 'line' : 'in line'} ${a[length - 1] === 10 ? end : line}`}`,
        );
      return 1;
    }
    return differs ? 1 : 0;
  },
};

export const comm: Command = {
  gnu: {
    short: '123z',
    long: { 'check-order': 'check', 'nocheck-order': 'nocheck', 'output-delimiter:': 'd', total: 'total', 'zero-terminated': 'z' },
    usage: '[OPTION]... FILE1 FILE2',
    help: 'Compare sorted files line by line.\n\n  -1   suppress column 1 (lines unique to FILE1)\n  -2   suppress column 2 (lines unique to FILE2)\n  -3   suppress column 3 (lines that appear in both files)\n      --output-delimiter=STR\n      --total\n',
  },
  busybox: {
    short: '123',
    usage:
      '[-123] FILE1 FILE2\n\nCompare FILE1 with FILE2\n\n\t-1\tSuppress lines unique to FILE1\n\t-2\tSuppress lines unique to FILE2\n\t-3\tSuppress lines common to both files',
  },
  run: async (ctx, options) => {
    const [first, second, extra] = options.operands;
    if (first === undefined || second === undefined)
      return ctx.gnu ? ctx.usage(first === undefined ? 'missing operand' : `missing operand after ${ctx.quoteWord(first)}`) : ctx.usage();
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    ctx.out.charset = bytes;
    const readers: LineReader[] = [];
    for (const name of [first, second]) {
      try {
        readers.push(new LineReader(ctx.proc, name === '-' ? 0 : await ctx.proc.open(name), bytes, options.has('z') ? 0 : 10));
      } catch (error) {
        if (error instanceof Errno)
          return ctx.fail(ctx.gnu ? `${ctx.quoteIfNeeded(name)}: ${ctx.strerror(error)}` : `${name}: ${ctx.strerror(error)}`);
        throw error;
      }
    }
    const [ra, rb] = readers as [LineReader, LineReader];
    const tab = options.value('d') ?? '\t';
    const counts = [0, 0, 0];
    const unsorted = [false, false];
    /** Says once for each file that it is not sorted; with --check-order that is the end. */
    const check = async (file: 0 | 1, previous: string, next: string | undefined): Promise<void> => {
      if (next === undefined || next >= previous || unsorted[file] || !ctx.gnu || options.has('nocheck')) return;
      unsorted[file] = true;
      await ctx.warn(`file ${file + 1} is not in sorted order`);
      if (options.has('check')) throw new Exit(1);
    };
    let unpaired = options.has('check');
    const print = async (column: 1 | 2 | 3, line: string): Promise<void> => {
      counts[column - 1] = (counts[column - 1] as number) + 1;
      if (options.has(String(column))) return;
      const before = (column > 1 && !options.has('1') ? 1 : 0) + (column > 2 && !options.has('2') ? 1 : 0);
      await ctx.line(tab.repeat(before) + line);
    };
    let [a, b] = [await ra.next(), await rb.next()];
    while (a !== undefined || b !== undefined) {
      if (b === undefined || (a !== undefined && a < b)) {
        unpaired = true;
        await print(1, a as string);
        const previous = a as string;
        a = await ra.next();
        await check(0, previous, a);
      } else if (a === undefined || b < a) {
        unpaired = true;
        await print(2, b);
        const previous = b;
        b = await rb.next();
        await check(1, previous, b);
      } else {
        await print(3, a);
        const previous = a;
        [a, b] = [await ra.next(), await rb.next()];
        if (unpaired) {
          await check(0, previous, a);
          await check(1, previous, b);
        }
      }
    }
    if (options.has('total')) await ctx.line([...counts, 'total'].join(tab));
    if (unsorted.some(Boolean)) return ctx.fail('input is not in sorted order');
    return 0;
  },
};
