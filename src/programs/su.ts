import { Errno, readText, signalNumber } from '../kernel';
import { Accounts } from './accounts';
import type { Command } from './command';
import { execCommand } from './exec';
import { takeIdentity } from './identity';

const gnuWords = { groups: 'cannot set groups', gid: 'cannot set group id', uid: 'cannot set user id' };
const busyboxWords = { groups: "can't set groups", gid: 'setgid', uid: 'setuid' };

export const su: Command = {
  gnu: {
    short: '+c:fg:G:lmpPs:w:hV',
    long: { 'command:': 'c', login: 'l', 'preserve-environment': 'p', 'shell:': 's', 'group:': 'g' },
    package: 'util-linux',
    usage: '[options] [-] [<user> [<argument>...]]',
    help: '\nChange the effective user ID and group ID to that of <user>.\n\nOptions:\n -, -l, --login               make the shell a login shell\n -c, --command <command>      pass a single command to the shell with -c\n -m, -p, --preserve-environment\n -s, --shell <shell>          run <shell> if /etc/shells allows it\n\nFor more details see su(1).\n',
  },
  busybox: {
    short: '+mplc:s:',
    usage:
      "[-lmp] [-s SH] [-] [USER [FILE ARGS | -c 'CMD' [ARG0 ARGS]]]\n\nRun shell under USER (by default, root)\n\n\t-,-l\tClear environment, go to home dir, run shell as login shell\n\t-p,-m\tDo not set new $HOME, $SHELL, $USER, $LOGNAME\n\t-c CMD\tCommand to pass to 'sh -c'\n\t-s SH\tShell to use instead of user's default",
  },
  rewrite: (args) => {
    // options may follow the user's name
    const out: string[] = [];
    const rest: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const a = args[i] as string;
      if (/^(-[csgGw]|--(command|shell|group))$/.test(a)) out.push(a, args[++i] ?? '');
      else if (a.startsWith('-') && a !== '-' && a !== '--' && rest.length < 2) out.push(a);
      else rest.push(a);
    }
    return [...out, ...(rest[0] === '--' ? [] : ['--']), ...rest];
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    const operands = [...options.operands];
    let login = options.has('l');
    if (operands[0] === '-') {
      login = true;
      operands.shift();
    }
    const name = operands.shift() ?? 'root';
    const accounts = await Accounts.load(proc);
    const user = accounts.user(name);
    if (!user) {
      if (ctx.gnu) {
        await ctx.stderr(`su: user ${name} does not exist or the user entry does not contain all the required fields\n`);
        return 1;
      }
      return ctx.fail(`unknown user ${name}`);
    }
    if (proc.credentials().euid !== 0) {
      await ctx.stderr(ctx.gnu ? 'Password: ' : '');
      await proc.read(0);
      return ctx.fail(ctx.gnu ? 'Authentication failure' : 'must be suid to work properly');
    }
    const shell = options.value('s') ?? (options.has('m', 'p') ? ctx.env.get('SHELL') : undefined) ?? (user.shell || '/bin/sh');
    const { env } = ctx;
    if (login) {
      const term = env.get('TERM');
      env.clear();
      if (term !== undefined) env.set('TERM', term);
      env.set(
        'PATH',
        user.uid === 0
          ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
          : '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games',
      );
    }
    if (!options.has('m', 'p')) {
      env.set('HOME', user.home);
      env.set('SHELL', shell);
      if (user.uid !== 0 || login) {
        env.set('USER', user.name);
        env.set('LOGNAME', user.name);
      }
    }
    await takeIdentity(ctx, { ...user, groups: accounts.groupsOf(user) }, ctx.gnu ? gnuWords : busyboxWords);
    try {
      if (login) proc.chdir(user.home);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.warn(
        ctx.gnu ? `warning: cannot change directory to ${user.home}: ${ctx.strerror(error)}` : `can't change directory to '${user.home}'`,
      );
    }
    const base = shell.slice(shell.lastIndexOf('/') + 1);
    const command = options.value('c');
    const argv = [login ? `-${base}` : base, ...(command === undefined ? [] : ['-c', command]), ...operands];
    try {
      return await proc.exec(shell, argv, env);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu ? `failed to execute ${shell}: ${ctx.strerror(error)}` : `can't execute '${shell}': ${ctx.strerror(error)}`,
          error.code === 'ENOENT' ? 127 : 126,
        );
      throw error;
    }
  },
};

