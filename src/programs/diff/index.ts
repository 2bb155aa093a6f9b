import { Errno, type Stat } from '../../kernel';
import type { Command, Context } from '../command';
import { strftime } from '../dates';
import { changes } from '../edit-script';
import { contextual, type Dress, edScript, ifdef, normal, paint, rcs, sideBySide, type Text, textOf, unified } from './formats';
import type { Options } from '../getopt';
import { globRegex } from '../glob';
import { readAll, readFile } from '../input';
import { baseName, joinPath } from '../path';
import { bytes } from '../text';

class Differ {
  private differs = false;
  private trouble = false;
  constructor(
    private readonly ctx: Context,
    private readonly o: Options,
    private readonly titles: readonly string[],
  ) {}

  get status(): number {
    return this.trouble ? 2 : this.differs ? 1 : 0;
  }

  private async complain(path: string, error: unknown): Promise<void> {
    if (!(error instanceof Errno)) throw error;
    this.trouble = true;
    await this.ctx.warn(this.ctx.gnu ? `${path}: ${this.ctx.strerror(error)}` : `can't stat '${path}': ${this.ctx.strerror(error)}`);
  }

  private stat(path: string): Stat {
    return path === '-' ? this.ctx.proc.fstat(0) : this.ctx.proc.stat(path);
  }

  async compare(left: string, right: string, top = true): Promise<void> {
    let stats: [Stat, Stat] | undefined;
    const absent = this.o.has('N');
    const missing: boolean[] = [];
    for (const path of [left, right]) {
      try {
        this.stat(path);
        missing.push(false);
      } catch (error) {
        if (!absent || !(error instanceof Errno) || error.code !== 'ENOENT') await this.complain(path, error);
        missing.push(true);
      }
    }
    if (missing.every(Boolean) && absent && top) for (const path of [left, right]) await this.complain(path, new Errno('ENOENT'));
    if ((missing.some(Boolean) && !absent) || missing.every(Boolean)) return;
    const there = missing[0] ? right : left;
    if (missing.some(Boolean) && this.stat(there).type === 'directory') return this.directories(left, right, top);
    try {
      if (!missing.some(Boolean)) stats = [this.stat(left), this.stat(right)];
      if (stats && stats[0].type === 'directory' && stats[1].type === 'directory') return await this.directories(left, right, top);
      if (stats && top && stats[0].type === 'directory') return await this.compare(joinPath(left, baseName(right)), right, false);
      if (stats && top && stats[1].type === 'directory') return await this.compare(left, joinPath(right, baseName(left)), false);
      if (stats && (stats[0].type === 'directory') !== (stats[1].type === 'directory')) {
        this.differs = true;
        const kind = (s: Stat): string => (s.type === 'directory' ? 'directory' : 'regular file');
        return void (await this.ctx.line(`File ${left} is a ${kind(stats[0])} while file ${right} is a ${kind(stats[1])}`));
      }
      await this.files(left, right, missing);
    } catch (error) {
      await this.complain(left, error);
    }
  }

