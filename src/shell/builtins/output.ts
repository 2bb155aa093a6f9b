import { codePoint } from '../ansi-c';
import { byteChar, encode, narrow, widen } from '../bytes';
import { backslashQuote } from '../quoting';
import type { Shell } from '../shell';
import type { Builtin } from './types';
import { strftime } from './strftime';
import { invalidOption, missingArgument, options, usage } from './types';

/** Backslash escapes of `echo -e` and printf's %b. `stop` when \c was met. */
export function unescape(text: string, octalNeedsZero: boolean, utf8 = true): { text: string; stop: boolean } {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char !== '\\' || i + 1 >= text.length) {
      out += char;
      continue;
    }
    const next = text[++i] ?? '';
    const simple = '\x07\b\x1b\x1b\f\n\r\t\v\\'['abeEfnrtv\\'.indexOf(next)];
    if (simple !== undefined && next !== '') out += simple;
    else if (next === 'c') return { text: out, stop: true };
    else if (/[0-7]/.test(next) && (next === '0' || !octalNeedsZero)) {
      const digits = (next === '0' ? /^0[0-7]{0,3}/ : /^[0-7]{1,3}/).exec(text.slice(i))?.[0] ?? '';
      out += byteChar(parseInt(digits, 8) & 255);
      i += digits.length - 1;
    } else if (next === 'x' || next === 'u' || next === 'U') {
      const width = next === 'x' ? 2 : next === 'u' ? 4 : 8;
      const digits = new RegExp(`^[0-9A-Fa-f]{1,${width}}`).exec(text.slice(i + 1))?.[0];
      if (digits === undefined) out += `\\${next}`;
      else {
        const code = parseInt(digits, 16);
        out += next === 'x' ? byteChar(code) : codePoint(code, utf8);
        i += digits.length;
      }
    } else out += `\\${next}`;
  }
  return { text: out, stop: false };
}

export const echo: Builtin = async (sh, args) => {
  let newline = true;
  const dash = sh.dialect.name === 'dash';
  let escapes = sh.shopt.has('xpg_echo') || dash;
  let i = 0;
  for (; i < args.length && (dash ? /^-n$/ : /^-[neE]+$/).test(args[i] ?? ''); i++) {
    for (const letter of (args[i] ?? '').slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
    if (dash) {
      i++;
      break;
    }
  }
  let text = args.slice(i).join(' ');
  if (escapes) {
    const done = unescape(text, true, sh.utf8);
    text = done.text;
    if (done.stop) newline = false;
  }
  await sh.out(text + (newline ? '\n' : ''));
  return 0;
};

interface Conversion {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly type: string;
}

function pad(text: string, c: Conversion): string {
  const { width } = c;
  if (width === undefined) return text;
  const length = [...text].length;
  const n = Math.abs(width) - length;
  if (n <= 0) return text;
  if (c.flags.includes('-') || width < 0) return text + ' '.repeat(n);
  if (c.flags.includes('0') && 'diouxXeEfFgG'.includes(c.type) && (c.precision === undefined || !'diouxX'.includes(c.type))) {
    const sign = /^[+\- ]?(?:0[xX])?/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(n) + text.slice(sign.length);
  }
  return ' '.repeat(n) + text;
}

/** With so many decimals; what lies in the middle goes to the even side, as in C. */
function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  if (decimals > 20 || value >= 2 ** 53 || !/[13579]$/.test(text)) return text;
  let [numerator, denominator] = [value, 1n];
  for (; !Number.isInteger(numerator); numerator *= 2) denominator *= 2n;
  const doubled = 2n * BigInt(numerator) * 10n ** BigInt(decimals);
  if (doubled % denominator !== 0n || (doubled / denominator) % 2n === 0n) return text;
  const even = String(BigInt(text.replace('.', '')) - 1n).padStart(decimals + 1, '0');
  return decimals === 0 ? even : `${even.slice(0, -decimals)}.${even.slice(-decimals)}`;
}

class Formatter {
  private at = 0;
  status = 0;
  stop = false;
  constructor(
    private readonly sh: Shell,
    private readonly args: readonly string[],
    private readonly name: string,
  ) {}

  get exhausted(): boolean {
    return this.at >= this.args.length;
  }
  private next(): string | undefined {
    return this.args[this.at++];
  }

  /** printf(3) of bash counts bytes, whatever the locale. */
  private field(): string {
    const text = this.next() ?? '';
    return this.sh.dialect.extended ? narrow(text) : text;
  }

