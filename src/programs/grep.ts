import { Errno, type Stat } from '../kernel';
import { type Command, type Context, Exit } from './command';
import { choose } from './choices';
import type { Options } from './getopt';
import { globRegex } from './glob';
import { type GrepColors, grepColors, painted } from './grep-colors';
import { type Matcher, matcherOf } from './grep-matcher';
import { LineReader, readText } from './input';
import { baseName, joinPath } from './path';
import { PatternError } from '../regex';
import { bytes, type Charset, utf8 } from './text';
import { patternWords } from './regex-words';

interface Style {
  readonly invert: boolean;
  readonly count: boolean;
  readonly onlyMatching: boolean;
  readonly quiet: boolean;
  readonly list: 'none' | 'matching' | 'missing';
  readonly numbers: boolean;
  readonly byteOffset: boolean;
  readonly names: boolean;
  readonly silent: boolean;
  readonly max: number;
  readonly before: number;
  readonly after: number;
  readonly colors: GrepColors | undefined;
  readonly end: string;
  readonly delimiter: number;
  readonly text: boolean;
  readonly skipBinary: boolean;
  readonly label: string;
  readonly nulNames: boolean;
  readonly initialTab: boolean;
  /** Between groups of lines with their context; undefined: nothing. */
  readonly separator: string | undefined;
  readonly contextual: boolean;
}

/** Of an offset in a file; in what has no size, the largest. */
const widthOf = (stat: Stat): number => (stat.type === 'file' ? String(stat.size).length : 19);

class Searcher {
  private anyMatch = false;
  private separated = false;
  /** Of numbers before a tab: what the file's size takes. */
  private width = 0;
  constructor(
    private readonly ctx: Context,
    private readonly regex: Matcher,
    private readonly style: Style,
  ) {}

  get matched(): boolean {
    return this.anyMatch;
  }

  private prefix(name: string, number: number, offset: number, mark: string): string {
    const { style } = this;
    const { colors } = style;
    const paint = (kind: keyof GrepColors, text: string): string => (colors ? painted(colors[kind], text) : text);
    let out = '';
    if (style.names) out += paint('name', name) + (style.nulNames ? '\0' : paint('separator', mark));
    if (style.numbers) out += paint('number', String(number).padStart(this.width)) + paint('separator', mark);
    if (style.byteOffset) out += paint('offset', String(offset).padStart(this.width)) + paint('separator', mark);
    if (style.initialTab && out !== '') out += '\t';
    return out;
  }

  private highlight(line: string): string {
    const { colors, invert } = this.style;
    if (!colors || invert) return line;
    let out = '';
    let from = 0;
    for (const { index, end } of this.regex.matches(line)) {
      if (end === index) continue;
      out += line.slice(from, index) + painted(colors.match, line.slice(index, end));
      from = end;
    }
    return out + line.slice(from);
  }

