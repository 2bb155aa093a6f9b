import { Errno } from '../../kernel';
import { type Context, Exit } from '../command';
import { readText } from '../input';
import { JsonError, JsonReader } from './reader';

export interface Wanted {
  readonly flags: ReadonlySet<string>;
  readonly indent: number;
  readonly program: string | undefined;
  readonly files: readonly string[];
  readonly variables: Map<string, unknown>;
}

const longs: Readonly<Record<string, string>> = {
  'raw-output': 'r', 'compact-output': 'c', 'null-input': 'n', slurp: 's', 'exit-status': 'e', 'sort-keys': 'S', 'join-output': 'j', 'raw-input': 'R', 'monochrome-output': 'M',
  'color-output': 'C', 'ascii-output': 'a', 'from-file': 'f', tab: 'tab', unbuffered: 'unbuffered', seq: 'seq', help: 'h', version: 'V', stream: 'stream',
}; // prettier-ignore
/** How many words each takes. */
const taking: Readonly<Record<string, number>> = { arg: 2, argjson: 2, slurpfile: 2, rawfile: 2, indent: 1, argfile: 2 };

const seeHelp =
  'Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq';

const refuse = async (ctx: Context, text: string): Promise<never> => {
  await ctx.stderr(`jq: ${text}\n`);
  throw new Exit(2);
};

function allValues(text: string): unknown[] {
  const reader = new JsonReader(text);
  const all: unknown[] = [];
  for (let found = reader.next(); found; found = reader.next()) all.push(found.value);
  return all;
}

/** jq's command line, whose options may stand anywhere. */
export async function readArguments(ctx: Context): Promise<Wanted> {
  const flags = new Set<string>();
  const variables = new Map<string, unknown>();
  const named: Record<string, unknown> = {};
  const positional: unknown[] = [];
  const words: string[] = [];
  let indent = 2;
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  let ended = false;
  const set = (name: string, value: unknown): void => {
    variables.set(name, value);
    named[name] = value;
  };
  const take = async (option: string, given: readonly string[]): Promise<void> => {
    const [first = '', second = ''] = given;
    if (option === 'indent') {
      indent = Number.parseInt(first, 10) || 0;
      if (indent < -1 || indent > 7) return refuse(ctx, `--indent takes a number between -1 and 7\n${seeHelp}`);
    } else if (option === 'arg') set(first, second);
    else if (option === 'argjson') {
      try {
        const [value, ...more] = allValues(second);
        if (value === undefined || more.length > 0) throw new JsonError('');
        set(first, value);
      } catch (error) {
        if (!(error instanceof JsonError)) throw error;
        await ctx.stderr(`jq: invalid JSON text passed to --argjson\n${seeHelp}\n`);
        throw new Exit(2);
      }
    } else {
      try {
        const text = await readText(ctx.proc, second);
        set(first, option === 'rawfile' ? text : allValues(text));
      } catch (error) {
        if (error instanceof Errno)
          return refuse(ctx, `Bad JSON in --${option} ${first} ${second}: Could not open ${second}: ${ctx.strerror(error)}`);
        if (error instanceof JsonError) return refuse(ctx, `Bad JSON in --${option} ${first} ${second}: ${error.message}`);
        throw error;
      }
    }
  };
  let program: string | undefined;
  const args = [...ctx.args];
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (ended || !arg.startsWith('-') || arg === '-') {
      if (program === undefined) program = arg;
      else if (rest === 'files') words.push(arg);
      else positional.push(rest === 'args' ? arg : allValues(arg)[0]);
      continue;
    }
    if (arg === '--') ended = true;
    else if (arg === '--args' || arg === '--jsonargs') rest = arg.slice(2) as 'args';
    else if (arg.startsWith('--') && taking[arg.slice(2)] !== undefined) {
      const option = arg.slice(2);
      const count = taking[option] as number;
      if (args.length < count)
        return refuse(
          ctx,
          `--${option} takes ${count === 1 ? 'one parameter' : `two parameters (e.g. --${option} ${option === 'arg' ? 'varname value' : option === 'argjson' ? 'varname text' : 'varname filename'})`}\n${seeHelp}`,
        );
      await take(option, args.splice(0, count));
    } else {
      const letters = arg.startsWith('--') ? [longs[arg.slice(2)]] : [...arg.slice(1)];
      for (const letter of letters) {
        if (letter === undefined || (!arg.startsWith('--') && !'rcnseSjRMCafhVL'.includes(letter)))
          return refuse(ctx, `Unknown option ${arg}\n${seeHelp}`);
        flags.add(letter);
        if (letter === 'L') args.shift();
      }
    }
  }
  variables.set('ENV', Object.fromEntries(ctx.env));
  variables.set('ARGS', { positional, named });
  if (flags.has('f') && program !== undefined) {
    const file = program;
    if (words.length > 0 && flags.has('n')) words.length = 0;
    try {
      program = await readText(ctx.proc, file);
    } catch (error) {
      if (error instanceof Errno) return refuse(ctx, `Could not open ${file}: ${ctx.strerror(error)}`);
      throw error;
    }
  }
  return { flags, indent, program, files: words, variables };
}
