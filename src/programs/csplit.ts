import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { readAll, readFile, writeFile } from './input';
import type { Options } from './getopt';
import { PatternError, Regex } from '../regex';
import { bytes } from './text';

interface Cut {
  readonly text: string;
  readonly kind: 'line' | 'regex' | 'skip';
  readonly line: number;
  readonly regex: Regex | undefined;
  readonly offset: number;
  /** How often more; Infinity for `{*}`. */
  readonly repeat: number;
}

async function cutsOf(ctx: Context, words: readonly string[]): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for (let i = 0; i < words.length; i++) {
    const text = words[i] as string;
    const next = words[i + 1] ?? '';
    const again = /^\{(\d+|\*)\}$/.exec(next);
    const repeat = again ? (again[1] === '*' ? Infinity : Number(again[1])) : 0;
    const m = /^([/%])(.*)\1(.*)$/s.exec(text);
    if (m) {
      if ((m[3] ?? '') !== '' && !/^[-+]?\d+$/.test(m[3] as string))
        return ctx.fail(`${ctx.quoteWord(text)}: integer expected after delimiter`);
      try {
        cuts.push({ text, kind: m[1] === '/' ? 'regex' : 'skip', line: 0, regex: new Regex([bytes.arg(m[2] as string)], { dialect: 'grep', bytes: true }), offset: Number(m[3] || 0), repeat }); // prettier-ignore
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        return ctx.fail(
          `${ctx.quoteWord(text)}: invalid regular expression: ${m[2] === '[' ? 'Invalid regular expression' : error.message}`,
        );
      }
    } else if (/^[/%]/.test(text)) return ctx.fail(`${text}: closing delimiter ${ctx.quoteWord(text[0] as string)} missing`);
    else if (!/^\d+$/.test(text)) return ctx.fail(`${ctx.quoteWord(text)}: invalid pattern`);
    else {
      const line = Number(text);
      if (line === 0) return ctx.fail(`${text}: line number must be greater than zero`);
      const before = cuts.findLast((cut) => cut.kind === 'line');
      if (before && line < before.line) return ctx.fail(`line number ${ctx.quoteWord(text)} is smaller than preceding line number, ${before.line}`); // prettier-ignore
      if (before && line === before.line)
        await ctx.warn(`warning: line number ${ctx.quoteWord(text)} is the same as preceding line number`);
      cuts.push({ text, kind: 'line', line, regex: undefined, offset: 0, repeat });
    }
    if (again) i++;
  }
  return cuts;
}

class Pieces {
  private count = 0;
  private readonly made: string[] = [];
  constructor(
    private readonly ctx: Context,
    private readonly options: Options,
  ) {}

  private name(): string {
    const format = this.options.value('b');
    const suffix = format === undefined ? String(this.count).padStart(Number(this.options.value('n') ?? 2), '0') : format.replace(/%([0-]?)(\d*)[diu]/, (_, flag: string, width: string) => flag === '-' ? String(this.count).padEnd(Number(width)) : String(this.count).padStart(Number(width), flag === '0' ? '0' : ' ')); // prettier-ignore
    return `${this.options.value('f') ?? 'xx'}${suffix}`;
  }
  async put(lines: readonly string[]): Promise<void> {
    const data = bytes.encode(lines.join(''));
    if (data.length === 0 && this.options.has('z')) return;
    const name = this.name();
    this.count++;
    this.made.push(name);
    await writeFile(this.ctx.proc, name, data);
    if (!this.options.has('s', 'q')) await this.ctx.line(String(data.length));
  }
  /** Ends with an error: what was made goes, unless -k. */
  async abandon(message: string): Promise<never> {
    if (!this.options.has('k')) for (const name of this.made) this.ctx.proc.unlink(name);
    return this.ctx.fail(message);
  }
}

async function split(ctx: Context, lines: readonly string[], cuts: readonly Cut[], options: Options): Promise<void> {
  const pieces = new Pieces(ctx, options);
  let at = 0;
  // where a search begins: a match is not found twice
  let from = 0;
  const body = (i: number): string => (lines[i] as string).replace(/\n$/, '');
  for (const { text, kind, line, regex, offset, repeat } of cuts) {
    for (let round = 0; round <= repeat; round++) {
      const again = round > 0 ? ` on repetition ${round}` : '';
      if (kind === 'line') {
        const to = line * (round + 1) - 1;
        if (to > lines.length || (to >= lines.length && lines.length < line * (round + 1) - (options.has('suppress') ? 0 : 1))) {
          await pieces.put(lines.slice(at));
          return pieces.abandon(`${ctx.quoteWord(text)}: line number out of range${again}`);
        }
        await pieces.put(lines.slice(at, to));
        at = from = Math.max(at, to);
        continue;
      }
      let found = from;
      while (found < lines.length && !regex?.test(body(found))) found++;
      if (found >= lines.length) {
        if (repeat === Infinity) break;
        if (kind === 'regex') await pieces.put(lines.slice(at));
        return pieces.abandon(`${ctx.quoteWord(text)}: match not found${again}`);
      }
      const to = found + offset;
      if (to < at || to > lines.length) return pieces.abandon(`${ctx.quoteWord(text)}: line number out of range${again}`);
      if (kind === 'regex') await pieces.put(lines.slice(at, to));
      at = options.has('suppress') ? to + 1 : to;
      from = Math.max(found + 1, at);
    }
  }
  await pieces.put(lines.slice(at));
}

export const csplit: Command = {
  gnu: {
    short: 'b:f:kn:sqz',
    long: { 'suffix-format:': 'b', 'prefix:': 'f', 'keep-files': 'k', 'suppress-matched': 'suppress', 'digits:': 'n', quiet: 's', silent: 's', 'elide-empty-files': 'z' }, // prettier-ignore
    usage: '[OPTION]... FILE PATTERN...',
    help: "Output pieces of FILE separated by PATTERN(s) to files 'xx00', 'xx01', ..., and their sizes in bytes to standard output.\n\n  -b, --suffix-format=FORMAT  use sprintf FORMAT instead of %02d\n  -f, --prefix=PREFIX         use PREFIX instead of 'xx'\n  -k, --keep-files            do not remove output files on errors\n      --suppress-matched      leave out the lines that match\n  -n, --digits=DIGITS         so many digits instead of 2\n  -s, --quiet, --silent       do not print sizes\n  -z, --elide-empty-files     remove empty output files\n\nEach PATTERN may be:\n  INTEGER            up to but not including that line\n  /REGEXP/[OFFSET]   up to but not including a matching line\n  %REGEXP%[OFFSET]   skip to, but not including, a matching line\n  {INTEGER}          repeat the previous pattern that many times\n  {*}                repeat it as often as possible\n",
  },
  run: async (ctx, options) => {
    const [file, ...patterns] = options.operands;
    if (file === undefined) return ctx.usage('missing operand');
    if (patterns.length === 0) return ctx.usage(`missing operand after ${ctx.quoteWord(file)}`);
    const cuts = await cutsOf(ctx, patterns);
    let data: Uint8Array;
    try {
      data = file === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, file);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return ctx.fail(error.code === 'EISDIR' ? `read error: ${ctx.strerror(error)}` : `cannot open ${ctx.quote(file)} for reading: ${ctx.strerror(error)}`); // prettier-ignore
    }
    await split(ctx, bytes.decode(data).match(/[^\n]*\n|[^\n]+$/g) ?? [], cuts, options);
    return 0;
  },
};
