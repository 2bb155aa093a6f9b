import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { choose } from './choices';
import { readAll } from './input';
import type { Options } from './getopt';
import { concat } from './text';

interface Format {
  readonly size: number;
  /** Width of a cell, its leading blank included. */
  readonly width: number;
  readonly show: (view: DataView, at: number) => string;
  readonly characters: boolean;
}

const names = [
  'nul',
  'soh',
  'stx',
  'etx',
  'eot',
  'enq',
  'ack',
  'bel',
  'bs',
  'ht',
  'nl',
  'vt',
  'ff',
  'cr',
  'so',
  'si',
  'dle',
  'dc1',
  'dc2',
  'dc3',
  'dc4',
  'nak',
  'syn',
  'etb',
  'can',
  'em',
  'sub',
  'esc',
  'fs',
  'gs',
  'rs',
  'us',
  'sp',
];
const escapes: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };

function character(b: number): string {
  return escapes[b] ?? (b >= 32 && b < 127 ? String.fromCharCode(b) : b.toString(8).padStart(3, '0'));
}

function format(letter: string, sizeText: string, z: boolean): Format | undefined {
  if (letter === 'c') return { size: 1, width: 4, show: (v, at) => character(v.getUint8(at)), characters: z };
  if (letter === 'a')
    return {
      size: 1,
      width: 4,
      show: (v, at) => ((b) => (b === 127 ? 'del' : (names[b] ?? String.fromCharCode(b))))(v.getUint8(at) & 127),
      characters: z,
    };
  const size = { '': letter === 'f' ? 8 : 4, C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 }[sizeText] ?? Number(sizeText);
  if (![1, 2, 4, 8].includes(size)) return undefined;
  const unsigned = (v: DataView, at: number): bigint =>
    size === 1
      ? BigInt(v.getUint8(at))
      : size === 2
        ? BigInt(v.getUint16(at, true))
        : size === 4
          ? BigInt(v.getUint32(at, true))
          : v.getBigUint64(at, true);
  switch (letter) {
    case 'x':
      return {
        size,
        width: size * 2 + 1,
        show: (v, at) =>
          unsigned(v, at)
            .toString(16)
            .padStart(size * 2, '0'),
        characters: z,
      };
    case 'o': {
      const digits = { 1: 3, 2: 6, 4: 11, 8: 22 }[size] as number;
      return { size, width: digits + 1, show: (v, at) => unsigned(v, at).toString(8).padStart(digits, '0'), characters: z };
    }
    case 'u':
      return { size, width: ({ 1: 3, 2: 5, 4: 10, 8: 20 }[size] as number) + 1, show: (v, at) => String(unsigned(v, at)), characters: z };
    case 'd':
      return {
        size,
        width: ({ 1: 4, 2: 6, 4: 11, 8: 20 }[size] as number) + 1,
        show: (v, at) => String(BigInt.asIntN(size * 8, unsigned(v, at))),
        characters: z,
      };
    case 'f':
      return {
        size,
        width: size === 4 ? 16 : 25,
        show: (v, at) => floatText(size === 4 ? v.getFloat32(at, true) : v.getFloat64(at, true), size === 4),
        characters: z,
      };
    default:
      return undefined;
  }
}

/** The shortest decimal that reads back as the same number (gnulib's ftoastr), as %g shows it. */
function floatText(value: number, single: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  for (let digits = single ? 6 : 15; ; digits++) {
    const text = value.toExponential(digits - 1);
    const back = Number(text);
    if (digits >= 17 || (single ? Math.fround(back) === value : back === value)) {
      const [mantissa = '', power = '0'] = text.split('e');
      const exponent = Number(power);
      if (exponent < -4 || exponent >= digits)
        return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
      const fixed = value.toFixed(Math.max(0, digits - 1 - exponent));
      return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
    }
  }
}

const shorthand: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'o1',
  c: 'c',
  d: 'u2',
  f: 'fF',
  h: 'x2',
  i: 'd4',
  l: 'd8',
  o: 'o2',
  s: 'd2',
  x: 'x2',
  B: 'o2',
  D: 'u4',
  O: 'o4',
  X: 'x4',
  H: 'x4',
  I: 'd8',
  L: 'd8',
  F: 'f8',
  e: 'f8',
};

async function formats(ctx: Context, options: Options): Promise<Format[]> {
  const out: Format[] = [];
  for (const o of options.list) {
    const text = o.name === 't' ? (o.value ?? '') : o.name.length === 1 && !'AjNSwv'.includes(o.name) ? (shorthand[o.name] ?? '') : '';
    for (const m of text.matchAll(/([acdfoux])(\d+|[CSILFD])?(z?)/g)) {
      const f = format(m[1] as string, m[2] ?? '', m[3] === 'z');
      if (!f) return ctx.fail(`invalid type string ${ctx.quoteWord(text)};\nthis system doesn't provide a ${m[2]}-byte integral type`);
      out.push(f);
    }
    if (o.name === 't' && out.length === 0) return ctx.fail(`invalid character '${text[0]}' in type string ${ctx.quoteWord(text)}`);
  }
  return out.length > 0 ? out : [format('o', '2', false) as Format];
}

const count = (text: string): number => {
  const m = /^(0x[\da-f]+|\d+)([bkmKMG]?)$/i.exec(text);
  const unit = { b: 512, k: 1024, K: 1024, m: 1048576, M: 1048576, G: 1073741824 }[m?.[2] ?? ''] ?? 1;
  const digits = m?.[1] ?? 'x';
  return (/^0x/i.test(digits) ? parseInt(digits, 16) : /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits)) * unit;
};

