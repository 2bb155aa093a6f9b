import type { Command } from './command';
import { readAll, readFile } from './input';
import { Errno } from '../kernel';
import { bytes } from './text';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648. */
function encode(data: Uint8Array): string {
  let text = '';
  for (let i = 0; i < data.length; i += 5) {
    const group = data.subarray(i, i + 5);
    const bits = [...group].map((b) => b.toString(2).padStart(8, '0')).join('');
    for (let k = 0; k < bits.length; k += 5) text += alphabet[parseInt(bits.slice(k, k + 5).padEnd(5, '0'), 2)] as string;
    text = text.padEnd(Math.ceil(text.length / 8) * 8, '=');
  }
  return text;
}

/** What can be decoded, and whether that was all. */
function decode(text: string): { data: number[]; valid: boolean } {
  const data: number[] = [];
  for (let i = 0; i < text.length; i += 8) {
    const group = text.slice(i, i + 8);
    if (group.length < 8) return { data, valid: false };
    const letters = group.replace(/=+$/, '');
    const values = [...letters].map((c) => alphabet.indexOf(c));
    const bad = values.findIndex((v) => v < 0);
    const good = bad < 0 ? values : values.slice(0, bad);
    const bits = good.map((v) => v.toString(2).padStart(5, '0')).join('');
    for (let k = 0; k + 8 <= bits.length; k += 8) data.push(parseInt(bits.slice(k, k + 8), 2));
    if (bad >= 0 || ![8, 7, 5, 4, 2].includes(letters.length)) return { data, valid: false };
  }
  return { data, valid: true };
}

export const base32: Command = {
  gnu: {
    short: 'diw:',
    long: { decode: 'd', 'ignore-garbage': 'i', 'wrap:': 'w' },
    usage: '[OPTION]... [FILE]',
    help: 'Encode FILE, or standard input, as base32, or decode it.\n\n  -d, --decode          decode\n  -i, --ignore-garbage  when decoding, ignore what is outside the alphabet\n  -w, --wrap=COLS       break lines after COLS characters (default 76; 0: never)\n',
  },
  run: async (ctx, options) => {
    const wrapText = options.value('w') ?? '76';
    if (!/^\d+$/.test(wrapText)) return ctx.fail(`invalid wrap size: ${ctx.quoteWord(wrapText)}`);
    const [file = '-', extra] = options.operands;
    if (extra !== undefined) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    let data: Uint8Array;
    try {
      data = file === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, file);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(`${error.code === 'EISDIR' ? 'read error' : ctx.quoteIfNeeded(file)}: ${ctx.strerror(error)}`);
    }
    if (options.has('d')) {
      const text = bytes.decode(data).replace(options.has('i') ? /[^A-Z2-7=]/g : /\n/g, '');
      const { data: decoded, valid } = decode(text);
      await ctx.write(Uint8Array.from(decoded));
      return valid ? 0 : ctx.fail('invalid input');
    }
    const wrap = Number(wrapText);
    const text = encode(data);
    if (wrap === 0) await ctx.write(text);
    else for (let i = 0; i < text.length; i += wrap) await ctx.line(text.slice(i, i + wrap));
    return 0;
  },
};
