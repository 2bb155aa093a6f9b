import { Errno, type Stat } from '../kernel';
import type { Command, Context } from './command';
import { strftime } from './dates';
import { type Change, changes } from './edit-script';
import type { Options } from './getopt';
import { readAll, readFile } from './input';
import { baseName, joinPath } from './path';
import { bytes } from './text';

interface Text {
  readonly lines: string[];
  readonly endsWithNewline: boolean;
}

const textOf = (data: Uint8Array): Text => {
  const text = bytes.decode(data);
  const lines = text.split('\n');
  const endsWithNewline = text === '' || lines.at(-1) === '';
  if (lines.at(-1) === '') lines.pop();
  return { lines, endsWithNewline };
};

const noNewline = '\\ No newline at end of file\n';

function lineOut(mark: string, t: Text, i: number): string {
  return `${mark}${t.lines[i]}\n${i === t.lines.length - 1 && !t.endsWithNewline ? noNewline : ''}`;
}

function normal(list: readonly Change[], a: Text, b: Text): string {
  const range = ([x, y]: readonly [number, number]): string => (y - x <= 1 ? String(y) : `${x + 1},${y}`);
  let out = '';
  for (const c of list) {
    const deleted = c.from[1] > c.from[0];
    const added = c.to[1] > c.to[0];
    out += `${deleted ? range(c.from) : c.from[0]}${deleted ? (added ? 'c' : 'd') : 'a'}${added ? range(c.to) : c.to[0]}\n`;
    for (let i = c.from[0]; i < c.from[1]; i++) out += lineOut('< ', a, i);
    if (deleted && added) out += '---\n';
    for (let i = c.to[0]; i < c.to[1]; i++) out += lineOut('> ', b, i);
  }
  return out;
}

/** Changes whose context overlaps, together. */
function hunks(list: readonly Change[], context: number): Change[][] {
  const out: Change[][] = [];
  for (const c of list) {
    const last = out.at(-1)?.at(-1);
    if (last && c.from[0] - last.from[1] <= 2 * context) out.at(-1)?.push(c);
    else out.push([c]);
  }
  return out;
}

