import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { spawnp } from './exec';
import type { Options } from './getopt';
import { readAll, readFile } from './input';
import { askYes } from './question';
import { utf8 } from './text';

interface Word {
  readonly text: string;
  /** Which line it came from, counting lines that are not blank. */
  readonly line: number;
}

/** Blanks, newlines, quotes and backslashes; -d and -0 split plainly. */
async function words(ctx: Context, text: string, options: Options, whole: boolean): Promise<Word[]> {
  const delimiter = options.has('0') ? '\0' : options.value('d');
  const out: Word[] = [];
  if (delimiter !== undefined && (options.has('0') || ctx.gnu)) {
    const by = { '\\n': '\n', '\\t': '\t', '\\0': '\0' }[delimiter] ?? delimiter;
    const parts = text.split(by);
    if (parts.at(-1) === '') parts.pop();
    return parts.map((t, line) => ({ text: t, line }));
  }
  const eof = options.value('E') ?? options.value('e');
  let line = 0;
  for (const raw of joinContinued(text)) {
    const body = whole ? raw.replace(/^[ \t]+/, '') : raw;
    let current: string | undefined;
    let quote = '';
    const before = out.length;
    for (let i = 0; i < body.length; i++) {
      const c = body[i] as string;
      if (quote !== '') {
        if (c === quote) quote = '';
        else current = (current ?? '') + c;
      } else if (c === '"' || c === "'") {
        quote = c;
        current ??= '';
      } else if (c === '\\') current = (current ?? '') + (body[++i] ?? '');
      else if ((c === ' ' || c === '\t') && !whole) {
        if (current !== undefined) out.push({ text: current, line });
        current = undefined;
      } else current = (current ?? '') + c;
    }
    if (quote !== '')
      return ctx.fail(
        ctx.gnu
          ? `unmatched ${quote === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`
          : `unmatched ${quote === '"' ? 'double' : 'single'} quote`,
      );
    if (current !== undefined) out.push({ text: current, line });
    const end = eof === undefined || eof === '' ? -1 : out.findIndex((w, i) => i >= before && w.text === eof);
    if (end >= 0) return out.slice(0, end);
    if (out.length > before) line++;
  }
  return out;
}

/** Lines; a backslash before the newline, or an open quote, is left to the caller. */
function joinContinued(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const out: string[] = [];
  for (const l of lines) {
    const previous = out.at(-1);
    if (previous !== undefined && /(^|[^\\])(\\\\)*\\$/.test(previous)) out[out.length - 1] = `${previous}\n${l}`;
    else out.push(l);
  }
  return out;
}

class Runner {
  status = 0;
  private running = 0;
  stop: number | undefined;
  constructor(
    private readonly ctx: Context,
    private readonly options: Options,
    private readonly parallel: number,
    private readonly input: 'null' | 'tty',
  ) {}

  async run(argv: readonly string[]): Promise<void> {
    const { ctx, options } = this;
    if (options.has('p')) {
      if (!(await this.ask(argv))) return;
    } else if (options.has('t')) await ctx.stderr(`${argv.join(' ')}\n`);
    while (this.running >= this.parallel) await this.reap();
    if (this.stop !== undefined) return;
    try {
      await spawnp(ctx.proc, argv, async (child) => {
        child.close(0);
        await child.open(this.input === 'tty' ? '/dev/tty' : '/dev/null');
      });
      this.running++;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await ctx.warn(ctx.gnu ? `${argv[0]}: ${ctx.strerror(error)}` : `${argv[0]}: ${ctx.strerror(error)}`);
      this.stop = error.code === 'ENOENT' ? 127 : 126;
      return;
    }
    if (this.parallel === 1) await this.reap();
  }

  private async ask(argv: readonly string[]): Promise<boolean> {
    return askYes(this.ctx, `${argv.join(' ')} ?...`);
  }

  async reap(): Promise<void> {
    if (this.running === 0) return;
    const waited = await this.ctx.proc.wait(-1);
    if (!waited || waited.status.kind === 'stopped' || waited.status.kind === 'continued') return;
    this.running--;
    const { ctx } = this;
    if (waited.status.kind === 'signaled') {
      await ctx.warn(`${this.options.operands[0] ?? 'echo'}: terminated by signal ${waited.status.signal}`);
      this.stop = 125;
    } else if (waited.status.code === 255) {
      await ctx.warn(`${this.options.operands[0] ?? 'echo'}: exited with status 255; aborting`);
      this.stop = 124;
    } else if (waited.status.code !== 0) this.status = 123;
  }

  async finish(): Promise<number> {
    while (this.running > 0) await this.reap();
    return this.stop ?? this.status;
  }
}

