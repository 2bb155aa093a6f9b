import { MawkChecks } from './checks';
import { missing, withoutExtras } from './complaints';
import { ExpressionParser } from './expressions';
import type { AwkFunction, AwkProgram, Expression, Rule, Statement } from './syntax';
import { AwkSyntaxError, tokenize } from './tokens';

interface Reading {
  /** Is asked of each regular expression, and throws what is wrong with it. */
  readonly check: (pattern: string, line: number) => void;
  readonly mawk: boolean;
}

/** Throws AwkSyntaxError. */
export function parseAwk(source: string, { check, mawk }: Reading): AwkProgram {
  const all = tokenize(source, mawk);
  for (const [i, t] of all.entries())
    if (t.kind === 'regex' || (t.kind === 'string' && /^!?~$/.test(all[i - 1]?.text ?? ''))) check(t.text, t.line);
  if (!mawk) return new Parser(all).program();
  const { tokens, complaints } = withoutExtras(all);
  if (complaints.length > 0) throw new AwkSyntaxError('extra', 1, '', complaints);
  const checks = new MawkChecks();
  const parser = new Parser(tokens, checks);
  let program: AwkProgram;
  try {
    program = parser.program();
  } catch (error) {
    if (!(error instanceof AwkSyntaxError)) throw error;
    if (error.complaints.length > 0) throw error;
    throw new AwkSyntaxError(error.message, error.line, error.near, missing(tokens, parser.position));
  }
  const unknown = tokens.filter((t) => t.kind === 'function-name' && !program.functions.has(t.text)).map((t) => t.text);
  const last = (tokens.at(-1)?.line ?? 1) + 1;
  const undefinedOnes = [...new Set(unknown)].toReversed().map((name) => `line ${last}: function ${name} never defined`);
  if (undefinedOnes.length > 0) throw new AwkSyntaxError('never defined', last, '', undefinedOnes);
  checks.end(program.functions);
  return program;
}

class Parser extends ExpressionParser {
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
          if (this.checks && this.token.text === name) this.fail();
          parameters.push(this.token.text);
          this.i++;
          if (!this.accept(',')) break;
          this.newlines();
        }
        this.expect(')');
        this.newlines();
        this.checks?.enter('function', parameters);
        functions.set(name, { name, parameters, body: this.block() });
      } else rules.push(this.rule());
      this.terminators();
    }
    return { rules, functions };
  }

  private rule(): Rule {
    this.checks?.enter('rule');
    if (this.token.kind === 'keyword' && (this.is('BEGIN') || this.is('END'))) {
      const kind = this.token.text as 'BEGIN' | 'END';
      this.i++;
      this.checks?.enter('begin');
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
    if (this.accept(';') || (this.checks && this.is('}'))) return { type: 'block', body: [] };
    return this.statement();
  }
  private loopBody(): Statement {
    return this.checks ? this.checks.loop(() => this.body()) : this.body();
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
        return { type: 'while', test, body: this.loopBody() };
      }
      case 'do': {
        this.i++;
        const body = this.loopBody();
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
      this.checks?.use(name.text, 'scalar', this.i - 4, name.line);
      this.checks?.use(array.text, 'array', this.i - 2, array.line);
      return { type: 'for-in', variable: name.text, name: array.text, body: this.loopBody() };
    }
    const init = this.is(';') ? undefined : this.simple(false);
    this.expect(';');
    this.newlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.newlines();
    const step = this.is(')') ? undefined : this.simple(false);
    this.expect(')');
    return { type: 'for', init, test, step, body: this.loopBody() };
  }

  private simple(terminated: boolean): Statement {
    const statement = this.simpleBody();
    if (terminated) this.end();
    return statement;
  }

  private simpleBody(): Statement {
    const t = this.token;
    if (t.kind === 'keyword') {
      this.checks?.statement(t.text, t.line);
      switch (t.text) {
        case 'break': case 'continue': case 'next': case 'nextfile':
          this.i++;
          return { type: t.text };
        case 'exit': case 'return':
          this.i++;
          return { type: t.text, value: this.is(';') || this.is('}') || this.token.kind === 'newline' || this.token.kind === 'end' ? undefined : this.expression() };
        case 'delete': {
          this.i++;
          const name = this.arrayName();
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
}
