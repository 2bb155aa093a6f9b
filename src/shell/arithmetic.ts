import { ShellError } from './flow';

export interface ArithmeticScope {
  get(name: string, index?: string): string | undefined;
  set(name: string, value: string, index?: string): void;
  /** Whether subscripts of this name are keys, not expressions. */
  isAssoc(name: string): boolean;
  /** What an error in a subscript becomes. */
  subscriptError?(e: unknown): unknown;
  /** `**`, `,` and `++` belong to bash. */
  readonly extended: boolean;
  /** Messages in dash's words. */
  readonly dash?: boolean;
}

type Token = { readonly kind: 'number' | 'name' | 'op' | 'end'; readonly text: string; readonly pos: number };
type Value = { readonly number: bigint; readonly name?: string; readonly index?: string };

const operators = ['<<=', '>>=', '**', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '+=', '-=', '*=', '/=', '%=', '&=', '^=', '|=', '+', '-', '*', '/', '%', '<', '>', '!', '~', '&', '^', '|', '?', ':', '=', ',', '(', ')']; // prettier-ignore

const binary: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']);
const wrap = (n: bigint): bigint => BigInt.asIntN(64, n);

/** Evaluates an expression in 64-bit integers; its parameters and substitutions are already expanded. Throws ShellError. */
export function evaluate(expression: string, scope: ArithmeticScope, depth = 0): bigint {
  return new Evaluator(expression, scope, depth).run();
}

class Evaluator {
  private tokens: Token[] = [];
  private at = 0;
  private skip = 0;

  constructor(
    private readonly text: string,
    private readonly scope: ArithmeticScope,
    private readonly depth: number,
  ) {
    if (depth > 100) throw new ShellError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  }

  run(): bigint {
    this.tokenize();
    if (this.peek().kind === 'end') return 0n;
    const value = this.comma();
    if (this.peek().kind !== 'end') this.fail('syntax error in expression');
    return value.number;
  }

  private fail(message: string, token = this.peek()): never {
    const rest = this.text.slice(token.kind === 'end' ? (this.tokens[this.at - 1]?.pos ?? token.pos) : token.pos);
    if (this.scope.dash)
      throw new ShellError(
        `arithmetic expression: ${message === 'division by 0' ? 'division by zero' : 'expecting primary'}: "${this.text}"`,
        2,
        true,
      );
    if (!this.scope.extended)
      throw new ShellError(
        message === 'division by 0' ? 'divide by zero' : message === 'exponent less than 0' ? message : 'arithmetic syntax error',
        2,
        true,
      );
    if (/^syntax error/.test(message) && token.kind === 'end') message = 'syntax error: operand expected';
    throw new ShellError(`${this.text.trimStart()}: ${message} (error token is "${rest || this.tokens[this.at - 1]?.text || ''}")`);
  }

  private tokenize(): void {
    const s = this.text;
    let i = 0;
    while (i < s.length) {
      const char = s[i] ?? '';
      if (/\s/.test(char)) {
        i++;
        continue;
      }
      const word = /^[0-9][0-9A-Za-z_@#]*|^[A-Za-z_]\w*/.exec(s.slice(i))?.[0];
      if (word) {
        const isName = /^[A-Za-z_]/.test(word);
        let text = word;
        if (isName && s[i + word.length] === '[') {
          let depth = 0;
          let j = i + word.length;
          for (; j < s.length; j++) {
            if (s[j] === '[') depth++;
            else if (s[j] === ']' && --depth === 0) break;
          }
          text = s.slice(i, j + 1);
          if (j >= s.length && this.scope.extended) {
            this.tokens.push({ kind: 'name', text, pos: i });
            this.at = this.tokens.length - 1;
            this.fail('bad array subscript');
          }
        }
        this.tokens.push({ kind: isName ? 'name' : 'number', text, pos: i });
        i += text.length;
        continue;
      }
      const op = operators.find((o) => s.startsWith(o, i) && !(o === '**' && this.scope.dash));
      if (!op) {
        this.tokens.push({ kind: 'op', text: char, pos: i });
        this.at = this.tokens.length - 1;
        const before = this.tokens.at(-2)?.kind;
        this.fail(
          before === 'number' || before === 'name' ? 'syntax error: invalid arithmetic operator' : 'syntax error: operand expected',
        );
      }
      this.tokens.push({ kind: 'op', text: op, pos: i });
      i += op.length;
    }
    this.tokens.push({ kind: 'end', text: '', pos: s.length });
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '', pos: this.text.length };
  }
  private accept(...ops: readonly string[]): string | undefined {
    const t = this.peek();
    if (t.kind === 'op' && ops.includes(t.text)) {
      this.at++;
      return t.text;
    }
    return undefined;
  }

  private comma(): Value {
    let value = this.assignment();
    while (this.accept(',')) value = this.assignment();
    return value;
  }

  private assignment(): Value {
    const left = this.ternary();
    const t = this.peek();
    if (t.kind === 'op' && assignments.has(t.text)) {
      if (left.name === undefined) this.fail('attempted assignment to non-variable');
      this.at++;
      const right = this.assignment().number;
      const result = t.text === '=' ? right : this.apply(t.text.slice(0, -1), left.number, right);
      this.store(left, result);
      return { number: result };
    }
    return left;
  }

  private store(target: Value, number: bigint): void {
    if (this.skip === 0 && target.name !== undefined) this.scope.set(target.name, String(number), target.index);
  }

