import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { modeString, type ModeChange, parseMode } from './mode';
import { joinPath, refuseRoot } from './path';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

async function change(
  ctx: Context,
  path: string,
  modeChange: ModeChange,
  mask: number,
  options: Options,
  argument: boolean,
): Promise<void> {
  const { proc } = ctx;
  let stat: Stat;
  let dangling = false;
  try {
    stat = proc.lstat(path);
    if (stat.type === 'symlink') {
      if (!argument) return;
      dangling = true;
      stat = proc.stat(path);
    }
  } catch (error) {
    if (options.has('f')) return void (ctx.status = 1);
    if (dangling && ctx.gnu && error instanceof Errno && error.code === 'ENOENT')
      return ctx.perrorText(`cannot operate on dangling symlink ${ctx.quote(path)}`);
    if (options.has('v') && ctx.gnu && error instanceof Errno) ctx.out.put(`${ctx.quote(path)} could not be accessed\n`);
    return ctx.perror(ctx.gnu ? `cannot access ${ctx.quote(path)}` : path, error);
  }
  const mode = modeChange.apply(stat.mode, stat.type === 'directory', mask);
  const show = (m: number): string => `${octal(m)} (${modeString('file', m).slice(1)})`;
  let failure: unknown;
  try {
    proc.chmod(path, mode);
  } catch (error) {
    failure = error;
    if (options.has('f') && error instanceof Errno) ctx.status = 1;
    else {
      if (options.has('v') && ctx.gnu)
        ctx.out.put(`failed to change mode of ${ctx.quote(path)} from ${show(stat.mode)} to ${show(mode)}\n`);
      await ctx.perror(ctx.gnu ? `changing permissions of ${ctx.quote(path)}` : path, error);
    }
  }
  if (failure === undefined && !ctx.gnu && (options.has('v') || (options.has('c') && mode !== stat.mode)))
    await ctx.line(`mode of '${path}' changed to ${show(mode)}`);
  if (failure === undefined && ctx.gnu && (options.has('v') || (options.has('c') && mode !== stat.mode)))
    await ctx.line(
      mode === stat.mode
        ? `mode of ${ctx.quote(path)} retained as ${show(mode)}`
        : `mode of ${ctx.quote(path)} changed from ${show(stat.mode)} to ${show(mode)}`,
    );
  if (!options.has('R') || stat.type !== 'directory') return;
  let names: string[];
  try {
    names = proc.readdir(path).map((e) => e.name);
  } catch (error) {
    return ctx.perror(ctx.gnu ? `cannot read directory ${ctx.quote(path)}` : path, error);
  }
  for (const name of names) await change(ctx, joinPath(path, name), modeChange, mask, options, false);
}

/** `-x`, `-w,o=`: a mode, not an option. */
const modeWord = (arg: string): boolean => arg !== '--' && /^-[rwxXstugoa,=+-]+$/.test(arg) && parseMode(arg) !== undefined;

export const chmod: Command = {
  gnu: {
    short: 'Rcfv',
    long: {
      changes: 'c',
      recursive: 'R',
      silent: 'f',
      quiet: 'f',
      verbose: 'v',
      'reference:': 'reference',
      'preserve-root': 'preserve-root',
      'no-preserve-root': 'no-preserve-root',
    },
    usage: '[OPTION]... MODE[,MODE]... FILE...\n[OPTION]... OCTAL-MODE FILE...\n[OPTION]... --reference=RFILE FILE...',
    help: "Change the mode of each FILE to MODE.\n\n  -c, --changes          report what changes\n  -f, --silent, --quiet  fewer messages\n  -v, --verbose          report every file\n      --reference=RFILE  use RFILE's mode\n  -R, --recursive        change files and directories recursively\n",
  },
  busybox: {
    short: 'Rcvf',
    usage:
      '[-Rcvf] MODE[,MODE]... FILE...\n\nMODE is octal number (bit pattern sstrwxrwxrwx) or [ugoa]{+|-|=}[rwxXst]\n\n\t-R\tRecurse\n\t-c\tList changed files\n\t-v\tVerbose\n\t-f\tHide errors',
  },
  rewrite: (args) => args.map((a, i) => (modeWord(a) && !args.slice(0, i).includes('--') ? `\0${a}` : a)),
  run: async (ctx, options) => {
    const reference = options.value('reference');
    let operands = options.operands.map((o) => o.replace(/^\0/, ''));
    const mask = ctx.proc.umask(0);
    ctx.proc.umask(mask);
    let modeChange: ModeChange;
    if (reference !== undefined) {
      try {
        const { mode } = ctx.proc.stat(reference);
        modeChange = { apply: () => mode };
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`failed to get attributes of ${ctx.quote(reference)}: ${ctx.strerror(error)}`);
        throw error;
      }
    } else {
      const [text] = operands;
      if (text === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
      if (operands.length === 1) return ctx.gnu ? ctx.usage(`missing operand after ${ctx.quoteWord(text)}`) : ctx.usage();
      const parsed = parseMode(text);
      if (!parsed) return ctx.gnu ? ctx.usage(`invalid mode: ${ctx.quoteWord(text)}`) : ctx.fail(`invalid mode '${text}'`);
      modeChange = parsed;
      operands = operands.slice(1);
    }
    if (ctx.gnu && options.has('R') && options.last('preserve-root', 'no-preserve-root') === 'preserve-root')
      await refuseRoot(ctx, operands);
    for (const path of operands) await change(ctx, path, modeChange, mask, options, true);
    return ctx.status;
  },
};
