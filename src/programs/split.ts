import { Errno } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readAll, readFile, writeFile } from './input';
import { parseSize } from './sizes';

interface Plan {
  readonly kind: 'lines' | 'bytes' | 'line-bytes' | 'chunks' | 'line-chunks' | 'round-robin';
  readonly size: number;
  /** Only this chunk, to standard output; 0: all, to files. */
  readonly only: number;
}

async function planOf(ctx: Context, options: Options): Promise<Plan> {
  const kinds = new Set(options.list.map(({ name }) => name).filter((name) => /^[bCln]$/.test(name)));
  if (kinds.size > 1) return ctx.usage('cannot split in more than one way');
  const [kind = 'l'] = kinds;
  const text = options.value(kind) ?? '1000';
  if (kind === 'n') {
    const m = /^(?:([lr])\/)?(?:(\d+)\/)?(\d+)$/.exec(text);
    if (!m || Number(m[3]) === 0) return ctx.fail(`invalid number of chunks: ${ctx.quoteWord(m ? (m[3] as string) : text)}${m ? ': Numerical result out of range' : ''}`); // prettier-ignore
    if (m[2] !== undefined && (Number(m[2]) === 0 || Number(m[2]) > Number(m[3])))
      return ctx.fail(`invalid chunk number: ${ctx.quoteWord(m[2])}`);
    return { kind: m[1] === 'l' ? 'line-chunks' : m[1] === 'r' ? 'round-robin' : 'chunks', size: Number(m[3]), only: Number(m[2] ?? 0) };
  }
  const size = kind === 'l' && !/^\d+$/.test(text) ? undefined : parseSize(text);
  const what = kind === 'b' || kind === 'C' ? 'bytes' : 'lines';
  if (!size) return ctx.fail(ctx.gnu ? `invalid number of ${what}: ${ctx.quoteWord(text)}${size === 0 ? ': Numerical result out of range' : ''}` : `invalid number '${text}'`); // prettier-ignore
  return { kind: kind === 'b' ? 'bytes' : kind === 'C' ? 'line-bytes' : 'lines', size, only: 0 };
}

/** Where each line ends. */
function lineEnds(data: Uint8Array, separator: number): number[] {
  const ends: number[] = [];
  for (let at = data.indexOf(separator); at >= 0; at = data.indexOf(separator, at + 1)) ends.push(at + 1);
  if ((ends.at(-1) ?? 0) < data.length) ends.push(data.length);
  return ends;
}

function pieces(data: Uint8Array, { kind, size }: Plan, separator: number): Uint8Array[] {
  const cut = (ends: readonly number[]): Uint8Array[] => ends.map((end, i) => data.subarray(ends[i - 1] ?? 0, end));
  const ends = lineEnds(data, separator);
  switch (kind) {
    case 'bytes':
      return cut(Array.from({ length: Math.ceil(data.length / size) }, (_, i) => Math.min(data.length, (i + 1) * size)));
    case 'lines':
      return cut(ends.filter((end, i) => (i + 1) % size === 0 || end === data.length));
    case 'chunks':
      // the last takes what is over
      return cut(Array.from({ length: size }, (_, i) => (i === size - 1 ? data.length : Math.floor(data.length / size) * (i + 1))));
    case 'line-chunks': {
      const whole = Math.floor(data.length / size);
      // a line belongs to the chunk that it begins in
      return cut(
        Array.from({ length: size }, (_, i) =>
          i === size - 1 ? data.length : (ends.find((end) => end >= whole * (i + 1)) ?? data.length),
        ),
      );
    }
    case 'round-robin': {
      const lines = cut(ends);
      return Array.from({ length: size }, (_, i) => Uint8Array.from(lines.filter((_, n) => n % size === i).flatMap((line) => [...line])));
    }
    case 'line-bytes': {
      const cuts: number[] = [];
      let from = 0;
      while (from < data.length) {
        const last = ends.findLast((end) => end > from && end <= from + size);
        from = last ?? Math.min(data.length, from + size);
        cuts.push(from);
      }
      return cut(cuts);
    }
  }
}

async function suffixes(ctx: Context, options: Options): Promise<(n: number) => string> {
  const lengthText = options.value('a');
  if (lengthText !== undefined && !/^\d+$/.test(lengthText)) return ctx.fail(ctx.gnu ? `invalid suffix length: ${ctx.quoteWord(lengthText)}` : `invalid number '${lengthText}'`); // prettier-ignore
  const fixed = Number(lengthText ?? 0);
  const style = options.last('d', 'x');
  const digits = style === 'd' ? '0123456789' : style === 'x' ? '0123456789abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  const from = Number((style && options.value(style)) ?? 0);
  const base = digits.length;
  const letters = (n: number, length: number): string => {
    let text = '';
    for (let i = 0, rest = n; i < length; i++, rest = Math.floor(rest / base)) text = (digits[rest % base] as string) + text;
    return text;
  };
  return (n) => {
    if (fixed || from) return letters(n + from, fixed || 2);
    // two letters until the last leading one, which means that more follow
    let length = 2;
    let rest = n;
    let lead = '';
    for (let room = (base - 1) * base; rest >= room; room = (base - 1) * base ** (length - lead.length - 1)) {
      rest -= room;
      lead += digits[base - 1] as string;
      length += 2;
    }
    return lead + letters(rest, length - lead.length);
  };
}

