import { choose } from '../choices';
import type { Context } from '../command';
import type { Options } from '../getopt';
import { parseSize } from '../sizes';

export interface LsOptions {
  readonly all: 'none' | 'almost' | 'all';
  readonly format: 'long' | 'one' | 'columns' | 'across' | 'commas';
  readonly directory: boolean;
  readonly recursive: boolean;
  readonly reverse: boolean;
  readonly sort: 'name' | 'time' | 'size' | 'extension' | 'version' | 'none';
  readonly time: 'mtime' | 'atime' | 'ctime';
  /** 1024 or 1000: sizes with a letter; 0: in units. */
  readonly human: 0 | 1000 | 1024;
  /** The unit of sizes, and of counts of blocks, with the letter shown behind them. */
  readonly sizeUnit: Unit;
  readonly blockUnit: Unit;
  readonly author: boolean;
  readonly context: boolean;
  readonly numeric: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly indicator: 'none' | 'slash' | 'file-type' | 'classify';
  readonly dereference: 'never' | 'arguments' | 'always';
  readonly quoting: 'literal' | 'shell' | 'shell-always' | 'escape' | 'c' | 'hide';
  readonly color: boolean;
  readonly timeStyle: string;
  readonly directoriesFirst: boolean;
  readonly ignore: readonly string[];
  readonly width: number;
  readonly tabSize: number;
  readonly end: string;
}

export interface Unit {
  readonly bytes: number;
  readonly letter: string;
}

const sorts = [['none'], ['time'], ['size'], ['extension'], ['version'], ['width']] as const;
const times = [
  ['atime', 'access', 'use'],
  ['ctime', 'status'],
  ['birth', 'creation'],
] as const;
const colors = [
  ['always', 'yes', 'force'],
  ['never', 'no', 'none'],
  ['auto', 'tty', 'if-tty'],
] as const;
const styles = [['literal'], ['shell'], ['shell-always'], ['shell-escape'], ['shell-escape-always'], ['c'], ['c-maybe'], ['escape'], ['locale'], ['clocale']] as const; // prettier-ignore
const indicators = [['none'], ['slash'], ['file-type'], ['classify']] as const;
const formats = [['verbose', 'long'], ['commas'], ['horizontal', 'across'], ['vertical'], ['single-column']] as const;
const timeStyles = [['full-iso'], ['long-iso'], ['iso'], ['locale']] as const;
/** The terminals that dircolors(1) knows to have colours. */
const colorTerminals = /^(ansi|.*color.*|con[0-9].*x[0-9].*|cons25|console|cygwin|.*direct.*|dtterm|gnome|hurd|jfbterm|konsole|kterm|linux|linux-c|mlterm|putty|rxvt.*|screen.*|st|terminator|tmux.*|vt100|xterm.*)$/; // prettier-ignore

/** GNU's ls says what is wrong with its options' words before it lists anything. */
async function check(ctx: Context, o: Options): Promise<void> {
  const groups = {
    sort: sorts, time: times, color: colors, 'quoting-style': styles, 'indicator-style': indicators, format: formats, classify: colors,
  } as const; // prettier-ignore
  for (const { name, value } of o.list) {
    if (name === 'w' && !/^\d+$/.test(value ?? '')) await ctx.fail(`invalid line width: ${ctx.quoteWord(value ?? '')}`, 2);
    if (name === 'T' && !/^\d+$/.test(value ?? '')) await ctx.fail(`invalid tab size: ${ctx.quoteWord(value ?? '')}`, 2);
    if (name === 'block-size' && unitOf(value) === undefined)
      await ctx.fail(`invalid --block-size argument ${ctx.quoteWord(value ?? '')}`, 2);
    const valid: readonly (readonly [string, ...string[]])[] | undefined = groups[name as keyof typeof groups];
    if (valid && value !== undefined) {
      ctx.usageStatus = 1;
      await choose(ctx, `--${name}`, value, valid);
    }
  }
  ctx.usageStatus = undefined;
  const style = o.value('time-style')?.replace(/^posix-/, '');
  if (style !== undefined && !style.startsWith('+'))
    await choose(ctx, 'time style', style, timeStyles, [
      ...timeStyles.map(([word]) => `[posix-]${word}`),
      "+FORMAT (e.g., +%H:%M) for a 'date'-style format",
    ]);
}

