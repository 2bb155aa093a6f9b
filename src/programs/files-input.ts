import { Errno } from '../kernel';
import type { Context } from './command';

/** Opens each operand (`-`: standard input) in turn; says what cannot be opened or read, and goes on. */
export async function eachInput(
  ctx: Context,
  operands: readonly string[],
  use: (fd: number, name: string) => Promise<void>,
  message?: (name: string) => string,
  readMessage?: (name: string) => string,
): Promise<void> {
  for (const name of operands.length > 0 ? operands : ['-']) {
    let fd = 0;
    if (name !== '-') {
      try {
        fd = await ctx.proc.open(name);
      } catch (error) {
        await ctx.perror(message?.(name) ?? (ctx.gnu ? ctx.quoteIfNeeded(name) : `can't open '${name}'`), error);
        continue;
      }
    }
    try {
      await use(fd, name);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.perror(readMessage?.(name) ?? (ctx.gnu ? ctx.quoteIfNeeded(name) : `read error`), error);
    } finally {
      if (fd !== 0) ctx.proc.close(fd);
    }
  }
}
