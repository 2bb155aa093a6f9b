import { Errno, type NamespaceType, type Process } from '../kernel';
import { type Command, type Context, forked } from './command';
import { execCommand } from './exec';
import type { Options } from './getopt';
import { callWords, dropGroups, takeIdentity } from './identity';
import { namespaceTypes } from './namespace-types';
import { statusOf } from './wait-status';

interface Entry {
  readonly type: NamespaceType;
  readonly path: string;
}

const nsFile = (type: NamespaceType): string => `ns/${type}`;

async function entries(ctx: Context, options: Options): Promise<Entry[]> {
  const { proc } = ctx;
  const text = options.value('t');
  if (text !== undefined && !/^-?\d+$/.test(text)) return ctx.fail(ctx.gnu ? `failed to parse pid: '${text}'` : `invalid number '${text}'`);
  // A pid_t printed as unsigned: `-5` names /proc/4294967291.
  const target = text === undefined ? 0 : Number(text) >>> 0;
  const found: Entry[] = [];
  for (const n of namespaceTypes) {
    const all = options.has('a') && !options.has(n.letter);
    if (!options.has(n.letter) && !all) continue;
    // "It is not permitted to use setns(2) to reenter the caller's current user namespace" - setns(2)
    if (all && n.type === 'user' && sameNamespace(proc, target, n.type)) continue;
    const path = options.value(n.letter);
    if (path === undefined && target === 0)
      return ctx.fail(
        ctx.gnu
          ? `neither filename nor target pid supplied for ${nsFile(n.type)}`
          : `neither filename nor target pid supplied for ${nsFile(n.type)}`,
      );
    found.push({ type: n.type, path: path ?? `/proc/${target}/${nsFile(n.type)}` });
  }
  return found;
}

function sameNamespace(proc: Process, pid: number, type: NamespaceType): boolean {
  try {
    return proc.readlink(`/proc/${pid}/ns/${type}`) === proc.readlink(`/proc/self/ns/${type}`);
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

async function openOrFail(ctx: Context, path: string): Promise<number> {
  try {
    return await ctx.proc.open(path);
  } catch (error) {
    if (error instanceof Errno)
      return ctx.fail(ctx.gnu ? `cannot open ${path}: ${ctx.strerror(error)}` : `can't open '${path}': ${ctx.strerror(error)}`);
    throw error;
  }
}

/** "The default is to set the user ID and group ID to 0 when entering a user namespace" - nsenter(1). */
const idOf = (ctx: Context, options: Options, letter: 'S' | 'G'): number | undefined => {
  if (options.has(letter)) return Number(options.value(letter));
  return ctx.gnu && entersUser(options) ? 0 : undefined;
};

const entersUser = (options: Options): boolean => options.has('U') && !options.has('preserve-credentials');

async function program(ctx: Context, options: Options, refused: boolean): Promise<number> {
  const [command] = options.operands;
  const gid = idOf(ctx, options, 'G');
  // Groups that cannot be dropped are a failure only when they could not be before either.
  if (gid !== undefined && !refused) dropGroups(ctx.proc);
  await takeIdentity(ctx, { groups: gid !== undefined && refused ? [] : undefined, gid, uid: idOf(ctx, options, 'S') }, callWords);
  if (command !== undefined)
    return execCommand(ctx, options.operands, { message: (name) => (ctx.gnu ? `failed to execute ${name}` : `can't execute '${name}'`) });
  const shell = ctx.env.get('SHELL') || '/bin/sh';
  try {
    return await ctx.proc.exec(shell, [`-${shell.slice(shell.lastIndexOf('/') + 1)}`]);
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`failed to execute ${shell}: ${ctx.strerror(error)}`, 127);
    throw error;
  }
}

async function run(ctx: Context, options: Options): Promise<number> {
  const { proc } = ctx;
  if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
  if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
  if (options.has('a') && !options.has('t')) return ctx.fail('no target PID specified for --all');
  for (const [letter, kind] of [
    ['S', 'uid'],
    ['G', 'gid'],
  ] as const)
    // prettier-ignore
    if (options.has(letter) && !/^\d+$/.test(options.value(letter) ?? ''))
      return ctx.fail(`failed to parse ${kind}: '${options.value(letter)}'`);
  const list = await entries(ctx, options);
  const target = options.value('t') ?? '';
  const opened: { entry: Entry; fd: number }[] = [];
  for (const entry of list) opened.push({ entry, fd: await openOrFail(ctx, entry.path) });
  const directoryOf = (letter: string, link: string): string | undefined =>
    options.has(letter) ? (options.value(letter) ?? `/proc/${target}/${link}`) : undefined;
  const root = directoryOf('r', 'root');
  const directory = directoryOf('w', 'cwd');
  // Opened before the mount namespace changes, where the path still has its meaning.
  const rootFd = root === undefined ? undefined : await openOrFail(ctx, root);
  const directoryFd = directory === undefined ? undefined : await openOrFail(ctx, directory);
  const refused = ctx.gnu && entersUser(options) && !dropGroups(proc);
  for (const { entry, fd } of opened) {
    try {
      proc.setns(fd, entry.type);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu
            ? `reassociate to namespace '${nsFile(entry.type)}' failed: ${ctx.strerror(error)}`
            : `setns(): can't reassociate to namespace '${entry.type}': ${ctx.strerror(error)}`,
        );
      throw error;
    }
    proc.close(fd);
  }
  if (rootFd !== undefined) {
    const saved = directoryFd === undefined ? proc.getcwd() : undefined;
    proc.chroot(`/proc/self/fd/${rootFd}`);
    if (saved !== undefined) proc.chdir('/');
  }
  if (directoryFd !== undefined) proc.chdir(`/proc/self/fd/${directoryFd}`);
  for (const fd of [rootFd, directoryFd]) if (fd !== undefined) proc.close(fd);
  const enteredPid = list.some((e) => e.type === 'pid') && !options.has('F', 'no-fork');
  if (!enteredPid) return program(ctx, options, refused);
  let child: number;
  try {
    child = proc.fork(forked(ctx, (inner) => program(inner, options, refused)));
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`fork failed: ${ctx.strerror(error)}`);
    throw error;
  }
  for (;;) {
    const waited = await proc.wait(child, { untraced: true });
    if (!waited || waited.status.kind === 'continued') continue;
    if (waited.status.kind === 'stopped') {
      proc.kill(proc.pid, waited.status.signal);
      await proc.schedYield();
      proc.kill(child, 18);
      continue;
    }
    if (waited.status.kind === 'signaled') {
      proc.kill(proc.pid, waited.status.signal);
      await proc.schedYield();
    }
    return statusOf(waited.status);
  }
}

