import { Errno } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { bytes } from './text';

interface Style {
  readonly nonPrinting: boolean;
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly squeeze: boolean;
  readonly number: 'none' | 'all' | 'nonblank';
}

function styleOf(options: Options): Style {
  return {
    nonPrinting: options.has('v', 'A', 'e', 't'),
    ends: options.has('E', 'A', 'e'),
    tabs: options.has('T', 'A', 't'),
    squeeze: options.has('s'),
    number: options.has('b') ? 'nonblank' : options.has('n') ? 'all' : 'none',
  };
}

/** ^X and M-X notation of one byte. */
export function visible(code: number): string {
  if (code >= 128) return `M-${visible(code - 128)}`;
  if (code === 127) return '^?';
  return code < 32 ? `^${String.fromCharCode(code + 64)}` : String.fromCharCode(code);
}

/** Numbering and squeezing go on from file to file. */
class Formatter {
  private number = 0;
  private blanks = 0;
  private atStart = true;
  constructor(private readonly style: Style) {}

  format(text: string): string {
    const { style } = this;
    let out = '';
    for (const piece of text.split(/(?<=\n)/)) {
      const line = piece.endsWith('\n') ? piece.slice(0, -1) : piece;
      const complete = line !== piece;
      const blank = this.atStart && line === '' && complete;
      this.blanks = blank ? this.blanks + 1 : 0;
      if (style.squeeze && this.blanks > 1) continue;
      if (this.atStart && (style.number === 'all' || (style.number === 'nonblank' && !blank)))
        out += `${String(++this.number).padStart(6)}\t`;
      let shown = line;
      if (style.nonPrinting) shown = shown.replace(/[\0-\x08\x0b-\x1f\x7f-\xff]/g, (c) => visible(c.charCodeAt(0)));
      else if (style.ends && complete) shown = shown.replace(/\r$/, '^M');
      if (style.tabs) shown = shown.replaceAll('\t', '^I');
      out += shown + (complete ? (style.ends ? '$\n' : '\n') : '');
      this.atStart = complete;
    }
    return out;
  }
}

async function copy(ctx: Context, fd: number, formatter: Formatter | undefined): Promise<void> {
  for (;;) {
    const data = await ctx.proc.read(fd);
    if (data.length === 0) return;
    ctx.out.put(formatter ? formatter.format(bytes.decode(data)) : data);
    await ctx.out.flush();
  }
}

function isOpen({ proc }: Pick<Context, 'proc'>, fd: number): boolean {
  try {
    proc.fstat(fd);
    return true;
  } catch {
    return false;
  }
}

/** It would read what it writes, without end. */
function feedsItself({ proc }: Context, fd: number): boolean {
  if (!isOpen({ proc }, 1) || !isOpen({ proc }, fd)) return false;
  const [from, to] = [proc.fstat(fd), proc.fstat(1)];
  return from.type === 'file' && from.dev === to.dev && from.ino === to.ino && proc.lseek(fd, 0, 'cur') < from.size;
}

export const cat: Command = {
  gnu: {
    short: 'AbeEnstTuv',
    long: {
      'show-all': 'A',
      'number-nonblank': 'b',
      'show-ends': 'E',
      number: 'n',
      'squeeze-blank': 's',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Write the FILEs, or standard input (also: -), to standard output.\n\n  -A, --show-all           the same as -vET\n  -b, --number-nonblank    number lines that are not empty\n  -E, --show-ends          show $ at the end of lines\n  -n, --number             number all lines\n  -s, --squeeze-blank      no more than one empty line in a row\n  -T, --show-tabs          show tabs as ^I\n  -v, --show-nonprinting   use ^ and M- notation\n',
  },
  busybox: {
    short: 'nbvteA',
    usage:
      '[-nbvteA] [FILE]...\n\nPrint FILEs to stdout\n\n\t-n\tNumber output lines\n\t-b\tNumber nonempty lines\n\t-v\tShow nonprinting characters as ^x or M-x\n\t-t\t...and tabs as ^I\n\t-e\t...and end lines with $\n\t-A\tSame as -vte',
  },
  run: async (ctx, options) => {
    const plain = !options.has('A', 'b', 'e', 'E', 'n', 's', 't', 'T', 'v');
    const formatter = plain ? undefined : new Formatter(styleOf(options));
    if (formatter) ctx.out.charset = bytes;
    if (ctx.gnu && !isOpen(ctx, 1)) return ctx.fail(`standard output: ${ctx.strerror(new Errno('EBADF'))}`);
    for (const file of options.operands.length > 0 ? options.operands : ['-']) {
      let fd = 0;
      try {
        if (file !== '-') fd = await ctx.proc.open(file);
      } catch (error) {
        await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(file) : `can't open '${file}'`, error);
        continue;
      }
      if (ctx.gnu && feedsItself(ctx, fd)) {
        await ctx.perrorText(`${ctx.quoteIfNeeded(file)}: input file is output file`);
        if (fd !== 0) ctx.proc.close(fd);
        continue;
      }
      try {
        await copy(ctx, fd, formatter);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(file) : 'read error', error);
      }
      if (fd !== 0) ctx.proc.close(fd);
    }
    return ctx.status;
  },
};
