import { Errno, type FileType, type Stat } from '../kernel';
import { choose } from './choices';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { baseName, joinPath } from './path';
import { askYes } from './question';

interface Style {
  readonly force: boolean;
  readonly recursive: boolean;
  readonly directories: boolean;
  readonly ask: 'never' | 'once' | 'always';
  readonly verbose: boolean;
}

const kinds: Readonly<Record<FileType, string>> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  fifo: 'fifo',
  char: 'character special file',
  block: 'block special file',
  socket: 'socket',
};

async function confirmed(ctx: Context, path: string, stat: Stat, style: Style, verb: string): Promise<boolean> {
  const { proc } = ctx;
  let protectedFile = false;
  if (stat.type !== 'symlink' && !style.force) {
    try {
      proc.access(path, 'w');
    } catch (error) {
      protectedFile = error instanceof Errno;
    }
  }
  if (style.ask !== 'always' && !(protectedFile && proc.isatty(0))) return true;
  if (!ctx.gnu) return askYes(ctx, `rm: ${verb === 'remove' ? 'remove' : 'descend into directory'} '${path}'? `);
  const kind = stat.type === 'file' && stat.size === 0 ? 'regular empty file' : kinds[stat.type];
  return askYes(ctx, `rm: ${verb} ${protectedFile ? 'write-protected ' : ''}${kind} ${ctx.quote(path)}? `);
}

async function remove(ctx: Context, path: string, style: Style): Promise<boolean> {
  const { proc } = ctx;
  const failed = async (error: unknown): Promise<boolean> => {
    await ctx.perror(ctx.gnu ? `cannot remove ${ctx.quote(path)}` : `can't remove '${path}'`, error);
    return false;
  };
  let stat: Stat;
  try {
    stat = proc.lstat(path);
  } catch (error) {
    if (error instanceof Errno && style.force && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return true;
    return failed(error);
  }
  if (stat.type === 'directory') {
    if (!style.recursive) {
      if (!style.directories) return ctx.gnu ? failed(new Errno('EISDIR')) : (await ctx.perrorText(`'${path}' is a directory`), false);
    } else {
      let names: string[];
      try {
        names = proc.readdir(path).map((e) => e.name);
      } catch (error) {
        return failed(error);
      }
      if (names.length > 0 && style.ask === 'always' && !(await confirmed(ctx, path, stat, style, 'descend into'))) return false;
      let emptied = true;
      for (const name of names) {
        if (!(await remove(ctx, joinPath(path, name), style))) emptied = false;
        await proc.schedYield();
      }
      if (!emptied && ctx.gnu) return false;
    }
    if (!(await confirmed(ctx, path, stat, style, 'remove'))) return false;
    try {
      proc.rmdir(path);
    } catch (error) {
      return failed(error);
    }
    if (style.verbose) await ctx.line(ctx.gnu ? `removed directory ${ctx.quote(path)}` : `removed directory: '${path}'`);
    return true;
  }
  if (!(await confirmed(ctx, path, stat, style, 'remove'))) return false;
  try {
    proc.unlink(path);
  } catch (error) {
    return failed(error);
  }
  if (style.verbose) await ctx.line(ctx.gnu ? `removed ${ctx.quote(path)}` : `removed '${path}'`);
  return true;
}

const questions = [['never', 'no', 'none'], ['once'], ['always', 'yes']] as const;

async function styleOf(ctx: Context, options: Options): Promise<Style> {
  const last = options.last('f', 'i', 'I', 'interactive');
  const word = options.value('interactive');
  const when = word === undefined ? undefined : await choose(ctx, '--interactive', word, questions);
  const ask =
    last === 'i'
      ? 'always'
      : last === 'I'
        ? 'once'
        : last === 'interactive'
          ? when === 'never'
            ? 'never'
            : when === 'once'
              ? 'once'
              : 'always'
          : 'never';
  return {
    force: options.has('f') && last !== 'i',
    recursive: options.has('r', 'R'),
    directories: options.has('d'),
    ask,
    verbose: options.has('v'),
  };
}

export const rm: Command = {
  gnu: {
    short: 'dfirvIR',
    long: {
      force: 'f',
      'interactive::': 'interactive',
      'one-file-system': 'x',
      'no-preserve-root': 'no-preserve-root',
      'preserve-root::': 'preserve-root',
      recursive: 'r',
      dir: 'd',
      verbose: 'v',
    },
    usage: '[OPTION]... [FILE]...',
    help: 'Remove (unlink) the FILEs.\n\n  -f, --force           ignore nonexistent files and arguments, never prompt\n  -i                    prompt before every removal\n  -I                    prompt once before removing many\n  -r, -R, --recursive   remove directories and their contents\n  -d, --dir             remove empty directories\n  -v, --verbose         explain what is being done\n',
  },
  busybox: {
    short: 'fiRrv',
    usage: '[-irf] FILE...\n\nRemove (unlink) FILEs\n\n\t-i\tAlways prompt before removing\n\t-f\tNever prompt\n\t-R,-r\tRecurse',
  },
  run: async (ctx, options) => {
    const style = await styleOf(ctx, options);
    if (options.operands.length === 0) return style.force ? 0 : ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (style.ask === 'once' && (options.operands.length > 3 || style.recursive)) {
      const n = options.operands.length;
      if (!(await askYes(ctx, `rm: remove ${n} argument${n === 1 ? '' : 's'}${style.recursive ? ' recursively' : ''}? `))) return 0;
    }
    for (const path of options.operands) {
      const last = baseName(path);
      if (last === '.' || last === '..') {
        if (ctx.gnu && !style.recursive) await ctx.perrorText(`cannot remove ${ctx.quote(path)}: Is a directory`);
        else if (ctx.gnu) await ctx.perrorText(`refusing to remove '.' or '..' directory: skipping ${ctx.quote(path)}`);
        else await ctx.perrorText(`can't remove '.' or '..'`);
        continue;
      }
      if (ctx.gnu && style.recursive && /^\/+$/.test(path) && !options.has('no-preserve-root')) {
        await ctx.perrorText("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe");
        continue;
      }
      await remove(ctx, ctx.gnu ? path : path.replace(/(.)\/+$/, '$1'), style);
    }
    return ctx.status;
  },
};

export const unlink: Command = {
  gnu: { short: '', usage: 'FILE\nOPTION', help: 'Remove one file.\n' },
  busybox: { short: '', usage: 'FILE\n\nDelete FILE by calling unlink()' },
  run: async (ctx, { operands }) => {
    const [path, extra] = operands;
    if (path === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    try {
      ctx.proc.unlink(path);
    } catch (error) {
      await ctx.perror(ctx.gnu ? `cannot unlink ${ctx.quote(path)}` : `can't remove file '${path}'`, error);
    }
    return ctx.status;
  },
};