  private async integer(text: string | undefined): Promise<bigint> {
    if ((text === undefined || text === '') && this.sh.dialect.name !== 'ash') return 0n;
    return this.parsed(text ?? '');
  }

  private async parsed(text: string): Promise<bigint> {
    if (/^["']/.test(text)) return BigInt(this.sh.utf8 ? (text.codePointAt(1) ?? 0) : (encode(text.slice(1))[0] ?? 0));
    const m = /^\s*([+-]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)/.exec(text);
    const digits = m?.[2];
    if (digits === undefined || (m?.[0].length ?? 0) < text.length) {
      const words = { bash: `${text}: invalid number`, ash: `invalid number '${text}'`, dash: `${text}: expected numeric value` };
      await this.sh.complain(words[this.sh.dialect.name], this.name);
      this.status = 1;
    }
    if (digits === undefined || (!this.sh.dialect.extended && (m?.[0].length ?? 0) < text.length)) return 0n;
    const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const value = m?.[1] === '-' ? -magnitude : magnitude;
    const limit = 1n << 63n;
    if (!this.sh.dialect.extended || (value >= -limit && value < 2n * limit)) return value;
    await this.sh.complain(`warning: ${text}: Numerical result out of range`, this.name);
    return value < 0n ? -limit : limit - 1n;
  }

  private async number(c: Conversion, text: string | undefined): Promise<string> {
    const value = await this.integer(text);
    const unsigned = BigInt.asUintN(64, value);
    let digits: string;
    if (c.type === 'd' || c.type === 'i') digits = (value < 0n ? -value : value).toString();
    else digits = unsigned.toString(c.type === 'o' ? 8 : c.type === 'u' ? 10 : 16);
    if (c.type === 'X') digits = digits.toUpperCase();
    if (c.precision !== undefined) digits = digits.padStart(c.precision, '0');
    if (c.flags.includes('#') && value !== 0n)
      digits = c.type === 'o' ? `0${digits}` : c.type === 'x' ? `0x${digits}` : c.type === 'X' ? `0X${digits}` : digits;
    const sign = c.type !== 'd' && c.type !== 'i' ? '' : value < 0n ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
    return pad(sign + digits, c);
  }

  private async real(c: Conversion, text: string | undefined): Promise<string> {
    let value = Number(text === undefined || text === '' ? 0 : text);
    if (Number.isNaN(value)) {
      await this.sh.complain(`${text ?? ''}: invalid number`, this.name);
      this.status = 1;
      value = parseFloat(text ?? '') || 0;
    }
    const precision = c.precision ?? 6;
    const magnitude = Math.abs(value);
    let digits: string;
    const exponent = (s: string): string => s.replace(/e([+-])(\d)$/, 'e$10$2');
    if (!Number.isFinite(value)) digits = 'inf';
    else if (c.type === 'f' || c.type === 'F') digits = fixed(magnitude, precision);
    else if (c.type === 'e' || c.type === 'E') digits = exponent(magnitude.toExponential(precision));
    else {
      const p = precision === 0 ? 1 : precision;
      const power = magnitude === 0 ? 0 : Number(magnitude.toExponential(p - 1).split('e')[1]);
      digits = power < -4 || power >= p ? exponent(magnitude.toExponential(p - 1)) : magnitude.toFixed(p - 1 - power);
      if (!c.flags.includes('#') && digits.includes('.')) digits = digits.replace(/\.?0+(?=e|$)/, '');
    }
    if (/[EG]/.test(c.type)) digits = digits.toUpperCase();
    const sign = value < 0 || Object.is(value, -0) ? '-' : c.flags.includes('+') ? '+' : c.flags.includes(' ') ? ' ' : '';
    return pad(sign + digits, c);
  }

  async format(format: string): Promise<string> {
    let out = '';
    for (let i = 0; i < format.length && !this.stop; i++) {
      const char = format[i] ?? '';
      if (char === '\\') {
        const piece = /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[^])/.exec(format.slice(i))?.[0] ?? '\\';
        if (piece === '\\"') out += '"';
        else if (piece === '\\c' && this.sh.dialect.extended) out += piece;
        else {
          const done = unescape(piece, false, this.sh.utf8);
          out += done.text;
          if (done.stop) this.stop = true;
        }
        i += piece.length - 1;
        continue;
      }
      if (char !== '%') {
        out += char;
        continue;
      }
      const m = /^%([-+ #0']*)(\*|-?\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|j|z|t)?(\([^)]*\)T|[^\d]|$)/.exec(format.slice(i));
      if (!m?.[4]) {
        const rest = format.slice(i);
        await this.sh.complain(this.sh.dialect.extended ? `\`${rest}': missing format character` : `${rest}: invalid format`, this.name);
        this.status = 1;
        this.stop = true;
        break;
      }
      i += m[0].length - 1;
      let type = m[4];
      if (type === '%' && (m[0] === '%%' || this.sh.dialect.name === 'dash')) {
        out += '%';
        continue;
      }
      const width = m[2] === '*' ? Number(await this.integer(this.next())) : m[2] === undefined ? undefined : Number(m[2]);
      const precision = m[3] === undefined ? undefined : m[3] === '*' ? Number(await this.integer(this.next())) : Number(m[3] || 0);
      if (type.endsWith(')T')) {
        const when = this.next();
        const seconds =
          when === undefined || when === '-1' ? this.sh.proc.clock.now() / 1000 : when === '-2' ? this.sh.startedMs / 1000 : Number(when);
        out += pad(strftime(type.slice(1, -2) || '%X', seconds * 1000), { flags: m[1] ?? '', width, precision, type: 's' });
        continue;
      }
      const c: Conversion = { flags: m[1] ?? '', width, precision: precision !== undefined && precision < 0 ? undefined : precision, type };
      if (type === 's') {
        const text = this.field();
        out += pad(c.precision === undefined ? text : [...text].slice(0, c.precision).join(''), c);
      } else if ((type === 'q' || type === 'Q') && this.sh.dialect.extended) {
        const text = this.next() ?? '';
        const cut = c.precision !== undefined && type === 'Q' ? [...text].slice(0, c.precision).join('') : text;
        const quoted = backslashQuote(this.sh.localized(cut));
        out += pad(c.precision !== undefined && type === 'q' ? [...quoted].slice(0, c.precision).join('') : quoted, c);
      } else if (type === 'n' && this.sh.dialect.extended) {
        // the number of characters so far goes to a variable
        const name = this.next();
        if (name !== undefined && name !== '') this.sh.vars.set(name, String(out.length));
      } else if (type === 'c') out += pad([...this.field()][0] ?? (this.sh.dialect.extended ? '' : '\0'), c);
      else if (type === 'b') {
        const done = unescape(this.next() ?? '', false, this.sh.utf8);
        out += pad(done.text, c);
        if (done.stop) this.stop = true;
      } else if ('diouxX'.includes(type)) out += await this.number(c, this.next());
      else if ('eEfFgGaA'.includes(type)) out += await this.real(c, this.next());
      else {
        type = m[4] ?? '';
        await this.sh.complain(
          this.sh.dialect.extended
            ? `\`${type}': invalid format character`
            : `%${m[1] ?? ''}${m[2] ?? ''}${m[3] === undefined ? '' : `.${m[3]}`}${type}${format.slice(i + 1)}: invalid format`,
          this.name,
        );
        this.status = 1;
        this.stop = true;
      }
    }
    return out;
  }
}

export const printf: Builtin = async (sh, args, name) => {
  let rest = [...args];
  let variable: string | undefined;
  if (sh.dialect.extended) {
    const { flags, rest: operands, bad, missing } = options(args, 'v:');
    if (missing) return missingArgument(sh, name, missing);
    if (bad) return invalidOption(sh, name, bad);
    variable = flags.get('v');
    if (variable !== undefined && !/^[A-Za-z_]\w*(?:\[.*\])?$/.test(variable)) {
      await sh.complain(`\`${variable}': not a valid identifier`, name);
      return 2;
    }
    rest = operands;
  } else if (rest[0] === '--') rest.shift();
  const [format, ...values] = rest;
  if (format === undefined) {
    if (sh.dialect.extended) return usage(sh, name);
    await sh.complain('usage: printf FORMAT [ARGUMENT...]', name);
    return 2;
  }
  const formatter = new Formatter(sh, values, name);
  let out = await formatter.format(format);
  const consumes = /%[^%]/.test(format.replaceAll('%%', ''));
  while (consumes && !formatter.exhausted && !formatter.stop) out += await formatter.format(format);
  if (variable !== undefined) {
    out = widen(out);
    const element = /^(\w+)\[(.*)\]$/.exec(variable);
    if (element) sh.vars.set(element[1] ?? '', out, { index: element[2] });
    else sh.vars.set(variable, out);
  } else await sh.out(out);
  return formatter.status;
};
