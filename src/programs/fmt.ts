import type { Command, Context } from './command';
import { eachInput } from './files-input';
import { readAll } from './input';
import { bytes } from './text';

interface Word {
  readonly text: string;
  /** Blanks after it. */
  space: number;
  readonly paren: boolean;
  period: boolean;
  readonly punct: boolean;
  final: boolean;
}

interface Style {
  readonly max: number;
  readonly goal: number;
  readonly mode: 'plain' | 'crown' | 'tagged' | 'split';
  readonly uniform: boolean;
  readonly prefix: string;
}

/** What a line break costs beyond the line's length (Knuth and Plass, with fmt's own numbers). */
const square = (n: number): number => n * n;
const cost = {
  short: (n: number): number => square(n * 10),
  ragged: (n: number): number => cost.short(n) / 2,
  line: square(70),
  widow: (n: number): number => square(200) / (n + 2),
  orphan: (n: number): number => square(150) / (n + 2),
  sentence: square(50),
  noBreak: square(600),
  paren: square(40),
  punct: square(40),
};

const widthOf = (blanks: string, from = 0): number =>
  [...blanks].reduce((column, c) => (c === '\t' ? column + 8 - (column % 8) : column + 1), from);

function wordsOf(text: string, style: Style): Word[] {
  const found: Word[] = [];
  for (const m of text.matchAll(/([^ \t\n]+)([ \t]*)/g)) {
    const body = m[1] as string;
    const last = body.replace(/[\])'"]+$/, '');
    const period = /[.?!]$/.test(last);
    const atEnd = m.index + m[0].length === text.length;
    const space = widthOf(m[2] as string);
    const final = period && (atEnd || space > 1);
    found.push({
      text: body,
      paren: /^[(['"`]/.test(body),
      period,
      punct: /[!-/:-@[-`{-~]$/.test(body),
      final,
      space: style.uniform || atEnd ? (final ? 2 : 1) : space,
    });
  }
  return found;
}

/** Fills a paragraph: the breaks that cost least in all. */
function fill(words: readonly Word[], first: number, other: number, style: Style): number[] {
  const n = words.length;
  const best = new Array<number>(n + 1).fill(0);
  const next = new Array<number>(n).fill(n);
  const lengths = new Array<number>(n + 1).fill(0);
  const baseCost = (i: number): number => {
    let sum = cost.line;
    const word = words[i] as Word;
    if (i > 0) {
      const before = words[i - 1] as Word;
      if (before.period) sum += before.final ? -cost.sentence : cost.noBreak;
      else if (before.punct) sum -= cost.punct;
      else if (i > 1 && (words[i - 2] as Word).final) sum += cost.widow(before.text.length);
    }
    if (word.paren) sum -= cost.paren;
    else if (word.final) sum += cost.orphan(word.text.length);
    return sum;
  };
  const lineCost = (to: number, length: number): number => {
    if (to === n) return 0;
    const sum = cost.short(style.goal - length);
    return next[to] === n ? sum : sum + cost.ragged(length - (lengths[to] as number));
  };
  for (let start = n - 1; start >= 0; start--) {
    best[start] = Infinity;
    let length = (start === 0 ? first : other) + (words[start] as Word).text.length;
    let w = start;
    do {
      w++;
      const sum = lineCost(w, length) + (best[w] as number);
      if (sum < (best[start] as number)) {
        best[start] = sum;
        next[start] = w;
        lengths[start] = length;
      }
      if (w === n) break;
      length += (words[w - 1] as Word).space + (words[w] as Word).text.length;
    } while (length < style.max);
    best[start] = (best[start] as number) + baseCost(start);
  }
  return next;
}

async function put(ctx: Context, words: readonly Word[], first: number, other: number, style: Style): Promise<void> {
  const next = fill(words, first, other, style);
  for (let at = 0; at < words.length; at = next[at] as number) {
    const end = next[at] as number;
    const line = words.slice(at, end).map((w, i, all) => w.text + (i < all.length - 1 ? ' '.repeat(w.space) : ''));
    await ctx.line(`${style.prefix}${' '.repeat((at === 0 ? first : other) - style.prefix.length)}${line.join('')}`);
  }
}

async function format(ctx: Context, text: string, style: Style): Promise<void> {
  let paragraph: { words: Word[]; first: number; other: number | undefined } | undefined;
  const finish = async (): Promise<void> => {
    if (!paragraph) return;
    const { words, first, other } = paragraph;
    paragraph = undefined;
    const last = words.at(-1) as Word;
    last.final = last.period = true;
    await put(ctx, words, first, other ?? (style.mode === 'tagged' && first === style.prefix.length ? first + 3 : first), style);
  };
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const raw of lines) {
    const ours = raw.trimStart().startsWith(style.prefix.trimStart());
    const body = ours && style.prefix !== '' ? raw.slice(raw.indexOf(style.prefix) + style.prefix.length) : raw;
    const m = /^([ \t]*)(.*)$/s.exec(body) as RegExpExecArray;
    const words = wordsOf(m[2] as string, style);
    if (words.length === 0 || !ours) {
      await finish();
      await ctx.line(ours ? style.prefix.trimEnd() : raw);
      continue;
    }
    const indent = widthOf(m[1] as string, style.prefix.length);
    const { mode } = style;
    if (paragraph) {
      const { first, other } = paragraph;
      const same: boolean =
        mode === 'split' ? false
        : mode === 'plain' ? indent === first
        : other !== undefined ? indent === other
        : mode === 'crown' || indent !== first; // prettier-ignore
      if (same) {
        if (other === undefined && mode !== 'plain') paragraph.other = indent;
        paragraph.words.push(...words);
        continue;
      }
      await finish();
    }
    paragraph = { words, first: indent, other: mode === 'plain' || mode === 'split' ? indent : undefined };
  }
  await finish();
}

export const fmt: Command = {
  gnu: {
    short: 'ctsuw:p:g:',
    long: { 'crown-margin': 'c', 'tagged-paragraph': 't', 'split-only': 's', 'uniform-spacing': 'u', 'width:': 'w', 'prefix:': 'p', 'goal:': 'g' }, // prettier-ignore
    usage: '[-WIDTH] [OPTION]... [FILE]...',
    help: 'Reformat each paragraph in the FILE(s), writing to standard output.\n\n  -c, --crown-margin        keep the indents of the first two lines\n  -p, --prefix=STRING       only lines beginning with STRING, which stays before them\n  -s, --split-only          split long lines, but do not refill\n  -t, --tagged-paragraph    the first line has an indent of its own\n  -u, --uniform-spacing     one space between words, two after sentences\n  -w, --width=WIDTH         at most so many columns (default 75)\n  -g, --goal=WIDTH          the width to aim at (default 93% of it)\n',
  },
  rewrite: (args) => args.map((a, i) => (i === 0 && /^-\d+$/.test(a) ? `-w${a.slice(1)}` : a)),
  run: async (ctx, options) => {
    const number = async (name: string, least: number, most: number): Promise<number | undefined> => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
      return ctx.fail(`invalid width: ${ctx.quoteWord(text)}${/^\d+$/.test(text) ? ': Numerical result out of range' : ''}`);
    };
    const width = await number('w', 0, 2500);
    const goal = await number('g', 0, width ?? 75);
    const max = width ?? (goal === undefined ? 75 : goal + 10);
    const mode = { c: 'crown', t: 'tagged', s: 'split' }[options.last('c', 't', 's') as 'c'] as Style['mode'] | undefined;
    const style: Style = {
      max,
      goal: goal ?? Math.floor((max * (2 * (100 - 7) + 1)) / 200),
      mode: mode ?? 'plain',
      uniform: options.has('u'),
      prefix: bytes.arg(options.value('p') ?? ''),
    };
    ctx.out.charset = bytes;
    await eachInput(
      ctx,
      options.operands,
      async (fd) => format(ctx, bytes.decode(await readAll(ctx.proc, fd)), style),
      (name) => `cannot open ${ctx.quote(name)} for reading`,
    );
    return ctx.status;
  },
};