  private async files(left: string, right: string, missing: readonly boolean[]): Promise<void> {
    const { ctx, o } = this;
    const read = async (path: string, gone: boolean | undefined): Promise<Uint8Array> =>
      gone ? new Uint8Array(0) : path === '-' ? readAll(ctx.proc, 0) : readFile(ctx.proc, path);
    const [dataA, dataB] = [await read(left, missing[0]), await read(right, missing[1])];
    const equal = dataA.length === dataB.length && dataA.every((b, i) => b === dataB[i]);
    const report = async (): Promise<void> => {
      if (o.has('s')) await ctx.line(`Files ${left} and ${right} are identical`);
    };
    if (equal) {
      if (o.has('y')) await ctx.write(sideBySide([], textOf(dataA), textOf(dataB), Number(o.value('W') ?? 130), this.common));
      return report();
    }
    const binary = (d: Uint8Array): boolean => d.subarray(0, 32768).includes(0);
    if (!o.has('a') && (binary(dataA) || binary(dataB))) {
      this.differs = true;
      await ctx.line(`${ctx.gnu ? 'Binary files' : 'Files'} ${left} and ${right} differ`);
      return;
    }
    const [a, b] = [textOf(dataA), textOf(dataB)];
    const normalize = (line: string): string => {
      let t = line;
      if (o.has('w')) t = t.replace(/\s+/g, '');
      else if (o.has('b')) t = t.replace(/\s+$/, '').replace(/\s+/g, ' ');
      if (o.has('Z')) t = t.replace(/\s+$/, '');
      return o.has('i') ? t.toLowerCase() : t;
    };
    const tail = (t: Text): string[] =>
      t.lines.map((l, i) => (i === t.lines.length - 1 && !t.endsWithNewline && !o.has('w', 'b') ? `${normalize(l)}\0` : normalize(l)));
    let list = changes(tail(a), tail(b));
    if (o.has('B')) list = list.filter((c) => [...a.lines.slice(...c.from), ...b.lines.slice(...c.to)].some((l) => l !== ''));
    if (list.length === 0) return report();
    this.differs = true;
    if (o.has('q')) return void (await ctx.line(`Files ${left} and ${right} differ`));
    ctx.out.charset = bytes;
    const context = Number(o.value('U') ?? o.value('C') ?? 3);
    const { dress } = this;
    const stamp = (path: string, gone: boolean | undefined): string =>
      gone ? '1970-01-01 00:00:00.000000000 +0000' : strftime('%Y-%m-%d %H:%M:%S.%N %z', this.stat(path).mtimeMs);
    const title = (mark: string, path: string, i: 0 | 1): string =>
      `${paint(dress, '1', `${mark} ${this.titles[i] ?? path}${this.titles[i] !== undefined || !ctx.gnu ? '' : `\t${stamp(path, missing[i])}`}`)}\n`;
    const style = ctx.gnu ? o.last('u', 'U', 'c', 'C', 'y', 'normal', 'e', 'n', 'D') : 'u';
    if (this.heading !== undefined) {
      await ctx.line(`${this.heading} ${left} ${right}`);
    }
    if (style === 'u' || style === 'U')
      await ctx.write(title('---', left, 0) + title('+++', right, 1) + unified(list, a, b, context, dress));
    else if (style === 'c' || style === 'C')
      await ctx.write(title('***', left, 0) + title('---', right, 1) + contextual(list, a, b, context, dress));
    else if (style === 'y') await ctx.write(sideBySide(list, a, b, Number(o.value('W') ?? 130), this.common));
    else if (style === 'e') await ctx.write(edScript(list, b));
    else if (style === 'n') await ctx.write(rcs(list, b));
    else if (style === 'D') await ctx.write(ifdef(list, a, b, o.value('D') ?? ''));
    else await ctx.write(normal(list, a, b, dress));
  }

  private get common(): 'both' | 'left' | 'none' {
    return this.o.has('suppress-common-lines') ? 'none' : this.o.has('left-column') ? 'left' : 'both';
  }

  private get dress(): Dress {
    const when = this.o.has('color') ? (this.o.value('color') ?? 'auto') : 'never';
    return { color: when === 'always' || (when === 'auto' && this.ctx.proc.isatty(1)), initialTab: this.o.has('T') };
  }

  private heading: string | undefined;

  private async directories(left: string, right: string, top: boolean): Promise<void> {
    const { ctx, o } = this;
    if (!top && !o.has('r')) {
      if (!ctx.gnu || ctx.proc.stat(left).ino !== ctx.proc.stat(right).ino || left !== right)
        await ctx.line(`Common subdirectories: ${left} and ${right}`);
      return;
    }
    if (ctx.gnu) this.heading = ['diff', ...ctx.args.filter((a) => a.startsWith('-') && a.length > 1)].join(' ');
    const excluded = o.values('x').map((p) => globRegex(p));
    const list = (path: string): string[] => {
      try {
        return ctx.proc.readdir(path).map((e) => e.name).filter((n) => !excluded.some((r) => r.test(n))).sort(); // prettier-ignore
      } catch (error) {
        if (error instanceof Errno && error.code === 'ENOENT' && o.has('N')) return [];
        throw error;
      }
    };
    const [a, b] = [list(left), list(right)];
    for (const name of [...new Set([...a, ...b])].sort()) {
      if (a.includes(name) && b.includes(name)) await this.compare(joinPath(left, name), joinPath(right, name), false);
      else if (o.has('N')) await this.compare(joinPath(left, name), joinPath(right, name), false);
      else {
        this.differs = true;
        await ctx.line(`Only in ${(a.includes(name) ? left : right).replace(/(.)\/+$/, '$1')}: ${name}`);
      }
      await ctx.proc.schedYield();
    }
  }
}

const colorWords = [['never'], ['always'], ['auto']] as const;

