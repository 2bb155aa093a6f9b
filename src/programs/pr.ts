import { Errno } from '../kernel';
import type { Command, Context } from './command';
import { strftime } from './dates';
import type { Options } from './getopt';
import { readAll } from './input';
import { bytes } from './text';

interface Style {
  readonly columns: number;
  readonly across: boolean;
  readonly merge: boolean;
  readonly length: number;
  readonly width: number;
  readonly header: string | undefined;
  readonly margins: boolean;
  readonly double: boolean;
  readonly indent: number;
  readonly separator: string | undefined;
  readonly number: { readonly separator: string; readonly digits: number; readonly from: number } | undefined;
  readonly first: number;
  readonly last: number;
  readonly truncate: boolean;
  readonly expand: boolean;
  readonly formFeed: boolean;
  readonly date: string;
}

const headLines = 5;

const expanded = (line: string): string => {
  let out = '';
  for (const c of line) out += c === '\t' ? ' '.repeat(8 - (out.length % 8)) : c;
  return out;
};

/** Blanks up to a column, tabs where they reach a stop. */
function tabbed(from: number, to: number): string {
  let out = '';
  let at = from;
  while (at + 1 < to && at + 8 - (at % 8) <= to) {
    out += '\t';
    at += 8 - (at % 8);
  }
  return out + ' '.repeat(Math.max(0, to - at));
}

class Printer {
  private page = 0;
  constructor(
    private readonly ctx: Context,
    private readonly style: Style,
  ) {}

  private get bodyLines(): number {
    const { length, margins, double } = this.style;
    const body = margins ? length - 2 * headLines : length;
    return double ? Math.max(1, Math.floor(body / 2)) : Math.max(1, body);
  }

  private async head(name: string, mtimeMs: number): Promise<void> {
    const { width, date, indent } = this.style;
    const left = strftime(date, mtimeMs);
    const right = `Page ${this.page}`;
    const room = Math.max(0, width - left.length - name.length - right.length);
    const title = `${left}${' '.repeat(Math.max(1, Math.floor(room / 2)))}${name}${' '.repeat(Math.max(1, room - Math.floor(room / 2)))}${right}`;
    await this.ctx.write(`\n\n${' '.repeat(indent)}${title}\n\n\n`);
  }

  /** One file's lines, or with `-m` the lines of all. */
  async print(inputs: readonly (readonly string[])[], name: string, mtimeMs: number): Promise<void> {
    const { style } = this;
    const count = style.merge ? inputs.length : style.columns;
    const perPage = this.bodyLines * (style.merge ? 1 : count);
    const total = Math.max(...inputs.map((lines) => lines.length));
    this.page = 0;
    for (let at = 0; at < total; at += perPage) {
      this.page++;
      if (this.page < style.first || this.page > style.last) continue;
      if (style.margins) await this.head(name, mtimeMs);
      const rows = this.rows(inputs, at, Math.min(perPage, total - at), count);
      for (const row of rows) await this.ctx.write(`${this.row(row, count)}\n${style.double ? '\n' : ''}`);
      if (!style.margins) continue;
      if (style.formFeed) await this.ctx.write('\f');
      else await this.ctx.write('\n'.repeat(Math.max(0, style.length - headLines - rows.length * (style.double ? 2 : 1))));
    }
  }

  /** Cells of a page by row: text and its line's number. */
  private rows(
    inputs: readonly (readonly string[])[],
    at: number,
    size: number,
    count: number,
  ): (readonly [string, number] | undefined)[][] {
    const { merge, across } = this.style;
    if (merge) return Array.from({ length: size }, (_, r) => inputs.map((lines) => (lines[at + r] === undefined ? undefined : [lines[at + r] as string, at + r]))); // prettier-ignore
    const lines = inputs[0] as readonly string[];
    const cell = (i: number): readonly [string, number] | undefined => (i < at + size ? [lines[i] as string, i] : undefined);
    if (across || count === 1)
      return Array.from({ length: Math.ceil(size / count) }, (_, r) => Array.from({ length: count }, (_, c) => cell(at + r * count + c)));
    const full = size === this.bodyLines * count;
    const height = full ? this.bodyLines : Math.ceil(size / count);
    const extra = full ? 0 : size % count;
    const heights = Array.from({ length: count }, (_, c) => (extra === 0 || c < extra ? height : height - 1));
    const starts = heights.map((_, c) => at + heights.slice(0, c).reduce((a, b) => a + b, 0));
    return Array.from({ length: height }, (_, r) => heights.map((h, c) => (r < h ? cell((starts[c] as number) + r) : undefined)));
  }

  private row(cells: readonly (readonly [string, number] | undefined)[], count: number): string {
    const { style } = this;
    const { number, separator, width, indent } = style;
    const numbered = (cell: readonly [string, number]): string =>
      number
        ? `${String(cell[1] + number.from)
            .slice(-number.digits)
            .padStart(number.digits)}${number.separator}`
        : '';
    if (count === 1 && !style.merge) {
      const [cell] = cells;
      if (!cell) return '';
      const text = style.expand ? expanded(cell[0]) : cell[0];
      return `${' '.repeat(indent)}${numbered(cell)}${style.truncate ? text.slice(0, width) : text}`;
    }
    const gap = separator === undefined ? 1 : separator.length;
    const slot = Math.floor((width - (count - 1) * gap) / count);
    let out = ' '.repeat(indent);
    let column = indent;
    const numbers = (cell: readonly [string, number], c: number): string => (style.merge && c > 0 ? '' : numbered(cell));
    for (const [c, cell] of cells.entries()) {
      if (separator !== undefined) {
        if (cells.slice(c).every((each) => !each)) break;
        const text = cell ? expanded(numbers(cell, c) + cell[0]) : '';
        out += (c > 0 ? separator : '') + (style.truncate ? text.slice(0, slot) : text);
        continue;
      }
      if (!cell) continue;
      const to = indent + c * (slot + 1);
      out += ' '.repeat(to - column);
      const text = expanded(numbers(cell, c) + cell[0]).slice(0, slot);
      out += text;
      column = to + text.length;
    }
    return out.replace(/ {2,}/g, (run, at: number) => tabbed(at, at + run.length));
  }
}

