/** A text that is no JSON; the message has jq's words and place. */
export class JsonError extends Error {}

type Open =
  | { readonly kind: 'array'; readonly items: unknown[] }
  | { readonly kind: 'object'; readonly made: Record<string, unknown>; key: string | undefined };

const literals: Readonly<Record<string, unknown>> = { null: null, true: true, false: false, nan: null };
const delimiter = /[\s[\]{},:"]/;

/** JSON values of a text, one after the other, read as jq's parser reads them. */
export class JsonReader {
  /** Newlines up to the end of the line that the last value ended in. */
  lines = 0;
  private at = 0;
  private line = 1;
  private column = 0;
  private readonly stack: Open[] = [];
  /** The value just read, which a comma, a colon or a bracket will place. */
  private pending: { readonly value: unknown } | undefined;
  private readonly ready: { value: unknown; end: number }[] = [];

  constructor(private readonly text: string) {}

  next(): { readonly value: unknown } | undefined {
    while (this.ready.length === 0) {
      if (this.at >= this.text.length) {
        if (this.stack.length > 0) throw new JsonError(`Unfinished JSON term at EOF at line ${this.line}, column ${this.column}`);
        return undefined;
      }
      this.step();
    }
    const found = this.ready.shift();
    if (!found) return undefined;
    const lineEnd = this.text.indexOf('\n', Math.max(0, found.end - 1));
    this.lines = (lineEnd < 0 ? this.text : this.text.slice(0, lineEnd + 1)).split('\n').length - 1;
    return found;
  }

  private fail(text: string): never {
    throw new JsonError(`${text} at line ${this.line}, column ${this.column}`);
  }

  private advance(): string {
    const c = this.text[this.at++] as string;
    if (c === '\n') {
      this.line++;
      this.column = 0;
    } else this.column++;
    return c;
  }

  private step(): void {
    const c = this.text[this.at] as string;
    if (c === '"') return this.string();
    if (!delimiter.test(c)) return this.literal();
    this.advance();
    if (!/\s/.test(c)) this.structure(c);
  }

  private value(value: unknown): void {
    if (this.pending) this.fail('Expected separator between values');
    const top = this.stack.at(-1);
    if (!top) return void this.ready.push({ value, end: this.at });
    this.pending = { value };
  }

  private literal(): void {
    const from = this.at;
    while (this.at < this.text.length && !delimiter.test(this.text[this.at] as string)) this.advance();
    const word = this.text.slice(from, this.at);
    // what ends a literal has been read when it is looked at
    if (this.at < this.text.length) {
      const [line, column] = [this.line, this.column];
      if (!(word in literals) && !/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) {
        this.advance();
        this.fail(
          Object.keys(literals).some((l) => l.length === word.length && l[0] === word[0]) ? 'Invalid literal' : 'Invalid numeric literal',
        );
      }
      [this.line, this.column] = [line, column];
    } else if (!(word in literals) && !/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word))
      throw new JsonError(`Invalid numeric literal at EOF at line ${this.line}, column ${this.column}`);
    if (this.pending && this.at < this.text.length) {
      this.advance();
      this.fail('Expected separator between values');
    }
    this.value(word in literals ? literals[word] : Number(word));
  }

  private string(): void {
    const from = this.at;
    this.advance();
    for (;;) {
      if (this.at >= this.text.length) throw new JsonError(`Unfinished string at EOF at line ${this.line}, column ${this.column}`);
      const c = this.advance();
      if (c === '\\' && this.at < this.text.length) this.advance();
      else if (c === '"') break;
    }
    const raw = this.text.slice(from, this.at);
    try {
      this.value(JSON.parse(raw.replace(/[\0-\x1f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)));
    } catch (error) {
      if (error instanceof JsonError) throw error;
      this.fail('Invalid escape');
    }
  }

  private structure(c: string): void {
    const top = this.stack.at(-1);
    switch (c) {
      case '[':
      case '{':
        if (this.pending) this.fail('Expected separator between values');
        this.stack.push(c === '[' ? { kind: 'array', items: [] } : { kind: 'object', made: {}, key: undefined });
        return;
      case ':':
        if (!top || top.kind !== 'object') return this.fail("':' not as part of an object");
        if (!this.pending) return this.fail("Expected string key before ':'");
        if (top.key !== undefined) return this.fail("':' should follow a key");
        if (typeof this.pending.value !== 'string') return this.fail('Object keys must be strings');
        top.key = this.pending.value;
        this.pending = undefined;
        return;
      case ',':
        if (!top) return this.fail("Expected value before ','");
        if (!this.pending) return this.fail("Expected value before ','");
        return this.place(top);
      default:
        return this.close(c === ']' ? 'array' : 'object', top);
    }
  }

  /** Puts the pending value into what is open. */
  private place(top: Open): void {
    if (!this.pending) return;
    if (top.kind === 'array') top.items.push(this.pending.value);
    else {
      if (top.key === undefined) return this.fail('Objects must consist of key:value pairs');
      top.made[top.key] = this.pending.value;
      top.key = undefined;
    }
    this.pending = undefined;
  }

  private close(kind: Open['kind'], top: Open | undefined): void {
    if (!top || top.kind !== kind) return this.fail(`Unmatched '${kind === 'array' ? ']' : '}'}'`);
    if (this.pending) this.place(top);
    else if (top.kind === 'array' ? top.items.length > 0 : Object.keys(top.made).length > 0 || top.key !== undefined)
      return this.fail(
        top.kind === 'array'
          ? 'Expected another array element'
          : top.key === undefined
            ? 'Expected another key-value pair'
            : 'Objects must consist of key:value pairs',
      );
    this.stack.pop();
    this.value(top.kind === 'array' ? top.items : top.made);
  }
}
