import type { Command, Context } from './command';
import { bytes } from './text';

const classBytes: Readonly<Record<string, (c: number) => boolean>> = {
  alnum: (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122),
  alpha: (c) => (c >= 65 && c <= 90) || (c >= 97 && c <= 122),
  blank: (c) => c === 9 || c === 32,
  cntrl: (c) => c < 32 || c === 127,
  digit: (c) => c >= 48 && c <= 57,
  graph: (c) => c > 32 && c < 127,
  lower: (c) => c >= 97 && c <= 122,
  print: (c) => c >= 32 && c < 127,
  punct: (c) => (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126),
  space: (c) => c === 32 || (c >= 9 && c <= 13),
  upper: (c) => c >= 65 && c <= 90,
  xdigit: (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
};

interface Item {
  readonly codes: number[];
  readonly className?: string;
  /** `[x*]`: as often as needed. */
  readonly fill?: boolean;
}

async function parse(ctx: Context, text: string): Promise<Item[]> {
  const s = bytes.arg(text);
  const items: Item[] = [];
  let dangling = false;
  const one = (at: number): [code: number, next: number] => {
    if (s[at] !== '\\') return [s.charCodeAt(at), at + 1];
    const octal = /^\\([0-7]{1,3})/.exec(s.slice(at));
    if (octal) return [parseInt(octal[1] as string, 8) & 255, at + octal[0].length];
    const c = s[at + 1];
    if (c === undefined) {
      dangling = true;
      return [92, at + 1];
    }
    const named = ({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 } as Record<string, number>)[c];
    return [named ?? c.charCodeAt(0), at + 2];
  };
  for (let i = 0; i < s.length;) {
    const cls = /^\[:(\w+):\]/.exec(s.slice(i));
    if (cls) {
      const test = classBytes[cls[1] as string];
      if (!test && !ctx.gnu) {
        items.push({ codes: [...cls[0]].map((c) => c.charCodeAt(0)) });
        i += cls[0].length;
        continue;
      }
      if (!test) return ctx.fail(`invalid character class ${ctx.quoteWord(cls[1] as string)}`);
      items.push({ codes: Array.from({ length: 256 }, (_, c) => c).filter(test), className: cls[1] as string });
      i += cls[0].length;
      continue;
    }
    const equal = /^\[=([^])=\]/.exec(s.slice(i));
    if (equal) {
      items.push({ codes: [(equal[1] as string).charCodeAt(0)] });
      i += equal[0].length;
      continue;
    }
    const repeat = /^\[(\\[0-7]{1,3}|\\?[^])\*(\d*)\]/.exec(s.slice(i));
    if (repeat && ctx.gnu) {
      const [code] = one(i + 1);
      const n = repeat[2] === '' ? 0 : parseInt(repeat[2] as string, (repeat[2] as string).startsWith('0') ? 8 : 10);
      items.push(n === 0 ? { codes: [code], fill: true } : { codes: Array.from({ length: n }, () => code) });
      i += repeat[0].length;
      continue;
    }
    const [code, next] = one(i);
    if (s[next] === '-' && next + 1 < s.length) {
      const [end, after] = one(next + 1);
      if (end < code && ctx.gnu)
        return ctx.fail(`range-endpoints of ${ctx.quoteWord(`${s[i]}-${s[next + 1]}`)} are in reverse collating sequence order`);
      items.push({ codes: Array.from({ length: Math.max(0, end - code + 1) }, (_, k) => code + k) });
      i = after;
    } else {
      items.push({ codes: [code] });
      i = next;
    }
  }
  if (dangling && ctx.gnu) await ctx.warn('warning: an unescaped backslash at end of string is not portable');
  return items;
}

export const tr: Command = {
  gnu: {
    short: '+cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    usage: '[OPTION]... STRING1 [STRING2]',
    help: 'Translate, squeeze, and/or delete characters from standard input.\n\n  -c, -C, --complement    use the complement of STRING1\n  -d, --delete            delete characters in STRING1\n  -s, --squeeze-repeats   replace repeated characters in the last STRING by one\n  -t, --truncate-set1     first truncate STRING1 to the length of STRING2\n',
  },
  busybox: {
    short: '+Ccds',
    usage:
      '[-cds] STRING1 [STRING2]\n\nTranslate, squeeze, or delete characters from stdin, writing to stdout\n\n\t-c\tTake complement of STRING1\n\t-d\tDelete input characters coded STRING1\n\t-s\tSqueeze multiple output characters of STRING2 into one character',
  },
  run: async (ctx, options) => {
    const [first, second, extra] = options.operands;
    const del = options.has('d');
    const squeeze = options.has('s');
    if (first === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (extra !== undefined && !(del && !squeeze) && ctx.gnu) return ctx.usage(`extra operand ${ctx.quoteWord(extra)}`);
    if (second === undefined && !del && !squeeze && ctx.gnu) {
      return ctx.usage(`missing operand after ${ctx.quoteWord(first)}\nTwo strings must be given when translating.`);
    }
    if (del && !squeeze && second !== undefined && ctx.gnu)
      return ctx.usage(
        `extra operand ${ctx.quoteWord(second)}${extra === undefined ? '\nOnly one string may be given when deleting without squeezing repeats.' : ''}`,
      );
    const items1 = await parse(ctx, first);
    const items2 = second === undefined ? undefined : await parse(ctx, second);
    let set1 = items1.flatMap((i) => i.codes);
    if (options.has('c', 'C')) {
      const present = new Set(set1);
      set1 = Array.from({ length: 256 }, (_, c) => c).filter((c) => !present.has(c));
    }
    const map = Uint8Array.from({ length: 256 }, (_, c) => c);
    const deleted = new Uint8Array(256);
    const squeezed = new Uint8Array(256);
    let set2: number[] = [];
    if (items2) {
      const fixed = items2.reduce((n, i) => n + (i.fill ? 0 : i.codes.length), 0);
      set2 = items2.flatMap((i) =>
        i.fill ? Array.from({ length: Math.max(0, set1.length - fixed) }, () => i.codes[0] as number) : i.codes,
      );
      if (set2.length === 0 && !del)
        return ctx.fail(ctx.gnu ? 'when not truncating set1, string2 must be non-empty' : 'STRING2 cannot be empty');
    }
    if (del) for (const c of set1) deleted[c] = 1;
    else if (items2) {
      const bad = items2.find((i) => i.className !== undefined && i.className !== 'upper' && i.className !== 'lower');
      if (bad && ctx.gnu)
        return ctx.fail("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
      const cased = (list: readonly Item[]): string[] => {
        let at = 0;
        return list.flatMap(
          (i) => ((at += i.codes.length), i.className === 'upper' || i.className === 'lower' ? [`${at - i.codes.length}`] : []),
        );
      };
      if (ctx.gnu && !options.has('c', 'C') && cased(items2).some((place) => !cased(items1).includes(place)))
        return ctx.fail('misaligned [:upper:] and/or [:lower:] construct');
      const pairs = options.has('t') ? set1.slice(0, set2.length) : set1;
      pairs.forEach((c, i) => (map[c] = set2[Math.min(i, set2.length - 1)] as number));
    }
    if (squeeze) for (const c of items2 ? set2 : set1) squeezed[c] = 1;
    let last = -1;
    for (;;) {
      const data = await ctx.proc.read(0);
      if (data.length === 0) return 0;
      const out = new Uint8Array(data.length);
      let n = 0;
      for (const b of data) {
        if (deleted[b]) continue;
        const c = map[b] as number;
        if (squeezed[c] && c === last) continue;
        out[n++] = c;
        last = c;
      }
      await ctx.write(out.subarray(0, n));
      await ctx.out.flush();
    }
  },
};