/** What GNU's diff finds wrong with its options. */
async function check(ctx: Context, options: Options): Promise<void> {
  const styles = new Set<string>();
  for (const { name, value } of options.list) {
    if ((name === 'U' || name === 'C') && value !== undefined && !/^\d+$/.test(value))
      await ctx.usage(`invalid context length ${ctx.quote(value)}`);
    if (name === 'W' && !/^[1-9]\d*$/.test(value ?? '')) await ctx.usage(`invalid width ${ctx.quote(value ?? '')}`);
    if (name === 'color' && value !== undefined && !colorWords.some(([word]) => word === value))
      await ctx.usage(`invalid color ${ctx.quote(value)}`);
    if (/^(normal|[uUcCyenfD])$/.test(name)) styles.add(name.toLowerCase());
  }
  if (styles.size > 1) await ctx.usage('conflicting output style options');
}

export const diff: Command = {
  gnu: {
    short: 'abBcC:dD:eEfF:HiI:lL:nNpPqrsS:tTuU:vwW:x:X:yZ',
    long: {
      normal: 'normal', brief: 'q', 'report-identical-files': 's', 'unified::': 'U', 'context::': 'C', 'side-by-side': 'y', 'width:': 'W', recursive: 'r', 'new-file': 'N', 'ignore-case': 'i', 'ignore-space-change': 'b', 'ignore-all-space': 'w',
      'ignore-blank-lines': 'B', 'ignore-trailing-space': 'Z', text: 'a', 'label:': 'L', 'color::': 'color', minimal: 'd', 'strip-trailing-cr': 'strip-trailing-cr', 'exclude:': 'x', ed: 'e', rcs: 'n', 'ifdef:': 'D', 'suppress-common-lines': 'suppress-common-lines', 'left-column': 'left-column', 'speed-large-files': 'H', 'initial-tab': 'T', 'expand-tabs': 't', 'show-c-function': 'p', 'ignore-matching-lines:': 'I', 'no-dereference': 'no-dereference', 'ignore-file-name-case': 'ignore-file-name-case', 'starting-file:': 'S', 'ignore-tab-expansion': 'E', 
    }, // prettier-ignore
    package: 'diffutils',
    usage: '[OPTION]... FILES',
    usageStatus: 2,
    tryText: (name) => `${name}: Try '${name} --help' for more information.\n`,
    help: 'Compare FILES line by line.\n\n  -q, --brief                  report only when files differ\n  -s, --report-identical-files report when two files are the same\n  -c, -C NUM                   NUM (default 3) lines of copied context\n  -u, -U NUM                   NUM (default 3) lines of unified context\n  -y, --side-by-side           output in two columns\n  -r, --recursive              compare any subdirectories found\n  -N, --new-file               treat absent files as empty\n  -i, --ignore-case\n  -b, --ignore-space-change\n  -w, --ignore-all-space\n  -B, --ignore-blank-lines\n  -a, --text                   treat all files as text\n      --label LABEL            use LABEL instead of file name and timestamp\n',
  },
  busybox: {
    short: 'abdiL:NqrsS:tTU:wBu',
    usage:
      '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2\n\nCompare files line by line and output the differences between them.\nThis implementation supports unified diffs only.\n\n\t-a\tTreat all files as text\n\t-b\tIgnore changes in the amount of whitespace\n\t-B\tIgnore changes whose lines are all blank\n\t-d\tTry hard to find a smaller set of changes\n\t-i\tIgnore case differences\n\t-L\tUse LABEL instead of the filename in the unified header\n\t-N\tTreat absent files as empty\n\t-q\tOutput only whether files differ\n\t-r\tRecurse\n\t-S\tStart with FILE when comparing directories\n\t-T\tMake tabs line up by prefixing a tab when necessary\n\t-s\tReport when two files are the same\n\t-t\tExpand tabs to spaces in output\n\t-U\tOutput LINES lines of context\n\t-w\tIgnore all whitespace',
  },
  rewrite: (args) => args.flatMap((a) => (/^-[uc]\d+$/.test(a) ? [`-${(a[1] as string).toUpperCase()}`, a.slice(2)] : [a])),
  run: async (ctx, options) => {
    if (ctx.gnu) await check(ctx, options);
    const [left, right, extra] = options.operands;
    if (left === undefined || right === undefined)
      return ctx.gnu ? ctx.usage(`missing operand after ${ctx.quote(left ?? ctx.shortName)}`) : ctx.usage();
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quote(extra)}`) : ctx.usage();
    const differ = new Differ(ctx, options, options.values('L'));
    await differ.compare(left, right);
    return differ.status;
  },
};
