import { Accounts } from './accounts';
import type { Command } from './command';

export const id: Command = {
  gnu: {
    short: 'agGnruzZ',
    long: { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z', context: 'Z' },
    usage: '[OPTION]... [USER]...',
    help: 'Print user and group information for each USER, or for the current process.\n\n  -g, --group    only the effective group ID\n  -G, --groups   all group IDs\n  -n, --name     a name instead of a number, for -ugG\n  -r, --real     the real ID, with -ugG\n  -u, --user     only the effective user ID\n  -z, --zero     delimit by NUL\n',
  },
  busybox: {
    short: 'unrgGZ',
    usage:
      '[-ugGnr] [USER]\n\nPrint information about USER or the current user\n\n\t-u\tUser ID\n\t-g\tGroup ID\n\t-G\tSupplementary group IDs\n\t-n\tPrint names instead of numbers\n\t-r\tPrint real ID instead of effective ID',
  },
  run: async (ctx, options) => {
    const accounts = await Accounts.load(ctx.proc);
    if (ctx.gnu && options.has('Z')) return ctx.fail('--context (-Z) works only on an SELinux-enabled kernel');
    const one = ['u', 'g', 'G'].filter((o) => options.has(o));
    if (ctx.gnu && one.length > 1) return ctx.fail('cannot print "only" of more than one choice');
    if (!ctx.gnu && one.length === 0 && options.has('n', 'r')) return ctx.usage();
    if (ctx.gnu && one.length === 0 && options.has('n', 'r')) return ctx.fail('cannot print only names or real IDs in default format');
    if (ctx.gnu && one.length === 0 && options.has('z')) return ctx.fail('option --zero not permitted in default format');
    const end = options.has('z') ? '\0' : '\n';
    for (const name of options.operands.length > 0 ? options.operands : [undefined]) {
      const user =
        name === undefined ? undefined : (accounts.user(name) ?? (/^\d+$/.test(name) && ctx.gnu ? accounts.user(Number(name)) : undefined));
      if (name !== undefined && !user) {
        await ctx.warn(ctx.gnu ? `${ctx.quoteWord(name)}: no such user` : `unknown user ${name}`);
        ctx.status = 1;
        continue;
      }
      const c = ctx.proc.credentials();
      const uid = user?.uid ?? (options.has('r') || !one.length ? c.ruid : c.euid);
      const gid = user?.gid ?? (options.has('r') || !one.length ? c.rgid : c.egid);
      const supplementary = user ? accounts.groupsOf(user) : [...new Set([...(one[0] === 'G' || ctx.gnu ? [c.egid] : []), ...c.groups])];
      const uidText = (n: number): string => `${n}${accounts.user(n) ? `(${accounts.userName(n)})` : ''}`;
      const gidText = (n: number): string => `${n}${accounts.group(n) ? `(${accounts.groupName(n)})` : ''}`;
      const missing = async (kind: 'user' | 'group', n: number): Promise<string> => {
        await ctx.warn(ctx.gnu ? `cannot find name for ${kind} ID ${n}` : `unknown ID ${n}`);
        ctx.status = 1;
        return String(n);
      };
      if (one[0] === 'u')
        await ctx.write((options.has('n') ? (accounts.user(uid)?.name ?? (await missing('user', uid))) : String(uid)) + end);
      else if (one[0] === 'g')
        await ctx.write((options.has('n') ? (accounts.group(gid)?.name ?? (await missing('group', gid))) : String(gid)) + end);
      else if (one[0] === 'G') {
        const all = [...new Set([gid, ...supplementary])];
        const words: string[] = [];
        for (const g of all) words.push(options.has('n') ? (accounts.group(g)?.name ?? (await missing('group', g))) : String(g));
        await ctx.write(words.join(options.has('z') ? '\0' : ' ') + end);
      } else {
        let text = `uid=${uidText(uid)} gid=${gidText(gid)}`;
        if (!user && c.euid !== c.ruid) text += ` euid=${uidText(c.euid)}`;
        if (!user && c.egid !== c.rgid) text += ` egid=${gidText(c.egid)}`;
        if (supplementary.length > 0) text += ` groups=${supplementary.map(gidText).join(',')}`;
        await ctx.line(text);
      }
    }
    return ctx.status;
  },
};

export const whoami: Command = {
  gnu: { short: '', usage: '[OPTION]...', help: 'Print the user name of the effective user ID.\n' },
  busybox: { usage: '\n\nPrint the user name associated with the current effective user id' },
  run: async (ctx, options) => {
    if (options.operands.length > 0)
      return ctx.usage(ctx.gnu ? `extra operand ${ctx.quoteWord(options.operands[0] as string)}` : undefined);
    const { euid } = ctx.proc.credentials();
    const user = (await Accounts.load(ctx.proc)).user(euid);
    if (!user) return ctx.fail(ctx.gnu ? `cannot find name for user ID ${euid}` : `unknown uid ${euid}`);
    await ctx.line(user.name);
    return 0;
  },
};

export const groups: Command = {
  gnu: { short: '', usage: '[OPTION]... [USERNAME]...', help: 'Print group memberships.\n' },
  busybox: { short: '', usage: '[USER]\n\nPrint the groups USER is in' },
  run: async (ctx, options) => {
    const accounts = await Accounts.load(ctx.proc);
    const c = ctx.proc.credentials();
    if (options.operands.length === 0) await ctx.line([...new Set([c.egid, ...c.groups])].map((g) => accounts.groupName(g)).join(' '));
    for (const name of options.operands) {
      const user = accounts.user(name);
      if (user)
        await ctx.line(`${ctx.gnu ? `${name} : ` : ''}${accounts.groupsOf(user).map((g) => accounts.groupName(g)).join(' ')}`); // prettier-ignore
      else await ctx.perrorText(ctx.gnu ? `${ctx.quoteWord(name)}: no such user` : `unknown user ${name}`);
    }
    return ctx.status;
  },
};
