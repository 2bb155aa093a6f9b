import type { AwkFunction, AwkProgram, Expression, Rule, Statement, Target } from './syntax';
import { AwkSyntaxError, type Token, tokenize } from './tokens';

export function parseAwk(source: string): AwkProgram {
  return new Parser(tokenize(source)).program();
}

const comparison = new Set(['<', '<=', '==', '!=', '>', '>=']);
const assignment = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

class Parser {
  private i = 0;
  private noIn = 0;
  private noGreater = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  private get token(): Token {
    return this.tokens[this.i] as Token;
  }
  private is(text: string): boolean {
    const t = this.token;
    return t.text === text && t.kind !== 'string' && t.kind !== 'regex';
  }
  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.i++;
    return true;
  }
  private fail(): never {
    throw new AwkSyntaxError('syntax error', this.token.line, this.token.kind === 'newline' ? 'newline' : this.token.text || 'end of file');
  }
  private expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }
  private newlines(): void {
    while (this.token.kind === 'newline') this.i++;
  }
  private terminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.i++;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    this.terminators();
    while (this.token.kind !== 'end') {
      if (this.accept('function')) {
        const name = this.token.text;
        this.i++;
        this.expect('(');
        const parameters: string[] = [];
        while (!this.is(')')) {
          parameters.push(this.token.text);
          this.i++;
          if (!this.accept(',')) break;
          this.newlines();
        }
        this.expect(')');
        this.newlines();
        functions.set(name, { name, parameters, body: this.block() });
      } else rules.push(this.rule());
      this.terminators();
    }
    return { rules, functions };
  }

  private rule(): Rule {
    if (this.token.kind === 'keyword' && (this.is('BEGIN') || this.is('END'))) {
      const kind = this.token.text as 'BEGIN' | 'END';
      this.i++;
      return { pattern: { kind }, body: this.block() };
    }
    if (this.is('{')) return { pattern: { kind: 'always' }, body: this.block() };
    const from = this.expression();
    if (this.accept(',')) {
      this.newlines();
      const to = this.expression();
      return { pattern: { kind: 'range', from, to }, body: this.is('{') ? this.block() : undefined };
    }
    return { pattern: { kind: 'expression', test: from }, body: this.is('{') ? this.block() : undefined };
  }

  private block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    this.terminators();
    while (!this.is('}')) {
      if (this.token.kind === 'end') this.fail();
      body.push(this.statement());
      this.terminators();
    }
    this.i++;
    return { type: 'block', body };
  }

  /** Ends a simple statement. */
  private end(): void {
    if (this.is('}') || this.token.kind === 'end') return;
    if (this.accept(';')) return;
    if (this.token.kind === 'newline') {
      this.i++;
      return;
    }
    this.fail();
  }

  private body(): Statement {
    this.newlines();
    if (this.accept(';')) return { type: 'block', body: [] };
    return this.statement();
  }

  private statement(): Statement {
    const t = this.token;
    if (this.is('{')) return this.block();
    if (t.kind !== 'keyword') return this.simple(true);
    switch (t.text) {
      case 'if': {
        this.i++;
        this.expect('(');
        const test = this.expression();
        this.expect(')');
        const then = this.body();
        const mark = this.i;
        this.terminators();
        if (this.accept('else')) return { type: 'if', test, then, otherwise: this.body() };
        this.i = mark;
        return { type: 'if', test, then, otherwise: undefined };
      }
      case 'while': {
        this.i++;
        this.expect('(');
        const test = this.expression();
        this.expect(')');
        return { type: 'while', test, body: this.body() };
      }
      case 'do': {
        this.i++;
        const body = this.body();
        this.terminators();
        this.expect('while');
        this.expect('(');
        const test = this.expression();
        this.expect(')');
        this.end();
        return { type: 'do', test, body };
      }
      case 'for':
        return this.forLoop();
      default:
        return this.simple(true);
    }
  }

  private forLoop(): Statement {
    this.i++;
    this.expect('(');
    const [name, word, array, close] = [this.tokens[this.i], this.tokens[this.i + 1], this.tokens[this.i + 2], this.tokens[this.i + 3]];
    if (name?.kind === 'name' && word?.text === 'in' && word.kind === 'keyword' && array?.kind === 'name' && close?.text === ')') {
      this.i += 4;
      return { type: 'for-in', variable: name.text, name: array.text, body: this.body() };
    }
    const init = this.is(';') ? undefined : this.simple(false);
    this.expect(';');
    this.newlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.newlines();
    const step = this.is(')') ? undefined : this.simple(false);
    this.expect(')');
    return { type: 'for', init, test, step, body: this.body() };
  }

  private simple(terminated: boolean): Statement {
    const statement = this.simpleBody();
    if (terminated) this.end();
    return statement;
  }

  private simpleBody(): Statement {
    const t = this.token;
    if (t.kind === 'keyword') {
      switch (t.text) {
        case 'break': case 'continue': case 'next': case 'nextfile':
          this.i++;
          return { type: t.text };
        case 'exit': case 'return':
          this.i++;
          return { type: t.text, value: this.is(';') || this.is('}') || this.token.kind === 'newline' || this.token.kind === 'end' ? undefined : this.expression() };
        case 'delete': {
          this.i++;
          const name = this.token.text;
          this.i++;
          if (!this.accept('[')) return { type: 'delete', name, subscripts: undefined };
          const subscripts = this.list(']');
          this.expect(']');
          return { type: 'delete', name, subscripts };
        }
        case 'print': case 'printf':
          return this.print(t.text);
      } // prettier-ignore
    }
    return { type: 'expression', value: this.expression() };
  }

  private print(type: 'print' | 'printf'): Statement {
    this.i++;
    let args: Expression[] = [];
    const empty = (): boolean =>
      this.is(';') ||
      this.is('}') ||
      this.is('>') ||
      this.is('>>') ||
      this.is('|') ||
      this.token.kind === 'newline' ||
      this.token.kind === 'end';
    if (!empty()) {
      this.noGreater++;
      if (this.is('(')) {
        // `print (a, b) > "file"`, but `print (a)(b)` is an expression
        const mark = this.i;
        this.i++;
        const saved = this.noGreater;
        this.noGreater = 0;
        const inner = this.list(')');
        this.noGreater = saved;
        this.expect(')');
        if (empty()) args = inner;
        else {
          this.i = mark;
          args = this.list('');
        }
      } else args = this.list('');
      this.noGreater--;
    }
    for (const operator of ['>', '>>', '|']) {
      if (this.accept(operator)) {
        this.noGreater++;
        const to = this.concatenation();
        this.noGreater--;
        return { type, args, redirect: { operator, to } };
      }
    }
    return { type, args, redirect: undefined };
  }

  private list(close: string): Expression[] {
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

  private skipNewlinesBefore(close: string): void {
    if (close === '') return;
    const mark = this.i;
    this.newlines();
    if (!this.is(close) && !this.is(',')) this.i = mark;
  }

  private expression(): Expression {
    return this.ternary();
  }

  private ternary(): Expression {
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

  private or(): Expression {
    let left = this.and();
    while (this.accept('||')) {
      this.newlines();
      left = { type: 'or', left, right: this.and() };
    }
    return left;
  }
  private and(): Expression {
    let left = this.membership();
    while (this.accept('&&')) {
      this.newlines();
      left = { type: 'and', left, right: this.membership() };
    }
    return left;
  }
  private membership(): Expression {
    let left = this.matching();
    while (this.noIn === 0 && this.token.kind === 'keyword' && this.accept('in')) {
      left = { type: 'in', subscripts: [left], name: this.token.text };
      this.i++;
    }
    return left;
  }
  private matching(): Expression {
    let left = this.relational();
    while (this.token.kind === 'operator' && (this.is('~') || this.is('!~'))) {
      const negated = this.token.text === '!~';
      this.i++;
      left = { type: 'match', negated, left, right: this.relational() };
    }
    return left;
  }
  private relational(): Expression {
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

  private startsOperand(): boolean {
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

  private concatenation(): Expression {
    let left = this.additive();
    while (this.startsOperand() && !this.is('+') && !this.is('-') && !(this.is('!') && false)) {
      if (this.token.kind === 'keyword') break;
      left = { type: 'binary', operator: ' ', left, right: this.additive() };
    }
    return left;
  }
  private additive(): Expression {
    let left = this.multiplicative();
    while (this.token.kind === 'operator' && (this.is('+') || this.is('-'))) {
      const operator = this.token.text;
      this.i++;
      left = { type: 'binary', operator, left, right: this.multiplicative() };
    }
    return left;
  }
  private multiplicative(): Expression {
    let left = this.unary();
    while (this.token.kind === 'operator' && (this.is('*') || this.is('/') || this.is('%'))) {
      const operator = this.token.text;
      this.i++;
      left = { type: 'binary', operator, left, right: this.unary() };
    }
    return left;
  }
  private unary(): Expression {
    if (this.token.kind === 'operator' && (this.is('!') || this.is('-') || this.is('+'))) {
      const operator = this.token.text;
      this.i++;
      return { type: 'unary', operator, operand: this.unary() };
    }
    return this.power();
  }
  private power(): Expression {
    const left = this.postfix();
    if (this.token.kind === 'operator' && this.accept('^')) {
      // right associative, and binds tighter than a minus before, not after
      const right = this.is('-') || this.is('+') || this.is('!') ? this.unary() : this.power();
      return { type: 'binary', operator: '^', left, right };
    }
    return left;
  }
  private postfix(): Expression {
    const operand = this.primary();
    if (operand.type === 'variable' || operand.type === 'field' || operand.type === 'element') {
      if (this.token.kind === 'operator' && this.accept('++')) return { type: 'increment', target: operand, by: 1, prefix: false };
      if (this.token.kind === 'operator' && this.accept('--')) return { type: 'increment', target: operand, by: -1, prefix: false };
    }
    return operand;
  }

  private optionalTarget(): Target | undefined {
    if (this.is('$') || this.token.kind === 'name') {
      const target = this.primary();
      if (target.type === 'variable' || target.type === 'field' || target.type === 'element') return target;
      this.fail();
    }
    return undefined;
  }

  private primary(): Expression {
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
        return { type: 'builtin', name: t.text, args };
      }
      case 'name': {
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
            const name = this.token.text;
            this.i++;
            return { type: 'in', subscripts: inner, name };
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

  private postfixConcatFree(): Expression {
    return this.postfix();
  }

  private inside<T>(parse: () => T): T {
    const saved = [this.noIn, this.noGreater] as const;
    this.noIn = 0;
    this.noGreater = 0;
    const value = parse();
    [this.noIn, this.noGreater] = saved;
    return value;
  }
}
