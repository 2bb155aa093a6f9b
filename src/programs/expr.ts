import type { Command } from './command';
import { PatternError, Regex } from '../regex';

type Value = string;

class ExprError extends Error {}

const integer = (v: Value): bigint | undefined => (/^-?\d+$/.test(v) ? BigInt(v) : undefined);
const isNull = (v: Value): boolean => v === '' || /^-?0+$/.test(v);

class Evaluator {
  private i = 0;
  constructor(
    private readonly words: readonly string[],
    private readonly quote: (w: string) => string,
    private readonly gnu: boolean,
  ) {}

  run(): Value {
    const value = this.or();
    const extra = this.words[this.i];
    if (extra !== undefined) throw new ExprError(this.gnu ? `syntax error: unexpected argument ${this.quote(extra)}` : 'syntax error');
    return value;
  }

  private take(...operators: readonly string[]): string | undefined {
    const word = this.words[this.i];
    if (word === undefined || !operators.includes(word)) return undefined;
    this.i++;
    return word;
  }

  private or(): Value {
    let left = this.and();
    while (this.take('|')) {
      const right = this.and();
      left = isNull(left) ? (isNull(right) ? '0' : right) : left;
    }
    return left;
  }
  private and(): Value {
    let left = this.compare();
    while (this.take('&')) {
      const right = this.compare();
      left = isNull(left) || isNull(right) ? '0' : left;
    }
    return left;
  }
  private compare(): Value {
    let left = this.add();
    for (let op = this.take('<', '<=', '=', '==', '!=', '>=', '>'); op; op = this.take('<', '<=', '=', '==', '!=', '>=', '>')) {
      const right = this.add();
      const [a, b] = [integer(left), integer(right)];
      const c = a !== undefined && b !== undefined ? (a < b ? -1 : a > b ? 1 : 0) : left < right ? -1 : left > right ? 1 : 0;
      left = { '<': c < 0, '<=': c <= 0, '=': c === 0, '==': c === 0, '!=': c !== 0, '>=': c >= 0, '>': c > 0 }[op] ? '1' : '0';
    }
    return left;
  }
  private number(v: Value): bigint {
    const n = integer(v);
    if (n === undefined) throw new ExprError(this.gnu ? 'non-integer argument' : 'non-numeric argument');
    return n;
  }
  private add(): Value {
    let left = this.multiply();
    for (let op = this.take('+', '-'); op; op = this.take('+', '-')) {
      const right = this.multiply();
      left = String(op === '+' ? this.number(left) + this.number(right) : this.number(left) - this.number(right));
    }
    return left;
  }
  private multiply(): Value {
    let left = this.match();
    for (let op = this.take('*', '/', '%'); op; op = this.take('*', '/', '%')) {
      const right = this.match();
      const [a, b] = [this.number(left), this.number(right)];
      if (op !== '*' && b === 0n) throw new ExprError('division by zero');
      left = String(op === '*' ? a * b : op === '/' ? a / b : a % b);
    }
    return left;
  }
  private match(): Value {
    let left = this.primary();
    while (this.take(':')) left = this.regex(left, this.primary());
    return left;
  }
  private regex(text: Value, pattern: Value): Value {
    try {
      const regex = new Regex([pattern], { dialect: this.gnu ? 'expr' : 'basic' });
      const m = regex.matchAt(text, 0);
      if (regex.groups > 0) return m?.groups[1] ?? '';
      return String(m ? [...text.slice(0, m.end)].length : 0);
    } catch (error) {
      if (error instanceof PatternError) throw new ExprError(error.message);
      throw error;
    }
  }
  private primary(): Value {
    const word = this.words[this.i++];
    if (word === undefined) {
      const last = this.words.at(-1);
      throw new ExprError(last === undefined || !this.gnu ? 'syntax error' : `syntax error: missing argument after ${this.quote(last)}`);
    }
    if (word === '(') {
      const value = this.or();
      if (!this.take(')'))
        throw new ExprError(
          this.gnu ? `syntax error: expecting ${this.quote(')')} after ${this.quote(this.words[this.i - 1] ?? '')}` : 'syntax error',
        );
      return value;
    }
    if (word === ')' && this.gnu) throw new ExprError(`syntax error: unexpected ${this.quote(')')}`);
    const more = this.words[this.i] !== undefined;
    if (word === '+' && more) return this.words[this.i++] as string;
    if (word === 'length' && more) return String([...this.primary()].length);
    if (word === 'match' && more) return this.regex(this.primary(), this.primary());
    if (word === 'index' && more) {
      const [text, chars] = [this.primary(), this.primary()];
      return String([...text].findIndex((c) => chars.includes(c)) + 1);
    }
    if (word === 'substr' && more) {
      const [text, at, length] = [this.primary(), this.primary(), this.primary()];
      const [p, n] = [Number(at), Number(length)];
      return Number.isNaN(p) || Number.isNaN(n) || p < 1 ? '' : [...text].slice(p - 1, p - 1 + Math.max(0, n)).join('');
    }
    return word;
  }
}

export const expr: Command = {
  gnu: { usage: 'EXPRESSION\nOPTION', usageStatus: 2 },
  busybox: { usage: 'EXPRESSION\n\nPrint the value of EXPRESSION' },
  run: async (ctx) => {
    const args = ctx.args[0] === '--' ? ctx.args.slice(1) : ctx.args;
    if (args.length === 0) return ctx.gnu ? ctx.usage('missing operand') : ctx.fail('too few arguments', 2);
    if (ctx.gnu && args.length === 1 && args[0] === '--help') return (await ctx.write(ctx.helpText()), 0);
    if (ctx.gnu && args.length === 1 && args[0] === '--version') return (await ctx.write(ctx.versionText()), 0);
    try {
      const value = new Evaluator(args, (w) => ctx.quoteWord(w), ctx.gnu).run();
      await ctx.line(value);
      return isNull(value) ? 1 : 0;
    } catch (error) {
      if (error instanceof ExprError) return ctx.fail(error.message, 2);
      throw error;
    }
  },
};
