import { Errno } from '../kernel';
import type { Command } from './command';
import { LineReader } from './input';
import { bytes } from './text';

export const uniq: Command = {
  gnu: {
    short: 'cdDf:is:uw:z',
    long: {
      count: 'c',
      repeated: 'd',
      'all-repeated::': 'D',
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
  run: async (ctx, options) => {
    const [input = '-', output] = options.operands;
    if (options.operands.length > 2)
      return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(options.operands[2] as string)}`) : ctx.usage();
    let fd = 0;
    try {
      if (input !== '-') fd = await ctx.proc.open(input);
      if (output !== undefined && output !== '-') {
        const out = await ctx.proc.open(output, ['write', 'create', 'truncate'], 0o666);
        ctx.proc.dup2(out, 1);
        ctx.proc.close(out);
      }
    } catch (error) {
      if (error instanceof Errno)
        return ctx.fail(ctx.gnu ? `${ctx.quoteIfNeeded(input)}: ${ctx.strerror(error)}` : `can't open '${input}': ${ctx.strerror(error)}`);
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
    const flush = async (): Promise<void> => {
      if (group.length === 0) return;
      const repeated = group.length > 1;
      if ((options.has('u') && repeated) || (options.has('d', 'D') && !repeated)) return;
      if (options.has('D')) for (const l of group) await ctx.write(l + end);
      else await ctx.write((options.has('c') ? `${String(group.length).padStart(7)} ` : '') + (group[0] as string) + end);
    };
    for (;;) {
      const line = await reader.next();
      if (line === undefined) break;
      const k = keyOf(line);
      if (group.length > 0 && k === key) {
        if (options.has('D')) group.push(line);
        else group.length++;
        continue;
      }
      await flush();
      group = [line];
      key = k;
    }
    await flush();
    return ctx.status;
  },
};
