import { Errno } from '../../kernel';
import { type Command, Exit } from '../command';
import { readText } from '../input';
import { PatternError, Regex } from '../../regex';
import { bytes } from '../text';
import { parseAwk } from './parse';
import { AwkError, mawkProblem } from './memory';
import { Interpreter } from './run';
import type { AwkProgram } from './syntax';
import { AwkSyntaxError } from './tokens';
import { patternWords } from '../regex-words';

/** Throws an AwkError in mawk's words when `pattern` is no regular expression. */
function check(pattern: string, message: (problem: string) => string): void {
  try {
    new Regex([pattern], { dialect: 'mawk' });
  } catch (error) {
    if (error instanceof PatternError) throw new AwkError(message(mawkProblem(error, pattern)));
    throw error;
  }
}

export const awk: Command = {
  gnu: {
    short: '+F:v:f:W:',
    long: {},
    package: 'other',
    usage: '[Options] [Program] [file ...]',
    usageStatus: 2,
    badOption: (ctx, message) => {
      const letter = /option requires an argument -- '(.)'/.exec(message)?.[1];
      const word = ctx.args.find((a) => /^-./.test(a)) ?? '';
      return `${ctx.name}: ${letter ? `option -${letter} lacks argument` : `not an option: ${word}`}\n`;
    },
    help: '\nProgram:\n    The -f option value is the name of a file containing program text.\n    Without -f, the first argument is the program.\n\nOptions:\n    -f program-file  Program text is read from file instead of from the command line.\n    -F value         sets the field separator, FS, to value.\n    -v var=value     assigns value to program variable var.\n',
  },
  busybox: {
    short: '+F:v:f:e:W:',
    usage:
      '[OPTIONS] [AWK_PROGRAM] [FILE]...\n\n\t-v VAR=VAL\tSet variable\n\t-F SEP\t\tUse SEP as field separator\n\t-f FILE\t\tRead program from FILE\n\t-e AWK_PROGRAM',
  },
  run: async (ctx, options) => {
    if (ctx.gnu && options.values('W').some((w) => /^v/.test(w))) {
      await ctx.write('mawk 1.3.4 20200120\n');
      return 0;
    }
    const operands = [...options.operands];
    const sources: string[] = [];
    for (const o of options.list) {
      if (o.name === 'e') sources.push(o.value as string);
      if (o.name !== 'f') continue;
      try {
        sources.push(await readText(ctx.proc, o.value === '-' ? '/dev/stdin' : (o.value as string)));
      } catch (error) {
        if (error instanceof Errno)
          return ctx.fail(
            ctx.gnu ? `cannot open ${o.value} (${ctx.strerror(error)})` : `can't open '${o.value}': ${ctx.strerror(error)}`,
            ctx.gnu ? 2 : 1,
          );
        throw error;
      }
    }
    if (sources.length === 0) {
      const first = operands.shift();
      if (first === undefined) {
        if (!ctx.gnu) return ctx.usage();
        await ctx.stderr(`Usage: mawk [Options] [Program] [file ...]\n${ctx.spec.help}`);
        throw new Exit(0);
      }
      sources.push(first);
    }
    const charset = ctx.gnu ? bytes : ctx.charset;
    if (charset === bytes) ctx.out.charset = bytes;
    let program: AwkProgram;
    try {
      program = parseAwk(charset.arg(sources.join('\n')), {
        mawk: ctx.gnu,
        check: (pattern, line) => {
          if (ctx.gnu) check(pattern, (problem) => `line ${line}: ${problem}`);
        },
      });
    } catch (error) {
      if (error instanceof AwkError) return (await ctx.stderr(`${ctx.name}: ${error.message}\n`), 2);
      if (!(error instanceof AwkSyntaxError)) throw error;
      if (ctx.gnu && error.complaints.length > 0) {
        for (const text of error.complaints) await ctx.warn(text);
        return 2;
      }
      if (ctx.gnu) {
        await ctx.stderr(
          error.message === 'syntax error'
            ? `${ctx.name}: line ${error.line}: syntax error at or near ${error.near === 'newline' ? 'end of line' : error.near}\n`
            : `${ctx.name}: line ${error.line}: ${error.message} ${error.near}\n`,
        );
        return 2;
      }
      return ctx.fail(`cmd. line:${error.line}: ${error.message === 'syntax error' ? 'Unexpected token' : error.message}`);
    }
    const interpreter = new Interpreter(ctx, program, operands);
    const separator = options.value('F');
    if (separator !== undefined) interpreter.assignText('FS', separator === 't' && ctx.gnu === false ? '\t' : separator);
    for (const v of options.values('v')) {
      const m = /^([A-Za-z_]\w*)=([^]*)$/.exec(v);
      if (!m) return ctx.fail(ctx.gnu ? `improper assignment: -v ${v}` : `-v: '${v}'`, 2);
      interpreter.assignText(m[1] as string, m[2] as string);
    }
    try {
      return await interpreter.run();
    } catch (error) {
      if (error instanceof PatternError && !ctx.gnu) return ctx.fail(`bad regex: ${patternWords(error, ctx.libc, '')}`);
      if (!(error instanceof AwkError)) throw error;
      if (error.message !== '')
        await ctx.stderr(ctx.gnu ? `${ctx.name}: ${error.message}\n` : `${ctx.name}: cmd. line:1: ${error.message}\n`);
      return ctx.gnu ? 2 : 1;
    }
  },
};