  private ternary(): Value {
    const test = this.binaryLevel(0);
    if (!this.accept('?')) return test;
    const yes = test.number !== 0n;
    if (!yes) this.skip++;
    const a = this.comma();
    if (!yes) this.skip--;
    if (!this.accept(':')) this.fail("`:' expected for conditional expression");
    if (yes) this.skip++;
    const b = this.ternary();
    if (yes) this.skip--;
    return { number: yes ? a.number : b.number };
  }

  private binaryLevel(level: number): Value {
    const ops = binary[level];
    if (!ops) return this.power();
    let left = this.binaryLevel(level + 1);
    for (;;) {
      const op = this.accept(...ops);
      if (!op) return left;
      const decided = (op === '&&' && left.number === 0n) || (op === '||' && left.number !== 0n);
      if (decided) this.skip++;
      const right = this.binaryLevel(level + 1);
      if (decided) this.skip--;
      left = { number: this.apply(op, left.number, right.number) };
    }
  }

  private apply(op: string, a: bigint, b: bigint): bigint {
    const bit = (v: boolean): bigint => (v ? 1n : 0n);
    switch (op) {
      case '||': return bit(a !== 0n || b !== 0n);
      case '&&': return bit(a !== 0n && b !== 0n);
      case '|': return a | b;
      case '^': return a ^ b;
      case '&': return a & b;
      case '==': return bit(a === b);
      case '!=': return bit(a !== b);
      case '<': return bit(a < b);
      case '>': return bit(a > b);
      case '<=': return bit(a <= b);
      case '>=': return bit(a >= b);
      case '<<': return wrap(a << (b & 63n));
      case '>>': return wrap(a >> (b & 63n));
      case '+': return wrap(a + b);
      case '-': return wrap(a - b);
      case '*': return wrap(a * b);
      case '**':
        if (b < 0n) this.fail('exponent less than 0', this.tokens[this.at - 1]);
        return wrap(a ** b);
      default:
        if (b === 0n) {
          if (this.skip > 0) return 0n;
          this.fail('division by 0', this.tokens[this.at - 1]);
        }
        return wrap(op === '/' ? a / b : a % b);
    } // prettier-ignore
  }

  private power(): Value {
    const base = this.unary();
    if (!this.accept('**')) return base;
    return { number: this.apply('**', base.number, this.power().number) };
  }

  private unary(): Value {
    const op = this.accept('++', '--', '+', '-', '!', '~');
    if (!op) return this.postfix();
    const operand = this.unary();
    const n = operand.number;
    if (op === '++' || op === '--') {
      const next = wrap(op === '++' ? n + 1n : n - 1n);
      if (operand.name === undefined) return { number: n };
      this.store(operand, next);
      return { number: next };
    }
    return { number: op === '+' ? n : op === '-' ? wrap(-n) : op === '!' ? (n === 0n ? 1n : 0n) : ~n };
  }

  private postfix(): Value {
    const value = this.primary();
    if (value.name !== undefined) {
      const op = this.accept('++', '--');
      if (op) {
        this.store(value, wrap(op === '++' ? value.number + 1n : value.number - 1n));
        return { number: value.number };
      }
    }
    return value;
  }

  private primary(): Value {
    if (this.accept('(')) {
      const value = this.comma();
      if (!this.accept(')')) this.fail("missing `)'");
      return { number: value.number };
    }
    const t = this.peek();
    if (t.kind === 'number') {
      this.at++;
      return { number: this.number(t) };
    }
    if (t.kind === 'name') {
      this.at++;
      const open = t.text.indexOf('[');
      const name = open < 0 ? t.text : t.text.slice(0, open);
      const subscript = open < 0 ? undefined : t.text.slice(open + 1, -1);
      const index =
        subscript === undefined ? undefined : this.scope.isAssoc(name) ? subscript.replace(/^'([^']*)'$/, '$1') : this.subscript(subscript);
      if (this.skip > 0) return { number: 0n, name, index };
      const text = this.scope.get(name, index) ?? '';
      const number = /^\s*$/.test(text) ? 0n : /^-?[1-9]\d{0,17}$/.test(text) ? BigInt(text) : evaluate(text, this.scope, this.depth + 1);
      return { number, name, index };
    }
    this.fail('syntax error: operand expected');
  }

  private subscript(text: string): string {
    try {
      return String(evaluate(text, this.scope, this.depth + 1));
    } catch (e) {
      throw this.scope.subscriptError?.(e) ?? e;
    }
  }

  private number(t: Token): bigint {
    const s = t.text;
    const based = /^(\d+)#(.+)$/.exec(s);
    if (based && (Number(based[1]) < 2 || Number(based[1]) > 64)) this.fail('invalid arithmetic base', t);
    if (based) return this.digits(based[2] ?? '', Number(based[1]), t);
    if (/^0[xX]/.test(s)) return this.digits(s.slice(2), 16, t);
    if (/^0\d/.test(s)) return this.digits(s.slice(1), 8, t);
    return this.digits(s, 10, t);
  }

  private digits(s: string, base: number, t: Token): bigint {
    let n = 0n;
    for (const c of s) {
      const lower = base <= 36;
      const d = /\d/.test(c)
        ? Number(c)
        : /[a-z]/.test(c)
          ? c.charCodeAt(0) - 87
          : /[A-Z]/.test(c)
            ? c.charCodeAt(0) - (lower ? 55 : 29)
            : c === '@'
              ? 62
              : c === '_'
                ? 63
                : 99;
      if (d >= base) {
        this.at--;
        this.fail(`value too great for base`, t);
      }
      n = n * BigInt(base) + BigInt(d);
    }
    return wrap(n);
  }
}
