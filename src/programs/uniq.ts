import { Errno } from '../kernel';
import { choose } from './choices';
import type { Command, Context } from './command';
import type { Options } from './getopt';
import { LineReader } from './input';
import { bytes } from './text';

const methods = [['none'], ['prepend'], ['separate']] as const;
const groupings = [['prepend'], ['append'], ['separate'], ['both']] as const;
const counted = { f: 'fields to skip', s: 'bytes to skip', w: 'bytes to compare' } as const;

/** What GNU's uniq finds wrong with its options. */
async function check(ctx: Context, options: Options): Promise<void> {
  for (const { name, value } of options.list) {
    const what = counted[name as keyof typeof counted];
    if (what && !/^\d+$/.test(value ?? '')) await ctx.fail(`${value}: invalid number of ${what}`);
    if (name === 'D' && value !== undefined) await choose(ctx, '--all-repeated', value, methods);
    if (name === 'group' && value !== undefined) await choose(ctx, '--group', value, groupings);
  }
  if (options.has('group') && options.has('c', 'd', 'D', 'u')) await ctx.usage('--group is mutually exclusive with -c/-d/-D/-u');
  if (options.has('c') && options.has('D')) await ctx.usage('printing all duplicated lines and repeat counts is meaningless');
}

export const uniq: Command = {
  gnu: {
    short: 'cdDf:is:uw:z',
    long: {
      count: 'c',
      repeated: 'd',
      'all-repeated::': 'D',
      'group::': 'group',
      'skip-fields:': 'f',
      'ignore-case': 'i',
      'skip-chars:': 's',
      unique: 'u',
      'zero-terminated': 'z',
      'check-chars:': 'w',
    },
    usage: '[OPTION]... [INPUT [OUTPUT]]',
    help: 'Filter adjacent matching lines.\n\n  -c, --count           prefix lines by their number\n  -d, --repeated        only duplicate lines, one each\n  -D                    all duplicate lines\n  -f, --skip-fields=N   do not compare the first N fields\n  -i, --ignore-case\n  -s, --skip-chars=N    do not compare the first N characters\n  -u, --unique          only unique lines\n  -w, --check-chars=N   compare no more than N characters\n  -z, --zero-terminated\n',
  },
  busybox: {
    short: 'cduizf:s:w:',
    usage:
      '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]\n\nDiscard duplicate lines\n\n\t-c\tPrefix lines by the number of occurrences\n\t-d\tOnly print duplicate lines\n\t-u\tOnly print unique lines\n\t-i\tIgnore case\n\t-z\tNUL terminated output\n\t-f N\tSkip first N fields\n\t-s N\tSkip first N chars (after any skipped fields)\n\t-w N\tCompare N characters in line',
  },
  rewrite: (args) => args.flatMap((a) => (/^-\d+$/.test(a) ? [`-f${a.slice(1)}`] : /^\+\d+$/.test(a) ? [`-s${a.slice(1)}`] : [a])),
  run: async (ctx, options) => {
    if (ctx.gnu) await check(ctx, options);
    const [input = '-', output] = options.operands;
    if (options.operands.length > 2 && ctx.gnu) return ctx.usage(`extra operand ${ctx.quoteWord(options.operands[2] as string)}`);
    if (!ctx.gnu)
      for (const { name, value } of options.list)
        if (/^[fsw]$/.test(name) && !/^\d+$/.test(value ?? '')) return ctx.fail(`invalid number '${value}'`);
    let fd = 0;
    let opening = input;
    try {
      if (input !== '-') fd = await ctx.proc.open(input);
      if (output !== undefined && output !== '-') {
        opening = output;
        const out = await ctx.proc.open(output, ['write', 'create', 'truncate'], 0o666);
        ctx.proc.dup2(out, 1);
        ctx.proc.close(out);
      }
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(
          ctx.gnu ? `${ctx.quoteIfNeeded(opening)}: ${ctx.strerror(error)}` : `can't open '${opening}': ${ctx.strerror(error)}`,
        );
      throw error;
    }
    ctx.out.charset = bytes;
    const skipFields = Number(options.value('f') ?? 0);
    const skipChars = Number(options.value('s') ?? 0);
    const width = options.value('w') === undefined ? undefined : Number(options.value('w'));
    const keyOf = (line: string): string => {
      let at = 0;
      for (let i = 0; i < skipFields; i++) at += /^[ \t]*[^ \t]*/.exec(line.slice(at))?.[0].length ?? 0;
      const key = line.slice(at + skipChars);
      const cut = width === undefined ? key : key.slice(0, width);
      return options.has('i') ? cut.toLowerCase() : cut;
    };
    const end = options.has('z') ? '\0' : '\n';
    const reader = new LineReader(ctx.proc, fd, bytes, options.has('z') ? 0 : 10);
    let group: string[] = [];
    let key = '';
    let printed = false;
    const flush = async (last = false): Promise<void> => {
      if (group.length === 0) return;
      const repeated = group.length > 1;
      if ((options.has('u') && repeated) || (options.has('d', 'D') && !repeated)) return;
      if (options.has('D', 'group')) {
        if (apart === 'prepend' || apart === 'both' || (apart === 'separate' && printed)) await ctx.write(end);
        for (const l of group) await ctx.write(l + end);
        if (apart === 'append' || (apart === 'both' && last)) await ctx.write(end);
        printed = true;
      } else await ctx.write((options.has('c') ? `${String(group.length).padStart(7)} ` : '') + (group[0] as string) + end);
    };
    const apart = options.has('group') ? options.value('group') || 'separate' : options.has('D') ? (options.value('D') ?? 'none') : 'none';
    for (;;) {
      let line: string | undefined;
      try {
        line = await reader.next();
      } catch (error) {
        if (error instanceof Errno) return ctx.fail(ctx.gnu ? `error reading ${ctx.quote(input)}` : `${input}: I/O error`);
        throw error;
      }
      if (line === undefined) break;
      const k = keyOf(line);
      if (group.length > 0 && k === key) {
        if (options.has('D', 'group')) group.push(line);
        else group.length++;
        continue;
      }
      await flush();
      group = [line];
      key = k;
    }
    await flush(true);
    return ctx.status;
  },
};
