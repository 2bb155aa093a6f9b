import { code, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isHex, space, tab } from './characters';
import type { Reader } from './reader';
import type { Scanner } from './scanner';
import type { Token } from './tokens';

const backslash = code('\\');
const quote = code("'");
const doubleQuote = code('"');

const escapes: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ', '"': '"', "'": "'",
  '\\': '\\', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
}; // prettier-ignore
const hexEscapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Line breaks inside a scalar of several lines become a space, or the breaks after the first. */
class Folding {
  /** Whether the line so far is blank. */
  atLineStart = false;
  private first = '';
  private more = '';
  private blanks = '';

  constructor(private readonly reader: Reader) {}

  get pending(): boolean {
    return this.atLineStart || this.blanks !== '';
  }

  blank(): void {
    if (!this.atLineStart) this.blanks += String.fromCharCode(this.reader.peek());
    this.reader.pos++;
  }

  lineBreak(): void {
    this.reader.need(2);
    if (this.atLineStart) this.more += this.reader.readLine();
    else {
      this.blanks = '';
      this.first = this.reader.readLine();
      this.atLineStart = true;
    }
  }

  /** The text that what was read since the last call stands for. */
  take(): string {
    const text = !this.atLineStart ? this.blanks : this.first === '\n' ? this.more || ' ' : this.first + this.more;
    this.atLineStart = false;
    this.first = this.more = this.blanks = '';
    return text;
  }
}

export function flowScalar(reader: Reader, single: boolean): Token {
  const { pos: start, line } = reader;
  const end = single ? quote : doubleQuote;
  reader.pos++;
  let text = '';
  const folding = new Folding(reader);
  for (;;) {
    reader.need(4);
    if (reader.documentMark()) reader.fail('found unexpected document indicator', start);
    if (reader.peek() === 0) reader.fail('found unexpected end of stream', start);
    let run = reader.pos;
    let escapedBreak = false;
    for (let c = reader.peek(); !isBlankOrEnd(c); c = reader.peek()) {
      if (c === end) {
        if (!single || reader.peek(1) !== quote) break;
        text += reader.text.slice(run, reader.pos + 1);
        reader.pos += 2;
        run = reader.pos;
      } else if (!single && c === backslash) {
        text += reader.text.slice(run, reader.pos);
        if (isBreak(reader.peek(1))) {
          reader.need(3);
          reader.pos++;
          reader.skipLine();
          escapedBreak = true;
          run = reader.pos;
          break;
        }
        text += escape(reader, start);
        run = reader.pos;
      } else reader.pos++;
      reader.need(2);
    }
    text += reader.text.slice(run, reader.pos);
    reader.need(1);
    if (reader.peek() === end) break;
    folding.atLineStart = escapedBreak;
    for (let c = reader.peek(); isBlank(c) || isBreak(c); c = reader.peek()) {
      if (isBlank(c)) folding.blank();
      else folding.lineBreak();
      reader.need(1);
    }
    text += folding.take();
  }
  reader.pos++;
  return { type: 'scalar', start, line, end: reader.pos, value: text, suffix: '', style: single ? 'single' : 'double' };
}

function escape(reader: Reader, start: number): string {
  const letter = String.fromCharCode(reader.peek(1));
  const digits = Object.hasOwn(hexEscapes, letter) ? hexEscapes[letter]! : 0;
  if (!digits && !Object.hasOwn(escapes, letter)) reader.fail('found unknown escape character');
  reader.pos += 2;
  if (!digits) return escapes[letter]!;
  reader.need(digits);
  let value = 0;
  for (let i = 0; i < digits; i++) {
    if (!isHex(reader.peek(i))) reader.fail('did not find expected hexdecimal number', start);
    value = value * 16 + Number.parseInt(String.fromCharCode(reader.peek(i)), 16);
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) reader.fail('found invalid Unicode character escape code', start);
  reader.pos += digits;
  return String.fromCodePoint(value);
}

const flowEnds: ReadonlySet<number> = new Set([...',?[]{}'].map(code));

