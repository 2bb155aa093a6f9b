import { Errno, type MountOptions } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readText } from './input';
import { allOptions, readMounts, realOrAsIs } from './mount-table';

const unescape = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, o: string) => String.fromCharCode(parseInt(o, 8)));

async function list(ctx: Context, type: string | undefined): Promise<number> {
  if (ctx.gnu) {
    for (const m of await readMounts(ctx.proc))
      if (type === undefined || type.split(',').includes(m.type))
        await ctx.line(`${m.source} on ${m.target} type ${m.type} (${allOptions(m)})`);
    return 0;
  }
  for (const line of (await readText(ctx.proc, '/proc/mounts')).split('\n').filter(Boolean)) {
    const [source = '', target = '', kind = '', options = ''] = line.split(' ').map(unescape);
    if (type === undefined || type.split(',').includes(kind)) await ctx.line(`${source} on ${target} type ${kind} (${options})`);
  }
  return 0;
}

interface Request {
  readonly options: MountOptions;
  readonly words: readonly string[];
}

const flags: Readonly<Record<string, MountOptions>> = {
  bind: { bind: true }, rbind: { bind: true, recursive: true }, remount: { remount: true }, move: { move: true }, ro: { readOnly: true }, rw: { readOnly: false }, noexec: { noexec: true }, exec: { noexec: false }, nosuid: { nosuid: true },
  suid: { nosuid: false }, nodev: { nodev: true }, dev: { nodev: false }, noatime: { noatime: true }, atime: { noatime: false }, relatime: { noatime: false }, strictatime: { strictatime: true, noatime: false },
  nodiratime: { nodiratime: true }, diratime: { nodiratime: false }, private: { propagation: 'private' }, rprivate: { propagation: 'private', recursive: true }, shared: { propagation: 'shared' }, rshared: { propagation: 'shared', recursive: true },
  slave: { propagation: 'slave' }, rslave: { propagation: 'slave', recursive: true }, unbindable: { propagation: 'unbindable' }, runbindable: { propagation: 'unbindable', recursive: true },
}; // prettier-ignore

const ignored = new Set([
  'defaults',
  'async',
  'sync',
  'dirsync',
  'lazytime',
  'nolazytime',
  'auto',
  'noauto',
  'user',
  'nouser',
  'loop',
  'silent',
  'loud',
  '',
]);

function requestOf(options: Options): Request {
  let merged: MountOptions = {};
  const data: string[] = [];
  const words: string[] = [];
  for (const o of options.list) {
    if (o.name === 'o') words.push(...(o.value ?? '').split(','));
    else if (o.name === 'B') words.push('bind');
    else if (o.name === 'R') words.push('rbind');
    else if (o.name === 'M') words.push('move');
    else if (o.name === 'r') words.push('ro');
    else if (o.name === 'w') words.push('rw');
    else if (o.name.startsWith('make-')) words.push(o.name.slice(5));
  }
  for (const w of words) {
    const flag = flags[w];
    if (flag) merged = { ...merged, ...flag };
    else if (!ignored.has(w)) data.push(w);
  }
  return { options: data.length > 0 ? { ...merged, data: data.join(',') } : merged, words };
}

const pseudo = new Set([
  'tmpfs',
  'proc',
  'sysfs',
  'devpts',
  'devtmpfs',
  'cgroup',
  'cgroup2',
  'mqueue',
  'overlay',
  'ramfs',
  'bpf',
  'securityfs',
  'tracefs',
  'debugfs',
  'hugetlbfs',
  'none',
  'nsfs',
]);