export const xargs: Command = {
  gnu: {
    short: '+0a:E:e::i::I:l::L:n:prs:txP:d:o',
    long: {
      null: '0',
      'arg-file:': 'a',
      'delimiter:': 'd',
      'eof::': 'e',
      'replace::': 'i',
      'max-lines::': 'l',
      'max-args:': 'n',
      interactive: 'p',
      'no-run-if-empty': 'r',
      'max-chars:': 's',
      verbose: 't',
      exit: 'x',
      'max-procs:': 'P',
      'open-tty': 'o',
      'show-limits': 'show-limits',
    },
    package: 'findutils',
    usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
    help: 'Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.\n\n  -0, --null                   items are separated by a null\n  -a, --arg-file=FILE          read arguments from FILE\n  -d, --delimiter=CHARACTER    items are separated by CHARACTER\n  -I R                         replace R in INITIAL-ARGS with names read\n  -L, --max-lines=N            at most N lines per command line\n  -n, --max-args=N             at most N arguments per command line\n  -P, --max-procs=N            run at most N processes at a time\n  -p, --interactive            prompt before running commands\n  -r, --no-run-if-empty        with no arguments, do not run COMMAND\n  -t, --verbose                print commands before executing them\n',
  },
  busybox: {
    short: '+pr0txE:e::n:s:I:P:a:o',
    usage:
      "[OPTIONS] [PROG ARGS]\n\nRun PROG on every item given by stdin\n\n\t-0\tNUL terminated input\n\t-a FILE\tRead from FILE instead of stdin\n\t-r\tDon't run command if input is empty\n\t-t\tPrint the command on stderr before execution\n\t-p\tAsk user whether to run each command\n\t-E STR,-e[STR]\tSTR stops input processing\n\t-I STR\tReplace STR within PROG ARGS with input line\n\t-n N\tPass no more than N args to PROG\n\t-s N\tPass command line of no more than N bytes\n\t-P N\tRun up to N PROGs in parallel\n\t-x\tExit if size is exceeded",
  },
  run: async (ctx, options) => {
    const file = options.value('a');
    let text: string;
    try {
      text = utf8.decode(file === undefined ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, file));
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`Cannot open input file ${ctx.quote(file ?? '-')}: ${ctx.strerror(error)}`);
      throw error;
    }
    const replace = options.has('I', 'i') ? (options.value('I') ?? options.value('i') ?? '{}') : undefined;
    const lines = options.has('L', 'l') ? Number(options.value('L') ?? options.value('l') ?? 1) : undefined;
    const countText = options.value('n');
    if (countText !== undefined && !/^[1-9]\d*$/.test(countText))
      return ctx.gnu
        ? ctx.usage(
            `${/^\d+$/.test(countText) ? `value ${countText} for -n option should be >= 1` : `invalid number "${countText}" for -n option`}`,
          )
        : ctx.fail(/^\d+$/.test(countText) ? `number ${countText} is not in 1..2147483647 range` : `invalid number '${countText}'`);
    const count = replace === undefined && countText !== undefined ? Number(countText) : Infinity;
    const parallelText = options.value('P');
    if (parallelText !== undefined && !/^\d+$/.test(parallelText))
      return ctx.gnu ? ctx.usage(`invalid number "${parallelText}" for -P option`) : ctx.fail(`invalid number '${parallelText}'`);
    const by = options.value('d');
    if (ctx.gnu && by !== undefined && [...by].length !== 1 && !/^\\([abfnrtv\\0]|x[0-9a-f]{1,2}|[0-7]{1,3})$/i.test(by))
      return ctx.fail(
        `Invalid input delimiter specification ${by}: the delimiter must be either a single character or an escape sequence starting with \\.`,
      );
    const used = options.list.map((o) => ({ n: '--max-args', L: '-L', l: '-L', I: '--replace', i: '--replace' })[o.name]).filter((n) => n !== undefined); // prettier-ignore
    const exclusive = [...new Set(used)];
    if (ctx.gnu && exclusive.length > 1 && !(countText === '1' && exclusive.includes('--replace')))
      await ctx.warn(
        `warning: options ${exclusive.at(-2)} and ${exclusive.at(-1) === '--max-args' ? '--max-args/-n' : exclusive.at(-1)} are mutually exclusive, ignoring previous ${exclusive.at(-2)} value`,
      );
    const maxChars = Number(options.value('s') ?? 131072);
    const parallel = Number(options.value('P') ?? 1) || Infinity;
    const command = options.operands.length > 0 ? options.operands : [ctx.gnu ? 'echo' : 'echo'];
    const items = await words(ctx, text, options, replace !== undefined);
    const runner = new Runner(ctx, options, parallel, options.has('o') ? 'tty' : 'null');
    if (replace !== undefined) {
      for (const item of items) {
        if (runner.stop !== undefined) break;
        await runner.run(command.map((w) => w.replaceAll(replace, item.text)));
      }
      return runner.finish();
    }
    let batch: string[] = [];
    let size = 0;
    let firstLine = 0;
    const base = command.reduce((n, w) => n + w.length + 1, 0);
    let ran = false;
    const flush = async (): Promise<void> => {
      ran = true;
      await runner.run([...command, ...batch]);
      batch = [];
      size = 0;
    };
    for (const item of items) {
      if (runner.stop !== undefined) break;
      if (ctx.gnu && base + item.text.length + 1 > maxChars) return ctx.fail('argument line too long');
      const full =
        batch.length >= count ||
        (lines !== undefined && batch.length > 0 && item.line - firstLine >= lines) ||
        (batch.length > 0 && base + size + item.text.length + 1 > maxChars);
      if (full) await flush();
      if (batch.length === 0) firstLine = item.line;
      batch.push(item.text);
      size += item.text.length + 1;
    }
    if (runner.stop === undefined && (batch.length > 0 || (!ran && !options.has('r')))) await flush();
    return runner.finish();
  },
};
