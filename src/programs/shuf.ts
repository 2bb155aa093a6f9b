import type { Command } from './command';
import { eachInput } from './files-input';
import { LineReader, readAll } from './input';
import { utf8 } from './text';
import { parseSize } from './sizes';

export const shuf: Command = {
  gnu: {
    short: 'ei:n:o:rz',
    long: { echo: 'e', 'input-range:': 'i', 'head-count:': 'n', 'output:': 'o', repeat: 'r', 'zero-terminated': 'z' },
    usage: '[OPTION]... [FILE]\n-e [OPTION]... [ARG]...\n-i LO-HI [OPTION]...',
    help: 'Write a random permutation of the input lines.\n\n  -e, --echo            treat each ARG as an input line\n  -i, --input-range=LO-HI\n  -n, --head-count=COUNT\n  -r, --repeat          output lines can be repeated\n',
  },
  busybox: {
    short: 'ei:n:o:z',
    usage:
      '[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]\n\nRandomly permute lines\n\n\t-n NUM\tOutput at most NUM lines\n\t-o FILE\tWrite to FILE, not standard output\n\t-z\tNUL terminated output\n\t-e\tTreat ARGs as lines\n\t-i L-H\tTreat numbers L-H as lines',
  },
  run: async (ctx, options) => {
    let items: string[] = [];
    const range = options.value('i');
    if (range !== undefined) {
      const m = /^(\d+)-(\d+)$/.exec(range);
      if (!m) return ctx.fail(`invalid input range: ${ctx.quoteWord(range)}`);
      for (let i = Number(m[1]); i <= Number(m[2]); i++) items.push(String(i));
    } else if (options.has('e')) items = [...options.operands];
    else {
      await eachInput(ctx, options.operands.slice(0, 1), async (fd) => {
        const reader = new LineReader(ctx.proc, fd, utf8);
        for (let line = await reader.next(); line !== undefined; line = await reader.next()) items.push(line);
      });
    }
    const random = (n: number): number => Math.floor(ctx.proc.clock.random() * n);
    const count = Number(options.value('n') ?? (options.has('r') ? Infinity : items.length));
    if (options.has('r') && items.length > 0) {
      for (let i = 0; i < count; i++) await ctx.line(items[random(items.length)] as string);
      return ctx.status;
    }
    for (let i = items.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [items[i], items[j]] = [items[j] as string, items[i] as string];
    }
    for (const item of items.slice(0, count)) await ctx.write(item + (options.has('z') ? '\0' : '\n'));
    return ctx.status;
  },
};

export const split: Command = {
  gnu: {
    short: 'a:b:C:del:n:t:u',
    long: { 'suffix-length:': 'a', 'bytes:': 'b', 'lines:': 'l', 'numeric-suffixes::': 'd', 'additional-suffix:': 'additional' },
    usage: '[OPTION]... [FILE [PREFIX]]',
    help: 'Output pieces of FILE to PREFIXaa, PREFIXab, ...\n\n  -a, --suffix-length=N  -b, --bytes=SIZE  -l, --lines=NUMBER  -d numeric suffixes\n',
  },
  busybox: {
    short: 'l:b:a:',
    usage:
      '[OPTIONS] [INPUT [PREFIX]]\n\n\t-b N[k|m]\tSplit by N (kilo|mega)bytes\n\t-l N\t\tSplit by N lines\n\t-a N\t\tUse N letters as suffix',
  },
  run: async (ctx, options) => {
    const [input = '-', prefix = 'x'] = options.operands;
    const length = Number(options.value('a') ?? 2);
    const size = options.value('b') === undefined ? undefined : parseSize(options.value('b') as string);
    const lines = Number(options.value('l') ?? 1000);
    const name = (n: number): string => {
      let text = '';
      const base = options.has('d') ? 10 : 26;
      for (let i = 0, rest = n; i < length; i++, rest = Math.floor(rest / base))
        text = (options.has('d') ? String(rest % 10) : String.fromCharCode(97 + (rest % 26))) + text;
      return prefix + text + (options.value('additional') ?? '');
    };
    await eachInput(ctx, [input], async (fd) => {
      const data = await readAll(ctx.proc, fd);
      let at = 0;
      for (let n = 0; at < data.length; n++) {
        let end = size === undefined ? at : Math.min(data.length, at + size);
        if (size === undefined)
          for (let k = 0; k < lines && end < data.length; k++) end = data.indexOf(10, end) < 0 ? data.length : data.indexOf(10, end) + 1;
        const out = await ctx.proc.open(name(n), ['write', 'create', 'truncate'], 0o666);
        await ctx.proc.write(out, data.subarray(at, end));
        ctx.proc.close(out);
        at = end;
      }
    });
    return ctx.status;
  },
};
