import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { readText, writeFile } from './input';

const root = '/proc/sys';
const fileOf = (key: string): string => `${root}/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
const keyOf = (file: string): string => file.slice(root.length + 1).replaceAll('/', '.');

/** Every file below, in the directory's own order. */
function filesBelow(ctx: Context, directory: string): string[] {
  return ctx.proc.readdir(directory).flatMap(({ name, type }) => {
    const path = `${directory}/${name}`;
    return type === 'directory' ? filesBelow(ctx, path) : [path];
  });
}

async function show(ctx: Context, file: string, valueOnly: boolean): Promise<void> {
  for (const line of (await readText(ctx.proc, file)).replace(/\n$/, '').split('\n'))
    await ctx.line(valueOnly ? line : `${keyOf(file)} = ${line}`);
}

export const sysctl: Command = {
  gnu: {
    short: 'abeNnp::qwAXfrhV',
    long: { all: 'a', 'deprecated': 'deprecated', binary: 'b', ignore: 'e', names: 'N', values: 'n', 'load::': 'p', quiet: 'q', write: 'w' },
    package: 'procps',
    usage: '[options] [variable[=value] ...]',
    help: '\nOptions:\n  -a, --all       display all variables\n  -n, --values    print only values\n  -N, --names     print only names\n  -q, --quiet     do not echo variables that are set\n  -w, --write     set variables\n',
  }, // prettier-ignore
  run: async (ctx, options) => {
    const valueOnly = options.has('n', 'b');
    if (options.has('a', 'A', 'X')) {
      for (const file of filesBelow(ctx, root).sort()) {
        if (options.has('N')) await ctx.line(keyOf(file));
        else await show(ctx, file, valueOnly);
      }
      return 0;
    }
    if (options.operands.length === 0) return ctx.usage('no variables specified');
    for (const operand of options.operands) {
      const equals = operand.indexOf('=');
      const key = (equals < 0 ? operand : operand.slice(0, equals)).trim();
      const file = fileOf(key);
      try {
        const { mode } = ctx.proc.stat(file);
        if (equals >= 0 && !(mode & 0o200)) throw new Errno('EINVAL');
        if (equals < 0) {
          if (options.has('N')) await ctx.line(keyOf(file));
          else await show(ctx, file, valueOnly);
          continue;
        }
        const value = operand.slice(equals + 1).trim();
        await writeFile(ctx.proc, file, value);
        if (!options.has('q')) await ctx.line(valueOnly ? value : `${keyOf(file)} = ${value}`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        if (options.has('e') && error.code === 'ENOENT') continue;
        ctx.status = 1;
        if (error.code === 'ENOENT') await ctx.warn(`cannot stat ${file}: ${ctx.strerror(error)}`);
        else if (error.code === 'EACCES' || error.code === 'EPERM') await ctx.warn(`permission denied on key "${keyOf(file)}"`);
        else await ctx.warn(`setting key "${keyOf(file)}": ${ctx.strerror(error)}`);
      }
    }
    return ctx.status;
  },
};
