import { Errno } from '../kernel';
import type { Command } from './command';

export const tty: Command = {
  gnu: {
    short: 's',
    long: { silent: 's', quiet: 's' },
    usage: '[OPTION]...',
    usageStatus: 2,
    help: 'Print the file name of the terminal connected to standard input.\n\n  -s, --silent, --quiet   print nothing, only return an exit status\n',
  },
  busybox: { short: 's', usage: "[-s]\n\nPrint file name of stdin's terminal\n\n\t-s\tPrint nothing, only return exit status" },
  run: async (ctx, options) => {
    if (ctx.gnu && options.operands.length > 0) return ctx.usage(`extra operand ${ctx.quoteWord(options.operands[0] as string)}`, 2);
    let name: string | undefined;
    try {
      name = ctx.proc.ttyname(0);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
    if (!options.has('s')) await ctx.line(name ?? 'not a tty');
    return name === undefined ? 1 : 0;
  },
};

const clearScreen = '\x1b[H\x1b[2J\x1b[3J';

export const clear: Command = {
  gnu: {
    short: 'T:xV',
    package: 'other',
    usage: '[options]',
    help: '\nOptions:\n  -T TERM     use this instead of $TERM\n  -V          print curses-version\n  -x          do not try to clear scrollback\n',
  },
  busybox: {},
  run: async (ctx) => {
    if (ctx.gnu && !ctx.env.get('TERM')) {
      await ctx.stderr('TERM environment variable not set.\n');
      return 1;
    }
    await ctx.write(ctx.gnu ? (ctx.args.includes('-x') ? '\x1b[H\x1b[2J' : clearScreen) : '\x1b[H\x1b[J');
    return 0;
  },
};

export const reset: Command = {
  gnu: { package: 'other', usage: '[options] [terminal]', help: '' },
  busybox: {},
  run: async (ctx) => {
    const { proc } = ctx;
    if (!proc.isatty(0) && !proc.isatty(1)) return 1;
    const fd = proc.isatty(0) ? 0 : 1;
    await proc.tcsetattr(fd, {
      ...proc.tcgetattr(fd),
      icrnl: true,
      inlcr: false,
      igncr: false,
      opost: true,
      onlcr: true,
      isig: true,
      icanon: true,
      echo: true,
      echoe: true,
      echok: true,
      echonl: false,
      iexten: true,
      ixon: true,
    });
    await ctx.write('\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h');
    return 0;
  },
};
