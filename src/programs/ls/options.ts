import type { Context } from '../command';
import type { Options } from '../getopt';

export interface LsOptions {
  readonly all: 'none' | 'almost' | 'all';
  readonly format: 'long' | 'one' | 'columns' | 'across' | 'commas';
  readonly directory: boolean;
  readonly recursive: boolean;
  readonly reverse: boolean;
  readonly sort: 'name' | 'time' | 'size' | 'extension' | 'version' | 'none';
  readonly time: 'mtime' | 'atime' | 'ctime';
  readonly human: boolean;
  readonly numeric: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly indicator: 'none' | 'slash' | 'file-type' | 'classify';
  readonly dereference: 'never' | 'arguments' | 'always';
  readonly quoting: 'literal' | 'shell' | 'escape' | 'c' | 'hide';
  readonly color: boolean;
  readonly timeStyle: string;
  readonly directoriesFirst: boolean;
  readonly ignore: readonly string[];
  readonly width: number;
  readonly end: string;
}

export function lsOptions(ctx: Context, o: Options): LsOptions {
  const tty = ctx.proc.isatty(1);
  const last = o.last('l', 'n', 'g', 'o', '1', 'C', 'x', 'm', 'full-time', 'format');
  const word = o.value('format');
  const chosen =
    last === 'format'
      ? ({ long: 'l', verbose: 'l', commas: 'm', horizontal: 'x', across: 'x', vertical: 'C', 'single-column': '1' }[word ?? ''] ?? 'C')
      : last;
  const long = o.has('l', 'n', 'g', 'o', 'full-time') && !(chosen === 'C' || chosen === 'x' || chosen === 'm');
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
  const style = o.value('quoting-style') ?? '';
  const named = style.startsWith('shell') ? 'shell' : style === 'c' ? 'c' : style === 'escape' ? 'escape' : 'literal';
  const quoting =
    quotingLast === 'Q'
      ? 'c'
      : quotingLast === 'b'
        ? 'escape'
        : quotingLast === 'q'
          ? 'hide'
          : quotingLast === 'N'
            ? 'literal'
            : quotingLast === 'quoting-style'
              ? named
              : ctx.gnu
                ? tty
                  ? 'shell'
                  : 'literal'
                : tty
                  ? 'hide'
                  : 'literal';
  const colorWhen = o.has('color') ? (o.value('color') ?? 'always') : ctx.gnu ? 'never' : 'auto';
  const indicatorWord = o.value('indicator-style');
  return {
    all: o.last('a', 'A', 'f') === 'A' ? 'almost' : o.has('a', 'f') ? 'all' : 'none', format, directory: o.has('d'), recursive: o.has('R'), reverse: o.has('r'), sort, time,
    human: o.has('h'), numeric: o.has('n'), owner: !o.has('g'), group: !o.has('G', 'o'), inode: o.has('i'), blocks: o.has('s'),
    indicator: o.has('F') || indicatorWord === 'classify' ? 'classify' : o.has('p') || indicatorWord === 'slash' ? 'slash' : o.has('file-type') || indicatorWord === 'file-type' ? 'file-type' : 'none',
    dereference: o.has('L') ? 'always' : o.has('H') || (!long && !o.has('d', 'F')) ? 'arguments' : 'never', quoting,
    color: /^(always|yes|force)$/.test(colorWhen) || (/^(auto|tty|if-tty)$/.test(colorWhen) && tty), timeStyle: o.has('full-time') ? 'full-iso' : (o.value('time-style') ?? ctx.env.get('TIME_STYLE') ?? 'locale'),
    directoriesFirst: o.has('group-directories-first'), ignore: [...o.values('I'), ...(o.has('B') ? ['*~'] : [])],
    width: Number(o.value('w') ?? ctx.env.get('COLUMNS') ?? (tty ? ctx.proc.getWindowSize(1).columns : 80)) || 80, end: o.has('zero') ? '\0' : '\n',
  }; // prettier-ignore
}
