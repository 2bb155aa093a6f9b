import { Errno } from '../../kernel';
import type { Command, Context } from '../command';
import { Screen } from '../screen';
import { readOptions } from './options';
import { Pager } from './pager';
import { isBinary } from './showing';
import { Source } from './source';

interface Wanted {
  readonly more: boolean;
  readonly flags: Set<string>;
  readonly first: readonly string[];
}

async function copy(ctx: Context, fd: number): Promise<void> {
  for (;;) {
    const part = await ctx.proc.read(fd);
    if (part.length === 0) return;
    await ctx.write(part);
    await ctx.out.flush();
  }
}

/** Says what of a file cannot be shown. Where less writes to no terminal, it says it among what it shows. */
async function complain(ctx: Context, name: string, error: Errno, more: boolean): Promise<void> {
  if (ctx.gnu && !more && !ctx.proc.isatty(1)) return void (await ctx.line(`${name}: ${ctx.strerror(error)}`));
  const subject = more
    ? ctx.gnu
      ? `more: cannot open ${name}`
      : `more: can't open '${name}'`
    : ctx.gnu
      ? name
      : `less: can't open '${name}'`;
  await ctx.stderr(`${subject}: ${ctx.strerror(error)}\n`);
  ctx.status = 1;
}

async function run(ctx: Context, operands: readonly string[], wanted: Wanted): Promise<number> {
  const { proc } = ctx;
  const { more } = wanted;
  const inputs = operands.length > 0 ? operands : ['-'];
  if (operands.length === 0 && proc.isatty(0)) {
    if (more) return ctx.gnu ? ctx.usage('bad usage') : ctx.usage();
    await ctx.stderr(ctx.gnu ? 'Missing filename ("less --help" for help)\n' : ctx.busyboxUsage());
    return 1;
  }
  const terminal = proc.isatty(1);
  const sources: Source[] = [];
  for (const name of inputs) {
    try {
      const fd = name === '-' ? 0 : await proc.open(name);
      if (proc.fstat(fd).type === 'directory') {
        const text = more ? `\n*** ${name}: directory ***\n\n` : `${name} is a directory\n`;
        await (ctx.gnu && !terminal ? ctx.write(text) : ctx.stderr(text));
        if (!ctx.gnu || !more) ctx.status = 1;
        if (ctx.gnu && !terminal) ctx.status = 0;
      } else if (terminal) sources.push(new Source(proc, fd, name === '-' ? '' : name, proc.fstat(fd).type === 'file'));
      else {
        if (more && ctx.gnu && name !== '-') await ctx.write(`::::::::::::::\n${name}\n::::::::::::::\n`);
        await copy(ctx, fd);
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await complain(ctx, name, error, more);
    }
  }
  if (sources.length === 0) return ctx.status;
  const screen = new Screen(proc, proc.isatty(0) ? 0 : await proc.open('/dev/tty'), 1);
  screen.suspends = ctx.gnu && !more;
  for (let i = 0; i < sources.length;) {
    const source = sources[i] as Source;
    const end = await show(ctx, screen, source, wanted, { index: i, count: sources.length, next: sources[i + 1]?.name });
    if (end === 'quit') break;
    i += end === 'next' ? 1 : -1;
  }
  return ctx.status;
}

async function showAnyway(screen: Screen, name: string): Promise<boolean> {
  await screen.enter();
  await screen.write(`"${name}" may be a binary file.  See it anyway? `);
  const answer = await screen.key();
  await screen.write('\r\n');
  await screen.leave();
  return answer === 'y' || answer === 'Y';
}

async function show(
  ctx: Context,
  screen: Screen,
  source: Source,
  wanted: Wanted,
  place: { index: number; count: number; next: string | undefined },
): Promise<'quit' | 'next' | 'previous'> {
  const { more, flags } = wanted;
  const room = screen.size.rows - 1;
  if (more || flags.has('F')) {
    await source.fill(room + 1, undefined);
    if (source.ended && source.lines.length <= room) {
      for (const line of source.lines) await ctx.line(line);
      return 'next';
    }
  }
  await ctx.out.flush();
  if (ctx.gnu && !more && source.whole && !flags.has('f')) {
    await source.fill(1, undefined);
    if (isBinary(source.start) && !(await showAnyway(screen, source.name))) return place.count > 1 ? 'next' : 'quit';
  }
  await screen.enter({ alternate: !more && !flags.has('X') });
  if (more || flags.has('X')) await screen.write('\x1b[H\x1b[2J');
  try {
    return await new Pager(screen, source, wanted, place).run();
  } finally {
    await screen.write('\r\x1b[K');
    await screen.leave();
  }
}

/** Options of the command line and of $LESS, as flags. */
function flagsOf(ctx: Context, letters: readonly string[]): Set<string> {
  const words = (ctx.env.get('LESS') ?? '').split(/\s+/).filter(Boolean);
  return new Set([...letters, ...words.flatMap((word) => [...word.replace(/^-+/, '')])]);
}

const helpText = 'SPACE and b page, j and k move by a line, g and G go to the ends, /pattern searches, q quits.\n';
const versionText = `less 590 (GNU regular expressions)
Copyright (C) 1984-2021  Mark Nudelman

less comes with NO WARRANTY, to the extent permitted by law.
For information about the terms of redistribution,
see the file named README in the less distribution.
Home page: https://greenwoodsoftware.com/less
`;

export const less: Command = {
  gnu: { package: 'other' },
  busybox: {
    short: 'EFMmNSh~RI',
    usage:
      '[-EFIMmNSRh~] [FILE]...\n\nView FILE (or stdin) one screenful at a time\n\n\t-E\tQuit once the end of a file is reached\n\t-F\tQuit if entire file fits on first screen\n\t-I\tIgnore case in all searches\n\t-M,-m\tDisplay status line with line numbers\n\t\tand percentage through the file\n\t-N\tPrefix line number to each line\n\t-S\tTruncate long lines\n\t-R\tRemove color escape codes in input\n\t-~\tSuppress ~s displayed past EOF',
  },
  rewrite: (args) => args.filter((a) => !a.startsWith('+')),
  run: async (ctx, parsed) => {
    const options = ctx.gnu ? readOptions(ctx.args) : undefined;
    const { list, operands } = options ?? parsed;
    const has = (name: string): boolean => list.some((o) => o.name === name);
    if (ctx.gnu && has('?')) return (await ctx.write(helpText), 0);
    if (ctx.gnu && has('V')) return (await ctx.write(versionText), 0);
    for (const text of options?.complaints ?? []) await ctx.stderr(`${text}\n`);
    if (options?.lacking) return 0;
    const first = ctx.args.filter((a) => a.startsWith('+')).map((a) => a.slice(1));
    const patterns = list.filter((o) => o.name === 'p').map((o) => `/${o.value}`);
    return run(ctx, operands, { more: false, flags: flagsOf(ctx, list.map(({ name }) => name)), first: [...patterns, ...first] }); // prettier-ignore
  },
};

export const more: Command = {
  gnu: {
    short: 'dflcpsun:eVh',
    package: 'util-linux',
    usage: '[options] <file>...',
    help: '\nDisplay the contents of a file in a terminal.\n',
  },
  busybox: { short: '', usage: '[FILE]...\n\nView FILE (or stdin) one screenful at a time' },
  rewrite: (args) => args.filter((a) => !/^[-+]\d+$|^\+\//.test(a)),
  run: (ctx, options) =>
    run(ctx, options.operands, { more: true, flags: new Set(), first: ctx.args.filter((a) => /^\+/.test(a)).map((a) => a.slice(1)) }),
};
