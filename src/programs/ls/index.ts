import { Errno, type FileType, type Stat } from '../../kernel';
import { Accounts } from '../accounts';
import type { Command, Context } from '../command';
import { strftime } from '../dates';
import { globRegex } from '../glob';
import { modeString } from '../mode';
import { joinPath } from '../path';
import { cQuote, escapeName, hideControl, shellQuote } from '../quote';
import { busyboxHuman, humanSize } from '../sizes';
import { compareVersions } from '../versions';
import { Colors } from './colors';
import { columnsDown, columnsEven, commaList } from './layout';
import { lsOptions, type LsOptions, type Unit } from './options';

interface Entry {
  readonly name: string;
  readonly stat: Stat | undefined;
  readonly type: FileType;
  readonly target?: string | undefined;
  readonly targetStat?: Stat | undefined;
}

const paint = (code: string, name: string): string => `\x1b[${code}m${name}\x1b[m`;

class Lister {
  private accounts: Accounts | undefined;
  private printed = false;
  private readonly colors: Colors;
  constructor(
    private readonly ctx: Context,
    private readonly o: LsOptions,
  ) {
    this.colors = new Colors(ctx);
  }

  async run(operands: readonly string[]): Promise<void> {
    const { ctx, o } = this;
    if (o.format === 'long') this.accounts = await Accounts.load(ctx.proc);
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const path of operands.length > 0 ? operands : ['.']) {
      const entry = await this.entry(path, path, true);
      if (entry) (entry.type === 'directory' && !o.directory ? directories : files).push(entry);
    }
    if (files.length > 0) {
      await this.print(this.sorted(files));
      this.printed = true;
    }
    const several = operands.length > 1 || o.recursive;
    for (const d of this.sorted(directories)) await this.directory(d.name, several);
  }

  private async entry(path: string, name: string, argument: boolean): Promise<Entry | undefined> {
    const { proc } = this.ctx;
    const follow = this.o.dereference === 'always' || (argument && this.o.dereference === 'arguments');
    try {
      let stat: Stat;
      try {
        stat = follow ? proc.stat(path) : proc.lstat(path);
      } catch (error) {
        if (
          !(error instanceof Errno) ||
          !follow ||
          !(error.code === 'ENOENT' || (error.code === 'ELOOP' && !this.ctx.gnu)) ||
          (this.o.dereference === 'always' && !argument && this.ctx.gnu)
        )
          throw error;
        if (this.o.dereference === 'always' && this.ctx.gnu) throw error;
        stat = proc.lstat(path);
      }
      if (stat.type !== 'symlink') return { name, stat, type: stat.type };
      const target = this.o.format === 'long' ? await this.target(path) : undefined;
      return {
        name,
        stat,
        type: 'symlink',
        target,
        targetStat: this.o.indicator !== 'none' || this.o.color || this.o.directoriesFirst ? attempt(() => proc.stat(path)) : undefined,
      };
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await this.ctx.perror(
        this.ctx.gnu ? `cannot access ${this.ctx.quote(path)}` : path,
        error,
        this.ctx.gnu ? (argument ? 2 : Math.max(1, this.ctx.status)) : 1,
      );
      return undefined;
    }
  }

  private async target(path: string): Promise<string | undefined> {
    try {
      return this.ctx.proc.readlink(path);
    } catch (error) {
      await this.ctx.perror(`cannot read symbolic link ${this.ctx.quote(path)}`, error);
      return undefined;
    }
  }

  private async directory(path: string, titled: boolean): Promise<void> {
    const { ctx, o } = this;
    let listed: ReadonlyMap<string, FileType>;
    try {
      listed = new Map(ctx.proc.readdir(path).map((e) => [e.name, e.type]));
    } catch (error) {
      if (ctx.gnu) return ctx.perror(`cannot open directory ${ctx.quote(path)}`, error, 2);
      return ctx.perror(`can't open '${path}'`, error);
    }
    if (this.printed) await ctx.write('\n');
    if (titled) await ctx.line(`${this.quoted(path)}:`);
    this.printed = true;
    const ignored = o.ignore.map((p) => globRegex(p));
    const names = [...listed.keys()].filter((n) => (o.all !== 'none' || !n.startsWith('.')) && !ignored.some((r) => r.test(n)));
    // a removed directory has neither
    if (o.all === 'all' && !(ctx.gnu && ctx.proc.stat(path).nlink === 0)) names.unshift('.', '..');
    const entries: Entry[] = [];
    for (const name of names) {
      const type = listed.get(name) ?? 'directory';
      const entry = this.namesSuffice ? { name, type, stat: undefined } : await this.entry(joinPath(path, name), name, false);
      if (entry) entries.push(entry);
      else if (ctx.gnu) entries.push({ name, type, stat: undefined });
      await ctx.proc.schedYield();
    }
    const sorted = this.sorted(entries);
    if (o.format === 'long' || o.blocks) {
      const kb = sorted.reduce((n, e) => n + (e.stat?.blocks ?? 0), 0) / 2;
      await ctx.line(
        `total ${o.human ? (ctx.gnu ? humanSize(kb * 1024, o.human) : busyboxHuman(kb * 1024)) : inUnit(kb * 1024, o.blockUnit)}`,
      );
    }
    await this.print(sorted);
    if (!o.recursive) return;
    for (const e of sorted)
      if (e.type === 'directory' && e.name !== '.' && e.name !== '..') await this.directory(joinPath(path, e.name), true);
  }

  /** GNU's ls looks at files only when it must. */
  private get namesSuffice(): boolean {
    const { format, sort, inode, blocks, color, indicator, directoriesFirst } = this.o;
    return this.ctx.gnu && !directoriesFirst && format !== 'long' && (sort === 'name' || sort === 'none') && !inode && !blocks && !color && (indicator === 'none' || indicator === 'slash'); // prettier-ignore
  }

  private timeOf(e: Entry): number {
    const s = e.stat;
    return s === undefined ? 0 : this.o.time === 'atime' ? s.atimeMs : this.o.time === 'ctime' ? s.ctimeMs : s.mtimeMs;
  }

  private sorted(entries: readonly Entry[]): Entry[] {
    const { o } = this;
    if (o.sort === 'none') return [...entries];
    const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const extension = (n: string): string => (n.lastIndexOf('.') > 0 ? n.slice(n.lastIndexOf('.')) : '');
    const compare = {
      name: byName,
      time: (a: Entry, b: Entry) => this.timeOf(b) - this.timeOf(a) || byName(a, b),
      size: (a: Entry, b: Entry) => (b.stat?.size ?? 0) - (a.stat?.size ?? 0) || byName(a, b),
      extension: (a: Entry, b: Entry) =>
        extension(a.name) < extension(b.name) ? -1 : extension(a.name) > extension(b.name) ? 1 : byName(a, b),
      version: (a: Entry, b: Entry) => compareVersions(a.name, b.name) || byName(a, b),
    }[o.sort];
    const result = entries.toSorted(compare);
    if (o.reverse) result.reverse();
    if (!o.directoriesFirst) return result;
    const leads = (e: Entry): boolean => (e.targetStat?.type ?? e.type) === 'directory';
    return [...result.filter(leads), ...result.filter((e) => !leads(e))];
  }

  private quoted(name: string): string {
    const { charset } = this.ctx;
    switch (this.o.quoting) {
      case 'shell':
        return shellQuote(name, charset);
      case 'shell-always':
        return shellQuote(name, charset, true);
      case 'escape':
        return escapeName(name, charset);
      case 'c':
        return cQuote(name, charset);
      case 'hide':
        return hideControl(name, charset);
      default:
        return name;
    }
  }

  private mark(type: FileType, mode: number): string {
    const { indicator } = this.o;
    if (indicator === 'none') return '';
    if (type === 'directory') return '/';
    if (indicator === 'slash') return '';
    if (type === 'symlink') return '@';
    if (type === 'fifo') return '|';
    if (type === 'socket') return '=';
    return indicator === 'classify' && type === 'file' && (mode & 0o111) !== 0 ? '*' : '';
  }

  private painted(e: Entry, padQuote: boolean): { text: string; width: number } {
    const name = this.quoted(e.name);
    const lead = padQuote && name === e.name ? ' ' : '';
    const mark = this.o.format === 'long' && e.type === 'symlink' ? '' : this.mark(e.type, e.stat?.mode ?? 0);
    const code = this.o.color ? this.colors.of(e) : '';
    const text =
      !this.ctx.gnu && code
        ? paint(code, name)
        : code === ''
          ? name
          : `\x1b[0m\x1b[${code}m${name}\x1b[0m`.replace('\x1b[0m\x1b', this.ctx.gnu && !this.reset() ? '\x1b' : '\x1b[0m\x1b');
    return { text: lead + text + mark, width: [...lead, ...name, ...mark].length };
  }

  private resetDone = false;
  /** Whether this is the first colour of the run, which GNU's ls begins with a reset. */
  private reset(): boolean {
    const first = !this.resetDone;
    this.resetDone = true;
    return first;
  }

  private async print(entries: readonly Entry[]): Promise<void> {
    const { ctx, o } = this;
    const padQuote =
      o.quoting === 'shell' &&
      (o.format === 'long' || o.format === 'columns' || o.format === 'across') &&
      entries.some((e) => this.quoted(e.name) !== e.name);
    const inodeWidth = Math.max(0, ...entries.map((e) => String(e.stat?.ino ?? 0).length));
    const blocksOf = (e: Entry): string =>
      o.human && this.ctx.gnu ? humanSize((e.stat?.blocks ?? 0) * 512, o.human) : inUnit((e.stat?.blocks ?? 0) * 512, o.blockUnit);
    const blockWidth = Math.max(0, ...entries.map((e) => blocksOf(e).length));
    const prefix = (e: Entry): string =>
      (o.inode ? `${String(e.stat?.ino ?? '?').padStart(o.format === 'commas' ? 0 : inodeWidth)} ` : '') +
      (o.blocks ? `${blocksOf(e).padStart(!this.ctx.gnu ? 6 : o.format === 'commas' ? 0 : blockWidth)} ` : '') +
      (o.context && o.format !== 'long' ? '? ' : '');
    if (o.format === 'long') {
      for (const line of ctx.gnu ? this.gnuLong(entries, padQuote, prefix) : this.busyboxLong(entries, prefix))
        await ctx.write(line + o.end);
      return;
    }
    const cells = entries.map((e) => {
      const cell = this.painted(e, padQuote);
      return { text: prefix(e) + cell.text, width: prefix(e).length + cell.width };
    });
    if (o.format === 'one') for (const c of cells) await ctx.write(c.text + o.end);
    else if (o.format === 'commas') await ctx.write(commaList(cells, o.width));
    else if (cells.length > 0)
      await ctx.write(
        ctx.gnu
          ? columnsDown(cells, o.width, o.format === 'across', o.color ? 0 : o.tabSize)
          : columnsEven(cells, o.width, o.format === 'across'),
      );
  }

  /** Of the major and minor numbers in a listing. */
  private deviceWidths: readonly [number, number] = [0, 0];

  private sizeText(e: Entry): string {
    const s = e.stat;
    if (!s) return '?';
    if (s.type === 'char' || s.type === 'block')
      return `${String(s.rdev >> 8).padStart(this.deviceWidths[0])}, ${String(s.rdev & 255).padStart(this.deviceWidths[1])}`;
    return this.o.human ? (this.ctx.gnu ? humanSize(s.size, this.o.human) : busyboxHuman(s.size)) : inUnit(s.size, this.o.sizeUnit);
  }

  private timeText(e: Entry): string {
    if (!e.stat) return '?'.padStart(12);
    const ms = this.timeOf(e);
    const now = this.ctx.proc.clock.now();
    const recent = ms <= now && now - ms < 15778476_000;
    const style = this.o.timeStyle.replace(/^posix-/, '');
    if (style.startsWith('+')) {
      const [old = '', fresh] = style.slice(1).split('\n');
      return strftime(recent && fresh !== undefined ? fresh : old, ms);
    }
    if (style === 'full-iso') return strftime('%Y-%m-%d %H:%M:%S.%N %z', ms);
    if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', ms);
    if (style === 'iso') return strftime(recent ? '%m-%d %H:%M' : '%Y-%m-%d ', ms);
    return strftime(recent ? '%b %e %H:%M' : '%b %e  %Y', ms);
  }

  private names(e: Entry): { user: string; group: string } {
    const s = e.stat;
    if (!s) return { user: '?', group: '?' };
    return this.o.numeric || !this.accounts
      ? { user: String(s.uid), group: String(s.gid) }
      : { user: this.accounts.userName(s.uid), group: this.accounts.groupName(s.gid) };
  }

  private arrow(e: Entry): string {
    if (e.target === undefined) return '';
    const mark = this.o.indicator !== 'none' && e.targetStat ? this.mark(e.targetStat.type, e.targetStat.mode) : '';
    const aim = e.targetStat && { name: e.target, stat: e.targetStat, type: e.targetStat.type };
    const code = !this.o.color || (this.ctx.gnu && !this.colors.followsLinks) ? '' : aim ? this.colors.of(aim) : this.colors.missing();
    const target = this.quoted(e.target);
    const painted = this.ctx.gnu ? `\x1b[${code}m${target}\x1b[0m` : paint(code, target);
    return ` -> ${code ? painted : target}${mark}`;
  }

  private gnuLong(entries: readonly Entry[], padQuote: boolean, prefix: (e: Entry) => string): string[] {
    const devices = entries.flatMap(({ stat: s }) => (s && (s.type === 'char' || s.type === 'block') ? [s.rdev] : []));
    const digits = (numbers: readonly number[]): number => Math.max(0, ...numbers.map((n) => String(n).length));
    this.deviceWidths = [digits(devices.map((d) => d >> 8)), digits(devices.map((d) => d & 255))];
    const rows = entries.map((e) => ({
      e,
      ...this.names(e),
      links: String(e.stat?.nlink ?? '?'),
      size: this.sizeText(e),
      time: this.timeText(e),
    }));
    const width = (pick: (r: (typeof rows)[number]) => string): number => Math.max(0, ...rows.map((r) => pick(r).length));
    const w = {
      links: width((r) => r.links),
      user: width((r) => r.user),
      group: width((r) => r.group),
      size: width((r) => r.size),
      time: width((r) => r.time),
    };
    const side = (text: string, to: number): string => (this.o.numeric ? text.padStart(to) : text.padEnd(to));
    return rows.map((r) => {
      const owner =
        (this.o.owner ? `${side(r.user, w.user)} ` : '') +
        (this.o.group ? `${side(r.group, w.group)} ` : '') +
        (this.o.author ? `${side(r.user, w.user)} ` : '') +
        (this.o.context ? '? ' : '');
      return `${prefix(r.e)}${r.e.stat ? modeString(r.e.type, r.e.stat.mode) : `${modeString(r.e.type, 0)[0] ?? '?'}?????????`} ${r.links.padStart(w.links)} ${owner}${r.size.padStart(w.size)} ${r.time.padStart(w.time)} ${this.painted(r.e, padQuote).text}${this.arrow(r.e)}`;
    });
  }

  private busyboxLong(entries: readonly Entry[], prefix: (e: Entry) => string): string[] {
    return entries.map((e) => {
      const { user, group } = this.names(e);
      const owner = this.o.numeric
        ? `${user.padEnd(8)} ${group.padEnd(8)}`
        : `${user.slice(0, 8).padEnd(8)} ${group.slice(0, 8).padEnd(8)}`;
      const time = this.o.timeStyle === 'full-iso' ? strftime('%Y-%m-%d %H:%M:%S %z', this.timeOf(e)) : this.timeText(e);
      const size = this.o.human ? this.sizeText(e).padStart(7) : this.sizeText(e).padStart(9);
      const device =
        e.type === 'char' || e.type === 'block'
          ? `${String((e.stat?.rdev ?? 0) >> 8).padStart(4)}, ${String((e.stat?.rdev ?? 0) & 255).padStart(3)}`
          : size;
      return `${prefix(e)}${modeString(e.type, e.stat?.mode ?? 0)} ${String(e.stat?.nlink ?? 0).padStart(4)} ${owner} ${device} ${time} ${this.painted(e, false).text}${this.arrow(e)}`;
    });
  }
}

