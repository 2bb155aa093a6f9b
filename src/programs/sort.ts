import { Errno } from '../kernel';
import { choose } from './choices';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { readAll, readFile } from './input';
import { bytes } from './text';
import { compareVersions } from './versions';

interface Key {
  readonly from: [field: number, char: number];
  readonly to: [field: number, char: number] | undefined;
  readonly letters: string;
  readonly skipFrom: boolean;
  readonly skipTo: boolean;
}

async function parseKey(ctx: Context, text: string): Promise<Key> {
  const m = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(text);
  if (!m)
    return ctx.fail(
      ctx.gnu
        ? /^\d/.test(text)
          ? `stray character in field spec: invalid field specification ${ctx.quoteWord(text)}`
          : `invalid number at field start: invalid count at start of ${ctx.quoteWord(text)}`
        : 'bad field specification',
      2,
    );
  const zero =
    m[2] !== undefined && Number(m[2]) === 0
      ? [`${m[1]}.${m[2]}`, 'character offset']
      : m[4] !== undefined && Number(m[4]) === 0
        ? [text.slice(text.indexOf(',') - (m[3] ?? '').length - 1), 'field number']
        : undefined;
  if (ctx.gnu && zero) return ctx.fail(`${zero[1]} is zero: invalid field specification ${ctx.quoteWord(text)}`, 2);
  if (m[1] === '0')
    return ctx.fail(ctx.gnu ? `field number is zero: invalid field specification ${ctx.quoteWord(text)}` : 'bad field specification', 2);
  return {
    from: [Number(m[1]), Number(m[2] ?? 1)],
    to: m[4] === undefined ? undefined : [Number(m[4]), Number(m[5] ?? 0)],
    letters: (m[3] ?? '') + (m[6] ?? ''),
    skipFrom: (m[3] ?? '').includes('b'),
    skipTo: (m[6] ?? '').includes('b'),
  };
}

/** Where each field begins and ends: with -t between separators, else from the blanks before it. */
function fields(line: string, separator: string | undefined): [number, number][] {
  const out: [number, number][] = [];
  if (separator !== undefined) {
    let at = 0;
    for (const part of line.split(separator)) {
      out.push([at, at + part.length]);
      at += part.length + 1;
    }
    return out;
  }
  for (const m of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) out.push([m.index, m.index + m[0].length]);
  return out;
}

