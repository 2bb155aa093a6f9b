import { Errno } from '../kernel';
import type { Command } from './command';
import { readAll } from './input';
import { parseSize } from './sizes';
import { utf8 } from './text';

/** Characters of EBCDIC, from 0x40 on, for the bytes that have one in ASCII. */
const ebcdic = new Map([...' ...........<(+|&.........!$*);~-/........|,%_>?.........`:#@\'=".abcdefghi.......jklmnopqr.......~stuvwxyz......^.........[]..{ABCDEFGHI......}JKLMNOPQR......\\.STUVWXYZ......0123456789......'].map((c, i) => [i + 0x40, c])); // prettier-ignore

const usage = `Usage:
       xxd [options] [infile [outfile]]
    or
       xxd -r [-s [-]offset] [-c cols] [-ps] [infile [outfile]]
Options:
    -a          toggle autoskip: A single '*' replaces nul-lines. Default off.
    -b          binary digit dump (incompatible with -ps,-i,-r). Default hex.
    -C          capitalize variable names in C include file style (-i).
    -c cols     format <cols> octets per line. Default 16 (-i: 12, -ps: 30).
    -E          show characters in EBCDIC. Default ASCII.
    -e          little-endian dump (incompatible with -ps,-i,-r).
    -g bytes    number of octets per group in normal output. Default 2 (-e: 4).
    -h          print this summary.
    -i          output in C include file style.
    -l len      stop after <len> octets.
    -n name     set the variable name used in C include output (-i).
    -o off      add <off> to the displayed file position.
    -ps         output in postscript plain hexdump style.
    -r          reverse operation: convert (or patch) hexdump into binary.
    -r -s off   revert with <off> added to file positions found in hexdump.
    -d          show offset in decimal instead of hex.
    -s [+][-]seek  start at <seek> bytes abs. (or +: rel.) infile offset.
    -u          use upper case hex letters.
    -v          show version: "xxd 2022-01-14 by Juergen Weigert et al.".
`;

const printable = (b: number): string => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.');

/** `xxd -r`: the bytes of a dump, or of plain hexadecimal. */
function revert(text: string, plain: boolean): Uint8Array {
  if (plain) return Uint8Array.from((text.replace(/[^0-9a-fA-F]/g, '').match(/../g) ?? []).map((h) => parseInt(h, 16)));
  const out: number[] = [];
  for (const line of text.split('\n')) {
    const m = /^\s*([0-9a-fA-F]+):\s?(.*)$/.exec(line);
    if (!m) continue;
    let at = parseInt(m[1] as string, 16);
    const digits = (m[2] as string).split(/ {2}/)[0]?.replace(/\s/g, '') ?? '';
    for (const h of digits.match(/[0-9a-fA-F]{2}/g) ?? []) {
      while (out.length < at) out.push(0);
      out[at++] = parseInt(h, 16);
    }
  }
  return Uint8Array.from(out);
}

