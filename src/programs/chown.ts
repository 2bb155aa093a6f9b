import { Errno, type Stat } from '../kernel';
import { Accounts } from './accounts';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { joinPath, refuseRoot } from './path';

interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** As the messages of -v and -c name it. */
  readonly shown: string;
}

async function parseOwner(ctx: Context, text: string, accounts: Accounts): Promise<Owner> {
  const m = /^([^:.]*)(?:([:.])(.*))?$/.exec(text);
  const [name, separator, group] = [m?.[1] ?? '', m?.[2], m?.[3] ?? ''];
  const bad = (what: string): Promise<never> =>
    ctx.fail(ctx.gnu ? `invalid ${what}: ${ctx.quote(text)}` : `unknown ${what === 'user' ? `user ${name}` : `group ${group}`}`);
  const uid = name === '' ? -1 : accounts.uid(name);
  if (uid === undefined || uid > 0xfffffffe) return bad('user');
  if (separator === '.' && ctx.gnu && uid !== undefined) await ctx.warn(`warning: '.' should be ':': ${ctx.quote(text)}`);
  let gid: number | undefined = -1;
  if (separator !== undefined && group !== '') gid = accounts.gid(group);
  else if (separator === ':' && name !== '') gid = accounts.user(name)?.gid ?? accounts.user(uid)?.gid;
  if (gid === undefined) return bad(group === '' ? 'spec' : 'group');
  const groupName = group !== '' ? group : gid >= 0 ? accounts.groupName(gid) : '';
  return { uid, gid, shown: name + (groupName === '' ? '' : `:${groupName}`) };
}

async function change(ctx: Context, path: string, owner: Owner, accounts: Accounts, options: Options, argument: boolean): Promise<void> {
  const { proc } = ctx;
  const before = (s: Stat): string =>
    [...(owner.uid >= 0 ? [accounts.userName(s.uid)] : []), ...(owner.gid >= 0 ? [accounts.groupName(s.gid)] : [])].join(':');
  const follow = !options.has('h') && !(options.has('R') && !options.has('L') && !(options.has('H') && argument));
  let stat: Stat;
  const group = ctx.shortName === 'chgrp';
  try {
    stat = follow ? proc.stat(path) : proc.lstat(path);
  } catch (error) {
    if (options.has('f')) return void (ctx.status = 1);
    if (options.has('v') && ctx.gnu)
      ctx.out.put(`failed to change ${group ? 'group' : 'ownership'} of ${ctx.quote(path)} to ${owner.shown}\n`);
    return ctx.perror(ctx.gnu ? `cannot ${follow && statExists(ctx, path) ? 'dereference' : 'access'} ${ctx.quote(path)}` : path, error);
  }
  if (options.has('R') && stat.type === 'directory') {
    let names: string[] = [];
    try {
      names = proc.readdir(path).map((e) => e.name);
    } catch (error) {
      await ctx.perror(ctx.gnu ? `cannot read directory ${ctx.quote(path)}` : path, error);
    }
    for (const name of names) await change(ctx, joinPath(path, name), owner, accounts, options, false);
  }
  try {
    proc.chown(path, owner.uid, owner.gid, { noFollow: !follow });
  } catch (error) {
    if (options.has('f') && error instanceof Errno) return void (ctx.status = 1);
    return ctx.perror(ctx.gnu ? `changing ${group ? 'group' : 'ownership'} of ${ctx.quote(path)}` : path, error);
  }
  const changed = (owner.uid >= 0 && owner.uid !== stat.uid) || (owner.gid >= 0 && owner.gid !== stat.gid);
  if (!ctx.gnu && (options.has('v') || (options.has('c') && changed)))
    await ctx.line(`changed ownership of '${path}' to ${owner.uid >= 0 ? owner.uid : stat.uid}:${owner.gid >= 0 ? owner.gid : stat.gid}`);
  if (!ctx.gnu || !(options.has('v') || (options.has('c') && changed))) return;
  const what = `${group ? 'group' : 'ownership'} of ${ctx.quote(path)}`;
  await ctx.line(changed ? `changed ${what} from ${before(stat)} to ${owner.shown}` : `${what} retained as ${before(stat)}`);
}