  /** Searches one input; true when a line was selected. */
  async search(fd: number, name: string): Promise<boolean> {
    const { ctx, regex, style } = this;
    const charset: Charset = ctx.charset;
    if (style.initialTab) this.width = widthOf(ctx.proc.fstat(fd));
    const reader = new LineReader(ctx.proc, fd, charset, style.delimiter);
    const shown = name === '-' ? style.label : name;
    let selected = 0;
    let number = 0;
    let offset = 0;
    let lastPrinted = 0;
    let pending = 0;
    let binary = false;
    const held: { line: string; number: number; offset: number }[] = [];
    const context = style.contextual;
    const printing = !style.quiet && !style.count && style.list === 'none';
    for (;;) {
      const next = reader.next();
      const line = next instanceof Promise ? await next : next;
      if (line === undefined) break;
      number++;
      const at = offset;
      offset = reader.consumed;
      if (
        !binary &&
        !style.text &&
        style.delimiter === 10 &&
        (line.includes('\0') || (charset.name === 'utf8' && /[\udc80-\udcff]/u.test(line)))
      ) {
        binary = true;
        if (style.skipBinary) return false;
      }
      const hit = regex.test(line) !== style.invert;
      if (hit) {
        selected++;
        this.anyMatch = true;
        if (style.quiet) throw new Exit(0);
        if (style.list !== 'none') break;
        if (printing && binary && !style.invert) {
          await ctx.warn(`${shown}: binary file matches`);
          return true;
        }
        if (printing) {
          const first = held[0]?.number ?? number;
          if (context && (this.separated || lastPrinted > 0) && (lastPrinted === 0 || first > lastPrinted + 1) && !style.onlyMatching)
            if (style.separator !== undefined)
              await ctx.line(style.colors ? painted(style.colors.separator, style.separator) : style.separator);
          if (!style.onlyMatching) for (const h of held) await ctx.write(this.prefix(shown, h.number, h.offset, '-') + h.line + style.end);
          held.length = 0;
          if (style.onlyMatching) {
            if (!style.invert) {
              for (const m of regex.matches(line)) {
                const found = line.slice(m.index, m.end);
                if (found === '') continue;
                const shownMatch = style.colors ? painted(style.colors.match, found) : found;
                await ctx.write(
                  this.prefix(shown, number, at + charset.encode(line.slice(0, m.index)).length, ':') + shownMatch + style.end,
                );
              }
            }
          } else await ctx.write(this.prefix(shown, number, at, ':') + this.highlight(line) + style.end);
          lastPrinted = number;
          pending = style.after;
          this.separated = true;
        }
        if (selected >= style.max) {
          // the trailing context still comes
          for (; pending > 0 && printing; pending--) {
            const rest = await reader.next();
            if (rest === undefined) break;
            number++;
            await ctx.write(this.prefix(shown, number, offset, '-') + rest + style.end);
          }
          reader.rewind();
          break;
        }
        continue;
      }
      if (printing && pending > 0) {
        pending--;
        if (!style.onlyMatching) await ctx.write(this.prefix(shown, number, at, '-') + line + style.end);
        lastPrinted = number;
      } else if (printing && style.before > 0) {
        held.push({ line, number, offset: at });
        if (held.length > style.before) held.shift();
      }
    }
    const coloured = style.colors ? painted(style.colors.name, shown) : shown;
    const colon = style.colors ? painted(style.colors.separator, ':') : ':';
    if (style.count) await ctx.write(`${style.names ? coloured + (style.nulNames ? '\0' : colon) : ''}${selected}\n`);
    if (style.list === 'matching' && selected > 0) await ctx.write(coloured + (style.nulNames ? '\0' : '\n'));
    if (style.list === 'missing' && selected === 0) await ctx.write(coloured + (style.nulNames ? '\0' : '\n'));
    return selected > 0;
  }
}

async function patternsOf(ctx: Context, options: Options): Promise<{ patterns: string[]; operands: string[] }> {
  const operands = [...options.operands];
  const patterns: string[] = options.values('e').flatMap((p) => p.split('\n'));
  for (const file of options.values('f')) {
    let text: string;
    try {
      text = file === '-' ? await readText(ctx.proc, '/dev/stdin') : await readText(ctx.proc, file);
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`${file}: ${ctx.strerror(error)}`, 2);
      throw error;
    }
    if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
  }
  if (!options.has('e', 'f')) {
    const first = operands.shift();
    if (first === undefined) {
      if (!ctx.gnu) return ctx.usage();
      await ctx.stderr(`Usage: ${ctx.name} [OPTION]... PATTERNS [FILE]...\nTry '${ctx.name} --help' for more information.\n`);
      throw new Exit(2);
    }
    patterns.push(...first.split('\n'));
  }
  return { patterns: patterns.map((p) => ctx.charset.arg(p)), operands };
}

async function number(ctx: Context, text: string | undefined, what: string): Promise<number | undefined> {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) return ctx.fail(!ctx.gnu ? `invalid number '${text}'` : what.includes('count') ? what : `${text}: ${what}`, 2);
  return Number(text);
}

const directoryActions = [['read'], ['recurse'], ['skip']] as const;

