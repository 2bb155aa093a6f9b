import type { Command, Context } from './command';
import { readText } from './input';

function* primesOf(value: bigint): Generator<bigint> {
  let n = value;
  for (let d = 2n; d * d <= n; d += d === 2n ? 1n : 2n)
    while (n % d === 0n) {
      yield d;
      n /= d;
    }
  if (n > 1n) yield n;
}

async function show(ctx: Context, word: string): Promise<void> {
  if (!/^ *\+?\d+$/.test(word)) {
    ctx.status = 1;
    return ctx.gnu ? ctx.warn(`${ctx.quoteWord(word)} is not a valid positive integer`) : ctx.usage();
  }
  const value = BigInt(word.trim().replace('+', ''));
  // Unlike Linux: trial division, which larger numbers would keep busy for hours
  if (value > 10n ** 14n) return ctx.fail(`${ctx.quoteWord(word)} is too large`);
  await ctx.line(`${value}:${[...primesOf(value)].map((p) => ` ${p}`).join('')}`);
}

export const factor: Command = {
  gnu: { short: '', usage: '[NUMBER]...', help: 'Print the prime factors of each NUMBER, or of those on standard input.\n' },
  busybox: { short: '', usage: '[NUMBER]...\n\nPrint prime factors' },
  run: async (ctx, options) => {
    const words = options.operands.length > 0 ? options.operands : (await readText(ctx.proc, '/dev/stdin')).split(/\s+/).filter(Boolean);
    for (const word of words) await show(ctx, word);
    return ctx.status;
  },
};
