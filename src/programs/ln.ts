import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import { backupName, isDirectory } from './destination';
import type { Options } from './getopt';
import { baseName, dirName, joinPath } from './path';
import { askYes } from './question';

function statOf(ctx: Context, path: string): Stat | undefined {
  try {
    return ctx.proc.lstat(path);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/** The way from a directory to a path, both absolute. */
export function relativePath(from: string, to: string): string {
  const [a, b] = [from.split('/').filter(Boolean), to.split('/').filter(Boolean)];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.';
}

async function link(ctx: Context, target: string, name: string, options: Options): Promise<void> {
  const { proc } = ctx;
  const symbolic = options.has('s');
  const force = options.has('f');
  const q = (p: string): string => (ctx.gnu ? ctx.quote(p) : `'${p}'`);
  if (!symbolic) {
    let source: Stat;
    try {
      source = options.has('L') ? proc.stat(target) : proc.lstat(target);
    } catch (error) {
      return ctx.perror(ctx.gnu ? `failed to access ${q(target)}` : target, error);
    }
    if (source.type === 'directory')
      return ctx.perrorText(
        ctx.gnu ? `${ctx.quoteIfNeeded(target)}: hard link not allowed for directory` : `${name}: Operation not permitted`,
      );
  }
  let text = target;
  if (options.has('r')) {
    try {
      text = relativePath(proc.realpath(dirName(name)), joinPath(proc.realpath(dirName(target)), baseName(target)));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  const there = statOf(ctx, name);
  try {
    if (there && (force || options.has('i', 'b', 'S'))) {
      if (there.type === 'directory')
        return ctx.perrorText(ctx.gnu ? `${ctx.quoteIfNeeded(name)}: cannot overwrite directory` : `${name}: Is a directory`);
      if (options.has('i') && !(await askYes(ctx, `ln: replace ${q(name)}? `))) return;
      const origin = statOf(ctx, target);
      if (ctx.gnu && origin && !options.has('b', 'S') && origin.dev === there.dev && origin.ino === there.ino && target === name)
        return ctx.perrorText(`${ctx.quote(target)} and ${ctx.quote(name)} are the same file`);
      if (options.has('b', 'S')) proc.rename(name, backupName(ctx, name, options));
      else proc.unlink(name);
    }
    if (symbolic) proc.symlink(text, name);
    else proc.link(options.has('L') ? proc.realpath(target) : target, name);
  } catch (error) {
    if (!ctx.gnu)
      return ctx.perror(error instanceof Errno && error.code === 'ENOENT' && !symbolic && !statOf(ctx, target) ? target : name, error);
    const known = error instanceof Errno && ['EEXIST', 'ENOSPC', 'EROFS'].includes(error.code);
    return ctx.perror(
      `failed to create ${symbolic ? 'symbolic' : 'hard'} link ${q(name)}${known || (symbolic && text !== '') ? '' : ` ${symbolic ? '->' : '=>'} ${q(target)}`}`,
      error,
    );
  }
  if (options.has('v')) await ctx.line(`${q(name)} ${symbolic ? '->' : '=>'} ${q(text)}`);
}

export const ln: Command = {
  gnu: {
    short: 'bdfFinrst:vPLS:T',
    long: {
      'backup::': 'b',
      directory: 'd',
      force: 'f',
      interactive: 'i',
      logical: 'L',
      'no-dereference': 'n',
      physical: 'P',
      relative: 'r',
      symbolic: 's',
      'suffix:': 'S',
      'target-directory:': 't',
      'no-target-directory': 'T',
      verbose: 'v',
    },
    usage: '[OPTION]... [-T] TARGET LINK_NAME\n[OPTION]... TARGET\n[OPTION]... TARGET... DIRECTORY\n[OPTION]... -t DIRECTORY TARGET...',
    help: 'Make links between files: hard ones by default.\n\n  -f, --force           remove existing destinations\n  -i, --interactive     prompt whether to remove destinations\n  -n, --no-dereference  treat LINK_NAME as a file if it is a link to a directory\n  -r, --relative        with -s, make links relative to their place\n  -s, --symbolic        make symbolic links\n  -t, --target-directory=DIRECTORY\n  -T, --no-target-directory\n  -v, --verbose\n',
  },
  busybox: {
    short: 'sfnbtvS:T',
    usage:
      "[-sfnbtv] [-S SUF] TARGET... LINK|DIR\n\nCreate a link LINK or DIR/TARGET to the specified TARGET(s)\n\n\t-s\tMake symlinks instead of hardlinks\n\t-f\tRemove existing destinations\n\t-n\tDon't dereference symlinks - treat like normal file\n\t-b\tMake a backup of the target (if exists) before link operation\n\t-S SUF\tUse suffix instead of ~ when making backup files\n\t-T\tTreat LINK as a file, not DIR\n\t-v\tVerbose",
  },
  run: async (ctx, options) => {
    const { operands } = options;
    if (operands.length === 0) return ctx.gnu ? ctx.usage('missing file operand') : ctx.usage();
    const into = ctx.gnu ? options.value('t') : undefined;
    if (into !== undefined) {
      if (!isDirectory(ctx, into))
        return ctx.fail(
          statOf(ctx, into)
            ? `target ${ctx.quote(into)} is not a directory`
            : `failed to access ${ctx.quote(into)}: No such file or directory`,
        );
      for (const t of operands) await link(ctx, t, joinPath(into, baseName(t)), options);
      return ctx.status;
    }
    if (operands.length === 1) {
      await link(ctx, operands[0] as string, `${ctx.gnu ? './' : ''}${baseName(operands[0] as string)}`, options);
      return ctx.status;
    }
    const last = operands.at(-1) as string;
    const keep = options.has('T') || (options.has('n') && statOf(ctx, last)?.type === 'symlink');
    const directory = !keep && isDirectory(ctx, last);
    if (operands.length > 2 && !directory && (ctx.gnu || statOf(ctx, last)))
      return ctx.fail(
        ctx.gnu
          ? `target ${ctx.quote(last)}: ${statOf(ctx, last) ? 'Not a directory' : 'No such file or directory'}`
          : `${last}: Not a directory`,
      );
    for (const t of operands.slice(0, -1)) await link(ctx, t, directory ? joinPath(last, baseName(t)) : last, options);
    return ctx.status;
  },
};
