import { Accounts } from './accounts';
import type { Command, Context } from './command';
import { readText } from './input';
import { isAddress, resolve } from './resolver';

type Database = (ctx: Context, keys: readonly string[]) => Promise<number>;

/** Nothing was found for one of the keys. */
const notFound = 2;

/** Lines of a file, each split at its colons. */
const rows = async (ctx: Context, path: string): Promise<string[]> =>
  (await readText(ctx.proc, path).catch(() => '')).split('\n').filter((line) => line.replace(/#.*/, '').trim() !== '');

const colons = (path: string): Database => {
  return async (ctx, keys) => {
    const lines = await rows(ctx, path);
    if (keys.length === 0) for (const line of lines) await ctx.line(line);
    let status = 0;
    for (const key of keys) {
      const found = lines.find((line) => {
        const [name, , id] = line.split(':');
        return name === key || (/^\d+$/.test(key) && id === key);
      });
      if (found === undefined) status = notFound;
      else await ctx.line(found);
    }
    return status;
  };
};

/** /etc/services, /etc/protocols: a name, a number, other names. */
const table = (path: string): Database => {
  return async (ctx, keys) => {
    const lines = (await rows(ctx, path)).map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    const show = ([name = '', number = '', ...more]: readonly string[]): string => `${name.padEnd(22)}${number}${more.map((m) => ` ${m}`).join('')}`; // prettier-ignore
    if (keys.length === 0) for (const fields of lines) await ctx.line(show(fields));
    let status = 0;
    for (const key of keys) {
      const found = lines.find(([name, number = '', ...more]) => [name, number, number.split('/')[0], ...more].includes(key));
      if (found) await ctx.line(show(found));
      else status = notFound;
    }
    return status;
  };
};

const hostFiles = async (ctx: Context): Promise<string[][]> =>
  (await rows(ctx, '/etc/hosts')).map((line) => line.replace(/#.*/, '').trim().split(/\s+/));

const hosts: Database = async (ctx, keys) => {
  const lines = await hostFiles(ctx);
  const show = (address: string, names: readonly string[]) => ctx.line(`${address.padEnd(15)} ${names.join(' ')}`);
  if (keys.length === 0) for (const [address = '', ...names] of lines) await show(address, names);
  let status = 0;
  for (const key of keys) {
    // an address of the sixth version is preferred
    const known = lines
      .filter(([address, ...names]) => address === key || names.includes(key))
      .sort(([a = ''], [b = '']) => Number(b.includes(':')) - Number(a.includes(':')));
    if (known[0]) await show(known[0][0] as string, known[0].slice(1));
    else {
      const address = isAddress(key) ? undefined : await resolve(ctx.proc, key);
      if (address === undefined) status = notFound;
      else await show(address, [key]);
    }
  }
  return status;
};

const ahosts: Database = async (ctx, keys) => {
  let status = 0;
  for (const key of keys) {
    const address = await resolve(ctx.proc, key);
    if (address === undefined) status = notFound;
    else
      for (const [i, type] of ['STREAM', 'DGRAM', 'RAW'].entries()) await ctx.line(`${address.padEnd(15)} ${type.padEnd(6)} ${i === 0 ? key : ''}`); // prettier-ignore
  }
  return status;
};

/** A user's groups: `initgroups`. */
const initgroups: Database = async (ctx, keys) => {
  const accounts = await Accounts.load(ctx.proc);
  for (const key of keys) {
    const user = accounts.user(key);
    await ctx.line(`${key.padEnd(21)} ${(user ? accounts.groupsOf(user).slice(1) : []).join(' ')}`.trimEnd());
  }
  return 0;
};

const databases: Readonly<Record<string, Database>> = {
  ahosts, ahostsv4: ahosts, group: colons('/etc/group'), gshadow: colons('/etc/gshadow'), hosts, initgroups, networks: table('/etc/networks'),
  passwd: colons('/etc/passwd'), protocols: table('/etc/protocols'), services: table('/etc/services'), shadow: colons('/etc/shadow'),
}; // prettier-ignore

const hint = "Try `getent --help' or `getent --usage' for more information.\n";

export const getent: Command = {
  gnu: {
    short: '+s:i?V',
    long: { 'no-idn': 'i', 'service:': 's' },
    package: 'glibc',
    usage: '[OPTION...] database [key ...]',
    help: `Get entries from administrative database.\n\n  -i, --no-idn               disable IDN encoding\n  -s, --service=CONFIG       Service configuration to be used\n\nSupported databases:\n${Object.keys(databases).join(' ')}\n`,
  },
  run: async (ctx, options) => {
    const [name, ...keys] = options.operands;
    if (name === undefined) {
      await ctx.warn('wrong number of arguments');
      await ctx.write(hint);
      return 1;
    }
    const database = Object.hasOwn(databases, name) ? databases[name] : undefined;
    if (database) return database(ctx, keys);
    await ctx.stderr(`Unknown database: ${name}\n`);
    await ctx.write(hint);
    return 1;
  },
};
