import { Errno, SIG } from '../kernel';
import type { Command } from './command';

export const tee: Command = {
  gnu: {
    short: 'aip',
    long: { append: 'a', 'ignore-interrupts': 'i', 'output-error::': 'p' },
    usage: '[OPTION]... [FILE]...',
    help: 'Copy standard input to each FILE, and also to standard output.\n\n  -a, --append              append to the FILEs\n  -i, --ignore-interrupts   ignore interrupt signals\n  -p                        diagnose errors writing to non pipes\n',
  },
  busybox: {
    short: 'ai',
    long: { append: 'a', 'ignore-interrupts': 'i' },
    usage:
      "[-ai] [FILE]...\n\nCopy stdin to each FILE, and also to stdout\n\n\t-a\tAppend to the given FILEs, don't overwrite\n\t-i\tIgnore interrupt signals (SIGINT)",
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.has('i')) proc.sigaction(SIG.INT, 'ignore');
    const outputs: { fd: number; name: string }[] = [{ fd: 1, name: 'standard output' }];
    for (const name of options.operands) {
      try {
        outputs.push({ fd: await proc.open(name, ['write', 'create', options.has('a') ? 'append' : 'truncate'], 0o666), name });
      } catch (error) {
        await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(name) : name, error);
      }
    }
    for (;;) {
      let data: Uint8Array;
      try {
        data = await proc.read(0);
      } catch (error) {
        await ctx.perror(ctx.gnu ? 'read error' : 'read error', error);
        return ctx.status;
      }
      if (data.length === 0) return ctx.status;
      for (const o of [...outputs]) {
        try {
          await proc.write(o.fd, data);
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          outputs.splice(outputs.indexOf(o), 1);
          await ctx.perror(
            ctx.gnu ? (o.fd === 1 ? "'standard output'" : ctx.quoteIfNeeded(o.name)) : o.fd === 1 ? 'write error' : o.name,
            error,
          );
        }
      }
      if (outputs.length === 0) return ctx.status;
    }
  },
};
