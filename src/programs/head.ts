import type { Bytes } from '../kernel';
import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { parseSize } from './sizes';

interface Amount {
  readonly bytes: boolean;
  readonly count: number;
  /** All but the last `count`. */
  readonly butLast: boolean;
}

async function first(ctx: Context, fd: number, amount: Amount, delimiter: number): Promise<void> {
  let left = amount.count;
  while (left > 0) {
    const data = await ctx.proc.read(fd, amount.bytes ? Math.min(65536, left) : 8192);
    if (data.length === 0) return;
    if (amount.bytes) {
      await ctx.write(data);
      left -= data.length;
      continue;
    }
    let end = 0;
    while (left > 0 && end < data.length) {
      const at = data.indexOf(delimiter, end);
      if (at < 0) {
        end = data.length;
        break;
      }
      end = at + 1;
      left--;
    }
    await ctx.write(data.subarray(0, end));
    if (left === 0 && end < data.length) {
      try {
        ctx.proc.lseek(fd, end - data.length, 'cur');
      } catch {
        // a pipe
      }
    }
  }
}

async function allButLast(ctx: Context, fd: number, amount: Amount, delimiter: number): Promise<void> {
  let held: Bytes = new Uint8Array(0);
  for (;;) {
    const data = await ctx.proc.read(fd);
    if (data.length === 0) break;
    const joined = new Uint8Array(held.length + data.length);
    joined.set(held);
    joined.set(data, held.length);
    let keepFrom: number;
    if (amount.bytes) keepFrom = Math.max(0, joined.length - amount.count);
    else {
      // Hold back the last `count` lines, and what is incomplete.
      keepFrom = joined.length;
      let lines = joined[joined.length - 1] === delimiter ? 0 : 1;
      if (lines > 0) keepFrom = joined.lastIndexOf(delimiter) + 1;
      while (lines < amount.count && keepFrom > 0) {
        keepFrom = joined.lastIndexOf(delimiter, keepFrom - 2) + 1;
        if (keepFrom === 1 && joined[0] !== delimiter) keepFrom = 0;
        lines++;
      }
    }
    await ctx.write(joined.subarray(0, keepFrom));
    held = joined.subarray(keepFrom);
  }
}

async function amountOf(ctx: Context, text: string, bytes: boolean): Promise<Amount> {
  const butLast = text.startsWith('-');
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count !== undefined && count > Number.MAX_SAFE_INTEGER && ctx.gnu)
    return ctx.fail(`invalid number of ${bytes ? 'bytes' : 'lines'}: ${ctx.quoteWord(text)}: Value too large for defined data type`);
  if (count === undefined)
    return ctx.fail(ctx.gnu ? `invalid number of ${bytes ? 'bytes' : 'lines'}: ${ctx.quoteWord(text)}` : `invalid number '${text}'`);
  return { bytes, count, butLast };
}

export const head: Command = {
  gnu: {
    short: 'c:n:qvz',
    long: { 'bytes:': 'c', 'lines:': 'n', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' },
    usage: '[OPTION]... [FILE]...',
    writeError: "error writing 'standard output'",
    help: 'Print the first 10 lines of each FILE.\n\n  -c, --bytes=[-]NUM   the first NUM bytes; with -, all but the last NUM\n  -n, --lines=[-]NUM   the first NUM lines; with -, all but the last NUM\n  -q, --quiet, --silent  never print headers\n  -v, --verbose        always print headers\n  -z, --zero-terminated\n',
  },
  busybox: {
    short: 'c:n:qv',
    shortOnly: true,
    usage:
      '[OPTIONS] [FILE]...\n\nPrint first 10 lines of FILEs (or stdin).\nWith more than one FILE, precede each with a filename header.\n\n\t-n N[bkm]\tPrint first N lines\n\t-n -N[bkm]\tPrint all except N last lines\n\t-c [-]N[bkm]\tPrint first N bytes\n\t\t\t(b:*512 k:*1024 m:*1024^2)\n\t-q\t\tNever print headers\n\t-v\t\tAlways print headers',
  },
  rewrite: (args) => args.flatMap((a, i) => (i === 0 && /^-\d/.test(a) ? oldStyle(a) : [a])),
  run: async (ctx, options) => {
    const trailing = /^-\d+(.*)$/.exec(ctx.args[0] ?? '')?.[1]?.replace(/^[kmb]?[cqv]*/, '') ?? '';
    if (ctx.gnu && trailing !== '') return ctx.usage(`invalid trailing option -- ${trailing[0]}`);
    const last = options.last('c', 'n');
    const amount =
      last === undefined ? { bytes: false, count: 10, butLast: false } : await amountOf(ctx, options.value(last) as string, last === 'c');
    const delimiter = options.has('z') ? 0 : 10;
    const quiet = options.last('q', 'v');
    const titled = quiet === 'v' || (quiet !== 'q' && options.operands.length > 1);
    let printed = false;
    await eachInput(
      ctx,
      options.operands,
      async (fd, name) => {
        if (titled)
          await ctx.write(
            `${printed || (!ctx.gnu && name !== options.operands[0]) ? '\n' : ''}==> ${name === '-' ? 'standard input' : name} <==\n`,
          );
        printed = true;
        await (amount.butLast ? allButLast : first)(ctx, fd, amount, delimiter);
      },
      (name) => (ctx.gnu ? `cannot open ${ctx.quote(name)} for reading` : name),
      (name) => (ctx.gnu ? `error reading ${ctx.quote(name === '-' ? 'standard input' : name)}` : name),
    );
    return ctx.status;
  },
};

function oldStyle(word: string): string[] {
  const m = /^-(\d+)([kmb]?)([cqv]*)/.exec(word);
  return [
    m?.[3]?.includes('c') || m?.[2] ? '-c' : '-n',
    (m?.[1] ?? '10') + (m?.[2] ?? ''),
    ...(m?.[3]?.includes('q') ? ['-q'] : []),
    ...(m?.[3]?.includes('v') ? ['-v'] : []),
  ];
}
