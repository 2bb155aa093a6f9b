/** What Go's encoding/json says of text that is no JSON. */

const endOfInput = 'unexpected end of JSON input';
const maxDepth = 10_000;
const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
const literals = new Map([...['true', 'false', 'null']].map((word) => [word.charCodeAt(0), word]));

/** A byte as Go's scanner shows it: `'x'`, `'\''`, `'\u00cf'` printed as the letter of that number. */
function shownByte(byte: number): string {
  if (byte === 39) return "'\\''";
  if (byte === 34) return "'\"'";
  const escapes: Readonly<Record<number, string>> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    92: '\\\\',
  };
  const escape = escapes[byte];
  if (escape) return `'${escape}'`;
  if (byte < 32 || byte === 127) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  if ((byte >= 128 && byte <= 160) || byte === 173) return `'\\u${byte.toString(16).padStart(4, '0')}'`;
  return `'${String.fromCharCode(byte)}'`;
}

class SyntaxFault extends Error {}

class Scanner {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  document(): void {
    this.value(0);
    this.blank();
    if (this.at < this.bytes.length) this.fail('after top-level value');
  }

  private fail(context: string): never {
    const byte = this.bytes[this.at];
    throw new SyntaxFault(byte === undefined ? endOfInput : `invalid character ${shownByte(byte)} ${context}`);
  }

  private blank(): void {
    while (isSpace(this.bytes[this.at])) this.at++;
  }

  private value(depth: number): void {
    this.blank();
    const byte = this.bytes[this.at];
    const literal = byte === undefined ? undefined : literals.get(byte);
    if (byte === 123) this.members(depth + 1);
    else if (byte === 91) this.elements(depth + 1);
    else if (byte === 34) this.text();
    else if (byte === 45 || isDigit(byte)) this.number();
    else if (literal) this.literal(literal);
    else this.fail('looking for beginning of value');
  }

  private enter(depth: number): void {
    if (depth > maxDepth) throw new SyntaxFault('exceeded max depth');
    this.at++;
    this.blank();
  }

  private members(depth: number): void {
    this.enter(depth);
    if (this.bytes[this.at] === 125) {
      this.at++;
      return;
    }
    for (;;) {
      this.blank();
      if (this.bytes[this.at] !== 34) this.fail('looking for beginning of object key string');
      this.text();
      this.blank();
      if (this.bytes[this.at] !== 58) this.fail('after object key');
      this.at++;
      this.value(depth);
      this.blank();
      const next = this.bytes[this.at];
      if (next !== 44 && next !== 125) this.fail('after object key:value pair');
      this.at++;
      if (next === 125) return;
    }
  }

  private elements(depth: number): void {
    this.enter(depth);
    if (this.bytes[this.at] === 93) {
      this.at++;
      return;
    }
    for (;;) {
      this.value(depth);
      this.blank();
      const next = this.bytes[this.at];
      if (next !== 44 && next !== 93) this.fail('after array element');
      this.at++;
      if (next === 93) return;
    }
  }

  private text(): void {
    this.at++;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || byte < 32) this.fail('in string literal');
      this.at++;
      if (byte === 34) return;
      if (byte === 92) this.escape();
    }
  }

  private escape(): void {
    const byte = this.bytes[this.at];
    if (byte === undefined || !'bfnrt\\/"u'.includes(String.fromCharCode(byte))) this.fail('in string escape code');
    this.at++;
    for (let digit = 0; byte === 117 && digit < 4; digit++) {
      if (!isHex(this.bytes[this.at] ?? 0)) this.fail('in \\u hexadecimal character escape');
      this.at++;
    }
  }

  private digits(context: string): void {
    if (!isDigit(this.bytes[this.at])) this.fail(context);
    while (isDigit(this.bytes[this.at])) this.at++;
  }

  private number(): void {
    if (this.bytes[this.at] === 45) this.at++;
    if (this.bytes[this.at] === 48) this.at++;
    else this.digits('in numeric literal');
    if (this.bytes[this.at] === 46) {
      this.at++;
      this.digits('after decimal point in numeric literal');
    }
    if (this.bytes[this.at] === 101 || this.bytes[this.at] === 69) {
      this.at++;
      if (this.bytes[this.at] === 43 || this.bytes[this.at] === 45) this.at++;
      this.digits('in exponent of numeric literal');
    }
  }

  private literal(word: string): void {
    for (const letter of word) {
      if (this.bytes[this.at] !== letter.charCodeAt(0)) this.fail(`in literal ${word} (expecting '${letter}')`);
      this.at++;
    }
  }
}

/** json.Unmarshal's error for text that is not JSON; undefined when it is. */
export function jsonSyntaxError(bytes: Uint8Array): string | undefined {
  try {
    new Scanner(bytes).document();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return error.message;
    throw error;
  }
}

/** What JSON is, by the first byte of its value, as json.UnmarshalTypeError names it. */
export function jsonKind(bytes: Uint8Array): 'object' | 'array' | 'string' | 'number' | 'bool' | 'null' {
  let at = 0;
  while (isSpace(bytes[at])) at++;
  const first = String.fromCharCode(bytes[at] ?? 0);
  const kinds = { '{': 'object', '[': 'array', '"': 'string', t: 'bool', f: 'bool', n: 'null' } as const;
  return first in kinds ? kinds[first as keyof typeof kinds] : 'number';
}