const long = Object.fromEntries(namespaceTypes.map((n) => [`${n.long}::`, n.letter]));

export const nsenter: Command = {
  gnu: {
    short: `+at:${namespaceTypes.map((n) => `${n.letter}::`).join('')}r::w::W:S:G:FhVZe`,
    long: {
      ...long,
      all: 'a',
      'target:': 't',
      'root::': 'r',
      'wd::': 'w',
      'wdns:': 'W',
      'follow-context': 'Z',
      'setuid:': 'S',
      'setgid:': 'G',
      'no-fork': 'F',
      'preserve-credentials': 'preserve-credentials',
    },
    package: 'util-linux',
    usage: '[options] [<program> [<argument>...]]',
    help: "\nRun a program with namespaces of other processes.\n\nOptions:\n -a, --all              enter all namespaces\n -t, --target <pid>     target process to get namespaces from\n -m, --mount[=<file>]   enter mount namespace\n -u, --uts[=<file>]     enter UTS namespace (hostname etc)\n -i, --ipc[=<file>]     enter System V IPC namespace\n -n, --net[=<file>]     enter network namespace\n -p, --pid[=<file>]     enter pid namespace\n -C, --cgroup[=<file>]  enter cgroup namespace\n -U, --user[=<file>]    enter user namespace\n -T, --time[=<file>]    enter time namespace\n -S, --setuid <uid>     set uid in entered namespace\n -G, --setgid <gid>     set gid in entered namespace\n     --preserve-credentials do not touch uids or gids\n -r, --root[=<dir>]     set the root directory\n -w, --wd[=<dir>]       set the working directory\n -W. --wdns <dir>       set the working directory in namespace\n -F, --no-fork          do not fork before exec'ing <program>\n -Z, --follow-context   set SELinux context according to --target PID\n\n -h, --help             display this help\n -V, --version          display version\n\nFor more details see nsenter(1).\n",
  },
  busybox: {
    short: `+t:${namespaceTypes.map((n) => `${n.letter}::`).join('')}r::w::F`,
    long: { ...long, 'target:': 't', 'root::': 'r', 'wd::': 'w', 'no-fork': 'F' },
    usage:
      "[OPTIONS] [PROG ARGS]\n\n\t-t PID\t\tTarget process to get namespaces from\n\t-m[FILE]\tEnter mount namespace\n\t-u[FILE]\tEnter UTS namespace (hostname etc)\n\t-i[FILE]\tEnter System V IPC namespace\n\t-n[FILE]\tEnter network namespace\n\t-p[FILE]\tEnter pid namespace\n\t-U[FILE]\tEnter user namespace\n\t-S UID\t\tSet uid in entered namespace\n\t-G GID\t\tSet gid in entered namespace\n\t--preserve-credentials\tDon't touch uids or gids\n\t-r[DIR]\t\tSet root directory\n\t-w[DIR]\t\tSet working directory\n\t-F\t\tDon't fork before exec'ing PROG",
  },
  run,
};