/** What GNU's grep finds wrong with its options, or thinks worth a warning. */
async function check(ctx: Context, options: Options): Promise<void> {
  if (options.has('V')) {
    await ctx.write(ctx.versionText());
    throw new Exit(0);
  }
  const matchers = new Set(options.list.map((o) => o.name).filter((n) => /^[EFGP]$/.test(n)));
  if (matchers.has('P') && matchers.size > 1) await ctx.fail('conflicting matchers specified', 2);
  if (options.has('E') && options.has('F')) await ctx.fail('conflicting matchers specified', 2);
  for (const { name, value } of options.list) {
    if (name === 'X') await ctx.fail(`invalid matcher ${value}`, 2);
    if (/^[ABC]$/.test(name) && !/^\d+$/.test(value ?? '')) await ctx.fail(`${value}: invalid context length argument`, 2);
    if (name === 'd') ctx.usageStatus = 1;
    if (name === 'd') await choose(ctx, '--directories', value ?? '', directoryActions);
    if (name === 'D' && value !== 'read' && value !== 'skip') await ctx.fail('unknown devices method', 2);
    if (name === 'binary-files' && !['binary', 'text', 'without-match'].includes(value ?? ''))
      await ctx.fail('unknown binary-files type', 2);
    if (name === 'u') await ctx.warn('warning: --unix-byte-offsets (-u) is obsolete');
    if (name === 'color' && value !== undefined && !/^(always|yes|force|never|no|none|auto|tty|if-tty)$/.test(value)) {
      await ctx.write(ctx.helpText());
      throw new Exit(0);
    }
  }
}