async function filter(ctx: Context, command: string, name: string, data: Uint8Array): Promise<void> {
  const { proc } = ctx;
  await ctx.out.flush();
  const [reader, writer] = proc.pipe();
  const child = await proc.spawn('/bin/sh', ['sh', '-c', command], {
    env: new Map([...proc.env, ['FILE', name]]),
    before: (p) => {
      p.dup2(reader, 0);
      p.close(reader);
      p.close(writer);
    },
  });
  proc.close(reader);
  await proc.write(writer, data).catch(() => 0);
  proc.close(writer);
  await proc.wait(child);
}

export const split: Command = {
  gnu: {
    short: 'a:b:C:del:n:t:ux',
    long: {
      'suffix-length:': 'a', 'bytes:': 'b', 'line-bytes:': 'C', 'lines:': 'l', 'number:': 'n', 'numeric-suffixes::': 'd', 'hex-suffixes::': 'x', 'additional-suffix:': 'additional',
      'elide-empty-files': 'e', 'filter:': 'filter', 'separator:': 't', unbuffered: 'u', verbose: 'verbose',
    }, // prettier-ignore
    usage: '[OPTION]... [FILE [PREFIX]]',
    help: "Output pieces of FILE to PREFIXaa, PREFIXab, ...\n\n  -a, --suffix-length=N   suffixes of length N (default 2)\n      --additional-suffix=SUFFIX  added to file names\n  -b, --bytes=SIZE        put SIZE bytes per output file\n  -C, --line-bytes=SIZE   at most SIZE bytes of whole lines\n  -d                      numeric suffixes from 0\n  -x                      hex suffixes from 0\n  -e, --elide-empty-files no empty files with '-n'\n      --filter=COMMAND    write to shell COMMAND; the file's name is $FILE\n  -l, --lines=NUMBER      NUMBER lines per output file\n  -n, --number=CHUNKS     N, K/N, l/N, l/K/N, r/N or r/K/N\n  -t, --separator=SEP     SEP instead of newline\n      --verbose           say before each file that it is made\n",
  },
  busybox: {
    short: 'l:b:a:',
    usage:
      '[OPTIONS] [INPUT [PREFIX]]\n\n\t-b N[k|m]\tSplit by N (kilo|mega)bytes\n\t-l N\t\tSplit by N lines\n\t-a N\t\tUse N letters as suffix',
  },
  rewrite: (args) => args.map((a) => (/^-\d+$/.test(a) ? `-l${a.slice(1)}` : a)),
  run: async (ctx, options) => {
    const plan = await planOf(ctx, options);
    const suffix = await suffixes(ctx, options);
    const [input = '-', prefix = 'x', extra] = options.operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    const separatorText = options.value('t');
    const separator = separatorText === undefined ? 10 : separatorText === '\\0' ? 0 : separatorText.charCodeAt(0);
    if (separatorText !== undefined && separatorText !== '\\0' && separatorText.length !== 1)
      return ctx.fail(separatorText === '' ? 'empty record separator' : `multi-character separator ${ctx.quoteWord(separatorText)}`);
    let data: Uint8Array;
    try {
      data = input === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, input);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(!ctx.gnu ? `can't open '${input}': ${ctx.strerror(error)}` : error.code === 'EISDIR' ? `${ctx.quoteIfNeeded(input)}: ${ctx.strerror(error)}` : `cannot open ${ctx.quote(input)} for reading: ${ctx.strerror(error)}`); // prettier-ignore
    }
    const parts = pieces(data, plan, separator);
    if (plan.only > 0) {
      await ctx.write(parts[plan.only - 1] ?? new Uint8Array());
      return 0;
    }
    const command = options.value('filter');
    let n = 0;
    for (const part of parts) {
      if (part.length === 0 && options.has('e')) continue;
      const name = `${prefix}${suffix(n++)}${options.value('additional') ?? ''}`;
      if (options.has('verbose')) await ctx.line(`${command === undefined ? 'creating' : 'executing with FILE='}${command === undefined ? ' file ' : ''}${ctx.quote(name)}`); // prettier-ignore
      if (command === undefined) await writeFile(ctx.proc, name, part);
      else await filter(ctx, command, name, part);
    }
    return 0;
  },
};