const inUnit = (bytes: number, unit: Unit): string => `${Math.ceil(bytes / unit.bytes)}${unit.letter}`;

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

const long = {
  all: 'a', 'almost-all': 'A', 'ignore-backups': 'B', 'color::': 'color', directory: 'd', 'classify::': 'F', 'file-type': 'file-type', 'format:': 'format', 'full-time': 'full-time',
  'group-directories-first': 'group-directories-first', 'no-group': 'G', 'human-readable': 'h', si: 'si', 'dereference-command-line': 'H', 'dereference-command-line-symlink-to-dir': 'symlink-to-dir', 'hide:': 'I', 'hyperlink::': 'hyperlink', 'indicator-style:': 'indicator-style',
  inode: 'i', 'ignore:': 'I', kibibytes: 'k', dereference: 'L', 'numeric-uid-gid': 'n', literal: 'N', 'hide-control-chars': 'q', 'show-control-chars': 'N', 'quote-name': 'Q', 'quoting-style:': 'quoting-style',
  escape: 'b', reverse: 'r', recursive: 'R', size: 's', 'sort:': 'sort', 'time:': 'time', 'time-style:': 'time-style', 'width:': 'w', zero: 'zero', 'block-size:': 'block-size', author: 'author', dired: 'D', context: 'Z', 'tabsize:': 'T',
}; // prettier-ignore

