import { Accounts } from './accounts';
import type { Command } from './command';
import { copy } from './copy';
import { pairs } from './destination';
import { parseMode } from './mode';
import { dirName } from './path';
import { Errno } from '../kernel';

export const install: Command = {
  gnu: {
    short: 'bcCdDg:m:o:pst:Tv',
    long: {
      directory: 'd',
      'group:': 'g',
      'mode:': 'm',
      'owner:': 'o',
      'preserve-timestamps': 'p',
      'target-directory:': 't',
      'no-target-directory': 'T',
      verbose: 'v',
    },
    usage: '[OPTION]... [-T] SOURCE DEST\n[OPTION]... SOURCE... DIRECTORY\n[OPTION]... -t DIRECTORY SOURCE...\n[OPTION]... -d DIRECTORY...',
    help: 'Copy files and set attributes.\n\n  -d, --directory     create directories\n  -D                  create all leading components of DEST\n  -g, --group=GROUP   -m, --mode=MODE (default rwxr-xr-x)   -o, --owner=OWNER\n  -p, --preserve-timestamps\n  -t, --target-directory=DIRECTORY\n  -v, --verbose\n',
  },
  busybox: {
    short: 'cdDsp:m:o:g:t:v',
    usage:
      '[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST\n\nCopy files and set attributes\n\n\t-c\tJust copy (default)\n\t-d\tCreate directories\n\t-D\tCreate leading target directories\n\t-s\tStrip symbol table\n\t-p\tPreserve date\n\t-o USER\tSet ownership\n\t-g GRP\tSet group ownership\n\t-m MODE\tSet permissions\n\t-t DIR\tInstall to DIR',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const modeText = options.value('m') ?? '755';
    const mode = parseMode(modeText)?.apply(0, false, 0);
    if (mode === undefined) return ctx.fail(`invalid mode ${ctx.quoteWord(modeText)}`);
    const accounts = await Accounts.load(proc);
    const uid = options.value('o') === undefined ? -1 : (accounts.uid(options.value('o') as string) ?? -1);
    const gid = options.value('g') === undefined ? -1 : (accounts.gid(options.value('g') as string) ?? -1);
    const makeAll = (path: string): void => {
      try {
        proc.stat(path);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (dirName(path) !== path) makeAll(dirName(path));
        proc.mkdir(path, 0o755);
      }
    };
    const finish = (path: string): void => {
      proc.chmod(path, mode);
      if (uid >= 0 || gid >= 0) proc.chown(path, uid, gid);
    };
    if (options.has('d')) {
      for (const d of options.operands) {
        try {
          makeAll(d);
          finish(d);
        } catch (error) {
          await ctx.perror(`cannot create directory ${ctx.quote(d)}`, error);
        }
      }
      return ctx.status;
    }
    if (options.has('D') && options.operands.length > 1 && options.value('t') === undefined)
      makeAll(dirName(options.operands.at(-1) as string));
    if (options.has('D') && options.value('t') !== undefined) makeAll(options.value('t') as string);
    for (const { from, to } of await pairs(ctx, options.operands, options.value('t'), options.has('T'))) {
      const done = await copy(ctx, from, to, {
        recursive: false,
        follow: 'always',
        preserve: { mode: false, owner: false, times: options.has('p') },
        force: true,
        interactive: false,
        noClobber: false,
        update: false,
        verbose: options.has('v'),
        link: 'none',
        moving: false,
        removeDestination: true,
        backup: undefined,
      });
      if (done) finish(to);
    }
    return ctx.status;
  },
};

