import { dump, kindOf } from './values';
import type { Pattern } from './pattern';

/** A filter of jq's language; only its modules are not here. */
export type Filter =
  | { readonly kind: 'identity' }
  | { readonly kind: 'everything' }
  | { readonly kind: 'index'; readonly of: Filter; readonly key: Filter; readonly optional: boolean }
  | { readonly kind: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly kind: 'each'; readonly of: Filter; readonly optional: boolean }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'text'; readonly parts: readonly (string | Filter)[]; readonly format: string | undefined }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string; readonly at: number }
  | { readonly kind: 'array'; readonly of: Filter | undefined }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly kind: 'negate'; readonly of: Filter }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'as'; readonly of: Filter; readonly patterns: readonly Pattern[]; readonly body: Filter }
  | { readonly kind: 'reduce'; readonly of: Filter; readonly patterns: readonly Pattern[]; readonly start: Filter; readonly update: Filter }
  | {
      readonly kind: 'foreach';
      readonly of: Filter;
      readonly patterns: readonly Pattern[];
      readonly start: Filter;
      readonly update: Filter;
      readonly extract: Filter | undefined;
    }
  | { readonly kind: 'def'; readonly name: string; readonly params: readonly string[]; readonly of: Filter; readonly body: Filter }
  | { readonly kind: 'label'; readonly name: string; readonly body: Filter }
  | { readonly kind: 'break'; readonly name: string }
  | { readonly kind: 'assign'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'if'; readonly branches: readonly (readonly [Filter, Filter])[]; readonly otherwise: Filter | undefined }
  | { readonly kind: 'try'; readonly of: Filter; readonly fallback: Filter | undefined }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Filter[]; readonly at: number };

/** A program that is none; `at` is where its words stop making sense. */
export class JqSyntaxError extends Error {
  constructor(
    message: string,
    readonly at = 0,
  ) {
    super(message);
  }
}

const tokenPattern =
  /\s+|#[^\n]*|"|\.\.|\?\/\/(?!=)|\/\/=|\/\/|[=!<>]=|\|=|\+=|-=|\*=|\/=|%=|\$__loc__|\$[A-Za-z_]\w*(?:::\w+)*|@[A-Za-z0-9]+|\.[A-Za-z_]\w*|[A-Za-z_]\w*(?:::\w+)*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[.[\]{}()|,:;?+\-*/%<>=]/y;

