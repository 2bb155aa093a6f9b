import { code, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isHex, isUri, isWord } from './characters';
import type { Reader } from './reader';
import type { Token, TokenType } from './tokens';

const exclamation = code('!');

const token = (type: TokenType, start: number, line: number, reader: Reader, value: string, suffix = ''): Token => ({
  type,
  start,
  line,
  end: reader.pos,
  value,
  suffix,
  style: 'plain',
});

function word(reader: Reader): string {
  const from = reader.pos;
  reader.need(1);
  while (isWord(reader.peek())) {
    reader.pos++;
    reader.need(1);
  }
  return reader.text.slice(from, reader.pos);
}

function blanks(reader: Reader): void {
  reader.need(1);
  while (isBlank(reader.peek())) {
    reader.pos++;
    reader.need(1);
  }
}

const afterAnchor: ReadonlySet<number> = new Set([...'?:,]}%@`'].map(code));

export function anchor(reader: Reader, type: 'anchor' | 'alias'): Token {
  const { pos: start, line } = reader;
  reader.pos++;
  const name = word(reader);
  if (!name || !(isBlankOrEnd(reader.peek()) || afterAnchor.has(reader.peek())))
    reader.fail('did not find expected alphabetic or numeric character');
  return token(type, start, line, reader, name);
}

export function tag(reader: Reader): Token {
  const { pos: start, line } = reader;
  let handle = '';
  let suffix: string;
  reader.need(2);
  if (reader.peek(1) === code('<')) {
    reader.pos += 2;
    suffix = uri(reader, '');
    if (reader.peek() !== code('>')) reader.fail("did not find the expected '>'");
    reader.pos++;
  } else {
    handle = tagHandle(reader, false);
    if (handle.length > 1 && handle.endsWith('!')) suffix = uri(reader, '');
    else {
      suffix = uri(reader, handle);
      // a lone `!` has no handle and is its own suffix
      [handle, suffix] = suffix ? ['!', suffix] : ['', '!'];
    }
  }
  reader.need(1);
  if (!isBlankOrEnd(reader.peek())) reader.fail('did not find expected whitespace or line break');
  return token('tag', start, line, reader, handle, suffix);
}

/** `!`, `!!` or `!name!`; of a tag also `!name`. */
function tagHandle(reader: Reader, inDirective: boolean): string {
  reader.need(1);
  if (reader.peek() !== exclamation) reader.fail("did not find expected '!'");
  reader.pos++;
  const handle = `!${word(reader)}`;
  if (reader.peek() === exclamation) {
    reader.pos++;
    return `${handle}!`;
  }
  if (inDirective && handle !== '!') reader.fail("did not find expected '!'");
  return handle;
}

/** `head` is what of it was read as a handle already. */
function uri(reader: Reader, head: string): string {
  let text = head.slice(1);
  let found = head !== '';
  reader.need(1);
  for (let c = reader.peek(); isUri(c); c = reader.peek()) {
    if (c === code('%')) text += uriEscapes(reader);
    else {
      text += String.fromCharCode(c);
      reader.pos++;
    }
    found = true;
    reader.need(1);
  }
  if (!found) reader.fail('did not find expected tag URI');
  return text;
}

/** The bytes of one UTF-8 character, each as `%XX`. */
function uriEscapes(reader: Reader): string {
  let left = 0;
  let value = 0;
  do {
    reader.need(3);
    if (reader.peek() !== code('%') || !isHex(reader.peek(1)) || !isHex(reader.peek(2))) reader.fail('did not find URI escaped octet');
    const octet = Number.parseInt(reader.text.slice(reader.pos + 1, reader.pos + 3), 16);
    if (left === 0) {
      const width = octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;
      if (width === 0) reader.fail('found an incorrect leading UTF-8 octet');
      left = width;
      value = width === 1 ? octet : octet & (0xff >> (width + 1));
    } else {
      if ((octet & 0xc0) !== 0x80) reader.fail('found an incorrect trailing UTF-8 octet');
      value = (value << 6) | (octet & 0x3f);
    }
    reader.pos += 3;
  } while (--left > 0);
  return value <= 0x10ffff && (value & 0x1ff800) !== 0xd800 ? String.fromCodePoint(value) : '\ufffd';
}

export function directive(reader: Reader): Token {
  const { pos: start, line } = reader;
  reader.pos++;
  const name = word(reader);
  if (!name) reader.fail('could not find expected directive name');
  if (!isBlankOrEnd(reader.peek())) reader.fail('found unexpected non-alphabetical character');
  let made: Token;
  if (name === 'YAML') {
    blanks(reader);
    const major = versionNumber(reader);
    if (reader.peek() !== code('.')) reader.fail("did not find expected digit or '.' character");
    reader.pos++;
    made = token('version-directive', start, line, reader, `${major}.${versionNumber(reader)}`);
  } else if (name === 'TAG') {
    blanks(reader);
    const handle = tagHandle(reader, true);
    reader.need(1);
    if (!isBlank(reader.peek())) reader.fail('did not find expected whitespace');
    blanks(reader);
    const prefix = uri(reader, '');
    reader.need(1);
    if (!isBlankOrEnd(reader.peek())) reader.fail('did not find expected whitespace or line break');
    made = token('tag-directive', start, line, reader, handle, prefix);
  } else reader.fail('found unknown directive name');
  blanks(reader);
  if (reader.peek() === code('#')) {
    while (!isBreakOrEnd(reader.peek())) {
      reader.pos++;
      reader.need(1);
    }
  }
  if (!isBreakOrEnd(reader.peek())) reader.fail('did not find expected comment or line break');
  reader.need(2);
  reader.skipLine();
  return made;
}

function versionNumber(reader: Reader): number {
  let digits = '';
  reader.need(1);
  while (isDigit(reader.peek())) {
    digits += String.fromCharCode(reader.peek());
    if (digits.length > 2) reader.fail('found extremely long version number');
    reader.pos++;
    reader.need(1);
  }
  if (!digits) reader.fail('did not find expected version number');
  return Number(digits);
}
