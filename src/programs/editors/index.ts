import type { Command, Context } from '../command';
import { Nano } from './nano';
import { Vi } from './vi';

async function needTerminal(ctx: Context): Promise<boolean> {
  if (ctx.proc.isatty(0) && ctx.proc.isatty(1)) return true;
  await ctx.stderr(
    ctx.shortName === 'nano'
      ? 'Too many errors from stdin\n'
      : ctx.gnu
        ? 'Vim: Warning: Output is not to a terminal\nVim: Error reading input, exiting...\n'
        : 'vi: standard input is not a terminal\n',
  );
  return false;
}

export const nano: Command = {
  gnu: {
    short: 'ABDEFGHILNOPRST:UVYXabcdef:ghijklmno:pqr:s:tuvwxyz',
    long: { view: 'v', linenumbers: 'l', nowrap: 'w', 'tabsize:': 'T', tempfile: 't' },
    package: 'other',
    usage: '[OPTIONS] [[+LINE[,COLUMN]] FILE]...',
    help: "\n -v, --view     read-only mode\n -l, --linenumbers\n -w, --nowrap   don't hard-wrap long lines\n",
  },
  rewrite: (args) => args.filter((a) => !/^\+\d/.test(a)),
  run: async (ctx, options) => {
    if (!(await needTerminal(ctx))) return 1;
    const place = /^\+(\d+)(?:,(\d+))?$/.exec(ctx.args.find((a) => /^\+\d/.test(a)) ?? '');
    let status = 0;
    for (const path of options.operands.length > 0 ? options.operands : [''])
      status = await new Nano(ctx, path, options.has('v')).run(Number(place?.[1] ?? 1), Number(place?.[2] ?? 1));
    return status;
  },
};

const viSpec = { short: 'c:RHhnNuU:mywesT:p:', package: 'other', usage: '[arguments] [file ..]', help: '' } as const;

export const vi: Command = {
  gnu: viSpec,
  busybox: {
    short: 'c:RHy',
    usage:
      '[-c CMD] [-R] [-H] [FILE]...\n\nEdit FILE\n\n\t-c CMD\tInitial command to run ($EXINIT and ~/.exrc also available)\n\t-R\tRead-only\n\t-H\tList available features',
  },
  rewrite: (args) => args.filter((a) => !a.startsWith('+')),
  run: async (ctx, options) => {
    if (!(await needTerminal(ctx))) return 1;
    const plus = ctx.args.find((a) => a.startsWith('+'))?.slice(1);
    const path = options.operands[0] ?? '';
    return new Vi(ctx, path, options.has('R') || ctx.shortName === 'view', options.value('c') ?? plus).run();
  },
};

export const vim: Command = { ...(vi.gnu ? { gnu: vi.gnu } : {}), ...(vi.rewrite ? { rewrite: vi.rewrite } : {}), run: vi.run };
export const view: Command = vim;