function statExists(ctx: Context, path: string): boolean {
  try {
    ctx.proc.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

const long = {
  changes: 'c',
  silent: 'f',
  quiet: 'f',
  verbose: 'v',
  dereference: 'dereference',
  'no-dereference': 'h',
  recursive: 'R',
  'reference:': 'reference',
  'from:': 'from',
  'preserve-root': 'preserve-root',
  'no-preserve-root': 'no-preserve-root',
};

const make = (kind: 'chown' | 'chgrp'): Command => ({
  gnu: {
    short: 'HLPRcfhv',
    long,
    usage: `[OPTION]... ${kind === 'chown' ? '[OWNER][:[GROUP]]' : 'GROUP'} FILE...\n[OPTION]... --reference=RFILE FILE...`,
    help: `Change the ${kind === 'chown' ? 'owner and/or group' : 'group'} of each FILE.\n\n  -f, --silent, --quiet  fewer messages\n  -h, --no-dereference   affect symbolic links themselves\n  -R, --recursive        operate on files and directories recursively\n  -v, --verbose          report every file\n      --reference=RFILE  use RFILE's\n`,
  },
  busybox: {
    short: 'RhLHPcvf',
    usage:
      kind === 'chown'
        ? "[-RhLHPcvf]... USER[:[GRP]] FILE...\n\nChange the owner and/or group of FILEs to USER and/or GRP\n\n\t-h\tAffect symlinks instead of symlink targets\n\t-L\tTraverse all symlinks to directories\n\t-H\tTraverse symlinks on command line only\n\t-P\tDon't traverse symlinks (default)\n\t-R\tRecurse\n\t-c\tList changed files\n\t-v\tVerbose\n\t-f\tHide errors"
        : "[-RhLHPcvf]... GROUP FILE...\n\nChange the group membership of FILEs to GROUP\n\n\t-h\tAffect symlinks instead of symlink targets\n\t-L\tTraverse all symlinks to directories\n\t-H\tTraverse symlinks on command line only\n\t-P\tDon't traverse symlinks (default)\n\t-R\tRecurse\n\t-c\tList changed files\n\t-v\tVerbose\n\t-f\tHide errors",
  },
  run: async (ctx, options) => {
    let operands = [...options.operands];
    const accounts = await Accounts.load(ctx.proc);
    const reference = options.value('reference');
    let owner: Owner;
    if (reference !== undefined) {
      const s = ctx.proc.stat(reference);
      owner = { uid: kind === 'chown' ? s.uid : -1, gid: s.gid, shown: `${kind === 'chown' ? `${accounts.userName(s.uid)}:` : ''}${accounts.groupName(s.gid)}` }; // prettier-ignore
    } else {
      const [text] = operands;
      if (text === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
      if (operands.length === 1) return ctx.gnu ? ctx.usage(`missing operand after ${ctx.quoteWord(text)}`) : ctx.usage();
      if (kind === 'chown') owner = await parseOwner(ctx, text, accounts);
      else {
        const gid = accounts.gid(text);
        if (gid === undefined) return ctx.fail(ctx.gnu ? `invalid group: ${ctx.quote(text)}` : `unknown group ${text}`);
        owner = { uid: -1, gid, shown: text };
      }
      operands = operands.slice(1);
    }
    if (ctx.gnu && options.has('R') && options.last('preserve-root', 'no-preserve-root') === 'preserve-root')
      await refuseRoot(ctx, operands);
    for (const path of operands) await change(ctx, path, owner, accounts, options, true);
    return ctx.status;
  },
});

export const chown = make('chown');
export const chgrp = make('chgrp');
