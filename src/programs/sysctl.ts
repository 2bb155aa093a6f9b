import { Errno } from '../kernel';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readText, writeFile } from './input';

const root = '/proc/sys';
/** A name's separator is whichever of `.` and `/` comes first in it. */
const fileOf = (key: string): string => `${root}/${key.search('/') >= 0 ? key : key.replaceAll('.', '/')}`;
const keyOf = (file: string): string => file.slice(root.length + 1).replaceAll('/', '.');

/** Every file below, in the directory's own order. */
function filesBelow(ctx: Context, directory: string): string[] {
  return ctx.proc.readdir(directory).flatMap(({ name, type }) => {
    const path = `${directory}/${name}`;
    return type === 'directory' ? filesBelow(ctx, path) : [path];
  });
}

async function show(ctx: Context, file: string, options: Options): Promise<void> {
  if (options.has('N')) return void (await ctx.line(keyOf(file)));
  const text = await readText(ctx.proc, file);
  if (options.has('b')) return void (await ctx.write(text.replace(/\n$/, '')));
  for (const line of text.replace(/\n$/, '').split('\n')) await ctx.line(options.has('n') ? line : `${keyOf(file)} = ${line}`);
}

async function showAll(ctx: Context, directory: string, options: Options): Promise<void> {
  const text = options.value('r');
  const pattern = text === undefined ? undefined : new RegExp(text);
  for (const file of filesBelow(ctx, directory).sort())
    // what nobody may read is passed over
    if (ctx.proc.stat(file).mode & 0o400 && (pattern?.test(keyOf(file)) ?? true)) await show(ctx, file, options);
}

/** Runs what is about one key, and tells of what the system refuses. */
async function telling(ctx: Context, file: string, ignore: boolean, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (ignore && error.code === 'ENOENT') return;
    ctx.status = 1;
    if (error.code === 'ENOENT') await ctx.warn(`cannot stat ${file}: ${ctx.strerror(error)}`);
    else if (error.code === 'EACCES' || error.code === 'EPERM') await ctx.warn(`permission denied on key "${keyOf(file)}"`);
    else await ctx.warn(`setting key "${keyOf(file)}": ${ctx.strerror(error)}`);
  }
}

function set(ctx: Context, key: string, value: string, options: Options, ignore = options.has('e')): Promise<void> {
  const file = fileOf(key);
  return telling(ctx, file, ignore, async () => {
    // what nobody may write is told of, and no failure
    if (!(ctx.proc.stat(file).mode & 0o200)) return ctx.warn(`setting key "${keyOf(file)}": Invalid argument`);
    if (value === '') throw new Errno('EINVAL');
    if (!options.has('dry-run')) await writeFile(ctx.proc, file, value);
    if (options.has('N')) await ctx.line(keyOf(file));
    else if (!options.has('q')) await ctx.line(options.has('n', 'b') ? value : `${keyOf(file)} = ${value}`);
  });
}

async function get(ctx: Context, key: string, options: Options): Promise<void> {
  const file = fileOf(key);
  await telling(ctx, file, options.has('e'), async () => {
    const { type, mode } = ctx.proc.stat(file);
    if (type === 'directory') return showAll(ctx, file, options);
    if (mode & 0o400) await show(ctx, file, options);
  });
}

function badSyntax(ctx: Context, where: string, line: number): Promise<void> {
  ctx.status = 1;
  return ctx.warn(`${where}(${line}): invalid syntax, continuing...`);
}

/** sysctl.conf(5): `key = value` a line; `-key` may be missing. */
async function load(ctx: Context, path: string, options: Options): Promise<void> {
  let text: string;
  try {
    text = await readText(ctx.proc, path === '-' ? '/dev/stdin' : path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    ctx.status = 1;
    return ctx.warn(`cannot open "${path}": ${ctx.strerror(error)}`);
  }
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (!words || words.startsWith('#') || words.startsWith(';')) continue;
    const [, mark, key, value] = /^(-?)([^=]*?)\s*=\s*(.*)$/.exec(words) ?? [];
    if (key === undefined || value === undefined) await badSyntax(ctx, path, i + 1);
    else await set(ctx, key, value, options, mark === '-' || options.has('e'));
  }
}

/** The files of sysctl.d(5), by name; one of an earlier directory stands for those of its name in later ones. */
async function loadSystem(ctx: Context, options: Options): Promise<void> {
  const chosen = new Map<string, string>();
  for (const directory of ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']) {
    try {
      for (const { name } of ctx.proc.readdir(directory))
        if (name.endsWith('.conf') && !chosen.has(name)) chosen.set(name, `${directory}/${name}`);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  const files = [...chosen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  try {
    ctx.proc.access('/etc/sysctl.conf', 'r');
    files.push('/etc/sysctl.conf');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
  for (const path of files) {
    if (!options.has('q')) await ctx.line(`* Applying ${path} ...`);
    await load(ctx, path, options);
  }
}

export const sysctl: Command = {
  gnu: {
    short: 'abeNnp::f::qwAXr:oxdhV',
    long: { all: 'a', deprecated: 'deprecated', 'dry-run': 'dry-run', binary: 'b', ignore: 'e', names: 'N', values: 'n', 'load::': 'p', system: 'system', 'pattern:': 'r', quiet: 'q', write: 'w' },
    package: 'procps',
    usage: '[options] [variable[=value] ...]',
    help: '\nOptions:\n  -a, --all            display all variables\n  -A                   alias of -a\n  -X                   alias of -a\n      --deprecated     include deprecated parameters to listing\n      --dry-run        Print the key and values but do not write\n  -b, --binary         print value without new line\n  -e, --ignore         ignore unknown variables errors\n  -N, --names          print variable names without values\n  -n, --values         print only values of the given variable(s)\n  -p, --load[=<file>]  read values from file\n  -f                   alias of -p\n      --system         read values from all system directories\n  -r, --pattern <expression>\n                       select setting that match expression\n  -q, --quiet          do not echo variable set\n  -w, --write          enable writing a value to variable\n  -o                   does nothing\n  -x                   does nothing\n  -d                   alias of -h\n\n -h, --help     display this help and exit\n -V, --version  output version information and exit\n\nFor more details see sysctl(8).\n',
  }, // prettier-ignore
  run: async (ctx, options) => {
    if (options.has('h', 'd')) return (await ctx.write(ctx.helpText()), 0);
    if (options.has('a', 'A', 'X')) return (await showAll(ctx, root, options), 0);
    if (options.has('system')) return (await loadSystem(ctx, options), ctx.status);
    if (options.has('p', 'f')) {
      const named = [...options.values('p'), ...options.values('f'), ...options.operands].filter(Boolean);
      for (const path of named.length ? named : ['/etc/sysctl.conf']) await load(ctx, path, options);
      return ctx.status;
    }
    if (options.has('r')) return 0;
    if (options.operands.length === 0) return ctx.fail("no variables specified\nTry `sysctl --help' for more information.");
    for (const operand of options.operands) {
      const equals = operand.indexOf('=');
      if (equals >= 0) await set(ctx, operand.slice(0, equals).trim(), operand.slice(equals + 1).trim(), options);
      else if (options.has('w')) await badSyntax(ctx, 'command line', 0);
      else await get(ctx, operand.trim(), options);
    }
    return ctx.status;
  },
};