async function run(ctx: Context, options: Options, forced?: 'extended' | 'fixed'): Promise<number> {
  if (ctx.gnu) await check(ctx, options);
  const kindLast = options.last('E', 'F', 'G', 'P') ?? (forced === 'extended' ? 'E' : forced === 'fixed' ? 'F' : 'G');
  const kind = kindLast === 'E' ? 'extended' : kindLast === 'F' ? 'fixed' : kindLast === 'P' ? 'perl' : 'basic';
  const { patterns, operands } = await patternsOf(ctx, options);
  let regex: Matcher;
  try {
    regex = matcherOf(patterns, kind, {
      ignoreCase: /^[iy]$/.test(options.last('i', 'y', 'no-ignore-case') ?? ''),
      word: options.has('w'),
      line: options.has('x'),
      gnu: ctx.gnu,
      bytes: ctx.charset.name === 'bytes',
    });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return ctx.fail(
      ctx.gnu ? error.message : `bad regex '${patterns.join('\n')}': ${patternWords(error, ctx.libc, patterns.join('\n'))}`,
      2,
    );
  }
  if (ctx.gnu) for (const what of regex.ignored ?? []) await ctx.warn(`warning: ${what} at start of expression`);
  const recursive = options.has('r', 'R', 'recursive') || options.value('d') === 'recurse' || options.value('directories') === 'recurse';
  const context = await number(ctx, options.value('C'), 'invalid context length argument');
  const count = options.list.filter((o) => /^\d$/.test(o.name)).map((o) => o.name).join(''); // prettier-ignore
  const both = count !== '' ? Number(count) : context;
  const colorWhen = options.has('color') ? (options.value('color') ?? 'auto') : 'never';
  const colored = /^(always|yes|force)$/.test(colorWhen) || (/^(auto|tty|if-tty)$/.test(colorWhen) && ctx.proc.isatty(1));
  const names = options.last('h', 'H');
  const style: Style = {
    invert: options.has('v'), count: options.has('c'), onlyMatching: options.has('o'), quiet: options.has('q'), list: options.last('l', 'L') === 'l' ? 'matching' : options.has('L') ? 'missing' : 'none',
    numbers: options.has('n'), byteOffset: options.has('b'), names: names === 'H' || (names !== 'h' && (operands.length > 1 || (recursive && !(operands.length === 1 && !isDirectory(ctx, operands[0] as string))))), silent: options.has('s'),
    max: (await number(ctx, options.value('m'), 'invalid max count')) ?? Infinity, before: (await number(ctx, options.value('B'), 'invalid context length argument')) ?? both ?? 0, after: (await number(ctx, options.value('A'), 'invalid context length argument')) ?? both ?? 0,
    colors: colored ? await grepColors(ctx) : undefined, end: options.has('z') ? '\0' : '\n', delimiter: options.has('z') ? 0 : 10, text: !ctx.gnu || options.has('a') || options.value('binary-files') === 'text', skipBinary: options.has('I') || options.value('binary-files') === 'without-match',
    label: options.value('label') ?? '(standard input)', nulNames: options.has('Z'), initialTab: options.has('T'), separator: options.last('group-separator', 'no-group-separator') === 'no-group-separator' ? undefined : (options.value('group-separator') ?? '--'), contextual: options.has('A', 'B', 'C') || count !== '',
  }; // prettier-ignore
  // all lines match the empty pattern: nothing is read to find none
  const none =
    ctx.gnu && style.invert && patterns.join('') === '' && patterns.length > 0 && !options.has('w', 'x') && style.list !== 'missing';
  if (style.max === 0 || none) return 1;
  ctx.out.charset = ctx.charset.name === 'bytes' ? bytes : utf8;
  const searcher = new Searcher(ctx, regex, style);
  let troubled = false;
  const include = options.values('include').map((p) => globRegex(p));
  const exclude = options.values('exclude').map((p) => globRegex(p));
  const excludeDir = options.values('exclude-dir').map((p) => globRegex(p.replace(/\/+$/, '')));
  const complain = async (name: string, error: unknown): Promise<void> => {
    if (!(error instanceof Errno)) throw error;
    troubled = true;
    if (!style.silent) await ctx.warn(`${name}: ${ctx.strerror(error)}`);
  };
  const implied = operands.length === 0;
  const visit = async (name: string, argument: boolean): Promise<void> => {
    const { proc } = ctx;
    let fd = 0;
    try {
      if (name !== '-') {
        const stat = argument || options.has('R') ? proc.stat(name) : proc.lstat(name);
        if (stat.type === 'directory') {
          if (!recursive && !ctx.gnu) return;
          if (!recursive) {
            if (options.value('d') === 'skip' || options.value('directories') === 'skip') return;
            throw new Errno('EISDIR');
          }
          if (excludeDir.some((r) => r.test(baseName(name)))) return;
          for (const e of proc.readdir(name)) {
            await visit(implied && name === '.' ? e.name : joinPath(name, e.name), false);
            await proc.schedYield();
          }
          return;
        }
        if (!argument && stat.type !== 'file') return;
        if (
          !(argument && !recursive) &&
          ((include.length > 0 && !include.some((r) => r.test(baseName(name)))) || exclude.some((r) => r.test(baseName(name))))
        )
          return;
        fd = await proc.open(name);
      }
    } catch (error) {
      return complain(name, error);
    }
    try {
      await searcher.search(fd, name);
    } catch (error) {
      await complain(name, error);
    } finally {
      if (fd !== 0) proc.close(fd);
    }
  };
  const inputs = operands.length > 0 ? operands : recursive ? ['.'] : ['-'];
  try {
    for (const name of inputs) await visit(name, true);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return 0;
  }
  if (style.list === 'missing' && !troubled) return searcher.matched ? 0 : 1;
  return troubled && !(style.quiet && searcher.matched) ? 2 : searcher.matched ? 0 : 1;
}

function isDirectory(ctx: Context, path: string): boolean {
  try {
    return ctx.proc.stat(path).type === 'directory';
  } catch {
    return false;
  }
}

