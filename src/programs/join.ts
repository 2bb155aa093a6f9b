import { Exit, type Command, type Context } from './command';
import { LineReader } from './input';
import type { Options } from './getopt';
import { bytes } from './text';
import { Errno } from '../kernel';

interface Row {
  readonly text: string;
  readonly fields: readonly string[];
}

/** `0` (the key), or a field of one of the files. */
type Item = { readonly file: 0 } | { readonly file: 1 | 2; readonly field: number };

interface Style {
  readonly keys: readonly [number, number];
  readonly unpaired: ReadonlySet<number>;
  readonly pairs: boolean;
  readonly separator: string | undefined;
  readonly empty: string;
  readonly format: readonly Item[] | undefined;
  readonly auto: boolean;
  readonly fold: boolean;
  readonly end: string;
  readonly order: 'always' | 'never' | 'unpaired';
}

const blank: Row = { text: '', fields: [] };

class Source {
  /** Rows read of which the key is the same; the last may be the first of the next key. */
  rows: Row[] = [];
  warned = false;
  private previous: Row | undefined;
  private count = 0;
  constructor(
    private readonly join: Join,
    private readonly reader: LineReader,
    readonly name: string,
    readonly key: number,
  ) {}

  /** Reads one row more; false at the end. */
  async read(): Promise<boolean> {
    const row = await this.line();
    if (row) this.rows.push(row);
    return row !== undefined;
  }

  async line(): Promise<Row | undefined> {
    const text = await this.reader.next();
    if (text === undefined) return undefined;
    this.count++;
    const { separator } = this.join.style;
    const row = { text, fields: separator === undefined ? text.split(/[ \t\n]+/).filter((f, i) => i > 0 || f !== '') : separator === '\n' ? [text] : text.split(separator) }; // prettier-ignore
    if (separator === undefined && row.fields.length > 1 && row.fields.at(-1) === '') row.fields.pop();
    if (this.previous) await this.join.checkOrder(this, this.previous, row, this.count);
    this.previous = row;
    return row;
  }

  /** Begins anew with the row that was read last. */
  keepLast(ended: boolean): void {
    this.rows = ended ? [] : this.rows.slice(-1);
  }
  ignoreHeader(): void {
    this.previous = undefined;
  }
}

class Join {
  private seenUnpaired = false;
  private counts: [number, number] = [0, 0];
  constructor(
    private readonly ctx: Context,
    readonly style: Style,
  ) {}

