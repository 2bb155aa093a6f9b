import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { readText } from './input';

async function processors(ctx: Context): Promise<number> {
  try {
    return Math.max(1, (await readText(ctx.proc, '/proc/cpuinfo')).match(/^processor\s*:/gm)?.length ?? 1);
  } catch (error) {
    if (error instanceof Errno) return 1;
    throw error;
  }
}

export const nproc: Command = {
  gnu: {
    short: '',
    long: { all: 'all', 'ignore:': 'ignore' },
    usage: '[OPTION]...',
    help: 'Print the number of processing units available.\n\n      --all        the number of installed processors\n      --ignore=N   exclude N processing units\n',
  },
  busybox: {
    short: '',
    long: { all: 'all', 'ignore:': 'ignore' },
    usage: '[--all] [--ignore=N]\n\nPrint number of available CPUs\n\n\t--all\t\tNumber of installed CPUs\n\t--ignore=N\tExclude N CPUs',
  },
  run: async (ctx, options) => {
    const ignored = options.value('ignore') ?? '0';
    if (!/^\d+$/.test(ignored)) return ctx.fail(`invalid number: ${ctx.quoteWord(ignored)}`);
    if (ctx.gnu && options.operands.length > 0) return ctx.usage(`extra operand ${ctx.quoteWord(options.operands[0] as string)}`);
    await ctx.line(String(Math.max(1, (await processors(ctx)) - Number(ignored))));
    return 0;
  },
};

export const getconf: Command = {
  gnu: { package: 'other', usage: '[-v specification] variable_name [pathname]', help: '' },
  busybox: { usage: 'NAME' },
  run: async (ctx) => {
    const [name] = ctx.args.filter((a) => a !== '-a');
    const values: Record<string, () => Promise<string> | string> = {
      CLK_TCK: () => '100', PAGE_SIZE: () => '4096', PAGESIZE: () => '4096', ARG_MAX: () => '2097152', NAME_MAX: () => '255', PATH_MAX: () => '4096', OPEN_MAX: () => String(ctx.proc.getrlimit('nofile').soft), CHILD_MAX: () => String(ctx.proc.getrlimit('nproc').soft),
      HOST_NAME_MAX: () => '64', LOGIN_NAME_MAX: () => '256', LONG_BIT: () => '64', INT_MAX: () => '2147483647', _NPROCESSORS_ONLN: async () => String(await processors(ctx)), _NPROCESSORS_CONF: async () => String(await processors(ctx)), PIPE_BUF: () => '4096',
      GNU_LIBC_VERSION: () => 'glibc 2.36', _PHYS_PAGES: async () => String(Math.floor(Number(/MemTotal:\s+(\d+)/.exec(await readText(ctx.proc, '/proc/meminfo'))?.[1] ?? 0) / 4)),
    }; // prettier-ignore
    if (ctx.args.includes('-a')) {
      for (const [k, v] of Object.entries(values)) await ctx.line(`${k.padEnd(35)}${await v()}`);
      return 0;
    }
    if (name === undefined) {
      await ctx.stderr('Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n');
      return 2;
    }
    const value = values[name];
    if (!value) {
      await ctx.stderr(`getconf: Unrecognized variable \`${name}'\n`);
      return 2;
    }
    await ctx.line(await value());
    return 0;
  },
};
