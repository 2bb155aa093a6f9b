import { Errno, type NamespaceType, SIG, signalNumber } from '../kernel';
import { Accounts } from './accounts';
import { type Command, type Context, forked } from './command';
import { execCommand } from './exec';
import type { Options } from './getopt';
import { callWords, takeIdentity } from './identity';
import { writeFile } from './input';
import { namespaceTypes } from './namespace-types';

function wanted(ctx: Context, options: Options): Set<NamespaceType> {
  const types = new Set<NamespaceType>();
  for (const n of namespaceTypes) if (options.has(n.letter)) types.add(n.type);
  if (options.has('mount-proc')) types.add('mnt');
  if (ctx.gnu && options.has('r', 'c', 'map-user', 'map-group', 'map-users', 'map-groups', 'map-auto')) types.add('user');
  if (!ctx.gnu && options.has('r')) types.add('user');
  return types;
}

const pinned = (options: Options): { type: NamespaceType; path: string }[] =>
  namespaceTypes.flatMap((n) => {
    const path = options.value(n.letter);
    return path === undefined ? [] : [{ type: n.type, path }];
  });

const unparsed = (ctx: Context, kind: 'uid' | 'gid', text: string): Promise<never> => ctx.fail(`failed to parse ${kind}: '${text}'`);

async function writeMaps(ctx: Context, options: Options, before: { uid: number; gid: number }): Promise<void> {
  const { proc } = ctx;
  const accounts = await Accounts.load(proc);
  const uidText = options.value('map-user');
  const gidText = options.value('map-group');
  const mapping = options.last('r', 'c');
  const inner = mapping === 'r' ? { uid: 0, gid: 0 } : mapping === 'c' ? before : undefined;
  const id = async (kind: 'uid' | 'gid', text: string): Promise<number> => accounts[kind](text) ?? unparsed(ctx, kind, text);
  const uid = uidText === undefined ? inner?.uid : await id('uid', uidText);
  const gid = gidText === undefined ? inner?.gid : await id('gid', gidText);
  const write = async (file: string, text: string): Promise<void> => {
    try {
      await writeFile(proc, `/proc/self/${file}`, text);
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`write failed /proc/self/${file}: ${ctx.strerror(error)}`);
      throw error;
    }
  };
  if (uid !== undefined) await write('uid_map', `${uid} ${before.uid} 1`);
  if (gid !== undefined) {
    await write('setgroups', 'deny');
    await write('gid_map', `${gid} ${before.gid} 1`);
  }
  // "permanently disabling setgroups after … writing the gid_map is not allowed" - kernel/user_namespace.c
  const setgroups = options.value('setgroups');
  if (setgroups !== undefined) await write('setgroups', setgroups);
}

/** Each is a clock of time_namespaces(7), and the option that sets it. */
const clocks = ['monotonic', 'boottime'] as const;

async function writeOffset(ctx: Context, clock: (typeof clocks)[number], seconds: string): Promise<void> {
  try {
    await writeFile(ctx.proc, '/proc/self/timens_offsets', `${clock} ${seconds} 0`);
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`failed to write to /proc/self/timens_offsets: ${ctx.strerror(error)}`);
    throw error;
  }
}

async function inside(ctx: Context, options: Options): Promise<number> {
  const { proc } = ctx;
  const root = options.value('R');
  const directory = options.value('w');
  const attempt = async (what: string, call: () => void): Promise<void> => {
    try {
      call();
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`${what}: ${ctx.strerror(error)}`);
      throw error;
    }
  };
  const mountPoint = options.has('mount-proc') ? (options.value('mount-proc') ?? '/proc') : undefined;
  if (root !== undefined) {
    await attempt(`cannot change root directory to '${root}'`, () => proc.chroot(root));
    await attempt("cannot chdir to '/'", () => proc.chdir('/'));
  }
  if (directory !== undefined) await attempt(`cannot chdir to '${directory}'`, () => proc.chdir(directory));
  if (mountPoint !== undefined) {
    if (root === undefined)
      await attempt(ctx.gnu ? `cannot change ${mountPoint} filesystem propagation` : `can't mount '${mountPoint}'`, () =>
        quietly(() => proc.mount('none', mountPoint, '', { propagation: 'private', recursive: true })),
      );
    await attempt(ctx.gnu ? `mount ${mountPoint} failed` : "can't mount '/proc'", () =>
      proc.mount('proc', mountPoint, 'proc', { nosuid: true, noexec: true, nodev: true }),
    );
  }
  const [gid, uid] = (['G', 'S'] as const).map((letter) => (options.has(letter) ? Number(options.value(letter)) : undefined));
  await takeIdentity(ctx, { groups: gid === undefined ? undefined : [], gid, uid }, callWords);
  const [command, ...args] = options.operands;
  const shell = ctx.env.get('SHELL') || '/bin/sh';
  const argv = command === undefined ? [ctx.gnu ? `-${shell.slice(shell.lastIndexOf('/') + 1)}` : shell] : [command, ...args];
  if (command === undefined) {
    try {
      return await proc.exec(shell, argv);
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`failed to execute ${shell}: ${ctx.strerror(error)}`, 127);
      throw error;
    }
  }
  return execCommand(ctx, argv, { message: (name) => (ctx.gnu ? `failed to execute ${name}` : `can't execute '${name}'`) });
}

