import { Errno } from '../../kernel';
import { Exit, type Command } from '../command';
import { readAll, readText } from '../input';
import { utf8 } from '../text';
import { evaluate } from './evaluate';
import { JqParser, JqSyntaxError } from './parse';
import { JqError, toText, truthy } from './values';

/** The JSON values of a text, one after the other. Throws SyntaxError. */
function* documents(text: string): Generator<unknown> {
  let rest = text.trim();
  while (rest !== '') {
    try {
      yield JSON.parse(rest) as unknown;
      return;
    } catch (error) {
      // a shorter part may be a whole value: those that follow stand on lines of their own, or close to it
      const ends = [...rest.matchAll(/[}\]"\w](?=\s)|[}\]](?=[{[])/g)].map(({ index }) => index + 1);
      const end = ends.find((at) => {
        try {
          JSON.parse(rest.slice(0, at));
          return true;
        } catch {
          return false;
        }
      });
      if (end === undefined) throw error;
      yield JSON.parse(rest.slice(0, end)) as unknown;
      rest = rest.slice(end).trim();
    }
  }
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, own]) => [key, sorted(own)])) // prettier-ignore
      : value;

export const jq: Command = {
  gnu: {
    short: 'rcnseSjaCMhVa',
    long: {
      'raw-output': 'r',
      'compact-output': 'c',
      'null-input': 'n',
      slurp: 's',
      'exit-status': 'e',
      'sort-keys': 'S',
      'join-output': 'j',
      tab: 'tab',
      'indent:': 'indent',
      'raw-input': 'R',
      'monochrome-output': 'M',
      'color-output': 'C',
    },
    package: 'other',
    usageStatus: 2,
    usage: '[OPTIONS] FILTER [FILE...]',
    help: '\n  -r   strings without quotes        -c   one line a value\n  -n   null as the only input        -s   all inputs as one array\n  -e   exit status from the output   -S   keys in order\n  -j   like -r, without newlines     --tab, --indent N\n  --arg NAME VALUE, --argjson NAME JSON\n',
  },
  rewrite: (args) => {
    const kept: string[] = [];
    for (let i = 0; i < args.length; i++) if (args[i] === '--arg' || args[i] === '--argjson') i += 2; else kept.push(args[i] as string); // prettier-ignore
    return kept;
  },
  run: async (ctx, options) => {
    const [program, ...files] = options.operands;
    if (program === undefined) return ctx.usage();
    const refuse = async (text: string, status: number): Promise<never> => {
      await ctx.out.flush();
      await ctx.stderr(`jq: ${text}\n`);
      throw new Exit(status);
    };
    const compile = (error: JqSyntaxError): Promise<never> => refuse(`error: ${error.message}${error.message.startsWith('syntax') ? ' (Unix shell quoting issues?)' : ''} at <top-level>, line 1:\n${program}\njq: 1 compile error`, 3); // prettier-ignore
    const variables = new Map<string, unknown>([['ENV', Object.fromEntries(ctx.env)]]);
    for (const [i, arg] of ctx.args.entries()) {
      const value = ctx.args[i + 2] ?? '';
      if (arg === '--arg') variables.set(ctx.args[i + 1] ?? '', value);
      if (arg === '--argjson') {
        try {
          variables.set(ctx.args[i + 1] ?? '', JSON.parse(value));
        } catch {
          return refuse(`Invalid JSON text passed to --argjson`, 2);
        }
      }
    }
    let text = '';
    if (!options.has('n') || files.length > 0) {
      if (files.length === 0) text = `${utf8.decode(await readAll(ctx.proc, 0))}\n`;
      for (const file of files) {
        try {
          text += `${await readText(ctx.proc, file)}\n`;
        } catch (error) {
          if (!(error instanceof Errno)) throw error;
          await ctx.stderr(`jq: error: Could not open ${file}: ${ctx.strerror(error)}\n`);
          ctx.status = 2;
        }
      }
    }
    const indent = options.has('tab') ? '\t' : options.has('c') ? 0 : Number(options.value('indent') ?? 2);
    let last: unknown;
    try {
      const filter = JqParser.parse(program);
      const inputs = options.has('n') ? [null] : options.has('R') ? text.replace(/\n+$/, '').split('\n') : documents(text);
      for (const input of options.has('s') ? [[...inputs]] : inputs) {
        try {
          for (const made of evaluate(filter, input, variables)) {
            last = made;
            const value = options.has('S') ? sorted(made) : made;
            const shown = options.has('r', 'j') && typeof value === 'string' ? value : (JSON.stringify(value, null, indent) ?? 'null');
            await ctx.write(options.has('j') ? shown : `${shown}\n`);
            await ctx.proc.schedYield();
          }
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          await ctx.out.flush();
          await ctx.stderr(`jq: error (at ${files[0] ?? '<stdin>'}:${Math.max(0, text.split('\n').length - 2)}): ${toText(error.value)}\n`);
          ctx.status = 5;
        }
      }
    } catch (error) {
      if (error instanceof JqSyntaxError) return compile(error);
      if (error instanceof SyntaxError) return refuse(`parse error: ${/^Unexpected end|Unterminated/.test(error.message) ? 'Unfinished JSON term' : 'Invalid numeric literal'} at line ${text.trimEnd().split('\n').length}, column ${(text.trimEnd().split('\n').at(-1) ?? '').length + 1}`, 2); // prettier-ignore
      throw error;
    }
    return ctx.status || (options.has('e') && !truthy(last) ? 1 : 0);
  },
};