const long = {
  'extended-regexp': 'E', 'fixed-strings': 'F', 'basic-regexp': 'G', 'perl-regexp': 'P', 'regexp:': 'e', 'file:': 'f', 'ignore-case': 'i', 'no-ignore-case': 'no-ignore-case', 'word-regexp': 'w', 'line-regexp': 'x', 'null-data': 'z',
  'no-messages': 's', 'invert-match': 'v', 'max-count:': 'm', 'byte-offset': 'b', 'line-number': 'n', 'line-buffered': 'line-buffered', 'with-filename': 'H', 'no-filename': 'h', 'label:': 'label', 'only-matching': 'o', quiet: 'q', silent: 'q',
  'binary-files:': 'binary-files', text: 'a', 'directories:': 'd', 'devices:': 'D', recursive: 'r', 'dereference-recursive': 'R', 'include:': 'include', 'exclude:': 'exclude', 'exclude-dir:': 'exclude-dir', 'files-without-match': 'L',
  'files-with-matches': 'l', count: 'c', 'initial-tab': 'T', null: 'Z', 'before-context:': 'B', 'after-context:': 'A', 'context:': 'C', 'color::': 'color', 'colour::': 'color', 'group-separator:': 'group-separator', 'no-group-separator': 'no-group-separator', 'unix-byte-offsets': 'u', binary: 'U', version: 'V',
}; // prettier-ignore

const make = (forced?: 'extended' | 'fixed'): Command => ({
  gnu: {
    short: 'A:B:C:D:EFGHILPTUVX:abcd:e:f:hiLlm:noqRrsuvwxyZz0123456789',
    long,
    package: 'grep',
    usage: '[OPTION]... PATTERNS [FILE]...',
    usageStatus: 2,
    writeStatus: 2,
    tryText: (name) => `Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.\n`,
    help: "Search for PATTERNS in each FILE.\nExample: grep -i 'hello world' menu.h main.c\n\n  -E, -F, -G, -P         extended, fixed, basic (the default), Perl patterns\n  -e, --regexp=PATTERNS  use PATTERNS\n  -f, --file=FILE        take patterns from FILE\n  -i, --ignore-case      ignore case\n  -w, --word-regexp      match whole words\n  -x, --line-regexp      match whole lines\n  -s, --no-messages      no error messages\n  -v, --invert-match     select lines that do not match\n  -m, --max-count=NUM    stop after NUM selected lines\n  -n, --line-number      with line numbers\n  -H, -h                 with, without file names\n  -o, --only-matching    only the parts that match\n  -q, --quiet            no output\n  -r, --recursive        search directories\n  -L, -l                 only names of files without, with, selected lines\n  -c, --count            only a count of selected lines\n  -B, -A, -C NUM         lines of context\n      --color[=WHEN]     highlight\n",
  },
  busybox: {
    short: 'HhnlLoqvsriwFExRcm:A:B:C:e:f:',
    long: { 'color::': 'color' },
    usageStatus: 2,
    usage:
      "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n\nSearch for PATTERN in FILEs (or stdin)\n\n\t-H\tAdd 'filename:' prefix\n\t-h\tDo not add 'filename:' prefix\n\t-n\tAdd 'line_no:' prefix\n\t-l\tShow only names of files that match\n\t-L\tShow only names of files that don't match\n\t-c\tShow only count of matching lines\n\t-o\tShow only the matching part of line\n\t-q\tQuiet. Return 0 if PATTERN is found, 1 otherwise\n\t-v\tSelect non-matching lines\n\t-s\tSuppress open and read errors\n\t-r\tRecurse\n\t-R\tRecurse and dereference symlinks\n\t-i\tIgnore case\n\t-w\tMatch whole words only\n\t-x\tMatch whole lines only\n\t-F\tPATTERN is a literal (not regexp)\n\t-E\tPATTERN is an extended regexp\n\t-m N\tMatch up to N times per file\n\t-A N\tPrint N lines of trailing context\n\t-B N\tPrint N lines of leading context\n\t-C N\tSame as '-A N -B N'\n\t-e PTRN\tPattern to match\n\t-f FILE\tRead pattern from file",
  },
  run: (ctx, options) => run(ctx, options, forced),
});

export const grep = make();
export const egrep = make('extended');
export const fgrep = make('fixed');