/** EINVAL: the mount point is no mount; the mount that follows says what is wrong. */
function quietly(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

/** Waits for the child, and ends as it ended: with its status, or by its signal. */
async function follow(ctx: Context, child: number): Promise<number> {
  const { proc } = ctx;
  for (;;) {
    const waited = await proc.wait(child);
    if (!waited || waited.status.kind === 'stopped' || waited.status.kind === 'continued') continue;
    if (waited.status.kind === 'exited') return waited.status.code;
    const { signal } = waited.status;
    if (ctx.gnu) {
      // util-linux restores the mask it never saved here for KILL and STOP, which cannot be caught either.
      try {
        proc.sigaction(signal, 'default');
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        return ctx.fail('sigprocmask unblock failed: Invalid argument');
      }
    } else quietly(() => proc.sigaction(signal, 'default'));
    proc.kill(proc.pid, signal);
    await proc.schedYield();
    return 128 + signal;
  }
}

async function run(ctx: Context, options: Options): Promise<number> {
  const { proc } = ctx;
  if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
  for (const [letter, kind] of [
    ['S', 'uid'],
    ['G', 'gid'],
  ] as const) {
    const text = options.value(letter);
    if (text !== undefined && !/^\d+$/.test(text)) return unparsed(ctx, kind, text);
  }
  const killName = options.value('kill-child');
  if (killName !== undefined && signalNumber(killName) === undefined) return ctx.fail(`unknown signal: ${killName}`);
  const setgroups = options.value('setgroups');
  if (ctx.gnu && setgroups !== undefined && setgroups !== 'allow' && setgroups !== 'deny')
    return ctx.fail(`unsupported --setgroups argument '${setgroups}'`);
  if (options.has('V')) return (await ctx.write(ctx.versionText()), 0);
  if (ctx.gnu && setgroups === 'allow' && options.has('r', 'c', 'map-group'))
    return ctx.fail('options --setgroups=allow and --map-group are mutually exclusive');
  const propagation = options.value('propagation') ?? 'private';
  if (!['private', 'shared', 'slave', 'unchanged'].includes(propagation)) return ctx.fail(`unsupported propagation mode: ${propagation}`);
  const types = wanted(ctx, options);
  const { euid, egid } = proc.credentials();
  const kept = pinned(options);
  for (const range of [...options.values('map-users'), ...options.values('map-groups')])
    if (!/^\d+,\d+,\d+$/.test(range)) return ctx.fail(`could not parse ID: '${range}'`);
  if (options.has('map-users', 'map-groups', 'map-auto'))
    return ctx.fail(
      `failed to execute ${options.has('map-users', 'map-auto') ? 'newuidmap' : 'newgidmap'}: No such file or directory`,
      127,
    );
  for (const clock of clocks) {
    const text = options.value(clock);
    if (text === undefined) continue;
    if (!/^-?\d+$/.test(text)) return ctx.fail(`failed to parse ${clock} offset: '${text}'`);
    if (!types.has('time')) return ctx.fail('options --monotonic and --boottime require unsharing of a time namespace (-t)');
  }
  try {
    proc.unshare([...types]);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const flags = namespaceTypes.filter((n) => types.has(n.type)).reduce((f, n) => f | n.flag, 0);
    return ctx.fail(ctx.gnu ? `unshare failed: ${ctx.strerror(error)}` : `unshare(0x${flags.toString(16)}): ${ctx.strerror(error)}`);
  }
  if (types.has('user')) await writeMaps(ctx, options, { uid: euid, gid: egid });
  for (const clock of clocks) if (options.has(clock)) await writeOffset(ctx, clock, options.value(clock) ?? '');
  if (types.has('mnt') && propagation !== 'unchanged')
    quietly(() => proc.mount('none', '/', '', { propagation: propagation as 'private', recursive: true }));
  for (const { type, path } of kept.filter((k) => k.type !== 'pid')) await pin(ctx, type, path);
  if (!options.has('f')) return inside(ctx, options);
  // "…forked program… the parent ignores SIGINT and SIGTERM" while it waits - unshare(1)
  const previous = [SIG.INT, SIG.TERM].map((s) => [s, proc.sigaction(s)] as const);
  if (ctx.gnu) for (const [s] of previous) proc.sigaction(s, 'ignore');
  const killSignal = options.has('kill-child') ? (signalNumber(options.value('kill-child') ?? 'KILL') ?? SIG.KILL) : undefined;
  const child = proc.fork(
    forked(ctx, (inner) => {
      for (const [s, disposition] of previous) inner.proc.sigaction(s, disposition === 'ignore' ? 'ignore' : 'default');
      if (killSignal !== undefined) inner.proc.setParentDeathSignal?.(killSignal);
      return inside(inner, options);
    }),
  );
  for (const { type, path } of kept.filter((k) => k.type === 'pid')) await pin(ctx, type, path, child);
  return follow(ctx, child);
}

async function pin(ctx: Context, type: NamespaceType, path: string, pid = ctx.proc.pid): Promise<void> {
  const from = `/proc/${pid}/ns/${type}`;
  try {
    ctx.proc.mount(from, path, '', { bind: true });
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`mount ${from} on ${path} failed: ${ctx.strerror(error)}`);
    throw error;
  }
}

