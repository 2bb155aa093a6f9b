import type { Command } from './command';

export const uname: Command = {
  gnu: {
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
    usage: '[OPTION]...',
    help: 'Print system information; -s without an option.\n\n  -a, --all             all of it, in this order:\n  -s, --kernel-name\n  -n, --nodename\n  -r, --kernel-release\n  -v, --kernel-version\n  -m, --machine\n  -o, --operating-system\n',
  },
  busybox: {
    short: 'amnrspvio',
    usage:
      '[-amnrspvio]\n\nPrint system information\n\n\t-a\tPrint all\n\t-m\tMachine (hardware) type\n\t-n\tHostname\n\t-r\tKernel release\n\t-s\tKernel name (default)\n\t-p\tProcessor type\n\t-v\tKernel version\n\t-i\tHardware platform\n\t-o\tOS name',
  },
  run: async (ctx, options) => {
    if (options.operands.length > 0)
      return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(options.operands[0] as string)}`) : ctx.usage();
    const u = ctx.proc.uname();
    const os = ctx.gnu ? 'GNU/Linux' : 'Linux';
    const all = options.has('a');
    const parts: string[] = [];
    const add = (letter: string, value: string): void => void ((all || options.has(letter)) && parts.push(value));
    add('s', u.sysname);
    add('n', u.nodename);
    add('r', u.release);
    add('v', u.version);
    add('m', u.machine);
    if (options.has('p')) parts.push('unknown');
    if (options.has('i')) parts.push('unknown');
    add('o', os);
    await ctx.line(parts.length > 0 ? parts.join(' ') : u.sysname);
    return 0;
  },
};

export const arch: Command = {
  gnu: { short: '', usage: '[OPTION]...', help: 'Print machine architecture.\n' },
  busybox: {},
  run: async (ctx, { operands }) => {
    if (ctx.gnu && operands.length > 0) return ctx.usage(`extra operand ${ctx.quoteWord(operands[0] as string)}`);
    await ctx.line(ctx.proc.uname().machine);
    return 0;
  },
};