async function failed(ctx: Context, error: unknown, source: string, target: string, type: string, o: MountOptions): Promise<number> {
  if (!(error instanceof Errno)) throw error;
  const { proc } = ctx;
  const exists = (path: string): boolean => {
    try {
      proc.stat(path);
      return true;
    } catch {
      return false;
    }
  };
  if (!ctx.gnu) {
    if (error.code === 'EPERM') return ctx.fail('permission denied (are you root?)');
    return ctx.fail(`mounting ${source} on ${target} failed: ${ctx.strerror(error)}`, 255);
  }
  const shown = exists(target) ? proc.realpath(target) : target;
  const say = async (text: string, hint = true): Promise<number> => {
    await ctx.warn(`${shown}: ${text}`);
    if (hint) await ctx.stderr('       dmesg(1) may have more information after failed mount system call.\n');
    return 32;
  };
  if (!exists(target)) return say('mount point does not exist.');
  const special = o.bind || o.move ? !exists(source) : !o.remount && o.propagation === undefined && !pseudo.has(type) && !exists(source);
  if (special) return say(`special device ${source} does not exist.`);
  switch (error.code) {
    case 'EPERM':
    case 'EACCES':
      return say(proc.credentials().euid === 0 ? 'permission denied.' : 'must be superuser to use mount.');
    case 'ENODEV':
      return say(`unknown filesystem type '${type}'.`);
    case 'EBUSY':
      return o.remount ? say('mount point is busy.') : say(`${source} already mounted or mount point busy.`);
    case 'EINVAL':
      if (o.propagation !== undefined && !o.remount) return say('not mount point or bad option.');
      return o.remount
        ? say('mount point not mounted or bad option.')
        : say(`wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.`);
    case 'ENOTDIR':
      return say(
        o.bind && exists(source) && proc.stat(source).type !== 'directory'
          ? `mount(2) system call failed: ${error.message}.`
          : 'mount point is not a directory.',
      );
    default:
      return say(`mount(2) system call failed: ${error.message}.`);
  }
}

/** What a remount by directory alone keeps: the flags that the mount table shows. */
async function flagsOf(ctx: Context, target: string): Promise<MountOptions> {
  let path: string;
  try {
    path = ctx.proc.realpath(target);
  } catch (error) {
    if (error instanceof Errno) return {};
    throw error;
  }
  const words = (await readMounts(ctx.proc)).findLast((each) => each.target === path)?.options.split(',') ?? [];
  const set = (['noexec', 'nosuid', 'nodev', 'noatime', 'nodiratime'] as const)
    .filter((word) => words.includes(word))
    .map((word) => [word, true] as const);
  return { ...Object.fromEntries(set), readOnly: words.includes('ro') };
}

/** What --verbose says of a mount, with the names as they are without links. */
async function doneText(ctx: Context, source: string, target: string, o: MountOptions): Promise<string> {
  const real = (path: string): string => realOrAsIs(ctx.proc, path);
  const place = real(target);
  if (o.bind && !o.remount) return `${real(source)} bound on ${place}.`;
  if (o.move) return `${real(source)} moved to ${place}.`;
  if (o.propagation !== undefined) return `${place} propagation flags changed.`;
  const known = o.remount ? (await readMounts(ctx.proc)).findLast((each) => each.target === place)?.source : undefined;
  return `${known ?? source} mounted on ${place}.`;
}