function unified(list: readonly Change[], a: Text, b: Text, context: number): string {
  let out = '';
  const range = (start: number, count: number): string => (count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`);
  for (const h of hunks(list, context)) {
    const [first, last] = [h[0] as Change, h.at(-1) as Change];
    const [fromA, toA] = [Math.max(0, first.from[0] - context), Math.min(a.lines.length, last.from[1] + context)];
    const [fromB, toB] = [Math.max(0, first.to[0] - context), Math.min(b.lines.length, last.to[1] + context)];
    out += `@@ -${range(fromA, toA - fromA)} +${range(fromB, toB - fromB)} @@\n`;
    let i = fromA;
    for (const c of h) {
      for (; i < c.from[0]; i++) out += lineOut(' ', a, i);
      for (; i < c.from[1]; i++) out += lineOut('-', a, i);
      for (let j = c.to[0]; j < c.to[1]; j++) out += lineOut('+', b, j);
    }
    for (; i < toA; i++) out += lineOut(' ', a, i);
  }
  return out;
}

function contextual(list: readonly Change[], a: Text, b: Text, context: number): string {
  let out = '';
  const range = (x: number, y: number): string => (y - x <= 1 ? String(y) : `${x + 1},${y}`);
  for (const h of hunks(list, context)) {
    const [first, last] = [h[0] as Change, h.at(-1) as Change];
    const [fromA, toA] = [Math.max(0, first.from[0] - context), Math.min(a.lines.length, last.from[1] + context)];
    const [fromB, toB] = [Math.max(0, first.to[0] - context), Math.min(b.lines.length, last.to[1] + context)];
    out += `***************\n*** ${range(fromA, toA)} ****\n`;
    const mark = (c: Change | undefined, sign: string): string =>
      !c ? '  ' : c.from[1] > c.from[0] && c.to[1] > c.to[0] ? '! ' : `${sign} `;
    if (h.some((c) => c.from[1] > c.from[0])) for (let i = fromA; i < toA; i++) out += lineOut(mark(h.find((c) => i >= c.from[0] && i < c.from[1]), '-'), a, i); // prettier-ignore
    out += `--- ${range(fromB, toB)} ----\n`;
    if (h.some((c) => c.to[1] > c.to[0])) for (let j = fromB; j < toB; j++) out += lineOut(mark(h.find((c) => j >= c.to[0] && j < c.to[1]), '+'), b, j); // prettier-ignore
  }
  return out;
}

function sideBySide(list: readonly Change[], a: Text, b: Text, width: number): string {
  const half = Math.floor((width - 3) / 2);
  let out = '';
  let [i, j] = [0, 0];
  const row = (left: string | undefined, mark: string, right: string | undefined): void => {
    out += `${`${(left ?? '').slice(0, half).padEnd(half)} ${mark} ${(right ?? '').slice(0, half)}`.trimEnd()}\n`;
  };
  for (const c of [...list, { from: [a.lines.length, a.lines.length], to: [b.lines.length, b.lines.length] } as Change]) {
    while (i < c.from[0]) row(a.lines[i++], ' ', b.lines[j++]);
    while (i < c.from[1] && j < c.to[1]) row(a.lines[i++], '|', b.lines[j++]);
    while (i < c.from[1]) row(a.lines[i++], '<', undefined);
    while (j < c.to[1]) row(undefined, '>', b.lines[j++]);
  }
  return out;
}

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
        if (!absent || !(error instanceof Errno) || error.code !== 'ENOENT' || top) await this.complain(path, error);
        missing.push(true);
      }
    }
    if (missing.some(Boolean) && !absent) return;
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
      if (o.has('y')) await ctx.write(sideBySide([], textOf(dataA), textOf(dataB), Number(o.value('W') ?? 130)));
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
    const context = o.has('U') ? Number(o.value('U')) : o.has('C') ? Number(o.value('C')) : 3;
    const stamp = (path: string, gone: boolean | undefined): string =>
      gone ? '1970-01-01 00:00:00.000000000 +0000' : strftime('%Y-%m-%d %H:%M:%S.%N %z', this.stat(path).mtimeMs);
    const title = (mark: string, path: string, i: 0 | 1): string =>
      `${mark} ${this.titles[i] ?? path}${this.titles[i] !== undefined || !ctx.gnu ? '' : `\t${stamp(path, missing[i])}`}\n`;
    const style = ctx.gnu ? o.last('u', 'U', 'c', 'C', 'y', 'normal', 'e', 'n') : 'u';
    if (this.heading !== undefined) {
      await ctx.line(`${this.heading} ${left} ${right}`);
    }
    if (style === 'u' || style === 'U') await ctx.write(title('---', left, 0) + title('+++', right, 1) + unified(list, a, b, context));
    else if (style === 'c' || style === 'C')
      await ctx.write(title('***', left, 0) + title('---', right, 1) + contextual(list, a, b, context));
    else if (style === 'y') await ctx.write(sideBySide(list, a, b, Number(o.value('W') ?? 130)));
    else await ctx.write(normal(list, a, b));
  }

  private heading: string | undefined;

  private async directories(left: string, right: string, top: boolean): Promise<void> {
    const { ctx, o } = this;
    if (!top && !o.has('r')) return void (await ctx.line(`Common subdirectories: ${left} and ${right}`));
    if (ctx.gnu) this.heading = ['diff', ...ctx.args.filter((a) => a.startsWith('-') && a.length > 1)].join(' ');
    const list = (path: string): string[] => ctx.proc.readdir(path).map((e) => e.name).sort(); // prettier-ignore
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

export const diff: Command = {
  gnu: {
    short: 'abBcC:dDeEfFiI:lL:nNpPqrsS:tTuU:vwW:xX:yZ',
    long: {
      normal: 'normal', brief: 'q', 'report-identical-files': 's', 'unified::': 'u', 'context::': 'c', 'side-by-side': 'y', 'width:': 'W', recursive: 'r', 'new-file': 'N', 'ignore-case': 'i', 'ignore-space-change': 'b', 'ignore-all-space': 'w',
      'ignore-blank-lines': 'B', 'ignore-trailing-space': 'Z', text: 'a', 'label:': 'L', 'color::': 'color', minimal: 'd', 'strip-trailing-cr': 'strip-trailing-cr', 'exclude:': 'exclude',
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
  run: async (ctx, options) => {
    const [left, right, extra] = options.operands;
    if (left === undefined || right === undefined)
      return ctx.gnu ? ctx.usage(`missing operand after ${ctx.quote(left ?? ctx.shortName)}`) : ctx.usage();
    if (extra !== undefined) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quote(extra)}`) : ctx.usage();
    const differ = new Differ(ctx, options, options.values('L'));
    await differ.compare(left, right);
    return differ.status;
  },
};
