import type { Context } from './command';

/** Asks on standard error and reads a line of standard input: yes when it begins with y or Y. */
export async function askYes(ctx: Context, question: string): Promise<boolean> {
  await ctx.stderr(question);
  let answer = '';
  for (;;) {
    const part = await ctx.proc.read(0, 1);
    if (part.length === 0 || part[0] === 10) return /^[yY]/.test(answer);
    answer += String.fromCharCode(part[0] as number);
  }
}