const letters = namespaceTypes.map((n) => `${n.letter}::`).join('');

export const unshare: Command = {
  gnu: {
    short: `+${namespaceTypes.map((n) => n.letter).join('')}fhVrcR:w:S:G:`,
    long: {
      ...Object.fromEntries(namespaceTypes.map((n) => [`${n.long}::`, n.letter])), fork: 'f', 'mount-proc::': 'mount-proc', 'map-root-user': 'r', 'map-current-user': 'c', 'map-user:': 'map-user',
      'map-group:': 'map-group', 'map-users:': 'map-users', 'map-groups:': 'map-groups', 'map-auto': 'map-auto', 'propagation:': 'propagation', 'setgroups:': 'setgroups', 'kill-child::': 'kill-child', 'root:': 'R', 'wd:': 'w',
      'setuid:': 'S', 'setgid:': 'G', 'keep-caps': 'keep-caps', 'monotonic:': 'monotonic', 'boottime:': 'boottime',
    }, // prettier-ignore
    package: 'util-linux',
    usage: '[options] [<program> [<argument>...]]',
    help: '\nRun a program with some namespaces unshared from the parent.\n\nOptions:\n -m, --mount[=<file>]      unshare mounts namespace\n -u, --uts[=<file>]        unshare UTS namespace (hostname etc)\n -i, --ipc[=<file>]        unshare System V IPC namespace\n -n, --net[=<file>]        unshare network namespace\n -p, --pid[=<file>]        unshare pid namespace\n -U, --user[=<file>]       unshare user namespace\n -C, --cgroup[=<file>]     unshare cgroup namespace\n -T, --time[=<file>]       unshare time namespace\n\n -f, --fork                fork before launching <program>\n --map-user=<uid>|<name>   map current user to uid (implies --user)\n --map-group=<gid>|<name>  map current group to gid (implies --user)\n -r, --map-root-user       map current user to root (implies --user)\n -c, --map-current-user    map current user to itself (implies --user)\n --map-auto                map users and groups automatically (implies --user)\n --map-users=<outeruid>,<inneruid>,<count>\n                           map count users from outeruid to inneruid (implies --user)\n --map-groups=<outergid>,<innergid>,<count>\n                           map count groups from outergid to innergid (implies --user)\n\n --kill-child[=<signame>]  when dying, kill the forked child (implies --fork)\n                             defaults to SIGKILL\n --mount-proc[=<dir>]      mount proc filesystem first (implies --mount)\n --propagation slave|shared|private|unchanged\n                           modify mount propagation in mount namespace\n --setgroups allow|deny    control the setgroups syscall in user namespaces\n --keep-caps               retain capabilities granted in user namespaces\n\n -R, --root=<dir>          run the command with root directory set to <dir>\n -w, --wd=<dir>            change working directory to <dir>\n -S, --setuid <uid>        set uid in entered namespace\n -G, --setgid <gid>        set gid in entered namespace\n --monotonic <offset>      set clock monotonic offset (seconds) in time namespaces\n --boottime <offset>       set clock boottime offset (seconds) in time namespaces\n\n -h, --help                display this help\n -V, --version             display version\n\nFor more details see unshare(1).\n',
  },
  busybox: {
    short: `+${letters.replaceAll('::', '')}fr`,
    long: {
      ...Object.fromEntries(namespaceTypes.map((n) => [`${n.long}::`, n.letter])),
      fork: 'f',
      'map-root-user': 'r',
      'mount-proc::': 'mount-proc',
      'propagation:': 'propagation',
      'setgroups:': 'setgroups',
    },
    usage:
      '[OPTIONS] [PROG ARGS]\n\n\t-m,--mount[=FILE]\tUnshare mount namespace\n\t-u,--uts[=FILE]\t\tUnshare UTS namespace (hostname etc.)\n\t-i,--ipc[=FILE]\t\tUnshare System V IPC namespace\n\t-n,--net[=FILE]\t\tUnshare network namespace\n\t-p,--pid[=FILE]\t\tUnshare PID namespace\n\t-U,--user[=FILE]\tUnshare user namespace\n\t-f\t\t\tFork before execing PROG\n\t-r\t\t\tMap current user to root (implies -U)\n\t--mount-proc[=DIR]\tMount /proc filesystem first (implies -m)\n\t--propagation slave|shared|private|unchanged\n\t\t\t\tModify mount propagation in mount namespace\n\t--setgroups allow|deny\tControl the setgroups syscall in user namespaces',
  },
  run,
};
