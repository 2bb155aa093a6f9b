import { choose } from './choices';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { LineReader } from './input';
import { bytes } from './text';

type Scale = 'none' | 'auto' | 'si' | 'iec' | 'iec-i';
type Round = 'up' | 'down' | 'from-zero' | 'towards-zero' | 'nearest';

const letters = 'KMGTPEZY';
const powerOf = (letter: string): number => letters.indexOf(letter) + 1;

interface Style {
  readonly from: Scale;
  readonly to: Scale;
  readonly fromUnit: number;
  readonly toUnit: number;
  readonly round: Round;
  readonly suffix: string;
  readonly padding: number;
  readonly zeroPad: boolean;
  readonly precision: number | undefined;
  readonly before: string;
  readonly after: string;
  readonly delimiter: string | undefined;
  readonly invalid: 'abort' | 'fail' | 'warn' | 'ignore';
  readonly fields: readonly (readonly [number, number])[];
  readonly end: number;
}

/** What is wrong with a number. */
class Invalid extends Error {}

const rounding: Readonly<Record<Round, (x: number) => number>> = {
  up: Math.ceil,
  down: Math.floor,
  'from-zero': (x) => (x < 0 ? Math.floor(x) : Math.ceil(x)),
  'towards-zero': Math.trunc,
  nearest: (x) => (x < 0 ? -Math.floor(-x + 0.5) : Math.floor(x + 0.5)),
};

function parse(ctx: Context, text: string, { from, fromUnit }: Style): { value: number; precision: number } {
  const quoted = ctx.quoteWord(text);
  const m = /^(-?)(\d+)(?:\.(\d*))?/.exec(text) ?? /^(-?)()\.(\d+)/.exec(text);
  if (!m) throw new Invalid(`invalid number: ${quoted}`);
  const digits = `${m[1] ?? ''}${m[2] || '0'}.${m[3] || '0'}`;
  if ((m[2] ?? '').replace(/^0+/, '').length > 18) throw new Invalid(`value too large to be converted: ${quoted}`);
  let value = Number(digits);
  let precision = m[3]?.length ?? 0;
  let rest = text.slice(m[0].length);
  if (m[3] === '' && rest === '') throw new Invalid(`invalid number: ${quoted}`);
  if (rest !== '') {
    const blank = /^[ \t]*/.exec(rest) as RegExpExecArray;
    rest = rest.slice(blank[0].length);
    const power = rest === '' ? 0 : powerOf(rest[0] as string);
    if (power === 0) throw new Invalid(`invalid suffix in input: ${quoted}`);
    if (from === 'none') throw new Invalid(`rejecting suffix in input: ${quoted} (consider using --from)`);
    rest = rest.slice(1);
    let base = from === 'iec' || from === 'iec-i' ? 1024 : 1000;
    if (from === 'auto' && rest[0] === 'i') {
      base = 1024;
      rest = rest.slice(1);
    } else if (from === 'iec-i') {
      if (rest[0] !== 'i') throw new Invalid(`missing 'i' suffix in input: ${quoted} (e.g Ki/Mi/Gi)`);
      rest = rest.slice(1);
    }
    precision = 0;
    if (rest !== '') throw new Invalid(`invalid suffix in input ${quoted}: ${ctx.quoteWord(rest)}`);
    value *= base ** power;
  }
  return { value: value * fromUnit, precision };
}

function shown(value: number, precision: number, style: Style): string {
  const { to, round, precision: wanted } = style;
  const scaled = rounding[round];
  if (to === 'none') {
    const digits = wanted ?? precision;
    return (scaled(value * 10 ** digits) / 10 ** digits).toFixed(digits);
  }
  const base = to === 'si' ? 1000 : 1024;
  let power = 0;
  let left = value;
  while (Math.abs(left) >= base && power < letters.length) {
    left /= base;
    power++;
  }
  if (wanted !== undefined) {
    left = scaled(left * 10 ** wanted) / 10 ** wanted;
  } else if (Math.abs(left) < 10) left = scaled(left * 10) / 10;
  else left = scaled(left);
  if (Math.abs(left) >= base) {
    left /= base;
    power++;
  }
  const decimals = wanted ?? (left !== 0 && Math.abs(left) < 10 && power > 0 ? 1 : 0);
  const letter = power === 0 ? '' : (letters[power - 1] as string);
  return `${left.toFixed(decimals)}${letter}${to === 'iec-i' && power > 0 ? 'i' : ''}`;
}

