import type { Command, Context } from './command';
import type { Options } from './getopt';
import { bytes, concat } from './text';

/** RFC 4648. */
export const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Int8Array(256).fill(-1);
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;

export function encodeBase64(data: Uint8Array): string {
  let text = '';
  for (let i = 0; i < data.length; i += 3) {
    const left = data.length - i;
    const n = ((data[i] as number) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    text += alphabet[n >> 18] as string;
    text += alphabet[(n >> 12) & 63] as string;
    text += left > 1 ? alphabet[(n >> 6) & 63] : '=';
    text += left > 2 ? alphabet[n & 63] : '=';
  }
  return text;
}

/** What whole groups of four stand for; other characters are passed over. */
export function decodeBase64(text: string): Uint8Array {
  const out: number[] = [];
  const digits = [...text].map((c) => values[c.charCodeAt(0)] ?? -1).filter((value) => value >= 0);
  for (let i = 0; i + 1 < digits.length; i += 4) {
    const [a = 0, b = 0, c, d] = digits.slice(i, i + 4);
    out.push((a << 2) | (b >> 4));
    if (c !== undefined) out.push(((b & 15) << 4) | (c >> 2));
    if (c !== undefined && d !== undefined) out.push(((c & 3) << 6) | d);
  }
  return Uint8Array.from(out);
}

async function encodeStream(ctx: Context, fd: number, wrap: number): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  let column = 0;
  const emit = async (text: string): Promise<void> => {
    if (wrap === 0) return void (await ctx.write(text));
    for (let i = 0; i < text.length;) {
      const room = Math.min(wrap - column, text.length - i);
      ctx.out.put(text.slice(i, i + room));
      i += room;
      column += room;
      if (column === wrap) {
        await ctx.write('\n');
        column = 0;
      }
    }
  };
  for (;;) {
    const part = await ctx.proc.read(fd);
    const data = concat([rest, part]);
    const whole = part.length === 0 ? data.length : data.length - (data.length % 3);
    rest = data.subarray(whole);
    await emit(encodeBase64(data.subarray(0, whole)));
    if (part.length === 0) break;
  }
  if (wrap > 0 && column > 0) await ctx.write('\n');
}

/** GNU: decodes groups of four until the first wrong one, whose good beginning is still written. */
class GnuDecoder {
  private group = '';
  constructor(private readonly ignoreGarbage: boolean) {}

  /** False: invalid input; what was valid is in `out`. */
  push(text: string, out: number[]): boolean {
    for (const c of text) {
      if (c === '\n' || (this.ignoreGarbage && c !== '=' && values[c.charCodeAt(0)] === -1)) continue;
      this.group += c;
      if (this.group.length === 4) {
        const ok = this.decodeGroup(out);
        this.group = '';
        if (!ok) return false;
      }
    }
    return true;
  }

  end(out: number[]): boolean {
    if (this.group === '') return true;
    this.decodeGroup(out);
    return false;
  }

  private decodeGroup(out: number[]): boolean {
    const [a, b, c, d] = [...this.group].map((x) => values[x.charCodeAt(0)] ?? -1) as [number, number?, number?, number?];
    if (a < 0 || b === undefined || b < 0) return false;
    out.push(((a << 2) | (b >> 4)) & 255);
    if (c === undefined) return false;
    if (this.group[2] === '=') return this.group[3] === '=';
    if (c < 0) return false;
    out.push(((b << 4) | (c >> 2)) & 255);
    if (d === undefined) return false;
    if (this.group[3] === '=') return true;
    if (d < 0) return false;
    out.push(((c << 6) | d) & 255);
    return true;
  }
}

async function decodeGnu(ctx: Context, fd: number, ignoreGarbage: boolean): Promise<void> {
  const decoder = new GnuDecoder(ignoreGarbage);
  for (;;) {
    const part = await ctx.proc.read(fd);
    const out: number[] = [];
    const ok = part.length > 0 ? decoder.push(bytes.decode(part), out) : decoder.end(out);
    await ctx.write(Uint8Array.from(out));
    if (!ok) return ctx.fail('invalid input');
    if (part.length === 0) return;
  }
}

/** busybox skips what is no base64, and ends a run at its padding, unless more groups follow. */
async function decodeBusybox(ctx: Context, fd: number): Promise<void> {
  let group: number[] = [];
  let padding = 0;
  for (;;) {
    const part = await ctx.proc.read(fd);
    if (part.length === 0) break;
    const out: number[] = [];
    for (const code of part) {
      const value = code === 61 ? 0 : (values[code] as number);
      if (value < 0) continue;
      if (code === 61 && group.length === 0) continue;
      if (code === 61) padding++;
      group.push(value);
      if (group.length < 4) continue;
      const [a, b, c, d] = group as [number, number, number, number];
      out.push(...[(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d].slice(0, Math.max(1, 3 - padding)).map((v) => v & 255));
      group = [];
      padding = 0;
    }
    await ctx.write(Uint8Array.from(out));
  }
  if (group.length > 0) return ctx.fail('truncated input');
}

async function wrapOf(ctx: Context, options: Options): Promise<number> {
  const text = options.value('w');
  if (text === undefined) return 76;
  if (!/^\d+$/.test(text)) return ctx.fail(ctx.gnu ? `invalid wrap size: ${ctx.quoteWord(text)}` : `invalid number '${text}'`);
  return Number(text);
}

export const base64: Command = {
  gnu: {
    short: 'diw:',
    long: { decode: 'd', 'ignore-garbage': 'i', 'wrap:': 'w' },
    usage: '[OPTION]... [FILE]',
    help: 'Encode FILE, or standard input, as base64, or decode it.\n\n  -d, --decode          decode\n  -i, --ignore-garbage  when decoding, ignore what is outside the alphabet\n  -w, --wrap=COLS       break lines after COLS characters (default 76; 0: never)\n',
  },
  busybox: {
    short: 'dw:',
    usage:
      '[-d] [-w COL] [FILE]\n\nBase64 encode or decode FILE to standard output\n\n\t-d\tDecode data\n\t-w COL\tWrap lines at COL (default 76, 0 disables)',
  },
  run: async (ctx, options) => {
    const wrap = await wrapOf(ctx, options);
    const [file = '-', extra] = options.operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    let fd = 0;
    try {
      if (file !== '-') fd = await ctx.proc.open(file);
    } catch (error) {
      await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(file) : file, error);
      return 1;
    }
    try {
      if (!options.has('d')) await encodeStream(ctx, fd, wrap);
      else if (ctx.gnu) await decodeGnu(ctx, fd, options.has('i'));
      else await decodeBusybox(ctx, fd);
    } catch (error) {
      await ctx.perror('read error', error);
    }
    return ctx.status;
  },
};
