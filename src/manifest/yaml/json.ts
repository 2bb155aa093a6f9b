import { goEscapes } from '../../kube/api';
import type { Mapping, Node, Scalar } from './node';
import { maxValueDepth } from './value';

/** Why a text is no JSON, as kubectl's decoder says it. */
export class JsonError extends Error {
  constructor(
    message: string,
    readonly at: number,
    /** Up to where the decoder had read; undefined: the text ended too early. */
    readonly end: number | undefined,
  ) {
    super(message);
    this.name = 'JsonError';
  }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const literals = ['true', 'false', 'null'];

/** A character as Go's QuoteRune shows it. */
function shown(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === "'" || character === '\\') return `'\\${character}'`;
  if (goEscapes[character]) return `'${goEscapes[character]}'`;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]| /u.test(character) ? `'${character}'` : `'\\u${code.toString(16).padStart(4, '0')}'`;
}

/** Reads one value after another of a text, with their places. */
export class JsonReader {
  constructor(
    private readonly text: string,
    public pos = 0,
  ) {}

  /** The next value; undefined where only blanks are left. Throws a JsonError. */
  next(): Node | undefined {
    this.blanks();
    return this.pos < this.text.length ? this.value(0) : undefined;
  }

  private blanks(): void {
    while (/[ \t\r\n]/.test(this.text[this.pos] ?? '')) this.pos++;
  }

  private fail(where: string): never {
    const found = this.text.codePointAt(this.pos);
    if (found === undefined) throw new JsonError('unexpected EOF', this.pos, undefined);
    const character = String.fromCodePoint(found);
    throw new JsonError(`invalid character ${shown(character)} ${where}`, this.pos, this.pos + character.length);
  }

  private value(depth: number): Node {
    this.blanks();
    if (depth > maxValueDepth) throw new JsonError('exceeded max depth', this.pos, this.pos + 1);
    const c = this.text[this.pos] ?? '';
    if (c === '{') return this.object(depth);
    if (c === '[') return this.array(depth);
    if (c === '"') return this.string();
    if (/[-0-9]/.test(c)) return this.number();
    const word = literals.find((literal) => literal[0] === c);
    if (!word) this.fail('looking for beginning of value');
    const start = this.pos;
    for (const letter of word) {
      if (this.text[this.pos] !== letter) this.fail(`in literal ${word} (expecting '${letter}')`);
      this.pos++;
    }
    return this.scalar(start, word, 'json');
  }

  private scalar(start: number, text: string, style: 'json' | 'double'): Scalar {
    return { kind: 'scalar', start, end: this.pos, tag: '', text, style, implicit: style === 'json' };
  }

  private object(depth: number): Mapping {
    const node: Mapping = { kind: 'mapping', start: this.pos++, end: 0, tag: '', flow: true, entries: [] };
    this.blanks();
    if (this.text[this.pos] !== '}') {
      for (;;) {
        this.blanks();
        if (this.text[this.pos] !== '"') this.fail('looking for beginning of object key string');
        const key = this.string();
        this.blanks();
        if (this.text[this.pos] !== ':') this.fail('after object key');
        this.pos++;
        node.entries.push({ key, value: this.value(depth + 1) });
        if (this.closes('}', 'after object key:value pair')) break;
      }
    }
    node.end = ++this.pos;
    return node;
  }

  private array(depth: number): Node {
    const start = this.pos++;
    const items: Node[] = [];
    this.blanks();
    if (this.text[this.pos] !== ']') {
      do items.push(this.value(depth + 1));
      while (!this.closes(']', 'after array element'));
    }
    return { kind: 'sequence', start, end: ++this.pos, tag: '', flow: true, items };
  }

  /** Whether the collection ends here; a comma is passed. */
  private closes(end: string, where: string): boolean {
    this.blanks();
    const c = this.text[this.pos];
    if (c === end) return true;
    if (c !== ',') this.fail(where);
    this.pos++;
    return false;
  }

  private string(): Scalar {
    const start = this.pos++;
    let text = '';
    for (let run = this.pos; ;) {
      const c = this.text[this.pos];
      if (c === undefined || c < ' ') this.fail('in string');
      if (c === '"' || c === '\\') text += this.text.slice(run, this.pos);
      if (c === '"') break;
      if (c === '\\') {
        text += this.escape();
        run = this.pos;
      } else this.pos++;
    }
    this.pos++;
    return this.scalar(start, text, 'double');
  }

  private escape(): string {
    const letter = this.text[this.pos + 1];
    const known = letter === undefined ? undefined : escapes[letter];
    const length = letter === 'u' ? 6 : 2;
    const sequence = this.text.slice(this.pos, this.pos + length);
    if (known === undefined && !/^\\u[0-9a-fA-F]{4}$/.test(sequence)) {
      if (sequence.length < length) throw new JsonError('unexpected EOF', this.text.length, undefined);
      throw new JsonError(`invalid escape sequence \`${sequence}\` in string`, this.pos, this.pos + length);
    }
    this.pos += length;
    return known ?? String.fromCharCode(Number.parseInt(sequence.slice(2), 16));
  }

  private digits(): void {
    if (!/[0-9]/.test(this.text[this.pos] ?? '')) this.fail('in numeric literal');
    while (/[0-9]/.test(this.text[this.pos] ?? '')) this.pos++;
  }

  private number(): Scalar {
    const start = this.pos;
    if (this.text[this.pos] === '-') this.pos++;
    if (this.text[this.pos] === '0') this.pos++;
    else this.digits();
    if (this.text[this.pos] === '.') {
      this.pos++;
      this.digits();
    }
    if (/[eE]/.test(this.text[this.pos] ?? '')) {
      this.pos++;
      if (/[-+]/.test(this.text[this.pos] ?? '')) this.pos++;
      this.digits();
    }
    return this.scalar(start, this.text.slice(start, this.pos), 'json');
  }
}