function convert(ctx: Context, field: string, style: Style, width: number): string {
  let text = field.trim();
  if (style.suffix !== '' && text.endsWith(style.suffix)) text = text.slice(0, -style.suffix.length);
  const { value, precision } = parse(ctx, text, style);
  if (style.to === 'none' && Math.abs(value) >= 1e18 && style.from === 'none')
    throw new Invalid(`value/precision too large to be printed: ${ctx.quoteWord(text)} (consider using --to)`);
  const out = `${shown(value / style.toUnit, precision, style)}${style.suffix}`;
  const pad = Math.abs(width);
  const body = style.zeroPad ? out.padStart(pad, '0') : width < 0 ? out.padEnd(pad) : out.padStart(pad);
  return `${style.before}${body}${style.after}`;
}

const inFields = (style: Style, n: number): boolean => style.fields.some(([low, high]) => n >= low && n <= high);

async function line(ctx: Context, text: string, style: Style): Promise<void> {
  const { delimiter } = style;
  const pieces = delimiter === undefined ? (text.match(/[ \t]*[^ \t]+|[ \t]+$/g) ?? ['']) : text.split(delimiter);
  const out: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (!inFields(style, i + 1)) {
      out.push(delimiter === undefined && i > 0 ? ` ${piece.replace(/^[ \t]/, '')}` : piece);
      continue;
    }
    const blanks = delimiter === undefined ? (/^[ \t]*/.exec(piece) as RegExpExecArray)[0].length : 0;
    // "By default, padding is automatically determined if whitespace is found."
    const auto = delimiter === undefined && style.padding === 0 && (blanks > 0 || i > 0) ? piece.length - (i > 0 ? 1 : 0) : 0;
    try {
      out.push(`${i > 0 && delimiter === undefined ? ' ' : ''}${convert(ctx, piece, style, style.padding || auto)}`);
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      if (style.invalid === 'abort') await ctx.fail(error.message, 2);
      if (style.invalid !== 'ignore') await ctx.warn(error.message);
      if (style.invalid === 'fail') ctx.status = 2;
      out.push(piece);
    }
  }
  await ctx.write(out.join(delimiter ?? '') + String.fromCharCode(style.end));
}

async function unit(ctx: Context, text: string | undefined): Promise<number> {
  if (text === undefined) return 1;
  const m = /^(\d+)(?:([KMGTPEZYk])(i?))?$/.exec(text) ?? /^()([KMGTPEZY])(i?)$/.exec(text);
  const value = m ? Number(m[1] || 1) * (m[3] ? 1024 : 1000) ** (m[2] ? powerOf(m[2]) : 0) : 0;
  return value > 0 ? value : ctx.fail(`invalid unit size: ${ctx.quoteWord(text)}`);
}

async function fieldsOf(ctx: Context, text: string): Promise<(readonly [number, number])[]> {
  if (text === '-') return [[1, Infinity]];
  const list: (readonly [number, number])[] = [];
  for (const word of text.split(/[, ]/)) {
    const m = /^(\d*)(-?)(\d*)$/.exec(word);
    if (!m || word === '') return ctx.usage(`invalid field value ${ctx.quoteWord(word)}`);
    const low = Number(m[1] || 1);
    if (low === 0) return ctx.usage('fields are numbered from 1');
    list.push([low, m[2] ? Number(m[3] || Infinity) : low]);
  }
  return list;
}

