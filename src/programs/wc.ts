import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { readAll, readFile } from './input';
import { displayWidth, utf8 } from './text';

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

const zero = (): Counts => ({ lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 });

async function count(ctx: Context, fd: number, wide: boolean): Promise<Counts> {
  const total = zero();
  let inWord = false;
  // a byte that C cannot print neither begins nor ends a word
  const printable = (b: number): boolean => b > 32 && b !== 127 && (b < 127 || ctx.charset.name === 'utf8');
  let column = 0;
  for (;;) {
    const data = await ctx.proc.read(fd);
    if (data.length === 0) break;
    total.bytes += data.length;
    for (const b of data) {
      if (b === 10) total.lines++;
      if ((b & 0xc0) !== 0x80) total.chars++;
      const space = b === 32 || (b >= 9 && b <= 13);
      if (!space && !inWord && printable(b)) {
        total.words++;
        inWord = true;
      } else if (space) inWord = false;
    }
    if (wide) {
      for (const [i, line] of ctx.charset.decode(data).split('\n').entries()) {
        if (i > 0) column = 0;
        for (const piece of line.split('\t').entries()) {
          if (piece[0] > 0) column += 8 - (column % 8);
          column += ctx.charset.name === 'utf8' ? displayWidth(piece[1]) : piece[1].replace(/[^ -~]/g, '').length;
        }
        total.longest = Math.max(total.longest, column);
      }
    }
  }
  if (ctx.charset.name === 'bytes') total.chars = total.bytes;
  return total;
}

export const wc: Command = {
  gnu: {
    short: 'clLmw',
    long: { bytes: 'c', chars: 'm', lines: 'l', 'files0-from:': 'files0-from', 'max-line-length': 'L', words: 'w' },
    usage: '[OPTION]... [FILE]...\n[OPTION]... --files0-from=F',
    help: 'Print newline, word, and byte counts for each FILE, and a total for several.\n\n  -c, --bytes            the byte counts\n  -m, --chars            the character counts\n  -l, --lines            the newline counts\n  -L, --max-line-length  the longest line\n  -w, --words            the word counts\n',
  },
  busybox: {
    short: 'cmlwL',
    usage:
      '[-cmlwL] [FILE]...\n\nCount lines, words, and bytes for FILEs (or stdin)\n\n\t-c\tCount bytes\n\t-m\tCount characters\n\t-l\tCount newlines\n\t-w\tCount words\n\t-L\tPrint longest line length',
  },
  run: async (ctx, options) => {
    const keys: (keyof Counts)[] = [];
    if (options.has('l')) keys.push('lines');
    if (options.has('w')) keys.push('words');
    if (options.has('m')) keys.push('chars');
    if (options.has('c')) keys.push('bytes');
    if (options.has('L')) keys.push('longest');
    if (keys.length === 0) keys.push('lines', 'words', 'bytes');
    let operands = [...options.operands];
    const list = options.value('files0-from');
    if (list !== undefined) {
      if (operands[0] !== undefined)
        return ctx.usage(`extra operand ${ctx.quote(operands[0])}\nfile operands cannot be combined with --files0-from`);
      try {
        operands = utf8.decode(list === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, list)).split('\0').filter((n) => n !== ''); // prettier-ignore
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`cannot open ${ctx.quote(list)} for reading: ${ctx.strerror(error)}`);
        throw error;
      }
      if (operands.length === 0) return 0;
    }
    const rows: { counts: Counts; name: string }[] = [];
    const total = zero();
    let width = 1;
    let size = 0;
    let regular = true;
    // GNU's width: that of the sizes together for regular files, 7 where a file is something else
    for (const name of operands.length > 0 ? operands : ['-']) {
      try {
        const s = name === '-' ? ctx.proc.fstat(0) : ctx.proc.stat(name);
        if (s.type === 'file') size += s.size;
        else regular = false;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
    if (ctx.gnu) {
      const files = Math.max(1, operands.length);
      width = (keys.length === 1 && files === 1) || options.has('files0-from') ? 1 : regular ? String(size).length : 7;
    }
    const print = (counts: Counts, name: string): Promise<void> | undefined => {
      const cells = keys.map((k) => String(counts[k]));
      if (ctx.gnu) return ctx.line(cells.map((c) => c.padStart(width)).join(' ') + (name === '' ? '' : ` ${name}`));
      const w = keys.length === 1 && operands.length <= 1 ? 0 : 9;
      return ctx.line(cells.map((c, i) => (i === 0 ? c.padStart(w) : ` ${c.padStart(w)}`)).join('') + (name === '' ? '' : ` ${name}`));
    };
    await eachInput(
      ctx,
      operands,
      async (fd, name) => {
        let counts = zero();
        try {
          counts = await count(ctx, fd, options.has('L'));
        } catch (error) {
          await ctx.perror(ctx.quoteIfNeeded(name), error);
        }
        for (const k of ['lines', 'words', 'chars', 'bytes'] as const) total[k] += counts[k];
        total.longest = Math.max(total.longest, counts.longest);
        rows.push({ counts, name });
        await print(counts, operands.length === 0 ? '' : name);
      },
      (name) => (ctx.gnu ? ctx.quoteIfNeeded(name) : name),
    );
    if (operands.length > 1) await print(total, 'total');
    return ctx.status;
  },
};