export const mount: Command = {
  gnu: {
    short: 'aBcfFhilL:Mno:O:rRst:T:U:vVwN:',
    long: {
      all: 'a', bind: 'B', move: 'M', rbind: 'R', 'make-shared': 'make-shared', 'make-slave': 'make-slave', 'make-private': 'make-private', 'make-unbindable': 'make-unbindable', 'make-rshared': 'make-rshared', 'make-rslave': 'make-rslave',
      'make-rprivate': 'make-rprivate', 'make-runbindable': 'make-runbindable', 'options:': 'o', 'read-only': 'r', 'types:': 't', verbose: 'v', 'rw': 'w', 'read-write': 'w', 'no-mtab': 'n', 'source:': 'source', 'target:': 'target', mkdir: 'mkdir', fake: 'f',
    }, // prettier-ignore
    package: 'util-linux',
    usage:
      '[-lhV]\n-a [options]\n[options] [--source] <source> | [--target] <directory>\n[options] <source> <directory>\n<operation> <mountpoint> [<target>]',
    help: '\nMount a filesystem.\n\nOptions:\n -o, --options <list>  comma-separated list of mount options\n -r, --read-only       mount the filesystem read-only (same as -o ro)\n -t, --types <list>    limit the set of filesystem types\n -v, --verbose         say what is being done\n -B, --bind            mount a subtree somewhere else (same as -o bind)\n -M, --move            move a subtree to some other place\n -R, --rbind           mount a subtree and all submounts somewhere else\n     --make-shared, --make-slave, --make-private, --make-unbindable\n     --make-rshared, --make-rslave, --make-rprivate, --make-runbindable\n\nFor more details see mount(8).\n',
  },
  busybox: {
    short: 'ano:O:rt:vwfiT:',
    long: {
      bind: 'B',
      rbind: 'R',
      move: 'M',
      'make-private': 'make-private',
      'make-shared': 'make-shared',
      'make-slave': 'make-slave',
      'make-rprivate': 'make-rprivate',
      'make-rshared': 'make-rshared',
      'make-rslave': 'make-rslave',
    },
    usage:
      '[OPTIONS] [-o OPT] DEVICE NODE\n\nMount a filesystem. Filesystem autodetection requires /proc.\n\n\t-a\t\tMount all filesystems in fstab\n\t-f\t\tDry run\n\t-v\t\tVerbose\n\t-r\t\tRead-only mount\n\t-t FSTYPE[,...]\tFilesystem type(s)\n\t-T FILE\t\tRead FILE instead of /etc/fstab\n\t-O OPT\t\tMount only filesystems with option OPT (-a only)\n-o OPT:\n\tloop\t\tIgnored (loop devices are autodetected)\n\t[a]sync\t\tWrites are [a]synchronous\n\t[no]atime\tDisable/enable updates to inode access times\n\t[no]diratime\tDisable/enable atime updates to directories\n\t[no]relatime\tDisable/enable atime updates relative to modification time\n\t[no]dev\t\t(Dis)allow use of special device files\n\t[no]exec\t(Dis)allow use of executable files\n\t[no]suid\t(Dis)allow set-user-id-root programs\n\t[r]shared\tConvert [recursively] to a shared subtree\n\t[r]slave\tConvert [recursively] to a slave subtree\n\t[r]private\tConvert [recursively] to a private subtree\n\t[un]bindable\tMake mount point [un]able to be bind mounted\n\t[r]bind\t\tBind a file or directory [recursively] to another location\n\tmove\t\tRelocate an existing mount point\n\tremount\t\tRemount a mounted filesystem, changing flags\n\tro\t\tSame as -r\n\nThere are filesystem-specific -o flags.',
  },
  run: async (ctx, options) => {
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
    if (ctx.gnu && options.operands.length > 2) return ctx.usage('bad usage');
    const { options: o } = requestOf(options);
    let [source, target] = options.operands;
    source = options.value('source') ?? source;
    target = options.value('target') ?? target;
    if (source === undefined && target === undefined) return options.has('a') ? 0 : list(ctx, options.value('t'));
    const type = options.value('t') ?? '';
    const alone = target === undefined;
    if (target === undefined && (o.remount || o.propagation !== undefined)) {
      target = source;
      source = 'none';
    }
    if (target === undefined || source === undefined) {
      if (ctx.gnu) return ctx.fail(`${source ?? target}: can't find in /etc/fstab.`);
      return ctx.fail(`can't find ${source ?? target} in /etc/fstab`);
    }
    if (options.has('f')) return 0;
    // a remount, and a change of propagation, is of the mount that is there
    const shown = options.has('v') && ctx.gnu ? await doneText(ctx, source, target, o) : '';
    try {
      const { propagation, recursive, ...given } = o;
      const rest = o.remount && alone ? { ...(await flagsOf(ctx, target)), ...given } : given;
      if (propagation === undefined || o.bind) ctx.proc.mount(source, target, type, o.bind ? { ...rest, recursive } : rest);
      // A bind mount takes its flags only by a remount, which mount(8) does for you.
      if (o.bind && (o.readOnly || o.noexec || o.nosuid || o.nodev))
        ctx.proc.mount('none', target, '', { ...rest, remount: true, bind: true });
      if (propagation !== undefined) ctx.proc.mount('none', target, '', { propagation, recursive });
    } catch (error) {
      return failed(ctx, error, source, target, type, o);
    }
    if (shown) await ctx.line(`mount: ${shown}`);
    return 0;
  },
};