export const mkfifo: Command = {
  gnu: {
    short: 'm:Z',
    long: { 'mode:': 'm' },
    usage: '[OPTION]... NAME...',
    help: 'Create named pipes (FIFOs) with the given NAMEs.\n\n  -m, --mode=MODE   set file permission bits to MODE\n',
  },
  busybox: { short: 'm:', usage: '[-m MODE] NAME\n\nCreate named pipe\n\n\t-m MODE\tMode (default a=rw)' },
  run: async (ctx, options) => {
    if (options.operands.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const text = options.value('m');
    const mode = text === undefined ? undefined : parseMode(text)?.apply(0o666, false, 0);
    if (text !== undefined && mode === undefined) return ctx.fail('invalid mode');
    for (const path of options.operands) {
      try {
        ctx.proc.mknod(path, 'fifo', 0o666);
        if (mode !== undefined) ctx.proc.chmod(path, mode);
      } catch (error) {
        await ctx.perror(ctx.gnu ? `cannot create fifo ${ctx.quote(path)}` : path, error);
      }
    }
    return ctx.status;
  },
};

export const mknod: Command = {
  gnu: {
    short: 'm:Z',
    long: { 'mode:': 'm' },
    usage: '[OPTION]... NAME TYPE [MAJOR MINOR]',
    help: 'Create the special file NAME of the given TYPE: b, c, u or p.\n',
  },
  busybox: {
    short: 'm:',
    usage:
      '[-m MODE] NAME TYPE [MAJOR MINOR]\n\nCreate a special file (block, character, or pipe)\n\n\t-m MODE\tCreation mode (default a=rw)\nTYPE:\n\tb\tBlock device\n\tc or u\tCharacter device\n\tp\tNamed pipe (MAJOR MINOR must be omitted)',
  },
  run: async (ctx, options) => {
    const [path, type, major, minor] = options.operands;
    const needs = ctx.gnu && type !== undefined && !/^p/.test(type);
    if (needs && minor === undefined)
      return ctx.usage(
        `missing operand after ${ctx.quoteWord(major ?? type)}${major === undefined ? '\nSpecial files require major and minor device numbers.' : ''}`,
      );
    if (ctx.gnu && type === 'p' && major !== undefined)
      return ctx.usage(
        `extra operand ${ctx.quoteWord(major)}${minor === undefined ? '' : '\nFifos do not have major and minor device numbers.'}`,
      );
    if (path === undefined || type === undefined)
      return ctx.gnu ? ctx.usage(path === undefined ? 'missing operand' : `missing operand after ${ctx.quoteWord(path)}`) : ctx.usage();
    const mode = parseMode(options.value('m') ?? '666')?.apply(0, false, 0) ?? 0o666;
    const kind = ({ b: 'block', c: 'char', u: 'char', p: 'fifo' } as Record<string, 'block' | 'char' | 'fifo' | undefined>)[type];
    if (!kind) return ctx.usage(ctx.gnu ? `invalid device type ${ctx.quoteWord(type)}` : undefined);
    for (const [name, number] of [
      ['major', major],
      ['minor', minor],
    ] as const)
      if (kind !== 'fifo' && !/^(0x[0-9a-f]+|\d+)$/i.test(number ?? ''))
        return ctx.fail(ctx.gnu ? `invalid ${name} device number ${ctx.quoteWord(number ?? '')}` : `invalid number '${number}'`);
    try {
      ctx.proc.mknod(path, kind, mode, kind === 'fifo' ? 0 : (Number(major) << 8) | Number(minor));
      if (options.has('m')) ctx.proc.chmod(path, mode);
    } catch (error) {
      await ctx.perror(ctx.gnu ? ctx.quoteIfNeeded(path) : path, error);
    }
    return ctx.status;
  },
};

export const link: Command = {
  gnu: { short: '', usage: 'FILE1 FILE2\nOPTION', help: 'Create a link named FILE2 to FILE1.\n' },
  busybox: { short: '', usage: 'FILE LINK\n\nCreate hard LINK to FILE' },
  run: async (ctx, { operands }) => {
    const [from, to, extra] = operands;
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(extra)}`) : ctx.usage();
    if (from === undefined || to === undefined)
      return ctx.gnu ? ctx.usage(from === undefined ? 'missing operand' : `missing operand after ${ctx.quoteWord(from)}`) : ctx.usage();
    try {
      ctx.proc.link(from, to);
    } catch (error) {
      await ctx.perror(
        ctx.gnu ? `cannot create link ${ctx.quote(to)} to ${ctx.quote(from)}` : `can't create hardlink '${to}' to '${from}'`,
        error,
      );
    }
    return ctx.status;
  },
};
