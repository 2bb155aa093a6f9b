import type { Command, Context } from './command';
import { expandEscapes } from './escapes';
import { conversionAt, formatFloat, formatInteger, formatString, pad, type Field } from './printf-format';
import { shellQuote } from './quote';

class Printer {
  private index = 0;
  used = false;

  constructor(
    private readonly ctx: Context,
    private readonly args: readonly string[],
  ) {}

  get left(): boolean {
    return this.index < this.args.length;
  }

  private next(): string | undefined {
    this.used = true;
    return this.args[this.index++];
  }

  /** Prints the format once. False: `\c` or a bad conversion ended everything. */
  async once(format: string): Promise<boolean> {
    let i = 0;
    while (i < format.length) {
      const percent = format.indexOf('%', i);
      if (percent !== i) {
        const { bytes, stop } = expandEscapes(percent < 0 ? format.slice(i) : format.slice(i, percent), 'digits', true, true);
        await this.ctx.write(bytes);
        if (stop) return false;
        i = percent < 0 ? format.length : percent;
        continue;
      }
      const c = conversionAt(format, percent);
      i += c.text.length;
      if (c.text === '%%') {
        this.ctx.out.put('%');
        continue;
      }
      const width = c.width === '*' ? Number(await this.integer(this.next())) : c.width;
      const precision = c.precision === '*' ? Number(await this.integer(this.next())) : c.precision;
      if (!(await this.convert(c.letter, c.text, { flags: c.flags, width, precision }))) return false;
    }
    return true;
  }

  private async convert(letter: string, text: string, field: Field): Promise<boolean> {
    const { ctx } = this;
    switch (letter) {
      case 'd':
      case 'i':
      case 'o':
      case 'u':
      case 'x':
      case 'X':
        await ctx.write(formatInteger(await this.integer(this.next()), letter, field));
        return true;
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A': // prettier-ignore
        await ctx.write(formatFloat(await this.float(this.next()), letter, field));
        return true;
      case 'c': {
        const first = [...(this.next() ?? '')][0];
        await ctx.write(first === undefined ? Uint8Array.of(0) : pad(first, field));
        return true;
      }
      case 's':
        await ctx.write(formatString(this.next() ?? '', field));
        return true;
      case 'q':
        await ctx.write(pad(shellQuote(this.next() ?? '', ctx.charset), field));
        return true;
      case 'b': {
        const { bytes, stop } = expandEscapes(this.next() ?? '', 'zero');
        const fill = Math.max(0, Math.abs(field.width ?? 0) - bytes.length);
        if (!field.flags.includes('-')) ctx.out.put(' '.repeat(fill));
        await ctx.write(bytes);
        if (field.flags.includes('-')) ctx.out.put(' '.repeat(fill));
        return !stop;
      }
      default:
        ctx.status = 1;
        await ctx.warn(ctx.gnu ? `${text}: invalid conversion specification` : `${text}: invalid format`);
        return false;
    }
  }

  private async bad(text: string, rest: string): Promise<void> {
    const { ctx } = this;
    ctx.status = 1;
    if (!ctx.gnu) await ctx.warn(`invalid number '${text}'`);
    else
      await ctx.warn(rest === text ? `${ctx.quote(text)}: expected a numeric value` : `${ctx.quote(text)}: value not completely converted`);
  }

  private quoted(text: string): number | undefined {
    return /^["']/.test(text) ? (text.codePointAt(1) ?? 0) : undefined;
  }

  private async integer(text: string | undefined): Promise<bigint> {
    if (text === undefined) return 0n;
    const code = this.quoted(text);
    if (code !== undefined) return BigInt(code);
    const m = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)?/.exec(text);
    const digits = m?.[2];
    const rest = text.slice(m && digits ? m[0].length : 0);
    if (rest !== '' || digits === undefined) await this.bad(text, digits === undefined ? text : rest);
    if (digits === undefined) return 0n;
    const value = /^0\d/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    return m?.[1] === '-' ? -value : value;
  }

  private async float(text: string | undefined): Promise<number> {
    if (text === undefined || text === '') return 0;
    const code = this.quoted(text);
    if (code !== undefined) return code;
    const m = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)/i.exec(text);
    const rest = text.slice(m?.[0].length ?? 0);
    if (rest !== '' || !m) await this.bad(text, m ? rest : text);
    if (!m) return 0;
    return /inf/i.test(m[0]) ? (m[0].includes('-') ? -Infinity : Infinity) : Number(m[0]);
  }
}

export const printf: Command = {
  gnu: {
    usage: 'FORMAT [ARGUMENT]...\nOPTION',
    help: 'Print the ARGUMENTs as FORMAT says: C escapes, %% and the conversions diouxXfeEgGaAcs, %b with escapes, %q quoted.\n',
  },
  busybox: { usage: 'FORMAT [ARG]...\n\nFormat and print ARG(s) according to FORMAT (a-la C printf)' },
  run: async (ctx) => {
    const args = ctx.args[0] === '--' ? ctx.args.slice(1) : ctx.args;
    const [format, ...rest] = args;
    if (ctx.gnu && ctx.args.length === 1 && (format === '--help' || format === '--version')) {
      await ctx.write(format === '--help' ? ctx.helpText() : ctx.versionText());
      return 0;
    }
    if (format === undefined) return ctx.gnu ? ctx.usage('missing operand') : ctx.usage();
    const printer = new Printer(ctx, rest);
    do {
      printer.used = false;
      if (!(await printer.once(format))) return ctx.status;
    } while (printer.left && printer.used);
    if (printer.left && ctx.gnu) await ctx.warn(`warning: ignoring excess arguments, starting with ${ctx.quote(rest[0] ?? '')}`);
    return ctx.status;
  },
};