export const umount: Command = {
  gnu: {
    short: 'acdfhilnO:qrRt:vVN:A',
    long: {
      all: 'a',
      lazy: 'l',
      force: 'f',
      recursive: 'R',
      verbose: 'v',
      quiet: 'q',
      'read-only': 'r',
      'no-canonicalize': 'c',
      'types:': 't',
    },
    package: 'util-linux',
    usage: '[-hV]\n-a [options]\n[options] <source> | <directory>',
    help: '\nUnmount filesystems.\n\nOptions:\n -f, --force      force unmount\n -l, --lazy       detach the filesystem now, clean up things later\n -R, --recursive  recursively unmount a target with all its children\n -v, --verbose    say what is being done\n\nFor more details see umount(8).\n',
  },
  busybox: {
    short: 'fldnart:v',
    usage:
      '[-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY\n\nUnmount filesystems\n\n\t-a\tUnmount all filesystems\n\t-r\tRemount devices read-only if mount is busy\n\t-l\tLazy umount (detach filesystem)\n\t-f\tForce umount (i.e., unreachable NFS server)\n\t-d\tFree loop device if it has been used\n\t-t FSTYPE[,...]\tUnmount only these filesystem type(s)',
  },
  run: async (ctx, options) => {
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    if (ctx.gnu && options.has('a') && options.operands.length > 0) return ctx.usage('unexpected number of arguments');
    if (options.operands.length === 0) {
      if (!ctx.gnu) return ctx.usage();
      if (options.has('a')) return 0;
      return ctx.usage('bad usage');
    }
    const mounts = await readMounts(ctx.proc);
    let failures = 0;
    for (const operand of options.operands) {
      const bySource = mounts.filter((m) => m.source === operand && operand.startsWith('/')).at(-1);
      let target = bySource?.target ?? operand;
      try {
        target = ctx.proc.realpath(target);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
      const list = options.has('R') ? mounts.filter((m) => m.target === target || m.target.startsWith(`${target}/`)).map((m) => m.target).reverse() : [target]; // prettier-ignore
      for (const path of list) {
        try {
          ctx.proc.umount(path, { lazy: options.has('l') });
          const source = mounts.findLast((each) => each.target === path)?.source ?? '';
          if (options.has('v')) await (ctx.gnu ? ctx.warn(`${path} (${source}) unmounted`) : ctx.line(`${path} unmounted`));
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          if (!ctx.gnu) {
            await ctx.perror(`can't unmount ${operand}`, error);
            continue;
          }
          failures++;
          if (options.has('q') && error.code === 'EINVAL') continue;
          const text =
            {
              EINVAL: 'not mounted.',
              ENOENT: 'no mount point specified.',
              EBUSY: 'target is busy.',
              EPERM: 'must be superuser to unmount.',
            }[error.code as 'EINVAL'] ?? `umount failed: ${error.message}.`;
          await ctx.warn(`${options.has('R') || error.code === 'EBUSY' ? path : operand}: ${text}`);
        }
      }
    }
    // umount(8) adds the statuses up
    return ctx.gnu ? (failures * 32) & 0xff : ctx.status;
  },
};

export const mountpoint: Command = {
  gnu: {
    short: 'dqxhV',
    long: { quiet: 'q', 'fs-devno': 'd', nofollow: 'nofollow' },
    package: 'util-linux',
    usage: '[-qd] <directory>\n-x <device>',
    help: "\nCheck whether a directory or file is a mountpoint.\n\nOptions:\n -q, --quiet     quiet mode - don't print anything\n -d, --fs-devno  print maj:min device number of the filesystem\n",
  },
  busybox: {
    short: 'qdxn',
    usage:
      '[-q] { [-dn] DIR | -x DEVICE }\n\nCheck if DIR is a mountpoint\n\n\t-q\tQuiet\n\t-d\tPrint major:minor of the filesystem\n\t-n\tPrint device name of the filesystem\n\t-x\tPrint major:minor of DEVICE',
  },
  run: async (ctx, options) => {
    const [path, extra] = options.operands;
    if (path === undefined || (ctx.gnu && extra !== undefined)) return ctx.usage(ctx.gnu ? 'bad usage' : undefined);
    try {
      const real = ctx.proc.realpath(path);
      const entry = (await readMounts(ctx.proc)).filter((m) => m.target === real).at(-1);
      if (options.has('d') && entry) await ctx.line(entry.device);
      else if (!options.has('q')) await ctx.line(`${path} is ${entry ? '' : 'not '}a mountpoint`);
      return entry ? 0 : ctx.gnu ? 32 : 1;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (!options.has('q')) await ctx.warn(`${path}: ${ctx.strerror(error)}`);
      return 1;
    }
  },
};
