import type { MawkChecks } from './checks';
import type { Expression, Target } from './syntax';
import { AwkSyntaxError, type Token } from './tokens';

const comparison = new Set(['<', '<=', '==', '!=', '>', '>=']);
const assignment = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

/** The grammar's expressions, by falling precedence. */
export class ExpressionParser {
  protected i = 0;
  protected noIn = 0;
  protected noGreater = 0;
  constructor(
    protected readonly tokens: readonly Token[],
    protected readonly checks: MawkChecks | undefined = undefined,
  ) {}

  /** Of the token that is next. */
  get position(): number {
    return this.i;
  }
  protected get token(): Token {
    return this.tokens[this.i] as Token;
  }
  protected is(text: string): boolean {
    const t = this.token;
    return t.text === text && t.kind !== 'string' && t.kind !== 'regex';
  }
  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.i++;
    return true;
  }
  protected fail(): never {
    throw new AwkSyntaxError('syntax error', this.token.line, this.token.kind === 'newline' ? 'newline' : this.token.text || 'end of file');
  }
  protected expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }
  protected newlines(): void {
    while (this.token.kind === 'newline') this.i++;
  }
  protected terminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.i++;
  }

  protected list(close: string): Expression[] {
    const out: Expression[] = [];
    this.newlines();
    if (close !== '' && this.is(close)) return out;
    do {
      this.newlines();
      out.push(this.expression());
      this.skipNewlinesBefore(close);
    } while (this.accept(','));
    return out;
  }

  protected skipNewlinesBefore(close: string): void {
    if (close === '') return;
    const mark = this.i;
    this.newlines();
    if (!this.is(close) && !this.is(',')) this.i = mark;
  }

  protected expression(): Expression {
    return this.ternary();
  }

  protected ternary(): Expression {
    const test = this.or();
    if (this.is('?')) {
      this.i++;
      this.newlines();
      const then = this.ternary();
      this.newlines();
      this.expect(':');
      this.newlines();
      const otherwise = this.ternary();
      return { type: 'conditional', test, then, otherwise };
    }
    if (
      this.token.kind === 'operator' &&
      assignment.has(this.token.text) &&
      (test.type === 'variable' || test.type === 'field' || test.type === 'element')
    ) {
      const operator = this.token.text;
      this.i++;
      this.newlines();
      return { type: 'assign', operator, target: test, value: this.ternary() };
    }
    return test;
  }

  protected or(): Expression {
    let left = this.and();
    while (this.accept('||')) {
      this.newlines();
      left = { type: 'or', left, right: this.and() };
    }
    return left;
  }
  protected and(): Expression {
    let left = this.membership();
    while (this.accept('&&')) {
      this.newlines();
      left = { type: 'and', left, right: this.membership() };
    }
    return left;
  }
  protected membership(): Expression {
    let left = this.matching();
    while (this.noIn === 0 && this.token.kind === 'keyword' && this.accept('in')) {
      left = { type: 'in', subscripts: [left], name: this.arrayName() };
    }
    return left;
  }
  protected matching(): Expression {
    let left = this.relational();
    while (this.token.kind === 'operator' && (this.is('~') || this.is('!~'))) {
      const negated = this.token.text === '!~';
      this.i++;
      left = { type: 'match', negated, left, right: this.relational() };
    }
    return left;
  }
  protected relational(): Expression {
    const left = this.concatenation();
    if (this.token.kind === 'operator' && comparison.has(this.token.text) && !(this.is('>') && this.noGreater > 0)) {
      const operator = this.token.text;
      this.i++;
      return { type: 'binary', operator, left, right: this.concatenation() };
    }
    // `"cmd" | getline`
    let value = left;
    while (this.is('|') && this.tokens[this.i + 1]?.text === 'getline') {
      this.i += 2;
      value = { type: 'getline', source: 'command', from: value, target: this.optionalTarget() };
    }
    return value;
  }

  protected startsOperand(): boolean {
    const t = this.token;
    switch (t.kind) {
      case 'number': case 'string': case 'regex': case 'name': case 'function-name': case 'builtin':
        return true;
      case 'operator':
        return t.text === '$' || t.text === '!' || t.text === '(' || t.text === '-' || t.text === '+' || t.text === '++' || t.text === '--';
      default:
        return false;
    } // prettier-ignore
  }

  protected concatenation(): Expression {
    let left = this.additive();
    while (this.startsOperand() && !this.is('+') && !this.is('-') && !(this.is('!') && false)) {
      if (this.token.kind === 'keyword') break;
      left = { type: 'binary', operator: ' ', left, right: this.additive() };
    }
    return left;
  }
  protected additive(): Expression {
    let left = this.multiplicative();
    while (this.token.kind === 'operator' && (this.is('+') || this.is('-'))) {
      const operator = this.token.text;
      this.i++;
      left = { type: 'binary', operator, left, right: this.multiplicative() };
    }
    return left;
  }
  protected multiplicative(): Expression {
    let left = this.unary();
    while (this.token.kind === 'operator' && (this.is('*') || this.is('/') || this.is('%'))) {
      const operator = this.token.text;
      this.i++;
      left = { type: 'binary', operator, left, right: this.unary() };
    }
    return left;
  }
  protected unary(): Expression {
    if (this.token.kind === 'operator' && (this.is('!') || this.is('-') || this.is('+'))) {
      const operator = this.token.text;
      this.i++;
      return { type: 'unary', operator, operand: this.unary() };
    }
    return this.power();
  }
  protected power(): Expression {
    const left = this.postfix();
    if (this.token.kind === 'operator' && this.accept('^')) {
      // right associative, and binds tighter than a minus before, not after
      const right = this.is('-') || this.is('+') || this.is('!') ? this.unary() : this.power();
      return { type: 'binary', operator: '^', left, right };
    }
    return left;
  }
  protected postfix(): Expression {
    const operand = this.primary();
    if (operand.type === 'variable' || operand.type === 'field' || operand.type === 'element') {
      if (this.token.kind === 'operator' && this.accept('++')) return { type: 'increment', target: operand, by: 1, prefix: false };
      if (this.token.kind === 'operator' && this.accept('--')) return { type: 'increment', target: operand, by: -1, prefix: false };
    }
    return operand;
  }

  protected optionalTarget(): Target | undefined {
    if (this.is('$') || this.token.kind === 'name') {
      const target = this.primary();
      if (target.type === 'variable' || target.type === 'field' || target.type === 'element') return target;
      this.fail();
    }
    return undefined;
  }

  protected primary(): Expression {
    const t = this.token;
    this.i++;
    switch (t.kind) {
      case 'number':
        return { type: 'number', value: Number(t.text) };
      case 'string':
        return { type: 'string', value: t.text };
      case 'regex':
        return { type: 'regex', source: t.text };
      case 'function-name': {
        this.expect('(');
        const args = this.inside(() => this.list(')'));
        this.expect(')');
        this.checks?.call(t.text, args.length, t.line);
        this.neutral(args);
        return { type: 'call', name: t.text, args };
      }
      case 'builtin': {
        if (!this.is('(')) {
          if (t.text !== 'length') this.fail();
          return { type: 'builtin', name: t.text, args: [] };
        }
        this.i++;
        const args = this.inside(() => this.list(')'));
        this.expect(')');
        this.checks?.builtin(t.text, args.length, t.line);
        if (t.text === 'length' || t.text === 'split') this.neutral(args);
        if (t.text === 'split' && args[1]?.type === 'variable') this.checks?.use(args[1].name, 'array', this.i, t.line);
        return { type: 'builtin', name: t.text, args };
      }
      case 'name': {
        this.checks?.use(t.text, this.is('[') ? 'array' : 'scalar', this.i, t.line);
        if (!this.is('[')) return { type: 'variable', name: t.text };
        this.i++;
        const subscripts = this.inside(() => this.list(']'));
        this.expect(']');
        return { type: 'element', name: t.text, subscripts };
      }
      case 'keyword':
        if (t.text === 'getline') {
          const target = this.optionalTarget();
          if (this.accept('<')) return { type: 'getline', source: 'file', from: this.postfixConcatFree(), target };
          return { type: 'getline', source: 'input', from: undefined, target };
        }
        break;
      case 'operator':
        if (t.text === '$') {
          if (this.is('++') || this.is('--')) {
            const by = this.token.text === '++' ? 1 : -1;
            this.i++;
            return { type: 'field', index: { type: 'increment', target: this.primary() as Target, by, prefix: true } };
          }
          if (this.is('-')) {
            this.i++;
            return { type: 'field', index: { type: 'unary', operator: '-', operand: this.primary() } };
          }
          return { type: 'field', index: this.primary() };
        }
        if (t.text === '++' || t.text === '--') {
          const target = this.primary();
          if (target.type !== 'variable' && target.type !== 'field' && target.type !== 'element') this.fail();
          return { type: 'increment', target, by: t.text === '++' ? 1 : -1, prefix: true };
        }
        if (t.text === '(') {
          const inner = this.inside(() => this.list(')'));
          this.expect(')');
          if (inner.length > 1) {
            if (!this.accept('in')) this.fail();
            return { type: 'in', subscripts: inner, name: this.arrayName() };
          }
          return { type: 'group', inner: inner[0] ?? this.fail() };
        }
        if (t.text === '-' || t.text === '+' || t.text === '!') return { type: 'unary', operator: t.text, operand: this.unary() };
        break;
      default:
    }
    this.i--;
    this.fail();
  }

  /** The name that is next. */
  protected arrayName(): string {
    const { text, line } = this.token;
    this.checks?.use(text, 'array', this.i, line);
    this.i++;
    return text;
  }

  private neutral(args: readonly Expression[]): void {
    for (const a of args) if (a.type === 'variable') this.checks?.neutral(a.name);
  }

  protected postfixConcatFree(): Expression {
    return this.postfix();
  }

  protected inside<T>(parse: () => T): T {
    const saved = [this.noIn, this.noGreater] as const;
    this.noIn = 0;
    this.noGreater = 0;
    const value = parse();
    [this.noIn, this.noGreater] = saved;
    return value;
  }
}