async function integer(ctx: Context, letter: string, text: string | undefined, fallback: number, what: string): Promise<number> {
  if (text === undefined) return fallback;
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  return ctx.fail(`'-${letter} ${what}' invalid ${letter === 'o' ? 'line offset' : letter === 'N' ? 'starting line number' : `number of ${letter === 'l' ? 'lines' : 'characters'}`}: ${ctx.quoteWord(text)}`); // prettier-ignore
}

async function styleOf(ctx: Context, options: Options): Promise<Style> {
  const length = await integer(ctx, 'l', options.value('l'), 66, 'PAGE_LENGTH');
  const widthOption = options.value('W') ?? options.value('w');
  const pages = /^(\d+)(?::(\d+))?$/.exec(options.value('pages') ?? '1') ?? ['', '1'];
  const n = /^(\D?)(\d*)$/.exec(options.value('n') ?? '');
  const separator = options.has('S') ? (options.value('S') ?? '') : options.has('s') ? (options.value('s') ?? '\t') : undefined;
  const columns = Number(options.value('columns') ?? 1);
  return {
    columns: columns || 1, length, separator,
    across: options.has('a'),
    merge: options.has('m'),
    width: await integer(ctx, options.has('W') ? 'W' : 'w', widthOption, 72, 'PAGE_WIDTH'),
    header: options.value('h'),
    margins: !options.has('t', 'T') && length > 2 * headLines,
    double: options.has('d'),
    indent: await integer(ctx, 'o', options.value('o'), 0, 'MARGIN'),
    number: options.has('n') ? { separator: n?.[1] || '\t', digits: Number(n?.[2] || 5), from: Number(options.value('N') ?? 1) } : undefined,
    first: Number(pages[1]), last: Number(pages[2] ?? Infinity),
    truncate: options.has('W') || ((columns > 1 || options.has('m')) && (separator === undefined || options.has('w'))),
    expand: options.has('e'),
    formFeed: options.has('f', 'F'),
    date: options.value('D') ?? (ctx.env.has('POSIXLY_CORRECT') ? '%b %e %H:%M %Y' : '%Y-%m-%d %H:%M'),
  }; // prettier-ignore
}

export const pr: Command = {
  gnu: {
    short: 'abcdD:e::fFh:i::Jl:mn::N:o:rs::S::tTvw:W:',
    long: {
      'pages:': 'pages', 'columns:': 'columns', across: 'a', 'show-control-chars': 'c', 'double-space': 'd', 'date-format:': 'D', 'expand-tabs::': 'e',
      'form-feed': 'f', 'header:': 'h', 'output-tabs::': 'i', 'join-lines': 'J', 'length:': 'l', merge: 'm', 'number-lines::': 'n', 'first-line-number:': 'N',
      'indent:': 'o', 'no-file-warnings': 'r', 'separator::': 's', 'sep-string::': 'S', 'omit-header': 't', 'omit-pagination': 'T', 'show-nonprinting': 'v',
      'width:': 'w', 'page-width:': 'W',
    }, // prettier-ignore
    usage: '[OPTION]... [FILE]...',
    help: "Paginate or columnate FILE(s) for printing.\n\n  +FIRST[:LAST]       begin and end with these pages\n  -COLUMN             so many columns, filled downwards\n  -a                  fill them across\n  -d                  double space\n  -h HEADER           instead of the file name\n  -l LENGTH           lines of a page (66)\n  -m                  all files in parallel, one in each column\n  -n[SEP[DIGITS]]     number lines\n  -o MARGIN           indent\n  -s[CHAR], -S[STR]   separate columns with that\n  -t, -T              no headers and trailers\n  -w WIDTH, -W WIDTH  the page's width (72)\n",
  },
  rewrite: (args) => args.map((a) => (/^\+\d+(:\d+)?$/.test(a) ? `--pages=${a.slice(1)}` : /^-\d+$/.test(a) ? `--columns=${a.slice(1)}` : a)), // prettier-ignore
  run: async (ctx, options) => {
    const style = await styleOf(ctx, options);
    const printer = new Printer(ctx, style);
    ctx.out.charset = bytes;
    const merged: string[][] = [];
    for (const name of options.operands.length > 0 ? options.operands : ['-']) {
      try {
        const fd = name === '-' ? 0 : await ctx.proc.open(name);
        const text = bytes.decode(await readAll(ctx.proc, fd));
        const mtimeMs = name === '-' ? ctx.proc.clock.now() : ctx.proc.fstat(fd).mtimeMs;
        if (fd !== 0) ctx.proc.close(fd);
        const lines = text.split('\n');
        if (lines.at(-1) === '') lines.pop();
        if (style.merge) merged.push(lines);
        else await printer.print([lines], style.header ?? (name === '-' ? '' : name), mtimeMs);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        ctx.status = 1;
        if (!options.has('r')) await ctx.warn(`${ctx.quoteIfNeeded(name)}: ${ctx.strerror(error)}`);
      }
    }
    if (style.merge && merged.length > 0) await printer.print(merged, style.header ?? '', ctx.proc.clock.now());
    return ctx.status;
  },
};
