import { Errno } from '../../kernel';
import { type Command, type Context, Exit } from '../command';
import type { Options } from '../getopt';
import { readText } from '../input';
import { Builder } from './build';
import { Makefile, MissingInclude } from './makefile';
import { MakeError, Variables } from './variables';

const help =
  'Options:\n  -B, --always-make           Unconditionally make all targets.\n  -C DIRECTORY                Change to DIRECTORY before doing anything.\n  -f FILE                     Read FILE as a makefile.\n  -i, --ignore-errors         Ignore errors from recipes.\n  -k, --keep-going            Keep going when some targets cannot be made.\n  -n, --dry-run               Only print what would be run.\n  -s, --silent                Do not print recipes.\n';

const usual = ['GNUmakefile', 'makefile', 'Makefile'];

async function load(ctx: Context, name: string): Promise<string | undefined> {
  try {
    return await readText(ctx.proc, name === '-' ? '/dev/stdin' : name);
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function variablesOf(ctx: Context, options: Options, shown: string): Variables {
  const variables = new Variables(ctx.proc, (text) => Promise.resolve(ctx.write(text)));
  for (const [name, value] of [['CC', 'cc'], ['CXX', 'g++'], ['AR', 'ar'], ['RM', 'rm -f'], ['SHELL', '/bin/sh']] as const) variables.set(name, value, true); // prettier-ignore
  for (const [name, value] of ctx.env) {
    if (name === 'SHELL') continue;
    variables.set(name, value, true);
    variables.exported.add(name);
  }
  variables.set('MAKE', 'make', true);
  variables.set('MAKELEVEL', shown, false);
  variables.set('CURDIR', ctx.proc.getcwd(), false);
  for (const o of options.operands) {
    const m = /^([^\s:=]+?)\s*:?=([^]*)$/.exec(o);
    if (!m) continue;
    variables.set(m[1] as string, m[2] as string, true, true);
    variables.exported.add(m[1] as string);
  }
  return variables;
}

async function build(ctx: Context, options: Options, name: string, level: number): Promise<number> {
  // make's own environment tells a make inside of it its options
  const inherited = ctx.env.get('MAKEFLAGS') ?? '';
  const flag = (letter: string): boolean => options.has(letter) || /^\w*/.exec(inherited)?.[0].includes(letter) === true;
  const variables = variablesOf(ctx, options, String(level));
  const stop = async (text: string): Promise<never> => {
    await ctx.stderr(`${/^\S+:\d+: /.test(text) ? '' : `${name}: `}${text}\n`);
    throw new Exit(2);
  };
  const makefile = new Makefile(variables, (file) => load(ctx, file));
  const given = options.values('f');
  let seen = false;
  try {
    for (const file of given.length > 0 ? given : usual) {
      const text = await load(ctx, file);
      if (text === undefined) {
        if (given.length === 0) continue;
        await ctx.stderr(`${name}: ${file}: No such file or directory\n`);
        return await stop(`*** No rule to make target '${file}'.  Stop.`);
      }
      seen = true;
      await makefile.read(file === '-' ? '/dev/stdin' : file, text);
      if (given.length === 0) break;
    }
    for (const own of variables.exported) {
      const v = variables.all.get(own);
      if (v) ctx.env.set(own, await variables.expand(v.value));
    }
    ctx.env.set('MAKELEVEL', String(level + 1));
    ctx.env.set('MAKEFLAGS', [...'nBski'].filter(flag).join(''));
    const goals = options.operands.filter((o) => !o.includes('='));
    if (goals.length === 0) {
      const first = makefile.rules.flatMap((r) => r.targets).find((t) => !t.includes('%') && (!t.startsWith('.') || t.includes('/')));
      const chosen = (await variables.expand('$(.DEFAULT_GOAL)')) || first;
      if (chosen === undefined)
        return await stop(seen ? '*** No targets.  Stop.' : '*** No targets specified and no makefile found.  Stop.');
      goals.push(chosen);
    }
    const builder = new Builder(ctx, name, makefile.rules, variables, {
      dryRun: flag('n'), always: flag('B'), silent: flag('s'), keepGoing: options.last('k', 'S') !== 'S' && flag('k'), ignoreErrors: flag('i'),
    }); // prettier-ignore
    let status = 0;
    for (const goal of goals) if (!(await builder.goal(goal))) status = 2;
    return status;
  } catch (error) {
    if (error instanceof MissingInclude) {
      await ctx.stderr(`${error.place}: ${error.file}: No such file or directory\n`);
      return stop(`*** No rule to make target '${error.file}'.  Stop.`);
    }
    if (!(error instanceof MakeError)) throw error;
    if (error.message === '') return 2;
    return stop(error.message);
  }
}

export const make: Command = {
  gnu: {
    short: 'bmBC:def:hiI:j::kl::no:pqrRsStvwW:',
    long: {
      'always-make': 'B', 'directory:': 'C', 'file:': 'f', 'makefile:': 'f', help: 'h', 'ignore-errors': 'i', 'jobs::': 'j', 'keep-going': 'k', 'just-print': 'n',
      'dry-run': 'n', recon: 'n', 'no-keep-going': 'S', stop: 'S', silent: 's', quiet: 's', version: 'v', 'print-directory': 'w', 'no-print-directory': 'no-print-directory', 'no-builtin-rules': 'r',
    },
    package: 'other',
    usage: '[options] [target] ...',
    usageStatus: 2,
    tryText: () => `Usage: make [options] [target] ...\n${help}`,
    help,
  },
  run: async (ctx, options) => {
    if (options.has('v')) return (await ctx.write('GNU Make 4.3\n'), 0);
    if (options.has('h')) return (await ctx.write(ctx.helpText()), 0);
    const level = Number(ctx.env.get('MAKELEVEL') ?? 0) || 0;
    const name = level > 0 ? `${ctx.shortName}[${level}]` : ctx.shortName;
    for (const directory of options.values('C')) {
      try {
        ctx.proc.chdir(directory);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        await ctx.stderr(`${name}: *** ${directory}: ${ctx.strerror(error)}.  Stop.\n`);
        return 2;
      }
    }
    const told = (options.has('C', 'w') || level > 0) && !options.has('s', 'no-print-directory') && !ctx.env.get('MAKEFLAGS')?.includes('s');
    const here = ctx.proc.getcwd();
    if (told) await ctx.write(`${name}: Entering directory '${here}'\n`);
    try {
      return await build(ctx, options, name, level);
    } finally {
      if (told) await ctx.write(`${name}: Leaving directory '${here}'\n`);
    }
  },
}; // prettier-ignore
