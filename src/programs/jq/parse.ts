/** A filter of jq's language, as far as it is here: no functions of one's own, no modules, no reduce or foreach. */
export type Filter =
  | { readonly kind: 'identity' }
  | { readonly kind: 'everything' }
  | { readonly kind: 'index'; readonly of: Filter; readonly key: Filter; readonly optional: boolean }
  | { readonly kind: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly kind: 'each'; readonly of: Filter; readonly optional: boolean }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'text'; readonly parts: readonly (string | Filter)[]; readonly format: string | undefined }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly of: Filter | undefined }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Filter, Filter])[] }
  | { readonly kind: 'negate'; readonly of: Filter }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'as'; readonly of: Filter; readonly name: string; readonly body: Filter }
  | { readonly kind: 'if'; readonly branches: readonly (readonly [Filter, Filter])[]; readonly otherwise: Filter | undefined }
  | { readonly kind: 'try'; readonly of: Filter; readonly fallback: Filter | undefined }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Filter[] };

export class JqSyntaxError extends Error {}

const tokenPattern =
  /\s+|#[^\n]*|"|\.\.|\?\/\/|\/\/|[=!<>]=|[|=]=|\+=|-=|\*=|\$[A-Za-z_]\w*|@[a-z0-9]+|\.[A-Za-z_]\w*|[A-Za-z_]\w*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[.[\]{}()|,:;?+\-*/%<>=]/y;

const identity: Filter = { kind: 'identity' };
/** Loosest first. */
const levels: readonly (readonly string[])[] = [['//'], ['or'], ['and'], ['==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']];

export class JqParser {
  private at = 0;
  private token = '';

  constructor(private readonly text: string) {
    this.advance();
  }

  static parse(text: string): Filter {
    const parser = new JqParser(text);
    if (parser.token === '') return identity;
    const filter = parser.pipe();
    if (parser.token !== '') parser.fail();
    return filter;
  }

  private fail(): never {
    const what = this.token === '' ? '$end' : /^[A-Za-z]/.test(this.token) ? 'IDENT' : `'${this.token}'`;
    throw new JqSyntaxError(`syntax error, unexpected ${what}`);
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

  private pipe(): Filter {
    const left = this.comma();
    if (this.take('as')) {
      const name = this.token.slice(1);
      if (!this.token.startsWith('$')) this.fail();
      this.advance();
      this.expect('|');
      return { kind: 'as', of: left, name, body: this.pipe() };
    }
    return this.take('|') ? { kind: 'binary', operator: '|', left, right: this.pipe() } : left;
  }
  private comma(): Filter {
    let left = this.level(0);
    while (this.take(',')) left = { kind: 'binary', operator: ',', left, right: this.level(0) };
    return left;
  }
  private level(at: number): Filter {
    const operators = levels[at];
    if (!operators) return this.postfix();
    let left = this.level(at + 1);
    while (operators.includes(this.token)) {
      const operator = this.token;
      this.advance();
      left = { kind: 'binary', operator, left, right: operator === '//' ? this.level(at) : this.level(at + 1) };
    }
    return left;
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
    const { token } = this;
    if (token === '"') return this.string(undefined);
    if (/^\d/.test(token)) {
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
      return { kind: 'variable', name: token.slice(1) };
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
    if (this.take('try')) {
      const of = this.postfix();
      return { kind: 'try', of, fallback: this.take('catch') ? this.postfix() : undefined };
    }
    if (!/^[A-Za-z_]/.test(token)) this.fail();
    this.advance();
    const constant = { null: null, true: true, false: false }[token];
    if (constant !== undefined) return { kind: 'literal', value: constant };
    const args: Filter[] = [];
    if (this.take('(')) {
      do args.push(this.pipe());
      while (this.take(';'));
      this.expect(')');
    }
    return { kind: 'call', name: token, args };
  }
  private conditional(): Filter {
    const branches: [Filter, Filter][] = [];
    do {
      const test = this.pipe();
      this.expect('then');
      branches.push([test, this.pipe()]);
    } while (this.take('elif'));
    const otherwise = this.take('else') ? this.pipe() : undefined;
    this.expect('end');
    return { kind: 'if', branches, otherwise };
  }
  private object(): Filter {
    const entries: [Filter, Filter][] = [];
    while (!this.take('}')) {
      if (entries.length) this.expect(',');
      const { token } = this;
      let key: Filter;
      let short: Filter | undefined;
      if (token === '"') {
        key = this.string(undefined);
        short = { kind: 'index', of: identity, key, optional: false };
      } else if (this.take('(')) {
        key = this.pipe();
        this.expect(')');
      } else {
        if (!/^[$@A-Za-z_]/.test(token)) this.fail();
        this.advance();
        const name = token.replace(/^\$/, '');
        key = { kind: 'literal', value: name };
        short = token.startsWith('$') ? { kind: 'variable', name } : { kind: 'index', of: identity, key, optional: false };
      }
      if (this.take(':')) {
        let value = this.level(0);
        while (this.take('|')) value = { kind: 'binary', operator: '|', left: value, right: this.level(0) };
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
