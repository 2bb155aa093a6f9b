import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { LineReader } from './input';
import { utf8 } from './text';

const randomBytes = 4096;

/** Numbers below n by a file's first bytes. */
async function randomFrom(ctx: Context, source: string): Promise<(n: number) => number> {
  try {
    const fd = await ctx.proc.open(source);
    const given = await ctx.proc.read(fd, randomBytes);
    ctx.proc.close(fd);
    let used = 0;
    return (n) => Math.floor(((given[used++ % Math.max(1, given.length)] ?? 0) / 256) * n);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return ctx.fail(`${source}: ${ctx.strerror(error)}`);
  }
}

export const shuf: Command = {
  gnu: {
    short: 'ei:n:o:rz',
    long: {
      echo: 'e',
      'input-range:': 'i',
      'head-count:': 'n',
      'output:': 'o',
      repeat: 'r',
      'random-source:': 'random-source',
      'zero-terminated': 'z',
    },
    usage: '[OPTION]... [FILE]\n-e [OPTION]... [ARG]...\n-i LO-HI [OPTION]...',
    help: 'Write a random permutation of the input lines.\n\n  -e, --echo            treat each ARG as an input line\n  -i, --input-range=LO-HI\n  -n, --head-count=COUNT\n  -r, --repeat          output lines can be repeated\n',
  },
  busybox: {
    short: 'ei:n:o:z',
    usage:
      '[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]\n\nRandomly permute lines\n\n\t-n NUM\tOutput at most NUM lines\n\t-o FILE\tWrite to FILE, not standard output\n\t-z\tNUL terminated output\n\t-e\tTreat ARGs as lines\n\t-i L-H\tTreat numbers L-H as lines',
  },
  run: async (ctx, options) => {
    const countText = options.value('n');
    if (countText !== undefined && !/^\d+$/.test(countText))
      return ctx.fail(ctx.gnu ? `invalid line count: ${ctx.quoteWord(countText)}` : `invalid number '${countText}'`);
    const extra = options.has('e') ? undefined : options.operands[options.has('i') ? 0 : 1];
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    let items: string[] = [];
    const range = options.value('i');
    if (range !== undefined) {
      const m = /^(\d+)-(\d+)$/.exec(range);
      if (!m || Number(m[1]) > Number(m[2]) + 1) {
        const [low = '', high] = range.split('-');
        const wrong = m || high === undefined ? range : /^\d+$/.test(low) ? high : low;
        return ctx.fail(ctx.gnu ? `invalid input range: ${ctx.quoteWord(wrong)}` : `${range}: invalid range`);
      }
      for (let i = Number(m[1]); i <= Number(m[2]); i++) items.push(String(i));
    } else if (options.has('e')) items = [...options.operands];
    else {
      await eachInput(
        ctx,
        options.operands.slice(0, 1),
        async (fd) => {
          const reader = new LineReader(ctx.proc, fd, utf8);
          for (let line = await reader.next(); line !== undefined; line = await reader.next()) items.push(line);
        },
        ctx.gnu ? undefined : (name) => name,
      );
    }
    const source = options.value('random-source');
    const random = source === undefined ? (n: number): number => Math.floor(ctx.proc.clock.random() * n) : await randomFrom(ctx, source);
    const output = options.value('o');
    if (output !== undefined) {
      try {
        ctx.proc.dup2(await ctx.proc.open(output, ['write', 'create', 'truncate'], 0o666), 1);
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`${output}: ${ctx.strerror(error)}`);
        throw error;
      }
    }
    const count = Number(options.value('n') ?? (options.has('r') ? Infinity : items.length));
    if (options.has('r') && items.length > 0) {
      for (let i = 0; i < count; i++) await ctx.line(items[random(items.length)] as string);
      return ctx.status;
    }
    for (let i = items.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [items[i], items[j]] = [items[j] as string, items[i] as string];
    }
    for (const item of items.slice(0, count)) await ctx.write(item + (options.has('z') ? '\0' : '\n'));
    return ctx.status;
  },
};