async function formatOf(ctx: Context, text: string | undefined): Promise<Partial<Style>> {
  if (text === undefined) return {};
  const quoted = ctx.quoteWord(text);
  const m = /^((?:[^%]|%%)*)%([0'-]*)(\d*)(?:\.(\d*))?f((?:[^%]|%%)*)$/.exec(text);
  if (!m) {
    const plain = text.replace(/%%/g, '');
    if (!plain.includes('%')) return ctx.fail(`format ${quoted} has no % directive`);
    if (/%[0'-]*\d*(\.\d*)?$/.test(plain)) return ctx.fail(`format ${quoted} ends in %`);
    if (/f.*%/.test(plain)) return ctx.fail(`format ${quoted} has too many % directives`);
    return ctx.fail(`invalid format ${quoted}, directive must be %[0]['][-][N][.][N]f`);
  }
  const width = Number(m[3] || 0) * (m[2]?.includes('-') ? -1 : 1);
  return {
    before: (m[1] ?? '').replaceAll('%%', '%'),
    after: (m[5] ?? '').replaceAll('%%', '%'),
    ...(m[3] ? { padding: width } : {}),
    zeroPad: m[2]?.includes('0') ?? false,
    ...(m[4] === undefined ? {} : { precision: Number(m[4] || 0) }),
  };
}

async function styleOf(ctx: Context, options: Options): Promise<Style> {
  const scale = async (name: string): Promise<Scale> => {
    const word = options.value(name);
    const all = name === 'to' ? (['none', 'si', 'iec', 'iec-i'] as const) : (['none', 'auto', 'si', 'iec', 'iec-i'] as const);
    return word === undefined ? 'none' : choose<Scale>(ctx, `--${name}`, word, all.map((w) => [w])); // prettier-ignore
  };
  const from = await scale('from');
  const to = await scale('to');
  const round = options.value('round');
  const invalid = options.value('invalid');
  const paddingText = options.value('padding');
  if (paddingText !== undefined && (!/^-?\d+$/.test(paddingText) || Number(paddingText) === 0))
    await ctx.fail(`invalid padding value ${ctx.quoteWord(paddingText)}`);
  const delimiter = options.value('d');
  if (delimiter !== undefined && [...delimiter].length > 1) await ctx.fail('the delimiter must be a single character');
  return {
    from, to,
    fromUnit: await unit(ctx, options.value('from-unit')),
    toUnit: await unit(ctx, options.value('to-unit')),
    round: round === undefined ? 'from-zero' : await choose<Round>(ctx, '--round', round, [['up'], ['down'], ['from-zero'], ['towards-zero'], ['nearest']]),
    invalid: invalid === undefined ? 'abort' : await choose<Style['invalid']>(ctx, '--invalid', invalid, [['abort'], ['fail'], ['warn'], ['ignore']]),
    suffix: bytes.arg(options.value('suffix') ?? ''),
    padding: Number(paddingText ?? 0),
    zeroPad: false, precision: undefined, before: '', after: '',
    delimiter: delimiter === undefined ? undefined : bytes.arg(delimiter),
    fields: await fieldsOf(ctx, options.value('field') ?? '1'),
    end: options.has('z') ? 0 : 10,
    ...(await formatOf(ctx, options.value('format'))),
  }; // prettier-ignore
}

export const numfmt: Command = {
  gnu: {
    short: 'd:z',
    long: {
      'from:': 'from', 'from-unit:': 'from-unit', 'to:': 'to', 'to-unit:': 'to-unit', 'round:': 'round', 'padding:': 'padding', 'suffix:': 'suffix', grouping: 'grouping',
      'delimiter:': 'd', 'field:': 'field', debug: 'debug', header: 'header', 'header::': 'header', 'format:': 'format', 'invalid:': 'invalid', 'zero-terminated': 'z',
    }, // prettier-ignore
    usage: '[OPTION]... [NUMBER]...',
    help: 'Reformat NUMBER(s), or the numbers from standard input if none are specified.\n\n      --from=UNIT      what suffixes mean in numbers read: none (default), auto, si, iec, iec-i\n      --to=UNIT        scale numbers printed: none, si (1000), iec (1024), iec-i\n      --from-unit=N    the size of the input unit\n      --to-unit=N      the size of the output unit\n      --field=FIELDS   convert these fields (default 1), as cut(1)\n      --format=FORMAT  printf style, one %f with width and precision\n      --header[=N]     leave the first N lines as they are\n      --invalid=MODE   abort (default), fail, warn or ignore\n      --padding=N      pad to N characters; a negative N aligns left\n      --round=METHOD   up, down, from-zero (default), towards-zero, nearest\n      --suffix=SUFFIX  added to numbers printed, accepted in those read\n  -d, --delimiter=X    X instead of blanks between fields\n  -z, --zero-terminated  lines end with NUL\n',
  },
  run: async (ctx, options) => {
    const style = await styleOf(ctx, options);
    ctx.out.charset = bytes;
    if (options.operands.length > 0) {
      for (const word of options.operands) await line(ctx, bytes.arg(word), style);
      return ctx.status;
    }
    let heading = options.has('header') ? Number(options.value('header') ?? 1) : 0;
    const reader = new LineReader(ctx.proc, 0, bytes, style.end);
    for (let text = await reader.next(); text !== undefined; text = await reader.next()) {
      if (heading-- > 0) await ctx.write(text + String.fromCharCode(style.end));
      else await line(ctx, text, style);
    }
    return ctx.status;
  },
};
