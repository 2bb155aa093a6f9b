import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { LineReader } from './input';
import { bytes } from './text';

/** Where tabs go: a column's next stop, or undefined past the last of a list. */
type Stops = (column: number) => number | undefined;

async function stopsOf(ctx: Context, texts: readonly string[]): Promise<Stops> {
  const words = texts.flatMap((text) => text.split(/[ ,]/)).filter((word) => word !== '');
  let repeat = 0;
  let onward = 0;
  const list: number[] = [];
  for (const word of words) {
    const m = /^([/+]?)(\d+)$/.exec(word);
    if (!m) {
      const bad = /[^\d]/.exec(word.replace(/^[/+]/, ''));
      return ctx.fail(`tab size contains invalid character(s): ${ctx.quoteWord(word.slice(word.indexOf(bad?.[0] ?? '')))}`);
    }
    const n = Number(m[2]);
    if (m[1] === '/') repeat = n;
    else if (m[1] === '+') onward = n;
    else {
      if (n === 0) return ctx.fail('tab size cannot be 0');
      if (n <= (list.at(-1) ?? 0)) return ctx.fail('tab sizes must be ascending');
      list.push(n);
    }
  }
  if (list.length === 0) list.push(repeat || onward || 8);
  const [only] = list as [number];
  if (list.length === 1 && !repeat && !onward) return (column) => column + only - (column % only);
  const last = list.at(-1) as number;
  return (column) =>
    list.find((stop) => stop > column) ??
    (repeat ? column + repeat - (column % repeat) : onward ? column + onward - ((column - last) % onward) : undefined);
}

const digits = (args: readonly string[]): string[] => args.map((a) => (/^-\d[\d,]*$/.test(a) ? `-t${a.slice(1)}` : a));

export const expand: Command = {
  gnu: {
    short: 'it:',
    long: { initial: 'i', 'tabs:': 't' },
    usage: '[OPTION]... [FILE]...',
    help: 'Convert tabs in each FILE to spaces.\n\n  -i, --initial    do not convert tabs after non blanks\n  -t, --tabs=N     have tabs N characters apart, not 8\n  -t, --tabs=LIST  use these tab stops; the last may be /N (multiples) or +N (from there on)\n',
  },
  busybox: {
    short: 'it:',
    usage:
      "[-i] [-t N] [FILE]...\n\nConvert tabs to spaces, writing to stdout\n\n\t-i\tDon't convert tabs after non blanks\n\t-t\tTabstops every N chars",
  },
  rewrite: digits,
  run: async (ctx, options) => {
    const next = await stopsOf(ctx, options.values('t'));
    ctx.out.charset = bytes;
    await eachInput(ctx, options.operands, async (fd) => {
      const reader = new LineReader(ctx.proc, fd, bytes);
      for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
        let out = '';
        let column = 0;
        let initial = true;
        for (const c of line) {
          if (c === '\t' && (initial || !options.has('i'))) {
            const to = next(column) ?? column + 1;
            out += ' '.repeat(to - column);
            column = to;
            continue;
          }
          if (c !== '\t' && c !== ' ') initial = false;
          column = c === '\b' ? Math.max(0, column - 1) : column + 1;
          out += c;
        }
        await ctx.write(out + (reader.terminated ? '\n' : ''));
      }
    });
    return ctx.status;
  },
};

/** A line with runs of blanks that reach a tab stop replaced by tabs; a single blank before a stop stays, unless another follows. */
function unexpanded(line: string, next: Stops, all: boolean): string {
  let out = '';
  let pending = '';
  let column = 0;
  let converting = true;
  let afterBlank = true;
  let loneBeforeStop = false;
  for (const char of line) {
    let c = char;
    if (converting) {
      const blank = c === ' ' || c === '\t';
      const stop = blank ? next(column) : undefined;
      if (blank && stop === undefined) converting = false;
      else if (stop !== undefined) {
        if (c === '\t') {
          column = stop;
          if (pending) pending = `\t${pending.slice(1)}`;
        } else if (++column !== stop || !afterBlank) {
          if (column === stop) loneBeforeStop = true;
          pending += c;
          afterBlank = true;
          continue;
        } else {
          c = '\t';
          pending = `\t${pending.slice(1)}`;
        }
        pending = loneBeforeStop ? pending.slice(0, 1) : '';
      } else column = c === '\b' ? Math.max(0, column - 1) : column + 1;
      if (pending.length > 1 && loneBeforeStop) pending = `\t${pending.slice(1)}`;
      out += pending;
      pending = '';
      loneBeforeStop = false;
      afterBlank = blank;
      converting &&= all || blank;
    }
    out += c;
  }
  return out + (pending.length > 1 && loneBeforeStop ? `\t${pending.slice(1)}` : pending);
}

export const unexpand: Command = {
  gnu: {
    short: 'at:f',
    long: { all: 'a', 'first-only': 'f', 'tabs:': 't' },
    usage: '[OPTION]... [FILE]...',
    help: 'Convert blanks in each FILE to tabs.\n\n  -a, --all         convert all blanks, instead of just initial blanks\n      --first-only  convert only leading sequences of blanks (overrides -a)\n  -t, --tabs=N      have tabs N characters apart instead of 8 (enables -a)\n  -t, --tabs=LIST   use these tab stops\n',
  },
  busybox: {
    short: 'ft:a',
    long: { all: 'a', 'first-only': 'f', 'tabs:': 't' },
    usage:
      '[-fa][-t N] [FILE]...\n\nConvert spaces to tabs, writing to stdout\n\n\t-a\tConvert all blanks\n\t-f\tConvert only leading blanks\n\t-t N\tTabstops every N chars',
  },
  rewrite: digits,
  run: async (ctx, options) => {
    const next = await stopsOf(ctx, options.values('t'));
    const all = options.has('a', 't') && !options.has('f');
    ctx.out.charset = bytes;
    await eachInput(ctx, options.operands, async (fd) => {
      const reader = new LineReader(ctx.proc, fd, bytes);
      for (let line = await reader.next(); line !== undefined; line = await reader.next())
        await ctx.write(unexpanded(line, next, all) + (reader.terminated ? '\n' : ''));
    });
    return ctx.status;
  },
};
