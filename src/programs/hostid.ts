import type { Command } from './command';
import { readText } from './input';
import { isAddress, resolve } from './resolver';

/** gethostid(3): /etc/hostid, or the host's address with its halves turned. */
export const hostid: Command = {
  gnu: { short: '', usage: '[OPTION]', help: 'Print the numeric identifier (in hexadecimal) for the current host.\n' },
  busybox: { short: '', usage: '\n\nPrint out a unique 32-bit identifier for the machine' },
  run: async (ctx, options) => {
    const [extra] = options.operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    const name = (await readText(ctx.proc, '/etc/hostname').catch(() => '')).trim() || ctx.proc.uname().nodename;
    const address = (await resolve(ctx.proc, name)) ?? '0.0.0.0';
    const [a = 0, b = 0, c = 0, d = 0] = isAddress(address) ? address.split('.').map(Number) : [];
    // in the processor's order of bytes
    const value = ((b << 24) | (a << 16) | (d << 8) | c) >>> 0;
    await ctx.line(value.toString(16).padStart(8, '0'));
    return 0;
  },
};
