import { Errno } from '../../kernel';
import { type Command, type Context, Exit } from '../command';
import { readAll, readText } from '../input';
import { utf8 } from '../text';
import { readArguments, type Wanted } from './arguments';
import { Evaluator } from './evaluate';
import { Halt, type Host } from './host';
import { JqParser, JqSyntaxError, type Filter } from './parse';
import { JsonError, JsonReader } from './reader';
import { type Layout, show } from './show';
import { usage } from './usage';
import { JqError, truthy } from './values';

/** The inputs as the options shape them. */
class Inputs {
  private readonly reader: JsonReader;
  private lines: string[] | undefined;
  private slurped = false;
  constructor(
    private readonly text: string,
    private readonly flags: ReadonlySet<string>,
  ) {
    this.reader = new JsonReader(text);
  }

  /** Where an error is said to be. */
  get line(): number {
    return this.flags.has('R') ? 0 : this.reader.lines;
  }

  /** Whether any was asked for. */
  used = false;

  next(): unknown {
    this.used = true;
    const { flags, text } = this;
    if (flags.has('s')) {
      if (this.slurped) return undefined;
      this.slurped = true;
      if (flags.has('R')) return text;
      const all: unknown[] = [];
      for (let found = this.reader.next(); found; found = this.reader.next()) all.push(found.value);
      return all;
    }
    if (!flags.has('R')) return this.reader.next()?.value;
    if (!this.lines) {
      this.lines = text.split('\n');
      if (this.lines.at(-1) === '') this.lines.pop();
    }
    return this.lines.shift();
  }
}

async function inputText(ctx: Context, { files }: Wanted): Promise<string> {
  if (files.length === 0) return utf8.decode(await readAll(ctx.proc, 0));
  let text = '';
  for (const file of files) {
    try {
      text += await readText(ctx.proc, file);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code !== 'EISDIR') await ctx.stderr(`jq: error: Could not open file ${file}: ${ctx.strerror(error)}\n`);
      ctx.status = 2;
    }
  }
  return text;
}

async function compile(ctx: Context, program: string): Promise<Filter> {
  try {
    return JqParser.parse(program);
  } catch (error) {
    if (error instanceof JqSyntaxError) return refuseProgram(ctx, program, error);
    throw error;
  }
}

async function refuseProgram(ctx: Context, program: string, error: JqSyntaxError): Promise<never> {
  await ctx.out.flush();
  const hint = error.message.startsWith('syntax') ? ' (Unix shell quoting issues?)' : '';
  const before = program.slice(0, error.at);
  const line = before.split('\n').length;
  const blanks = ' '.repeat(before.length - (before.lastIndexOf('\n') + 1));
  await ctx.stderr(
    `jq: error: ${error.message}${hint} at <top-level>, line ${line}:\n${program.split('\n')[line - 1]}${blanks}\njq: 1 compile error\n`,
  );
  throw new Exit(3);
}

/** An uncaught error's text; a value that is no string is shown as such. */
const errorText = (value: unknown): string =>
  typeof value === 'string' ? `: ${value}` : ` (not a string): ${show(value, { indent: '', color: false, sorted: false, ascii: false })}`;

async function run(ctx: Context): Promise<number> {
  const wanted = await readArguments(ctx);
  const { flags, variables } = wanted;
  // without a filter it shows what it is given, unless it stands on a terminal
  const program = wanted.program ?? (ctx.proc.isatty(0) && ctx.proc.isatty(1) ? undefined : '.');
  if (flags.has('h')) return (await ctx.write(usage), 0);
  if (flags.has('V')) return (await ctx.line('jq-1.6'), 0);
  if (program === undefined) {
    await ctx.stderr(usage);
    return 2;
  }
  const filter = await compile(ctx, program);
  const inputs = new Inputs(
    flags.has('n') && wanted.files.length === 0 && !/\binputs?\b/.test(program) ? '' : await inputText(ctx, wanted),
    flags,
  );
  const said: string[] = [];
  const host: Host = {
    input: () => inputs.next(),
    say: (text) => void said.push(text),
    now: () => ctx.proc.clock.now(),
    file: wanted.files[0] ?? null,
    line: () => inputs.line,
  };
  const evaluator = new Evaluator(host, variables);
  const color = flags.has('C') || (!flags.has('M') && ctx.proc.isatty(1));
  const layout: Layout = {
    indent: flags.has('c') ? '' : flags.has('tab') ? '\t' : ' '.repeat(wanted.indent),
    color,
    sorted: flags.has('S'),
    ascii: flags.has('a'),
  };
  const saySaid = async (): Promise<void> => {
    if (said.length === 0) return;
    await ctx.stderr(said.splice(0).join(''));
  };
  let last: unknown;
  let any = false;
  let ran = false;
  try {
    for (
      let input: unknown = flags.has('n') ? null : inputs.next();
      input !== undefined;
      input = flags.has('n') ? undefined : inputs.next()
    ) {
      ran = true;
      try {
        for (const made of evaluator.values(filter, input)) {
          await saySaid();
          [last, any] = [made, true];
          const raw = flags.has('r') || flags.has('j');
          const text = raw && typeof made === 'string' && !flags.has('a') ? made : show(made, layout);
          await ctx.write(flags.has('seq') ? `\x1e${text}\n` : flags.has('j') ? text : `${text}\n`);
          await ctx.proc.schedYield();
        }
      } catch (error) {
        await saySaid();
        if (error instanceof RangeError) throw new Halt(5, 'jq: error: the filter goes too deep\n');
        if (!(error instanceof JqError)) throw error;
        await ctx.out.flush();
        if (error.value === null) continue;
        await ctx.stderr(
          `jq: error (at ${flags.has('n') && !inputs.used ? '<unknown>' : `${wanted.files.at(-1) ?? '<stdin>'}:${inputs.line}`})${errorText(error.value)}\n`,
        );
        ctx.status = 5;
      }
    }
  } catch (error) {
    await ctx.out.flush();
    if (error instanceof JqSyntaxError) return refuseProgram(ctx, program, error);
    if (error instanceof Halt) {
      await ctx.stderr(error.text);
      return error.status;
    }
    if (!(error instanceof JsonError)) throw error;
    await ctx.stderr(`parse error: ${error.message}\n`);
    return 4;
  }
  if (flags.has('e') && ctx.status === 0) return any ? (truthy(last) ? 0 : 1) : ran ? 4 : 0;
  return ctx.status;
}

export const jq: Command = {
  gnu: { package: 'other', usageStatus: 2, usage: '[OPTIONS] FILTER [FILE...]' },
  run: (ctx) => run(ctx),
};
