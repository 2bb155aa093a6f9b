import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import { copy, type CopyStyle } from './copy';
import { backupName, pairs } from './destination';
import type { Options } from './getopt';
import { joinPath } from './path';
import { askYes } from './question';

/** Removes the source of a copy across file systems. */
async function removeTree(ctx: Context, path: string, root = path): Promise<boolean> {
  const { proc } = ctx;
  try {
    if (proc.lstat(path).type === 'directory') {
      for (const e of proc.readdir(path)) if (!(await removeTree(ctx, joinPath(path, e.name), root))) return false;
      proc.rmdir(path);
    } else proc.unlink(path);
    return true;
  } catch (error) {
    await ctx.perror(ctx.gnu ? `cannot remove ${ctx.quote(path)}` : `can't remove '${path}'`, error);
    return false;
  }
}

async function move(ctx: Context, from: string, to: string, options: Options): Promise<void> {
  const { proc } = ctx;
  const q = (path: string): string => (ctx.gnu ? ctx.quote(path) : `'${path}'`);
  let source: Stat;
  try {
    source = proc.lstat(from);
  } catch (error) {
    return ctx.perror(ctx.gnu ? `cannot stat ${q(from)}` : `can't rename '${from}'`, error);
  }
  let target: Stat | undefined;
  try {
    target = proc.lstat(to);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTDIR' && ctx.gnu && source.type !== 'directory') return ctx.perror(`cannot stat ${q(to)}`, error);
  }
  if (target) {
    if (options.last('n', 'i', 'f') === 'n') return;
    if (options.has('u') && target.mtimeMs >= source.mtimeMs) return;
    if (source.dev === target.dev && source.ino === target.ino && source.type !== 'directory')
      return ctx.gnu ? ctx.perrorText(`${q(from)} and ${q(to)} are the same file`) : undefined;
    if (target.type === 'directory' && source.type !== 'directory')
      return ctx.perrorText(ctx.gnu ? `cannot overwrite directory ${q(to)} with non-directory` : `can't rename '${from}': Is a directory`);
    if (target.type !== 'directory' && source.type === 'directory' && ctx.gnu)
      return ctx.perrorText(`cannot overwrite non-directory ${q(to)} with directory ${q(from)}`);
    if (options.last('n', 'i', 'f') === 'i' && !(await askYes(ctx, `${ctx.shortName}: overwrite ${q(to)}? `))) return;
    if (options.has('b', 'S')) proc.rename(to, backupName(ctx, to, options));
  }
  try {
    proc.rename(from, to);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'EINVAL' && source.type === 'directory' && ctx.gnu)
      return ctx.perrorText(`cannot move ${q(from)} to a subdirectory of itself, ${q(to)}`);
    if (error.code !== 'EXDEV') return ctx.perror(ctx.gnu ? `cannot move ${q(from)} to ${q(to)}` : `can't rename '${from}'`, error);
    const style: CopyStyle = {
      recursive: true,
      follow: 'never',
      preserve: { mode: true, owner: true, times: true },
      force: true,
      interactive: false,
      noClobber: false,
      update: false,
      verbose: false,
      link: 'none',
      moving: true,
      removeDestination: true,
      backup: undefined,
    };
    if (!(await copy(ctx, from, to, style))) return;
    if (!(await removeTree(ctx, from))) return;
  }
  if (options.has('v')) await ctx.line(ctx.gnu ? `renamed ${q(from)} -> ${q(to)}` : `${q(from)} -> ${q(to)}`);
}

export const mv: Command = {
  gnu: {
    short: 'bfint:uvS:TZ',
    long: {
      'backup::': 'b',
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      'no-target-directory': 'T',
      'suffix:': 'S',
      'target-directory:': 't',
      'update::': 'u',
      verbose: 'v',
      'strip-trailing-slashes': 'strip',
    },
    usage: '[OPTION]... [-T] SOURCE DEST\n[OPTION]... SOURCE... DIRECTORY\n[OPTION]... -t DIRECTORY SOURCE...',
    help: 'Rename SOURCE to DEST, or move SOURCEs to DIRECTORY.\n\n  -f, --force           do not prompt\n  -i, --interactive     prompt before overwrite\n  -n, --no-clobber      do not overwrite\n  -t, --target-directory=DIRECTORY\n  -T, --no-target-directory\n  -u, --update          only what is newer\n  -v, --verbose\n',
  },
  busybox: {
    short: 'finTt:uv',
    usage:
      "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }\n\nRename SOURCE to DEST, or move SOURCEs to DIRECTORY\n\n\t-f\tDon't prompt before overwriting\n\t-i\tInteractive, prompt before overwrite\n\t-n\tDon't overwrite an existing file\n\t-T\tRefuse to move if DEST is a directory\n\t-t DIR\tMove all SOURCEs into DIR",
  },
  run: async (ctx, options) => {
    for (const { from, to } of await pairs(ctx, options.operands, options.value('t'), options.has('T'))) await move(ctx, from, to, options);
    return ctx.status;
  },
};