export const xxd: Command = {
  gnu: {
    short: 'abCc:dEeg:hil:n:o:prs:uv',
    tryText: () => usage,
    long: {
      autoskip: 'a',
      bits: 'b',
      'cols:': 'c',
      'groupsize:': 'g',
      include: 'i',
      'len:': 'l',
      plain: 'p',
      postscript: 'p',
      ps: 'p',
      revert: 'r',
      'seek:': 's',
      upper: 'u',
    },
    package: 'other',
    usage: '[options] [infile [outfile]]',
    help: '    -b  binary digit dump\n    -c cols  format <cols> octets per line. Default 16 (-p: 30)\n    -g bytes  number of octets per group. Default 2\n    -i  output in C include file style\n    -l len  stop after <len> octets\n    -p  output in postscript plain hexdump style\n    -r  reverse operation: convert hexdump into binary\n    -s seek  start at <seek> bytes offset\n    -u  use upper case hex letters\n',
  },
  busybox: {
    short: 'l:s:o:g:c:pirR:',
    usage:
      '[-pri] [-g N] [-c N] [-n LEN] [-s OFS] [-o OFS] [FILE]\n\nHex dump FILE (or stdin)\n\n\t-g N\t\tBytes per group\n\t-c N\t\tBytes per line\n\t-p\t\tShow only hex bytes, assumes -c30\n\t-i\t\tC include file style\n\t-l LENGTH\tShow only first LENGTH bytes\n\t-s OFFSET\tSkip OFFSET bytes\n\t-o OFFSET\tAdd OFFSET to displayed offset\n\t-r\t\tReverse (with -p, assumes no offsets in input)',
  },
  // each option is a word of its own: -ps is one, -l16 and -l 16 the same
  rewrite: (args) => args.map((a) => (/^-p(s|lain|ostscript)?$/.test(a) ? '-p' : /^--?h(elp)?$/.test(a) ? '-h' : a)),
  run: async (ctx, options) => {
    if (ctx.gnu && options.has('h')) {
      await ctx.stderr(usage);
      return 1;
    }
    if (ctx.gnu && options.has('v')) {
      await ctx.stderr('xxd 2022-01-14 by Juergen Weigert et al.\n');
      return 0;
    }
    const [input = '-', output] = options.operands;
    let fd = 0;
    try {
      if (input !== '-') fd = await ctx.proc.open(input);
      if (output !== undefined && output !== '-') {
        const out = await ctx.proc.open(output, ['write', 'create', 'truncate'], 0o666);
        ctx.proc.dup2(out, 1);
        ctx.proc.close(out);
      }
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`${input}: ${ctx.strerror(error)}`, ctx.gnu ? 2 : 1);
      throw error;
    }
    let all: Uint8Array;
    try {
      all = await readAll(ctx.proc, fd);
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(ctx.strerror(error), ctx.gnu ? 2 : 1);
      throw error;
    }
    if (options.has('r')) return (await ctx.write(revert(utf8.decode(all), options.has('p'))), 0);
    const number = (text: string | undefined): number | undefined =>
      text === undefined ? undefined : /^[+-]?0x/i.test(text) ? parseInt(text, 16) : (parseSize(text.replace(/^[+]/, '')) ?? Number(text));
    let seek = number(options.value('s')) ?? 0;
    if (seek < 0) seek = Math.max(0, all.length + seek);
    const length = number(options.value('l')) ?? Infinity;
    const data = all.subarray(seek, Math.min(all.length, seek + length));
    const base = seek + (number(options.value('o')) ?? 0);
    const upper = (t: string): string => (options.has('u') ? t.toUpperCase() : t);
    const cols = number(options.value('c')) || (options.has('p') ? 30 : options.has('i') ? 12 : options.has('b') ? 6 : 16);
    if (ctx.gnu && cols > 256 && !options.has('p')) return ctx.fail('invalid number of columns (max. 256).');
    const cell = (b: number): string => (options.has('b') ? b.toString(2).padStart(8, '0') : upper(b.toString(16).padStart(2, '0')));
    if (options.has('p')) {
      for (let i = 0; i < data.length; i += cols) await ctx.line(Array.from(data.subarray(i, i + cols), cell).join(''));
      return 0;
    }
    if (options.has('i')) {
      const name = (options.has('C') ? input.toUpperCase() : input).replace(/[^A-Za-z0-9]/g, '_');
      const lines: string[] = [];
      for (let i = 0; i < data.length; i += cols)
        lines.push(`  ${Array.from(data.subarray(i, i + cols), (b) => `0x${cell(b)}`).join(', ')}`);
      await ctx.write(
        input === '-'
          ? `${lines.join(',\n')}\n`
          : `unsigned char ${name}[] = {\n${lines.join(',\n')}\n};\nunsigned int ${name}_${options.has('C') ? 'LEN' : 'len'} = ${data.length};\n`,
      );
      return 0;
    }
    const little = options.has('e');
    const group = number(options.value('g')) ?? (options.has('b') ? 1 : little ? 4 : 2);
    const cellWidth = options.has('b') ? 8 : 2;
    const groups = group > 0 ? Math.ceil(cols / group) : 1;
    const width = cols * cellWidth + (groups - 1);
    for (let i = 0; i < data.length; i += cols) {
      const row = data.subarray(i, i + cols);
      const parts: string[] = [];
      for (let k = 0; k < row.length; k += group || cols) {
        const piece = Array.from(row.subarray(k, k + (group || cols)), cell);
        parts.push(
          little
            ? piece
                .reverse()
                .join('')
                .padStart(group * 2)
            : piece.join(''),
        );
      }
      await ctx.line(
        `${options.has('d') ? String(base + i).padStart(8, '0') : upper((base + i).toString(16).padStart(8, '0'))}: ${parts.join(' ').padEnd(width)}  ${Array.from(row, options.has('E') ? (b) => ebcdic.get(b) ?? '.' : printable).join('')}`,
      );
    }
    return 0;
  },
};
