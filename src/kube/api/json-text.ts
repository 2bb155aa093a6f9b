import { jsonSyntaxError } from './go-json';

/** An object as it stands in a text: keys in their order, and as often as they are written. */
export class JsonObject {
  constructor(
    readonly keys: readonly string[],
    readonly values: readonly unknown[],
  ) {}
}

/** A number whose text says more than its value: `30.0`, `1e3`, more digits than a double holds. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Why a text is no JSON, in Go's words. */
export class JsonSyntaxError extends Error {}

// Unlike Go, which takes 10,000: the host's stack is smaller, and no object is half as deep.
const deepest = 1000;
const literals: readonly (readonly [text: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value();
    this.blank();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  private fail(): never {
    throw new JsonSyntaxError(jsonSyntaxError(new TextEncoder().encode(this.text)) ?? 'exceeded max depth');
  }

  private blank(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.at++;
    }
  }

  private value(): unknown {
    this.blank();
    const char = this.text[this.at];
    if (char === '"') return this.string();
    if (char === '{') return this.nested(() => this.object());
    if (char === '[') return this.nested(() => this.array());
    if (char !== undefined && (char === '-' || (char >= '0' && char <= '9'))) return this.number();
    const literal = literals.find(([text]) => text[0] === char);
    if (!literal) this.fail();
    const [text, value] = literal;
    if (!this.text.startsWith(text, this.at)) this.fail();
    this.at += text.length;
    return value;
  }

  private nested(read: () => unknown): unknown {
    if (++this.depth > deepest) this.fail();
    this.at++;
    const value = read();
    this.depth--;
    return value;
  }

  private object(): JsonObject {
    const keys: string[] = [];
    const values: unknown[] = [];
    this.blank();
    if (this.text[this.at] === '}') {
      this.at++;
      return new JsonObject(keys, values);
    }
    for (;;) {
      this.blank();
      if (this.text[this.at] !== '"') this.fail();
      keys.push(this.string());
      this.blank();
      if (this.text[this.at] !== ':') this.fail();
      this.at++;
      values.push(this.value());
      this.blank();
      const char = this.text[this.at];
      if (char !== ',' && char !== '}') this.fail();
      this.at++;
      if (char === '}') return new JsonObject(keys, values);
    }
  }

  private array(): unknown[] {
    const items: unknown[] = [];
    this.blank();
    if (this.text[this.at] === ']') {
      this.at++;
      return items;
    }
    for (;;) {
      items.push(this.value());
      this.blank();
      const char = this.text[this.at];
      if (char !== ',' && char !== ']') this.fail();
      this.at++;
      if (char === ']') return items;
    }
  }

  private string(): string {
    const start = ++this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === 34) return this.text.slice(start, this.at++);
      if (code === 92 || code < 32 || Number.isNaN(code)) break;
      this.at++;
    }
    let out = this.text.slice(start, this.at);
    for (;;) {
      if (this.at >= this.text.length) this.fail();
      const char = this.text[this.at]!;
      if (char === '"') {
        this.at++;
        return out;
      }
      if (char < ' ') this.fail();
      this.at++;
      out += char === '\\' ? this.escape() : char;
    }
  }

  private escape(): string {
    const char = this.text[this.at];
    if (char !== 'u') {
      const known = char === undefined ? undefined : escapes[char];
      if (known === undefined) this.fail();
      this.at++;
      return known;
    }
    this.at++;
    const start = this.at;
    for (; this.at < start + 4; this.at++) if (!/[0-9a-fA-F]/.test(this.text[this.at] ?? '')) this.fail();
    return String.fromCharCode(Number.parseInt(this.text.slice(start, this.at), 16));
  }

  private digits(): void {
    if (!/\d/.test(this.text[this.at] ?? '')) this.fail();
    while (/\d/.test(this.text[this.at] ?? '')) this.at++;
  }

  private number(): number | JsonNumber {
    const start = this.at;
    if (this.text[this.at] === '-') this.at++;
    if (this.text[this.at] === '0') this.at++;
    else this.digits();
    if (this.text[this.at] === '.') {
      this.at++;
      this.digits();
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      this.digits();
    }
    const text = this.text.slice(start, this.at);
    const value = Number(text);
    return String(value) === text ? value : new JsonNumber(text);
  }
}

/** Reads JSON as Go does, losing nothing of what strict decoding looks at. Throws JsonSyntaxError. */
export const parseJsonText = (text: string): unknown => new Reader(text).document();

const [leastInt, mostInt] = [-(2n ** 63n), 2n ** 63n - 1n];

/** A number as Go keeps it: a whole one that fits into an int64 exactly (a bigint where a double cannot hold it), others as a double. */
export function numberOf(text: string): number | bigint {
  const value = Number(text);
  if (Number.isSafeInteger(value) || text.length > 20 || !/^-?\d+$/.test(text)) return value;
  const exact = BigInt(text);
  return exact >= leastInt && exact <= mostInt ? exact : value;
}

/** The plain value of what `parseJsonText` read; the last of equal keys wins. */
export function plainValue(value: unknown): unknown {
  if (value instanceof JsonNumber) return numberOf(value.text);
  if (Array.isArray(value)) return value.map(plainValue);
  if (!(value instanceof JsonObject)) return value;
  const out: Record<string, unknown> = {};
  value.keys.forEach((key, i) => setOwn(out, key, plainValue(value.values[i])));
  return out;
}

/** Sets a key of a map whose keys are anyone's: `__proto__` is a key like others. */
export function setOwn(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}

/** JSON.parse, but for integers that a double cannot hold: they are bigints. Throws JSON.parse's SyntaxError. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  try {
    return plainValue(parseJsonText(text));
  } catch {
    return JSON.parse(text);
  }
}

function exactly(value: unknown, indent: string, outer: string): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = outer + indent;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item) => exactly(item, indent, inner) ?? 'null')
    : Object.entries(value).flatMap(([key, field]) => {
        const text = exactly(field, indent, inner);
        return text === undefined ? [] : [`${JSON.stringify(key)}:${indent ? ' ' : ''}${text}`];
      });
  if (parts.length === 0) return `${open}${close}`;
  return indent ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${outer}${close}` : `${open}${parts.join(',')}${close}`;
}

/** JSON.stringify, but for bigints: they are written as the numbers they are. */
export function jsonText(value: unknown, indent = ''): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return exactly(value, indent, '') ?? 'null';
  }
}
