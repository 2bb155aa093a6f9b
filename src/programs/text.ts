import type { Bytes } from '../kernel';

/**
 * How a program sees bytes as characters. `bytes` is the C locale: a character a byte (code units 0..255). `utf8` maps each
 * invalid byte 0xNN to the lone surrogate U+DCNN, so that decoding and encoding again gives the same bytes.
 */
export interface Charset {
  readonly name: 'bytes' | 'utf8';
  decode(bytes: Bytes): string;
  encode(text: string): Bytes;
  /** An argument, path or environment value, in this charset's characters. */
  arg(text: string): string;
}

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loneByte = /[\udc80-\udcff]/u;

function decodeUtf8(bytes: Bytes): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

/** Length of the well-formed UTF-8 sequence at `i`, or 0. */
function sequenceLength(bytes: Bytes, i: number): number {
  const b = bytes[i] ?? 0;
  if (b < 0x80) return 1;
  const length = b >= 0xc2 && b <= 0xdf ? 2 : b >= 0xe0 && b <= 0xef ? 3 : b >= 0xf0 && b <= 0xf4 ? 4 : 0;
  for (let k = 1; k < length; k++) if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[i + 1] ?? 0;
  if ((b === 0xe0 && second < 0xa0) || (b === 0xed && second > 0x9f) || (b === 0xf0 && second < 0x90) || (b === 0xf4 && second > 0x8f))
    return 0;
  return length;
}

function decodeWithEscapes(bytes: Bytes): string {
  let text = '';
  let start = 0;
  let i = 0;
  while (i < bytes.length) {
    const length = sequenceLength(bytes, i);
    if (length > 0) i += length;
    else {
      text += strict.decode(bytes.subarray(start, i)) + String.fromCharCode(0xdc00 + (bytes[i] ?? 0));
      start = ++i;
    }
  }
  return text + strict.decode(bytes.subarray(start, i));
}

function encodeUtf8(text: string): Bytes {
  if (!loneByte.test(text)) return encoder.encode(text);
  const parts: Bytes[] = [];
  for (const piece of text.split(/([\udc80-\udcff])/u)) {
    if (piece.length === 1 && loneByte.test(piece)) parts.push(Uint8Array.of(piece.charCodeAt(0) - 0xdc00));
    else if (piece !== '') parts.push(encoder.encode(piece));
  }
  return concat(parts);
}

function decodeBytes(bytes: Bytes): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192) as unknown as number[]);
  return text;
}

function encodeBytes(text: string): Bytes {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return concat([bytes.subarray(0, i), encodeUtf8(text[i] as string), encodeBytes(text.slice(i + 1))]);
    bytes[i] = code;
  }
  return bytes;
}

export const utf8: Charset = { name: 'utf8', decode: decodeUtf8, encode: encodeUtf8, arg: (text) => text };
export const bytes: Charset = { name: 'bytes', decode: decodeBytes, encode: encodeBytes, arg: (text) => decodeBytes(encodeUtf8(text)) };

/** The charset of LC_CTYPE (locale(7)): LC_ALL, LC_CTYPE, LANG, in this order; C without any. */
export function charsetOf(env: ReadonlyMap<string, string>): Charset {
  const locale = env.get('LC_ALL') || env.get('LC_CTYPE') || env.get('LANG') || 'C';
  return /\.utf-?8$/i.test(locale) ? utf8 : bytes;
}

export function concat(parts: readonly Bytes[]): Bytes {
  if (parts.length === 1) return parts[0] as Bytes;
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Columns on a terminal: wide and combining characters counted roughly as wcwidth(3) does. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x300) width += 1;
    else if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(char)) width += 0;
    else
      width +=
        /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
          char,
        ) || code >= 0x20000
          ? 2
          : 1;
  }
  return width;
}
