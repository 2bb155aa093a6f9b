import { Errno } from '../kernel';
import { Accounts } from './accounts';
import type { Command } from './command';
import { execCommand } from './exec';
import { takeIdentity } from './identity';

const words = { groups: 'failed to set supplemental groups', gid: 'failed to set group-ID', uid: 'failed to set user-ID' };

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
    const list = options.value('groups');
    if (spec !== undefined || list !== undefined) {
      const accounts = await Accounts.load(proc);
      const [userText = '', groupText = ''] = (spec ?? '').split(':');
      const uid = userText === '' ? undefined : accounts.uid(userText);
      if (userText !== '' && uid === undefined) return ctx.fail('invalid user', 125);
      const user = uid === undefined ? undefined : accounts.user(uid);
      const gid = groupText === '' ? user?.gid : accounts.gid(groupText);
      if (groupText !== '' && gid === undefined) return ctx.fail('invalid group', 125);
      if (uid !== undefined && gid === undefined) return ctx.fail(`no group specified for unknown uid: ${uid}`, 125);
      // Without --groups: those of the user, with the new group; none for a user without an entry.
      let groups = uid === undefined ? undefined : user ? accounts.groupsOf({ ...user, gid: gid ?? user.gid }) : [];
      if (list !== undefined) {
        groups = [];
        for (const name of list.split(',').filter(Boolean))
          groups.push(accounts.gid(name) ?? (await ctx.fail(`invalid group ${ctx.quote(name)}`, 125)));
      }
      await takeIdentity(ctx, { groups, gid, uid }, words, 125);
    }
    const shell = ctx.env.get('SHELL') || '/bin/sh';
    const command = argv.length > 0 ? argv : [shell, '-i'];
    return execCommand(ctx, command, {
      message: (name) => (ctx.gnu ? `failed to run command ${ctx.quote(name)}` : `can't execute '${name}'`),
    });
  },
};
