import { Errno } from '../kernel';
import { Accounts } from './accounts';
import type { Command } from './command';
import { execCommand } from './exec';

export const chroot: Command = {
  gnu: {
    short: '+',
    long: { 'groups:': 'groups', 'userspec:': 'userspec', 'skip-chdir': 'skip-chdir' },
    usage: '[OPTION] NEWROOT [COMMAND [ARG]...]\nOPTION',
    usageStatus: 125,
    help: 'Run COMMAND with root directory set to NEWROOT.\n\n      --groups=G_LIST        supplementary groups\n      --userspec=USER:GROUP  user and group (ID or name) to use\n      --skip-chdir           do not change the working directory to /\n',
  },
  busybox: { short: '+', usage: 'NEWROOT [PROG ARGS]\n\nRun PROG with root directory set to NEWROOT' },
  run: async (ctx, options) => {
    const { proc } = ctx;
    const [root, ...argv] = options.operands;
    if (root === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    try {
      proc.chroot(root);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu
            ? `cannot change root directory to ${ctx.quote(root)}: ${ctx.strerror(error)}`
            : `can't change root directory to '${root}': ${ctx.strerror(error)}`,
          ctx.gnu ? 125 : 1,
        );
      throw error;
    }
    if (!options.has('skip-chdir')) proc.chdir('/');
    const spec = options.value('userspec');
    if (spec !== undefined) {
      const accounts = await Accounts.load(proc);
      const [user = '', group] = spec.split(':');
      const uid = accounts.uid(user);
      const gid = group === undefined ? accounts.user(user)?.gid : accounts.gid(group);
      if (uid === undefined) return ctx.fail('invalid user', 125);
      if (gid !== undefined) proc.setgid(gid);
      proc.setuid(uid);
    }
    const shell = ctx.env.get('SHELL') || '/bin/sh';
    const command = argv.length > 0 ? argv : [shell, '-i'];
    return execCommand(ctx, command, {
      message: (name) => (ctx.gnu ? `failed to run command ${ctx.quote(name)}` : `can't execute '${name}'`),
    });
  },
};