const make = (name: 'ls' | 'dir'): Command => ({
  gnu: {
    short: 'aAbBcCdDfFgGhHiI:klLmnNopqQrRsStuUvw:xXZ1T:',
    long,
    usage: '[OPTION]... [FILE]...',
    usageStatus: 2,
    help: 'List information about the FILEs (the current directory by default).\n\n  -a, --all           do not ignore entries starting with .\n  -A, --almost-all    nor list implied . and ..\n  -d, --directory     list directories themselves\n  -F, --classify      append one of */=@| to entries\n  -h, --human-readable  sizes like 1K 234M 2G\n  -i, --inode         print the index number\n  -l                  use a long listing format\n  -L, --dereference   show what links point to\n  -n                  like -l, with numeric IDs\n  -r, --reverse       reverse the order\n  -R, --recursive     list subdirectories too\n  -s, --size          print the allocated size\n  -S                  sort by size\n  -t                  sort by time, newest first\n  -1                  one file per line\n      --color[=WHEN]  color the output\n      --time-style=TIME_STYLE  full-iso, long-iso, iso, locale or +FORMAT\n',
  },
  ...(name === 'ls'
    ? {
        busybox: {
          short: '1AaCxdLHRFplinshrSXvctukw:T:I:',
          long: { 'full-time': 'full-time', 'group-directories-first': 'group-directories-first', 'color::': 'color' },
          usage:
            '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...\n\nList directory contents\n\n\t-1\tOne column output\n\t-a\tInclude names starting with .\n\t-A\tLike -a, but exclude . and ..\n\t-x\tList by lines\n\t-d\tList directory names, not contents\n\t-L\tFollow symlinks\n\t-H\tFollow symlinks on command line\n\t-R\tRecurse\n\t-p\tAppend / to directory names\n\t-F\tAppend indicator (one of */=@|) to names\n\t-l\tLong format\n\t-i\tList inode numbers\n\t-n\tList numeric UIDs and GIDs instead of names\n\t-s\tList allocated blocks\n\t-lc\tList ctime\n\t-lu\tList atime\n\t--full-time\tList full date/time\n\t-h\tHuman readable sizes (1K 243M 2G)\n\t--group-directories-first\n\t-S\tSort by size\n\t-X\tSort by extension\n\t-v\tSort by version\n\t-t\tSort by mtime\n\t-tc\tSort by ctime\n\t-tu\tSort by atime\n\t-r\tReverse sort order\n\t-w N\tFormat N columns wide\n\t--color[={always,never,auto}]',
        },
      }
    : {}),
  run: async (ctx, options) => {
    await new Lister(ctx, await lsOptions(ctx, options)).run(options.operands);
    return ctx.status;
  },
});

export const ls = make('ls');