export const setpriv: Command = {
  gnu: {
    short: '+dhV',
    long: {
      dump: 'd', nnp: 'nnp', 'no-new-privs': 'nnp', 'ambient-caps:': 'ambient-caps', 'inh-caps:': 'inh-caps', 'bounding-set:': 'bounding-set', 'ruid:': 'ruid', 'euid:': 'euid', 'rgid:': 'rgid', 'egid:': 'egid', 'reuid:': 'reuid', 'regid:': 'regid',
      'clear-groups': 'clear-groups', 'keep-groups': 'keep-groups', 'init-groups': 'init-groups', 'groups:': 'groups', 'pdeathsig:': 'pdeathsig', 'reset-env': 'reset-env', 'list-caps': 'list-caps',
    }, // prettier-ignore
    package: 'util-linux',
    usage: '[options] <program> [<argument>...]',
    usageStatus: 1,
    help: '\nRun a program with different privilege settings.\n\nOptions:\n -d, --dump               show current state (and do not exec)\n --nnp, --no-new-privs    disallow granting new privileges\n --ruid <uid|user>        set real uid\n --euid <uid|user>        set effective uid\n --reuid <uid|user>       set real and effective uid\n --regid <gid|group>      set real and effective gid\n --clear-groups           clear supplementary groups\n --keep-groups            keep supplementary groups\n --init-groups            initialize supplementary groups\n --groups <group>[,...]   set supplementary group(s) by name/gid\n --pdeathsig keep|clear|<signame>  set or clear parent death signal\n',
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    const accounts = await Accounts.load(proc);
    if (options.has('d')) {
      const c = proc.credentials();
      await ctx.write(
        `uid: ${c.ruid}\neuid: ${c.euid}\ngid: ${c.rgid}\negid: ${c.egid}\nSupplementary groups: ${c.groups.length > 0 ? c.groups.join(',') : '[none]'}\nno_new_privs: ${(await readText(proc, '/proc/self/status')).match(/^NoNewPrivs:\t(\d)/m)?.[1] ?? 0}\n`,
      );
      return 0;
    }
    if (options.operands.length === 0) return ctx.fail('No program specified');
    const id = async (name: string, find: (w: string) => number | undefined): Promise<number | undefined> => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      return find(text) ?? ctx.fail(`failed to parse ${name}: '${text}'`);
    };
    const uid =
      (await id('reuid', (w) => accounts.uid(w))) ??
      (await id('euid', (w) => accounts.uid(w))) ??
      (await id('ruid', (w) => accounts.uid(w)));
    const gid =
      (await id('regid', (w) => accounts.gid(w))) ??
      (await id('egid', (w) => accounts.gid(w))) ??
      (await id('rgid', (w) => accounts.gid(w)));
    if (gid !== undefined && !options.has('clear-groups', 'keep-groups', 'init-groups', 'groups'))
      return ctx.fail('--[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups');
    const attempt = async (what: string, call: () => void): Promise<void> => {
      try {
        call();
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(`${what} failed: ${ctx.strerror(error)}`, 127);
        throw error;
      }
    };
    if (options.has('nnp')) proc.setNoNewPrivs();
    if (gid !== undefined) await attempt('setresgid', () => proc.setgid(gid));
    if (options.has('clear-groups')) await attempt('setgroups', () => proc.setgroups([]));
    const groups = options.value('groups');
    if (groups !== undefined) await attempt('setgroups', () => proc.setgroups(groups.split(',').map((g) => accounts.gid(g) ?? 0)));
    const user = uid === undefined ? undefined : accounts.user(uid);
    if (options.has('init-groups') && user) await attempt('initgroups', () => proc.setgroups(accounts.groupsOf(user)));
    if (uid !== undefined) await attempt('setresuid', () => proc.setuid(uid));
    const death = options.value('pdeathsig');
    if (death !== undefined && death !== 'keep') proc.setParentDeathSignal?.(death === 'clear' ? 0 : (signalNumber(death) ?? 0));
    return execCommand(ctx, options.operands, { message: (name) => `failed to execute ${name}` });
  },
};
