import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { readAll } from './input';
import { parseSize } from './sizes';
import { concat } from './text';

const hex = (n: number, w: number): string => n.toString(16).padStart(w, '0');

type Style = 'words' | 'x' | 'C' | 'b' | 'c' | 'd' | 'o';

function cells(style: Style, row: Uint8Array): string {
  const word = (at: number): number => (row[at] as number) | ((row[at + 1] ?? 0) << 8);
  const pairs: number[] = [];
  for (let i = 0; i < row.length; i += 2) pairs.push(word(i));
  const named: Record<number, string> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
  switch (style) {
    case 'C': {
      const bytes = Array.from(row, (b) => hex(b, 2));
      const text = `${bytes.slice(0, 8).join(' ').padEnd(23)}  ${bytes.slice(8).join(' ').padEnd(23)}`;
      return `  ${text}  |${Array.from(row, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('')}|`;
    }
    case 'b':
      return Array.from(row, (b) => ` ${b.toString(8).padStart(3, '0')}`).join('');
    case 'c':
      return Array.from(
        row,
        (b) => ` ${(named[b] ?? (b >= 32 && b < 127 ? String.fromCharCode(b) : b.toString(8).padStart(3, '0'))).padStart(3)}`,
      ).join('');
    case 'd':
      return pairs.map((p) => `   ${String(p).padStart(5, '0')}`).join('');
    case 'x':
      return pairs.map((p) => `    ${hex(p, 4)}`).join('');
    case 'o':
      return pairs.map((p) => `  ${p.toString(8).padStart(6, '0')}`).join('');
    default:
      return pairs.map((p) => ` ${hex(p, 4)}`).join('');
  }
}

/** A short line of two-byte words is padded to the width of a full one. */
const fullWidth: Readonly<Record<Style, number>> = { words: 40, x: 64, C: 0, b: 64, c: 64, d: 64, o: 64 };

async function dump(ctx: Context, data: Uint8Array, skip: number, style: Style, all: boolean): Promise<void> {
  let previous = '';
  let starred = false;
  const digits = style === 'C' ? 8 : 7;
  for (let i = 0; i < data.length; i += 16) {
    const row = data.subarray(i, i + 16);
    const key = row.join();
    if (!all && key === previous && row.length === 16) {
      if (!starred) await ctx.line('*');
      starred = true;
      continue;
    }
    previous = key;
    starred = false;
    await ctx.line(`${hex(skip + i, digits)}${cells(style, row).padEnd(fullWidth[style])}`);
  }
  if (data.length > 0) await ctx.line(hex(skip + data.length, digits));
}

