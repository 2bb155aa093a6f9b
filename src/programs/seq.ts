import type { Command } from './command';
import { formatFloat } from './printf-format';

const decimals = (text: string): number => (/e/i.test(text) ? 0 : (/\.(\d*)/.exec(text)?.[1]?.length ?? 0));

export const seq: Command = {
  gnu: {
    short: '+f:s:w',
    long: { 'format:': 'f', 'separator:': 's', 'equal-width': 'w' },
    usage: '[OPTION]... LAST\n[OPTION]... FIRST LAST\n[OPTION]... FIRST INCREMENT LAST',
    help: 'Print numbers from FIRST to LAST, in steps of INCREMENT.\n\n  -f, --format=FORMAT      use printf style floating-point FORMAT\n  -s, --separator=STRING   use STRING to separate numbers (default: \\n)\n  -w, --equal-width        equalize width by padding with leading zeroes\n',
  },
  busybox: {
    short: '+s:w',
    usage:
      '[-w] [-s SEP] [FIRST [INC]] LAST\n\nPrint numbers from FIRST to LAST, in steps of INC.\nFIRST, INC default to 1.\n\n\t-w\tPad to last with leading zeros\n\t-s SEP\tString separator',
  },
  rewrite: (args) => {
    // A negative number is an operand.
    let i = 0;
    while (i < args.length && /^-(?!\d|\.\d|-$)/.test(args[i] as string)) i += /^-[sf]$/.test(args[i] as string) ? 2 : 1;
    return args[i] === '--' ? [...args] : [...args.slice(0, i), '--', ...args.slice(i)];
  },
  run: async (ctx, options) => {
    const words = [...options.operands];
    if (words.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    if (words.length > 3) return ctx.gnu ? ctx.usage(`extra operand ${ctx.quoteWord(words[3] as string)}`) : ctx.usage();
    for (const w of words)
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$|^0x[\da-f]+$/i.test(w))
        return ctx.gnu ? ctx.usage(`invalid floating point argument: ${ctx.quoteWord(w)}`) : ctx.usage();
    const value = (w: string): number => (/inf/i.test(w) ? (w.startsWith('-') ? -Infinity : Infinity) : Number(w));
    const [firstText, stepText, lastText] =
      words.length === 1
        ? ['1', '1', words[0] as string]
        : words.length === 2
          ? [words[0] as string, '1', words[1] as string]
          : (words as [string, string, string]);
    const [first, step, last] = [value(firstText), value(stepText), value(lastText)];
    if (step === 0 && ctx.gnu) return ctx.usage(`invalid Zero increment value: ${ctx.quoteWord(stepText)}`);
    const precision = Math.max(decimals(firstText), decimals(stepText));
    const fixed = (n: number): string => n.toFixed(precision).replace(/^-(0(\.0*)?)$/, '-$1').replace(/^-0$/, '0'); // prettier-ignore
    const lastShown = value(lastText);
    const width = options.has('w')
      ? Math.max(
          fixed(first).length,
          Number.isFinite(lastShown) ? fixed(first + Math.floor((last - first) / step) * step).length : 0,
          precision === 0 && Number.isFinite(lastShown) ? lastText.replace(/\..*/, '').length : 0,
        )
      : 0;
    const format = options.value('f');
    const conversion = format === undefined ? undefined : format.replace(/%%/g, '\0').indexOf('%');
    if (conversion === -1) return ctx.fail(`format ${ctx.quoteWord(format as string)} has no % directive`);
    const directive =
      format === undefined || conversion === undefined ? undefined : /^%[-+ #0']*\d*(?:\.\d*)?L?(.?)/.exec(format.slice(conversion));
    if (directive && format !== undefined && conversion !== undefined) {
      if (directive[1] === '') return ctx.fail(`format ${ctx.quoteWord(format)} ends in %`);
      if (!/[efgaEFGA]/.test(directive[1] as string))
        return ctx.fail(`format ${ctx.quoteWord(format)} has unknown %${directive[1]} directive`);
      if (/%/.test(format.slice(conversion + directive[0].length).replaceAll('%%', '')))
        return ctx.fail(`format ${ctx.quoteWord(format)} has too many % directives`);
    }
    const separator = options.value('s') ?? '\n';
    const show = (n: number): string => {
      if (format === undefined || conversion === undefined) {
        const text = fixed(n);
        return width > 0 ? (text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')) : text;
      }
      const m = /^%([-+ #0']*)(\d*)(?:\.(\d*))?[lL]*([aefgAEFG])/.exec(format.slice(conversion));
      if (!m) return format;
      const f = { flags: m[1] as string, width: Number(m[2] || 0), precision: m[3] === undefined ? undefined : Number(m[3] || 0) };
      return (
        format.slice(0, conversion).replaceAll('%%', '%') +
        formatFloat(n, m[4] as string, f) +
        format.slice(conversion + m[0].length).replaceAll('%%', '%')
      );
    };
    let any = false;
    for (let i = 0; ; i++) {
      const n = first + i * step;
      if (step >= 0 ? n > last + 1e-9 * step : n < last + 1e-9 * step) break;
      await ctx.write((any ? separator : '') + show(n));
      any = true;
      if (i % 4096 === 4095) await ctx.proc.schedYield();
    }
    if (any) await ctx.write('\n');
    return 0;
  },
};