/** -S: strings of at least `least` printable bytes that end with a null, each after its offset. */
async function strings(ctx: Context, data: Uint8Array, skip: number, least: number, radix: string): Promise<number> {
  const base = { d: 10, x: 16 }[radix[0] ?? 'o'] ?? 8;
  let text = '';
  for (const [i, b] of data.entries()) {
    if (b === 0 && text.length >= least)
      await ctx.line(`${radix[0] === 'n' ? '' : `${(skip + i - text.length).toString(base).padStart(base === 16 ? 6 : 7, '0')} `}${text}`);
    text = b >= 32 && b < 127 ? text + String.fromCharCode(b) : '';
  }
  return ctx.status;
}

const short = 'A:j:N:S:vw::t:abcdfhilosxBDOXHILFe';

export const od: Command = {
  gnu: {
    short,
    long: {
      'address-radix:': 'A',
      'skip-bytes:': 'j',
      'read-bytes:': 'N',
      'format:': 't',
      'output-duplicates': 'v',
      'width::': 'w',
      'strings::': 'S',
      'endian:': 'endian',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Write an unambiguous representation, octal bytes by default, of FILE.\n\n  -A, --address-radix=RADIX   d, o, x or n\n  -j, --skip-bytes=BYTES\n  -N, --read-bytes=BYTES\n  -t, --format=TYPE           a, c, d[SIZE], f[SIZE], o[SIZE], u[SIZE], x[SIZE], with z to show characters\n  -v, --output-duplicates\n  -w[BYTES], --width[=BYTES]\n',
  },
  busybox: {
    short,
    usage:
      '[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...\n\nPrint FILEs (or stdin) unambiguously, as octal bytes by default',
  },
  run: async (ctx, options) => {
    const radixWord = options.value('A') ?? 'o';
    if (!/^[doxn]/.test(radixWord))
      return ctx.gnu ? ctx.fail(`invalid output address radix '${radixWord[0] ?? ''}'; it must be one character from [doxn]`) : ctx.usage();
    for (const name of ['j', 'N', 'S'] as const)
      if (options.value(name) !== undefined && Number.isNaN(count(options.value(name) ?? '')))
        return ctx.fail(
          ctx.gnu ? `invalid -${name} argument ${ctx.quoteWord(options.value(name) ?? '')}` : `invalid number '${options.value(name)}'`,
        );
    const endian = options.value('endian');
    const big = endian !== undefined && (await choose(ctx, '--endian', endian, [['little'], ['big']])) === 'big';
    const chosen = await formats(ctx, options);
    const parts: Uint8Array[] = [];
    let opened = false;
    await eachInput(
      ctx,
      options.operands,
      async (fd) => {
        opened = true;
        parts.push(await readAll(ctx.proc, fd));
      },
      (name) => name,
    );
    if (!opened) return 1;
    if (parts.length < options.operands.length) ctx.status = 1;
    let data = concat(parts.length > 0 ? parts : [new Uint8Array(0)]);
    const skip = options.value('j') === undefined ? 0 : count(options.value('j') as string);
    if (skip > data.length) return ctx.fail('cannot skip past end of combined input');
    data = data.subarray(skip);
    const limit = options.value('N');
    if (limit !== undefined) data = data.subarray(0, count(limit));
    if (options.has('S')) return strings(ctx, data, skip, count(options.value('S') ?? '3'), radixWord);
    const unit = chosen.reduce((n, f) => Math.max(n, f.size), 1);
    let width = options.has('w') ? count(options.value('w') ?? '32') : 16;
    if (!(width > 0) || width % unit !== 0) {
      await ctx.stderr(`${ctx.name}: warning: invalid width ${width || 0}; using ${unit} instead\n`);
      width = unit;
    }
    const radix = radixWord[0];
    const address = (n: number): string =>
      radix === 'n'
        ? ''
        : radix === 'd'
          ? String(n).padStart(7, '0')
          : radix === 'x'
            ? n.toString(16).padStart(6, '0')
            : n.toString(8).padStart(7, '0');
    // Cells of several formats line up: each byte takes as much as the widest needs.
    const perByte = Math.max(...chosen.map((f) => f.width / f.size));
    let previous = '';
    let starred = false;
    for (let i = 0; i < data.length; i += width) {
      const row = data.subarray(i, i + width);
      const key = row.join(',');
      if (key === previous && !options.has('v') && row.length === width && i + width < data.length + width) {
        if (i + width <= data.length && i > 0) {
          if (!starred) await ctx.line('*');
          starred = true;
          continue;
        }
      }
      previous = key;
      starred = false;
      const padded = new Uint8Array(width + 8);
      padded.set(row);
      if (big) for (let k = 0; k < width; k += unit) padded.subarray(k, k + unit).reverse();
      const view = new DataView(padded.buffer);
      for (const [n, f] of chosen.entries()) {
        let line = n === 0 ? address(skip + i) : ' '.repeat(address(0).length);
        for (let at = 0; at < row.length; at += f.size) {
          const target = address(0).length + Math.floor((at + f.size) * perByte);
          line += f.show(view, at).padStart(Math.max(f.width, target - line.length));
        }
        if (f.characters)
          line = `${line.padEnd(address(0).length + Math.floor(width * perByte))}  >${Array.from(row, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('')}<`;
        await ctx.line(line);
      }
    }
    if (radix !== 'n') await ctx.line(address(skip + data.length));
    return ctx.status;
  },
};