function extract(line: string, key: Key, separator: string | undefined, skipBlanks: boolean): string {
  const parts = fields(line, separator);
  const skip = (at: number, end: number): number => {
    let i = at;
    while (i < end && /[ \t]/.test(line[i] as string)) i++;
    return i;
  };
  const [f, c] = key.from;
  const first = parts[f - 1];
  if (!first) return '';
  const start = (key.skipFrom || skipBlanks ? skip(first[0], line.length) : first[0]) + c - 1;
  let end = line.length;
  if (key.to) {
    const last = parts[key.to[0] - 1];
    if (last)
      end = key.to[1] === 0 ? last[1] : Math.min(line.length, (key.skipTo || skipBlanks ? skip(last[0], last[1]) : last[0]) + key.to[1]);
  }
  return line.slice(start, end);
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function numeric(text: string): number {
  const m = /^[ \t]*(-?\d*\.?\d*)/.exec(text);
  const n = Number(m?.[1] ?? '');
  return Number.isNaN(n) ? 0 : n;
}
/** First by the suffix, whatever the number: 3 is less than 1K, 1023M less than 1G. */
function compareHuman(a: string, b: string): number {
  const read = (text: string): readonly [number, number] => {
    const m = /^[ \t]*(-?\d*\.?\d*)([KMGTPEZY]?)/i.exec(text);
    const n = Number(m?.[1] || 0) || 0;
    const power = n === 0 ? 0 : 'KMGTPEZY'.indexOf((m?.[2] ?? '').toUpperCase() || ' ') + 1;
    return [n < 0 ? -power : power, n];
  };
  const [[p, x], [q, y]] = [read(a), read(b)];
  return Math.sign(x) - Math.sign(y) || p - q || x - y;
}
/** What is no number first, then NaN, then numbers. */
function compareGeneral(a: string, b: string): number {
  const read = (text: string): readonly [number, number] => {
    const m = /^\s*([+-]?)(?:(inf)|(nan)|(0x[0-9a-f]+)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))/i.exec(text);
    if (!m) return [0, 0];
    if (m[3]) return [1, 0];
    const n = m[2] ? Infinity : Number(m[4] ?? m[5]);
    return [2, m[1] === '-' ? -n : n];
  };
  const [[p, x], [q, y]] = [read(a), read(b)];
  return p - q || (x < y ? -1 : x > y ? 1 : 0);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareKey(a: string, b: string, letters: string): number {
  let [x, y] = [a, b];
  if (letters.includes('n')) return numeric(x) - numeric(y);
  if (letters.includes('h')) return compareHuman(x, y);
  if (letters.includes('g')) return compareGeneral(x, y);
  if (letters.includes('M')) return months.indexOf(x.trim().slice(0, 3).toUpperCase()) - months.indexOf(y.trim().slice(0, 3).toUpperCase());
  if (letters.includes('V')) return compareVersions(x, y);
  if (letters.includes('d')) [x, y] = [x, y].map((t) => t.replace(/[^A-Za-z0-9 \t]/g, '')) as [string, string];
  if (letters.includes('i')) [x, y] = [x, y].map((t) => t.replace(/[^ -~]/g, '')) as [string, string];
  if (letters.includes('f')) [x, y] = [x.toUpperCase(), y.toUpperCase()];
  return order(x, y);
}

const globalLetters = ['b', 'd', 'f', 'g', 'i', 'M', 'h', 'n', 'R', 'r', 'V'];

async function comparer(
  ctx: Context,
  options: Options,
): Promise<{ full: (a: string, b: string) => number; keys: (a: string, b: string) => number }> {
  const separatorText = options.value('t');
  if (separatorText !== undefined && separatorText !== '\\0' && [...separatorText].length !== 1)
    return ctx.fail(
      !ctx.gnu ? 'bad -t parameter' : separatorText === '' ? 'empty tab' : `multi-character tab ${ctx.quoteWord(separatorText)}`,
      2,
    );
  const separator = separatorText === '\\0' ? '\0' : separatorText;
  const sortWord = options.value('sort');
  const named =
    sortWord === undefined
      ? ''
      : ({ 'general-numeric': 'g', 'human-numeric': 'h', month: 'M', numeric: 'n', random: 'R', version: 'V' }[sortWord] ?? '');
  const globals = globalLetters.filter((l) => options.has(l)).join('') + named;
  const keys: Key[] = [];
  for (const text of options.values('k')) keys.push(await parseKey(ctx, text));
  const own = (k: Key): string => (/[dfgiMhnRrVb]/.test(k.letters) ? k.letters : globals);
  const byKeys = (a: string, b: string): number => {
    if (keys.length === 0) {
      const skip = globals.includes('b') || /[n]/.test(globals);
      const [x, y] = skip ? [a.trimStart(), b.trimStart()] : [a, b];
      return (globals.includes('r') ? -1 : 1) * compareKey(x, y, globals);
    }
    for (const k of keys) {
      const letters = own(k);
      const skip = !/[dfgiMhnRrVb]/.test(k.letters) && globals.includes('b');
      const result = compareKey(extract(a, k, separator, skip), extract(b, k, separator, skip), letters);
      if (result !== 0 && !Number.isNaN(result)) return letters.includes('r') ? -result : result;
    }
    return 0;
  };
  const full = (a: string, b: string): number =>
    byKeys(a, b) || (options.has('s', 'u') ? 0 : (globals.includes('r') ? -1 : 1) * order(a, b));
  return { full, keys: byKeys };
}

const orders = [['general-numeric'], ['human-numeric'], ['month'], ['numeric'], ['random'], ['version']] as const;
const checks = [['quiet', 'silent'], ['diagnose-first']] as const;

/** What GNU's sort finds wrong with its options. */
async function check(ctx: Context, options: Options): Promise<void> {
  ctx.usageStatus = 1;
  for (const { name, value } of options.list) {
    if (name === 'sort') await choose(ctx, '--sort', value ?? '', orders);
    if (name === 'check' && value !== undefined) await choose(ctx, '--check', value, checks);
    if (name === 'S' && !/^\d+([bkKmMgGtTPEZY%]?)$/.test(value ?? ''))
      await ctx.fail(
        /^\d/.test(value ?? '')
          ? `invalid suffix in -S argument ${ctx.quoteWord(value ?? '')}`
          : `invalid -S argument ${ctx.quoteWord(value ?? '')}`,
        2,
      );
    if (name === 'parallel' && !/^\d+$/.test(value ?? '')) await ctx.fail(`invalid --parallel argument ${ctx.quoteWord(value ?? '')}`, 2);
  }
  ctx.usageStatus = undefined;
  const letters = [...new Set(options.list.map((o) => o.name))].filter((l) => /^[dgiMhnRV]$/.test(l));
  const numeric = letters.filter((l) => /[ghMnRV]/.test(l));
  if (numeric.length > 1 || (numeric.length === 1 && letters.some((l) => l === 'd' || l === 'i') && !/[RV]/.test(numeric[0] ?? '')))
    await ctx.fail(`options ${ctx.quoteWord(`-${[...'bdfghiMnRrV'].filter((l) => letters.includes(l)).join('')}`)} are incompatible`, 2);
  const checking = options.last('c', 'C', 'check');
  if (checking !== undefined && options.has('o'))
    await ctx.fail(`options ${ctx.quoteWord(`-${checking === 'C' ? 'C' : 'c'}o`)} are incompatible`, 2);
  if (checking !== undefined && options.operands.length > 1)
    await ctx.fail(`extra operand ${ctx.quote(options.operands[1] as string)} not allowed with -${checking === 'C' ? 'C' : 'c'}`, 2);
  if (options.has('files0-from') && options.operands.length > 0) {
    await ctx.usage(`extra operand ${ctx.quote(options.operands[0] as string)}\nfile operands cannot be combined with --files0-from`);
  }
}

/** The files to read: the operands, or the names in --files0-from's file. */
async function inputs(ctx: Context, options: Options): Promise<readonly string[]> {
  const list = options.value('files0-from');
  if (list === undefined) return options.operands.length > 0 ? options.operands : ['-'];
  try {
    const names = bytes.decode(list === '-' ? await readAll(ctx.proc, 0) : await readFile(ctx.proc, list)).split('\0').filter(Boolean); // prettier-ignore
    return names.length > 0 ? names : await ctx.fail(`no input from ${ctx.quote(list)}`, 2);
  } catch (error) {
    if (error instanceof Errno) return ctx.fail(`open failed: ${ctx.quoteIfNeeded(list)}: ${ctx.strerror(error)}`, 2);
    throw error;
  }
}

/** `sort -m`: takes the least of the files' first lines, over and over. */
function merged(files: readonly (readonly string[])[], compare: (a: string, b: string) => number): string[] {
  const at = files.map(() => 0);
  const out: string[] = [];
  for (;;) {
    let best = -1;
    for (const [i, lines] of files.entries()) {
      const line = lines[at[i] as number];
      if (line === undefined) continue;
      if (best < 0 || compare(line, files[best]?.[at[best] as number] as string) < 0) best = i;
    }
    if (best < 0) return out;
    out.push(files[best]?.[at[best] as number] as string);
    at[best] = (at[best] as number) + 1;
  }
}

export const sort: Command = {
  gnu: {
    short: 'bcCdfgiMhnRrVk:mo:sS:t:T:uz',
    long: {
      'ignore-leading-blanks': 'b', 'dictionary-order': 'd', 'ignore-case': 'f', 'general-numeric-sort': 'g', 'ignore-nonprinting': 'i', 'month-sort': 'M', 'human-numeric-sort': 'h', 'numeric-sort': 'n', 'random-sort': 'R', reverse: 'r',
      'sort:': 'sort', 'version-sort': 'V', 'check::': 'check', 'key:': 'k', merge: 'm', 'output:': 'o', stable: 's', 'buffer-size:': 'S', 'field-separator:': 't', 'temporary-directory:': 'T', 'parallel:': 'parallel', unique: 'u', 'zero-terminated': 'z', debug: 'debug', 'files0-from:': 'files0-from', 'batch-size:': 'batch-size', 'compress-program:': 'compress-program', 'random-source:': 'random-source',
    }, // prettier-ignore
    usage: '[OPTION]... [FILE]...\n[OPTION]... --files0-from=F',
    usageStatus: 2,
    writeStatus: 2,
    help: 'Write sorted concatenation of all FILE(s) to standard output.\n\n  -b  ignore leading blanks      -d  dictionary order\n  -f  fold case                  -g  general numeric\n  -i  ignore nonprinting         -M  months\n  -h  human numeric sizes        -n  numeric\n  -r  reverse                    -V  versions\n  -c, -C          check for sorted input\n  -k, --key=KEYDEF  sort via a key: F[.C][OPTS][,F[.C][OPTS]]\n  -o, --output=FILE\n  -s, --stable\n  -t, --field-separator=SEP\n  -u, --unique\n  -z, --zero-terminated\n',
  },
  busybox: {
    short: 'ngMucszbrdfio:k:t:mS:T:V',
    usageStatus: 2,
    usage:
      "[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...\n\nSort lines of text\n\n\t-o FILE\tOutput to FILE\n\t-c\tCheck whether input is sorted\n\t-b\tIgnore leading blanks\n\t-f\tIgnore case\n\t-i\tIgnore unprintable characters\n\t-d\tDictionary order (blank or alphanumeric only)\n\t-n\tSort numbers\n\t-g\tGeneral numerical sort\n\t-M\tSort month\n\t-V\tSort version\n\t-t CHAR\tField separator\n\t-k N[,M] Sort by Nth field\n\t-r\tReverse sort order\n\t-s\tStable (don't sort ties alphabetically)\n\t-u\tSuppress duplicate lines\n\t-z\tNUL terminated input and output",
  },
  run: async (ctx, options) => {
    const { proc } = ctx;
    if (ctx.gnu) await check(ctx, options);
    const { full, keys } = await comparer(ctx, options);
    const end = options.has('z') ? '\0' : '\n';
    const lines: string[] = [];
    const files: string[][] = [];
    for (const name of await inputs(ctx, options)) {
      let fd = 0;
      let text: string;
      try {
        if (name !== '-') fd = await proc.open(name);
        text = bytes.decode(await readAll(proc, fd));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        const reading = error.code === 'EISDIR';
        if (reading && !ctx.gnu) continue;
        return ctx.fail(
          ctx.gnu
            ? `${reading ? 'read failed' : 'cannot read'}: ${ctx.quoteIfNeeded(name)}: ${ctx.strerror(error)}`
            : `${name}: ${ctx.strerror(error)}`,
          2,
        );
      }
      if (fd !== 0) proc.close(fd);
      if (text === '') continue;
      const parts = text.split(end);
      if (parts.at(-1) === '') parts.pop();
      files.push(parts);
      for (const p of parts) lines.push(p);
    }
    if (options.has('c', 'C', 'check')) {
      for (let i = 1; i < lines.length; i++) {
        const c = full(lines[i - 1] as string, lines[i] as string);
        if (c > 0 || (c === 0 && options.has('u'))) {
          if (!ctx.gnu) await ctx.stderr(`Check line ${i}\n`);
          else if (!options.has('C') && !/^(quiet|silent)$/.test(options.value('check') ?? ''))
            await ctx.warn(`${options.operands[0] ?? '-'}:${i + 1}: disorder: ${lines[i]}`);
          return 1;
        }
      }
      return 0;
    }
    let sorted: string[];
    if (options.has('R')) {
      sorted = lines.map((line) => [proc.clock.random(), line] as const).sort((a, b) => a[0] - b[0]).map(([, l]) => l); // prettier-ignore
    } else sorted = options.has('m') ? merged(files, full) : lines.sort(full);
    await proc.schedYield();
    if (options.has('u')) sorted = sorted.filter((l, i) => i === 0 || keys(sorted[i - 1] as string, l) !== 0);
    const text = sorted.map((l) => l + end).join('');
    const output = options.value('o');
    if (output === undefined) {
      ctx.out.charset = bytes;
      await ctx.write(text);
      return 0;
    }
    try {
      const fd = await proc.open(output, ['write', 'create', 'truncate'], 0o666);
      await proc.write(fd, bytes.encode(text));
      proc.close(fd);
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu ? `open failed: ${ctx.quoteIfNeeded(output)}: ${ctx.strerror(error)}` : `can't open '${output}': ${ctx.strerror(error)}`,
          2,
        );
      throw error;
    }
    return 0;
  },
};