const make = (canonical: boolean): Command => ({
  gnu: {
    short: 'bcCdoxn:s:ve:f:hVL::',
    long: {
      'one-byte-octal': 'b',
      'one-byte-char': 'c',
      canonical: 'C',
      'two-bytes-decimal': 'd',
      'two-bytes-octal': 'o',
      'two-bytes-hex': 'x',
      'length:': 'n',
      'skip:': 's',
      'no-squeezing': 'v',
    },
    package: 'util-linux',
    usage: '[options] <file>...',
    help: '\nDisplay file contents in hexadecimal, decimal, octal, or ascii.\n\nOptions:\n -b  one-byte octal display\n -c  one-byte character display\n -C  canonical hex+ASCII display\n -d  two-byte decimal display\n -o  two-byte octal display\n -x  two-byte hexadecimal display\n -n, --length <length>  interpret only length bytes of input\n -s, --skip <offset>    skip offset bytes from the beginning\n -v, --no-squeezing     output identical lines\n',
  },
  busybox: {
    short: 'bcdoxCe:f:n:s:vR',
    usage:
      '[-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]...\n\nDisplay FILEs (or stdin) in a user specified format\n\n\t-b\t\t1-byte octal display\n\t-c\t\t1-byte character display\n\t-d\t\t2-byte decimal display\n\t-o\t\t2-byte octal display\n\t-x\t\t2-byte hex display\n\t-C\t\thex+ASCII 16 bytes per line\n\t-v\t\tShow all (no dup folding)\n\t-e FORMAT_STR\tExample: \'16/1 "%02x|""\\n"\'\n\t-f FORMAT_FILE\n\t-n LENGTH\tShow only first LENGTH bytes\n\t-s OFFSET\tSkip OFFSET bytes',
  },
  run: async (ctx, options) => {
    const lengthText = options.value('n');
    if (ctx.gnu && lengthText !== undefined && parseSize(lengthText) === undefined)
      return ctx.fail(`failed to parse length: '${lengthText}': Invalid argument`);
    const parts: Uint8Array[] = [];
    let opened = false;
    await eachInput(
      ctx,
      options.operands,
      async (fd) => {
        opened = true;
        if (ctx.gnu && ctx.proc.fstat(fd).type === 'directory')
          await ctx.perror(options.operands.find((o) => o !== '-') ?? '', new Errno('EISDIR'), 0);
        else parts.push(await readAll(ctx.proc, fd));
      },
      (name) => name,
    );
    if (parts.length === 0) {
      if (ctx.gnu && !opened) await ctx.warn('all input file arguments failed');
      return opened ? ctx.status : 1;
    }
    let data = concat(parts);
    const skip = parseSize(options.value('s') ?? '0') ?? 0;
    data = data.subarray(skip, skip + (parseSize(options.value('n') ?? '') ?? data.length));
    const expression = options.value('e');
    if (expression !== undefined) {
      await ctx.write(formatted(expression, data));
      return ctx.status;
    }
    const styles = options.list.map((o) => o.name).filter((n): n is Style => /^[bcCdox]$/.test(n));
    for (const style of styles.length > 0 ? styles : [canonical ? 'C' : 'words'])
      await dump(ctx, data, skip, style as Style, options.has('v'));
    return ctx.status;
  },
});

/** `-e`: units of `COUNT/BYTES "format"`, over and over until the data ends. */
function formatted(expression: string, data: Uint8Array): string {
  const units = [...expression.matchAll(/(?:(\d+)?(?:\/(\d+))?\s*)?"((?:[^"\\]|\\.)*)"/g)].map((m) => {
    const text = (m[3] as string).replace(/\\(.)/g, (_, c: string) => ({ n: '\n', t: '\t', r: '\r', '0': '\0' })[c] ?? c);
    return {
      times: Number(m[1] ?? 1),
      size: m[2] === undefined ? (/%/.test(text) ? (/%[^%]*c/.test(text) ? 1 : 4) : 0) : Number(m[2]),
      text,
    };
  });
  if (units.every((u) => u.size === 0)) return '';
  let out = '';
  let at = 0;
  while (at < data.length) {
    for (const u of units) {
      for (let n = 0; n < u.times; n++) {
        if (u.size > 0 && at >= data.length) break;
        let value = 0n;
        for (let k = u.size - 1; k >= 0; k--) value = (value << 8n) | BigInt(data[at + k] ?? 0);
        out += u.text.replace(/%([-0]*)(\d*)(?:\.\d+)?(_?[a-zA-Z])/g, (_, flags: string, width: string, letter: string) => {
          const c = Number(value & 255n);
          const text = /x/.test(letter)
            ? value.toString(16)
            : letter === 'X'
              ? value.toString(16).toUpperCase()
              : letter === 'o'
                ? value.toString(8)
                : letter === 'c' || letter === '_c' || letter === '_p'
                  ? c >= 32 && c < 127
                    ? String.fromCharCode(c)
                    : letter === '_p'
                      ? '.'
                      : String.fromCharCode(c)
                  : letter.startsWith('_')
                    ? at.toString(16)
                    : value.toString();
          return flags.includes('-') ? text.padEnd(Number(width || 0)) : text.padStart(Number(width || 0), flags.includes('0') ? '0' : ' ');
        });
        if (n === u.times - 1 && u.times > 1) out = out.trimEnd();
        at += u.size;
      }
    }
  }
  return out;
}

export const hexdump = make(false);
export const hd = make(true);