const identity: Filter = { kind: 'identity' };
const assignments = ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='];
/** Loosest first. */
const levels: readonly (readonly string[])[] = [
  ['//'],
  assignments,
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

const keywords = new Set(['if', 'then', 'elif', 'else', 'end', 'as', 'def', 'reduce', 'foreach', 'try', 'catch', 'label', 'import', 'include', 'and', 'or', '__loc__']); // prettier-ignore

export class JqParser {
  private at = 0;
  private token = '';
  /** Where the token begins; at the end of the program, the one before. */
  private from = 0;

  constructor(private readonly text: string) {
    this.advance();
  }

  static parse(text: string): Filter {
    const parser = new JqParser(text);
    if (parser.token === '') return identity;
    const filter = parser.pipe(true);
    if (parser.token !== '') parser.fail('$end');
    return filter;
  }

  private fail(expected?: string): never {
    const { token } = this;
    const what =
      token === '' ? '$end' : keywords.has(token) ? token : /^[A-Za-z_]/.test(token) ? 'IDENT' : token.startsWith('.') && token.length > 1 && token !== '..' ? 'FIELD' : /^[\d]/.test(token) ? 'LITERAL' : token === '"' ? 'QQSTRING_START' : token.startsWith('@') ? 'FORMAT' : token.length > 1 ? token : `'${token}'`; // prettier-ignore
    throw new JqSyntaxError(`syntax error, unexpected ${what}${expected === undefined ? '' : `, expecting ${expected}`}`, this.from);
  }
  private advance(): void {
    for (;;) {
      if (this.at >= this.text.length) {
        this.token = '';
        return;
      }
      tokenPattern.lastIndex = this.at;
      const found = tokenPattern.exec(this.text)?.[0];
      if (found === undefined) throw new JqSyntaxError('syntax error, unexpected INVALID_CHARACTER');
      if (!/^(?:\s|#)/.test(found)) this.from = this.at;
      this.at += found.length;
      if (/^(?:\s|#)/.test(found)) continue;
      this.token = found;
      return;
    }
  }
  private current(): string {
    return this.token;
  }
  private take(token: string): boolean {
    if (this.token !== token) return false;
    this.advance();
    return true;
  }
  private expect(token: string): void {
    if (!this.take(token)) this.fail();
  }

  private pipe(program = false): Filter {
    if (this.take('def')) {
      const { name, params, of } = this.definition();
      // a program may be nothing but definitions
      return { kind: 'def', name, params, of, body: program && this.token === '' ? identity : this.pipe(program) };
    }
    if (this.take('label')) {
      const name = this.variable();
      this.expect('|');
      return { kind: 'label', name, body: this.pipe() };
    }
    const left = this.comma();
    return this.take('|') ? { kind: 'binary', operator: '|', left, right: this.pipe() } : left;
  }
  /** `def`'s name, parameters and body; a parameter `$x` is a filter `x` and a variable. */
  private definition(): { name: string; params: readonly string[]; of: Filter } {
    const name = this.token;
    if (!/^[A-Za-z_]/.test(name)) this.fail();
    this.advance();
    const params: string[] = [];
    if (this.take('(')) {
      do {
        params.push(this.token);
        if (!/^[$A-Za-z_]/.test(this.token)) this.fail();
        this.advance();
      } while (this.take(';'));
      this.expect(')');
    }
    this.expect(':');
    const of = this.pipe();
    this.expect(';');
    return { name, params, of };
  }
  private variable(): string {
    const { token } = this;
    if (!token.startsWith('$')) this.fail();
    this.advance();
    return token.slice(1);
  }
  private patterns(): Pattern[] {
    const all = [this.pattern()];
    while (this.take('?//')) all.push(this.pattern());
    return all;
  }
  private pattern(): Pattern {
    if (this.take('[')) {
      const of = [this.pattern()];
      while (this.take(',')) of.push(this.pattern());
      this.expect(']');
      return { kind: 'array', of };
    }
    if (!this.take('{')) return { kind: 'name', name: this.variable() };
    const of: { key: Filter; name: string | undefined; value: Pattern | undefined }[] = [];
    do {
      const { token } = this;
      let key: Filter;
      let name: string | undefined;
      if (token.startsWith('$')) {
        name = this.variable();
        key = { kind: 'literal', value: name };
      } else if (token === '"') key = this.string(undefined);
      else if (this.take('(')) {
        key = this.pipe();
        this.expect(')');
      } else {
        if (!/^[A-Za-z_]/.test(token)) this.fail();
        this.advance();
        key = { kind: 'literal', value: token };
      }
      const value = this.take(':') ? this.pattern() : undefined;
      if (value === undefined && name === undefined) this.fail();
      of.push({ key, name, value });
    } while (this.take(','));
    this.expect('}');
    return { kind: 'object', of };
  }
  /** `reduce` and `foreach`, after the word. */
  private loop(kind: 'reduce' | 'foreach'): Filter {
    const of = this.postfix();
    this.expect('as');
    const patterns = this.patterns();
    this.expect('(');
    const start = this.pipe();
    this.expect(';');
    const update = this.pipe();
    const extract = kind === 'foreach' && this.take(';') ? this.pipe() : undefined;
    this.expect(')');
    return kind === 'reduce' ? { kind, of, patterns, start, update } : { kind, of, patterns, start, update, extract };
  }
  private comma(): Filter {
    let left = this.level(0);
    while (this.take(',')) left = { kind: 'binary', operator: ',', left, right: this.level(0) };
    return left;
  }
  private level(at: number): Filter {
    const operators = levels[at];
    if (!operators) return this.term();
    const begin = this.from;
    let left = this.level(at + 1);
    while (operators.includes(this.token)) {
      const operator = this.token;
      this.advance();
      const right = operator === '//' ? this.level(at) : this.level(at + 1);
      if (/^[/%]$/.test(operator) && left.kind === 'literal' && right.kind === 'literal' && right.value === 0)
        throw new JqSyntaxError('Division by zero?', begin);
      left = assignments.includes(operator) ? { kind: 'assign', operator, left, right } : { kind: 'binary', operator, left, right };
    }
    return left;
  }

  /** A term, or `TERM as PATTERN | BODY`, which reaches as far as it can. */
  private term(): Filter {
    if (this.token === 'def') return this.pipe();
    const of = this.postfix();
    if (!this.take('as')) return of;
    const patterns = this.patterns();
    this.expect('|');
    return { kind: 'as', of, patterns, body: this.pipe() };
  }

  private postfix(): Filter {
    let filter = this.primary();
    for (;;) {
      if (/^\.[A-Za-z_]/.test(this.token)) {
        const key: Filter = { kind: 'literal', value: this.token.slice(1) };
        this.advance();
        filter = { kind: 'index', of: filter, key, optional: this.take('?') };
      } else if (this.token === '.' && /^["[]/.test(this.text.slice(this.at))) {
        this.advance();
        if (this.current() === '"') filter = { kind: 'index', of: filter, key: this.string(undefined), optional: this.take('?') };
      } else if (this.take('[')) filter = this.bracket(filter);
      else if (this.take('?')) filter = { kind: 'try', of: filter, fallback: undefined };
      else return filter;
    }
  }
  private bracket(of: Filter): Filter {
    if (this.take(']')) return { kind: 'each', of, optional: this.take('?') };
    const from = this.token === ':' ? undefined : this.pipe();
    if (this.take(':')) {
      const to = this.token === ']' ? undefined : this.pipe();
      this.expect(']');
      return { kind: 'slice', of, from, to };
    }
    this.expect(']');
    return { kind: 'index', of, key: from ?? identity, optional: this.take('?') };
  }

  private primary(): Filter {
    const { token, from: start } = this;
    if (token === '$__loc__') return (this.advance(), { kind: 'literal', value: { file: '<top-level>', line: 1 } });
    if (token === '"') return this.string(undefined);
    if (/^\.?\d/.test(token)) {
      this.advance();
      return { kind: 'literal', value: Number(token) };
    }
    if (/^\.[A-Za-z_]/.test(token)) {
      this.advance();
      return { kind: 'index', of: identity, key: { kind: 'literal', value: token.slice(1) }, optional: this.take('?') };
    }
    if (this.take('.')) {
      if (this.token === '"') return { kind: 'index', of: identity, key: this.string(undefined), optional: this.take('?') };
      return identity;
    }
    if (this.take('..')) return { kind: 'everything' };
    if (this.take('-')) return { kind: 'negate', of: this.postfix() };
    if (token.startsWith('$')) {
      this.advance();
      return { kind: 'variable', name: token.slice(1), at: start };
    }
    if (token.startsWith('@')) {
      this.advance();
      return this.token === '"' ? this.string(token) : { kind: 'format', name: token };
    }
    if (this.take('(')) {
      const inner = this.pipe();
      this.expect(')');
      return inner;
    }
    if (this.take('[')) {
      if (this.take(']')) return { kind: 'array', of: undefined };
      const of = this.pipe();
      this.expect(']');
      return { kind: 'array', of };
    }
    if (this.take('{')) return this.object();
    if (this.take('if')) return this.conditional();
    if (this.take('reduce')) return this.loop('reduce');
    if (this.take('foreach')) return this.loop('foreach');
    if (this.take('break')) return { kind: 'break', name: this.variable() };
    if (this.take('try')) {
      const of = this.postfix();
      return { kind: 'try', of, fallback: this.take('catch') ? this.postfix() : undefined };
    }
    if (!/^[A-Za-z_]/.test(token) || keywords.has(token)) this.fail();
    this.advance();
    const constant = { null: null, true: true, false: false }[token];
    if (constant !== undefined) return { kind: 'literal', value: constant };
    const args: Filter[] = [];
    if (this.take('(')) {
      do args.push(this.pipe());
      while (this.take(';'));
      this.expect(')');
    }
    return { kind: 'call', name: token, args, at: start };
  }
  private conditional(): Filter {
    const branches: [Filter, Filter][] = [];
    do {
      const test = this.pipe();
      this.expect('then');
      branches.push([test, this.pipe()]);
    } while (this.take('elif'));
    // jq 1.6 wants an else
    if (this.token !== 'else') this.fail();
    const otherwise = this.take('else') ? this.pipe() : undefined;
    this.expect('end');
    return { kind: 'if', branches, otherwise };
  }
  private object(): Filter {
    const entries: [Filter, Filter][] = [];
    while (!this.take('}')) {
      if (entries.length && !this.take(',')) this.fail(this.token === '' ? "'}'" : undefined);
      const { token } = this;
      let key: Filter;
      let short: Filter | undefined;
      if (token === '"') {
        key = this.string(undefined);
        short = { kind: 'index', of: identity, key, optional: false };
      } else if (this.take('(')) {
        const begin = this.from;
        key = this.pipe();
        if (key.kind === 'literal' && typeof key.value !== 'string')
          throw new JqSyntaxError(`Cannot use ${kindOf(key.value)} (${dump(key.value)}) as object key`, begin - 1);
        this.expect(')');
      } else {
        if (!/^[$@A-Za-z_]|^\d/.test(token)) this.fail();
        this.advance();
        const name = token.replace(/^\$/, '');
        key = token.startsWith('@') && this.token === '"' ? this.string(token) : { kind: 'literal', value: name };
        short = token.startsWith('$') ? { kind: 'variable', name, at: this.from } : { kind: 'index', of: identity, key, optional: false };
      }
      if (this.take(':')) {
        let value = this.level(2);
        while (this.take('|')) value = { kind: 'binary', operator: '|', left: value, right: this.level(2) };
        entries.push([key, value]);
      } else if (short) entries.push([key, short]);
      else this.fail();
    }
    return { kind: 'object', entries };
  }

  /** After its opening quote: text with `\(…)` in it. */
  private string(format: string | undefined): Filter {
    const parts: (string | Filter)[] = [];
    let text = '';
    for (;;) {
      const char = this.text[this.at++];
      if (char === undefined) throw new JqSyntaxError('syntax error, unexpected end of file, expecting QQSTRING_END');
      if (char === '"') break;
      if (char !== '\\') {
        text += char;
        continue;
      }
      const next = this.text[this.at++] ?? '';
      if (next === '(') {
        if (text) parts.push(text);
        text = '';
        this.advance();
        parts.push(this.pipe());
        if (this.token !== ')') this.fail();
      } else if (next === 'u') {
        text += String.fromCharCode(parseInt(this.text.slice(this.at, this.at + 4), 16));
        this.at += 4;
      } else text += { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[next] ?? next;
    }
    if (text || parts.length === 0) parts.push(text);
    this.advance();
    return { kind: 'text', parts, format };
  }
}