/** `--block-size`: `K` shows the letter, `1K` does not. */
function unitOf(given: string | undefined): Unit | undefined {
  if (given === undefined || /^(human-readable|si)$/.test(given)) return { bytes: 1024, letter: '' };
  const text = given.replace(/^'/, '');
  const bytes = parseSize(/^\d/.test(text) ? text : `1${text}`);
  return bytes ? { bytes, letter: /^\d/.test(text) ? '' : text } : undefined;
}

export async function lsOptions(ctx: Context, o: Options): Promise<LsOptions> {
  if (ctx.gnu) await check(ctx, o);
  const tty = ctx.proc.isatty(1);
  const last = o.last('l', 'n', 'g', 'o', '1', 'C', 'x', 'm', 'full-time', 'format');
  const word = o.value('format');
  const chosen =
    last === 'format'
      ? ({ long: 'l', verbose: 'l', commas: 'm', horizontal: 'x', across: 'x', vertical: 'C', 'single-column': '1' }[word ?? ''] ?? 'C')
      : last;
  // -f takes a -l before it back
  const wide = o.has('l', 'n', 'g', 'o', 'full-time') && o.last('l', 'n', 'g', 'o', 'full-time', 'f') !== 'f';
  const long = (wide || (last === 'format' && chosen === 'l')) && !(chosen === 'C' || chosen === 'x' || chosen === 'm');
  const format = long
    ? 'long'
    : chosen === '1'
      ? 'one'
      : chosen === 'C'
        ? 'columns'
        : chosen === 'x'
          ? 'across'
          : chosen === 'm'
            ? 'commas'
            : tty && !o.has('zero')
              ? 'columns'
              : 'one';
  const sortWord = o.value('sort');
  const sortLast = o.last('t', 'S', 'X', 'v', 'U', 'f', 'sort');
  const sortOf = { t: 'time', S: 'size', X: 'extension', v: 'version', U: 'none', f: 'none' } as const;
  const timeWord = o.value('time') ?? '';
  const time =
    o.has('c') || /^(ctime|status)$/.test(timeWord) ? 'ctime' : o.has('u') || /^(atime|access|use)$/.test(timeWord) ? 'atime' : 'mtime';
  const timeSort = (o.has('c') || o.has('u')) && !long && sortLast === undefined && ctx.gnu;
  const sort =
    sortLast === 'sort'
      ? ((sortWord === 'none' ? 'none' : sortWord) as LsOptions['sort'])
      : sortLast
        ? sortOf[sortLast as keyof typeof sortOf]
        : timeSort
          ? 'time'
          : 'name';
  const quotingLast = o.last('N', 'Q', 'b', 'q', 'quoting-style');
  const style = o.value('quoting-style') ?? (ctx.gnu ? ctx.env.get('QUOTING_STYLE') : undefined) ?? '';
  const named = style.startsWith('shell')
    ? style.endsWith('always')
      ? 'shell-always'
      : 'shell'
    : style === 'c'
      ? 'c'
      : style === 'escape'
        ? 'escape'
        : 'literal';
  const quoting =
    quotingLast === 'Q'
      ? 'c'
      : quotingLast === 'b'
        ? 'escape'
        : quotingLast === 'q'
          ? 'hide'
          : quotingLast === 'N'
            ? 'literal'
            : quotingLast === 'quoting-style' || (ctx.gnu && styles.some(([word]) => word === style))
              ? named
              : ctx.gnu
                ? tty
                  ? 'shell'
                  : 'literal'
                : tty
                  ? 'hide'
                  : 'literal';
  const colorWhen = o.has('color') ? (o.value('color') ?? 'always') : ctx.gnu ? 'never' : 'auto';
  const size = o.value('block-size') ?? (ctx.gnu ? (ctx.env.get('LS_BLOCK_SIZE') ?? ctx.env.get('BLOCK_SIZE')) : undefined);
  const unit = unitOf(size) ?? { bytes: 1024, letter: '' };
  const humanLast = o.last('h', 'si', 'k', 'block-size');
  const human =
    humanLast === 'si' || (humanLast !== 'k' && size === 'si') ? 1000 : humanLast === 'h' || size === 'human-readable' ? 1024 : 0;
  const indicatorWord = o.value('indicator-style');
  return {
    all: o.last('a', 'A', 'f') === 'A' ? 'almost' : o.has('a', 'f') ? 'all' : 'none', format, directory: o.has('d'), recursive: o.has('R'), reverse: o.has('r'), sort, time,
    human, sizeUnit: o.has('block-size') || size !== undefined ? unit : { bytes: 1, letter: '' }, blockUnit: unit, author: o.has('author'), context: o.has('Z'), numeric: o.has('n'), owner: !o.has('g'), group: !o.has('G', 'o'), inode: o.has('i'), blocks: o.has('s'),
    indicator: o.has('F') || indicatorWord === 'classify' ? 'classify' : o.has('p') || indicatorWord === 'slash' ? 'slash' : o.has('file-type') || indicatorWord === 'file-type' ? 'file-type' : 'none',
    dereference: o.has('L') ? 'always' : o.has('H', 'symlink-to-dir') || (!long && !o.has('d', 'F')) ? 'arguments' : 'never', quoting,
    color: (/^(always|yes|force)$/.test(colorWhen) || (/^(auto|tty|if-tty)$/.test(colorWhen) && tty)) && (!ctx.gnu || ctx.env.has('LS_COLORS') || ctx.env.get('COLORTERM') !== undefined || colorTerminals.test(ctx.env.get('TERM') ?? '')), timeStyle: o.has('full-time') ? 'full-iso' : (o.value('time-style') ?? ctx.env.get('TIME_STYLE') ?? 'locale'),
    directoriesFirst: o.has('group-directories-first'), ignore: [...o.values('I'), ...(o.has('B') ? ['*~'] : [])],
    width: Number(o.value('w') ?? ctx.env.get('COLUMNS') ?? (tty ? ctx.proc.getWindowSize(1).columns : 80)) || 80, tabSize: Number(o.value('T') ?? 8), end: o.has('zero') ? '\0' : '\n',
  }; // prettier-ignore
}