  private key(row: Row, field: number): string {
    const text = row.fields[field] ?? '';
    return this.style.fold ? text.toUpperCase() : text;
  }
  private compare(a: Row, aField: number, b: Row, bField: number): number {
    const [left, right] = [this.key(a, aField), this.key(b, bField)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  async checkOrder(source: Source, previous: Row, row: Row, count: number): Promise<void> {
    const { order } = this.style;
    if (order === 'never' || (order === 'unpaired' && !this.seenUnpaired) || source.warned) return;
    if (this.compare(previous, source.key, row, source.key) <= 0) return;
    await this.ctx.warn(`${source.name}:${count}: is not sorted: ${row.text}`);
    source.warned = true;
    if (order === 'always') throw new Exit(1);
  }

  private async print(first: Row, second: Row): Promise<void> {
    const { format, auto, keys, empty, separator, end } = this.style;
    const cell = (row: Row, field: number): string => row.fields[field] || empty;
    const key = first === blank ? cell(second, keys[1]) : cell(first, keys[0]);
    let cells: string[];
    if (format) cells = format.map((item) => (item.file === 0 ? key : cell(item.file === 1 ? first : second, item.field)));
    else {
      const rest = (row: Row, i: 0 | 1): string[] =>
        Array.from({ length: auto ? this.counts[i] : row.fields.length }, (_, field) => field)
          .filter((field) => field !== keys[i])
          .map((field) => cell(row, field));
      cells = [key, ...rest(first, 0), ...rest(second, 1)];
    }
    await this.ctx.write(cells.join(separator === undefined || separator === '\n' ? (separator ?? ' ') : separator) + end);
  }

  async run(one: Source, two: Source, header: boolean): Promise<void> {
    const { keys, unpaired, pairs } = this.style;
    await one.read();
    await two.read();
    this.counts = [one.rows[0]?.fields.length ?? 0, two.rows[0]?.fields.length ?? 0];
    if (header && (one.rows[0] || two.rows[0])) {
      await this.print(one.rows[0] ?? blank, two.rows[0] ?? blank);
      for (const source of [one, two]) {
        source.ignoreHeader();
        source.rows = [];
        await source.read();
      }
    }
    while (one.rows[0] && two.rows[0]) {
      const difference = this.compare(one.rows[0], keys[0], two.rows[0], keys[1]);
      if (difference !== 0) {
        const [source, file] = difference < 0 ? ([one, 1] as const) : ([two, 2] as const);
        const [row] = source.rows as [Row];
        if (unpaired.has(file)) await (file === 1 ? this.print(row, blank) : this.print(blank, row));
        source.rows = [];
        await source.read();
        this.seenUnpaired = true;
        continue;
      }
      const ended = [await this.gather(one, two.rows[0], keys[0], keys[1]), await this.gather(two, one.rows[0], keys[1], keys[0])];
      const same = [one, two].map((source, i) => (ended[i] ? source.rows : source.rows.slice(0, -1))) as [Row[], Row[]];
      if (pairs) for (const first of same[0]) for (const second of same[1]) await this.print(first, second);
      one.keepLast(ended[0] as boolean);
      two.keepLast(ended[1] as boolean);
    }
    for (const [source, other, file] of [[one, two, 1], [two, one, 2]] as const) {
      const [first] = source.rows;
      if (!first) continue;
      if (other.rows[0]) this.seenUnpaired = true;
      for (let row: Row | undefined = first; row; row = await source.line()) {
        if (unpaired.has(file)) await (file === 1 ? this.print(row, blank) : this.print(blank, row));
        else if (source.warned) break;
        this.seenUnpaired = true;
      }
    } // prettier-ignore
  }

  /** Reads rows until the key is another; true at the end of the file. */
  private async gather(source: Source, match: Row, own: number, others: number): Promise<boolean> {
    do if (!(await source.read())) return true;
    while (this.compare(source.rows.at(-1) as Row, own, match, others) === 0);
    return false;
  }
}

async function fieldNumber(ctx: Context, text: string): Promise<number> {
  if (!/^\d+$/.test(text) || Number(text) === 0) return ctx.fail(`invalid field number: ${ctx.quoteWord(text)}`);
  return Number(text) - 1;
}

async function formatOf(ctx: Context, texts: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const word of texts.flatMap((text) => text.split(/[, \t]/))) {
    if (word === '0') items.push({ file: 0 });
    else {
      const m = /^([12])\.(.*)$/.exec(word);
      if (!m) return ctx.fail(word.startsWith('0') ? `invalid field specifier: ${ctx.quoteWord(word)}` : /^[12]/.test(word) ? `invalid field specifier: ${ctx.quoteWord(word)}` : `invalid file number in field spec: ${ctx.quoteWord(word)}`); // prettier-ignore
      items.push({ file: m[1] === '1' ? 1 : 2, field: await fieldNumber(ctx, m[2] as string) });
    }
  }
  return items;
}

async function styleOf(ctx: Context, options: Options): Promise<Style> {
  const keys: [number, number] = [0, 0];
  const unpaired = new Set<number>();
  for (const { name, value = '' } of options.list) {
    if (name === '1' || name === '2' || name === 'j') {
      const field = await fieldNumber(ctx, value);
      if (name !== '2') keys[0] = field;
      if (name !== '1') keys[1] = field;
    }
    if (name === 'a' || name === 'v') {
      if (value !== '1' && value !== '2') await ctx.fail(`invalid field number: ${ctx.quoteWord(value)}`);
      unpaired.add(Number(value));
    }
  }
  let separator = options.value('t');
  if (separator !== undefined) {
    separator = bytes.arg(separator);
    if (separator === '') separator = '\n';
    else if (separator === '\\0') separator = '\0';
    else if (separator.length > 1) await ctx.fail(`multi-character tab ${ctx.quoteWord(options.value('t') ?? '')}`);
  }
  const auto = options.value('o') === 'auto';
  const order = options.last('check', 'nocheck');
  return {
    keys, unpaired, separator, auto,
    pairs: !options.has('v'),
    empty: bytes.arg(options.value('e') ?? ''),
    format: options.has('o') && !auto ? await formatOf(ctx, options.values('o')) : undefined,
    fold: options.has('i'),
    end: options.has('z') ? '\0' : '\n',
    order: order === 'check' ? 'always' : order === 'nocheck' ? 'never' : 'unpaired',
  }; // prettier-ignore
}

export const join: Command = {
  gnu: {
    short: 'a:e:i1:2:j:o:t:v:z',
    long: { 'ignore-case': 'i', 'check-order': 'check', 'nocheck-order': 'nocheck', 'zero-terminated': 'z', header: 'header' },
    usage: '[OPTION]... FILE1 FILE2',
    help: 'Join the lines of two sorted files that have the same key: by default the first field, which blanks end.\nThe key, the other fields of FILE1, and those of FILE2 are printed.\n\n  -a FILENUM             print also lines of that file that have no partner\n  -e STRING              print STRING for a field that is not there\n  -i, --ignore-case      upper and lower case are the same\n  -j FIELD               the key is this field of both files\n  -o FORMAT              FILENUM.FIELD or 0 (the key), with commas between; or auto\n  -t CHAR                CHAR separates fields\n  -v FILENUM             as -a, without the lines that have a partner\n  -1 FIELD               the key is this field of file 1\n  -2 FIELD               the key is this field of file 2\n      --check-order      end when the files are not sorted\n      --nocheck-order    do not look whether they are\n      --header           the first line of each file is a heading\n  -z, --zero-terminated  lines end with NUL\n',
  },
  run: async (ctx, options) => {
    const style = await styleOf(ctx, options);
    const [first, second, extra] = options.operands;
    if (first === undefined) return ctx.usage('missing operand');
    if (second === undefined) return ctx.usage(`missing operand after ${ctx.quoteWord(first)}`);
    if (extra !== undefined) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    if (first === '-' && second === '-') return ctx.fail('both files cannot be standard input');
    const work = new Join(ctx, style);
    ctx.out.charset = bytes;
    const sources: Source[] = [];
    for (const [i, name] of [first, second].entries()) {
      try {
        const fd = name === '-' ? 0 : await ctx.proc.open(name);
        sources.push(new Source(work, new LineReader(ctx.proc, fd, bytes, options.has('z') ? 0 : 10), name, style.keys[i] as number));
      } catch (error) {
        await ctx.perror(ctx.quoteIfNeeded(name), error);
        return 1;
      }
    }
    const [one, two] = sources as [Source, Source];
    try {
      await work.run(one, two, options.has('header'));
    } catch (error) {
      if (error instanceof Errno) return ctx.fail(`read error: ${ctx.strerror(error)}`);
      throw error;
    }
    if (one.warned || two.warned) return ctx.fail('input is not in sorted order');
    return 0;
  },
};