export function plainScalar(scanner: Scanner): Token {
  const { reader } = scanner;
  const { pos: start, line } = reader;
  const inFlow = scanner.flowLevel > 0;
  const indent = scanner.indent + 1;
  let text = '';
  let end = start;
  const folding = new Folding(reader);
  for (;;) {
    reader.need(4);
    if (reader.documentMark()) break;
    if (reader.peek() === code('#')) break;
    const run = reader.pos;
    for (let c = reader.peek(); !isBlankOrEnd(c); c = reader.peek()) {
      if (c === code(':') && isBlankOrEnd(reader.peek(1))) break;
      if (inFlow && flowEnds.has(c)) break;
      reader.pos++;
      reader.need(2);
    }
    if (reader.pos > run) {
      if (folding.pending) text += folding.take();
      text += reader.text.slice(run, reader.pos);
      end = reader.pos;
    }
    const stop = reader.peek();
    if (!isBlank(stop) && !isBreak(stop)) break;
    reader.need(1);
    for (let c = stop; isBlank(c) || isBreak(c); c = reader.peek()) {
      if (isBlank(c)) {
        if (folding.atLineStart && c === tab && reader.column < indent) reader.fail('found a tab character that violates indentation');
        folding.blank();
      } else folding.lineBreak();
      reader.need(1);
    }
    if (!inFlow && reader.column < indent) break;
  }
  if (folding.atLineStart) scanner.simpleKeyAllowed = true;
  return { type: 'scalar', start, line, end, value: text, suffix: '', style: 'plain' };
}

/** `|` or `>`, with its chomping and indentation indicators in either order. */
function header(reader: Reader, start: number): { chomping: string; increment: number } {
  let chomping = '';
  let increment = 0;
  reader.pos++;
  const sign = (): void => {
    const c = reader.peek();
    if (c !== code('+') && c !== code('-')) return;
    chomping = String.fromCharCode(c);
    reader.pos++;
  };
  const digit = (): void => {
    reader.need(1);
    if (!isDigit(reader.peek())) return;
    if (reader.peek() === code('0')) reader.fail('found an indentation indicator equal to 0', start);
    increment = reader.peek() - code('0');
    reader.pos++;
  };
  reader.need(1);
  sign();
  digit();
  if (!chomping) sign();
  reader.need(1);
  while (isBlank(reader.peek())) {
    reader.pos++;
    reader.need(1);
  }
  if (reader.peek() === code('#')) {
    while (!isBreakOrEnd(reader.peek())) {
      reader.pos++;
      reader.need(1);
    }
  }
  if (!isBreakOrEnd(reader.peek())) reader.fail('did not find expected comment or line break');
  reader.skipLine();
  return { chomping, increment };
}

export function blockScalar(scanner: Scanner, literal: boolean): Token {
  const { reader } = scanner;
  const { pos: start, line } = reader;
  const { chomping, increment } = header(reader, start);
  let end = reader.pos;
  let indent = increment > 0 ? Math.max(scanner.indent, 0) + increment : 0;

  /** Indentation and blank lines; finds how deep the text is indented where the header did not say. */
  const breaks = (): string => {
    let text = '';
    let deepest = 0;
    end = reader.pos;
    for (;;) {
      reader.need(1);
      while ((indent === 0 || reader.column < indent) && reader.peek() === space) {
        reader.pos++;
        reader.need(1);
      }
      deepest = Math.max(deepest, reader.column);
      if ((indent === 0 || reader.column < indent) && reader.peek() === tab)
        reader.fail('found a tab character where an indentation space is expected');
      if (!isBreak(reader.peek())) break;
      reader.need(2);
      text += reader.readLine();
      end = reader.pos;
    }
    if (indent === 0) indent = Math.max(deepest, scanner.indent + 1, 1);
    return text;
  };

  let text = '';
  let lineBreak = '';
  let trailing = breaks();
  let wasBlank = false;
  reader.need(1);
  while (reader.column === indent && reader.peek() !== 0) {
    const blank = isBlank(reader.peek());
    if (!literal && !wasBlank && !blank && lineBreak === '\n') text += trailing || ' ';
    else text += lineBreak + trailing;
    wasBlank = blank;
    const run = reader.pos;
    for (let c = reader.peek(); !isBreakOrEnd(c); c = reader.peek()) {
      reader.pos++;
      reader.need(1);
    }
    text += reader.text.slice(run, reader.pos);
    reader.need(2);
    lineBreak = isBreak(reader.peek()) ? reader.readLine() : '';
    trailing = breaks();
  }
  if (chomping !== '-') text += lineBreak;
  if (chomping === '+') text += trailing;
  return { type: 'scalar', start, line, end, value: text, suffix: '', style: literal ? 'literal' : 'folded' };
}
