import { base64, decodeBase64 } from './base64';

const right = /^[A-Za-z0-9+/]*={0,2}$/;
const isLetter = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code >= 47 && code <= 57) || code === 43;
const isBreak = (code: number): boolean => code === 10 || code === 13;
const pad = 61;

/** Where Go's base64.StdEncoding says a text goes wrong: a byte offset; undefined when it is right. */
export function base64Error(text: string): number | undefined {
  if (text.length % 4 === 0 && right.test(text)) return undefined;
  const at = (end: number): number => new TextEncoder().encode(text.slice(0, end)).length;
  const skipBreaks = (from: number): number => {
    let i = from;
    while (isBreak(text.charCodeAt(i))) i++;
    return i;
  };
  let read = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isBreak(code)) continue;
    if (isLetter(code)) {
      read = (read + 1) % 4;
      continue;
    }
    if (code !== pad || read < 2) return at(i);
    let next = skipBreaks(i + 1);
    if (read === 2) {
      if (next >= text.length) return at(text.length);
      if (text.charCodeAt(next) !== pad) return at(next) - 1;
      next = skipBreaks(next + 1);
    }
    return next < text.length ? at(next) : undefined;
  }
  // Go counts back by the letters of the unfinished group, not by the breaks between them.
  return read === 0 ? undefined : at(text.length) - read;
}

/** A text that is right as Go would write its bytes: without line breaks, and no bits beyond the last byte. */
export function canonicalBase64(text: string): string {
  return right.test(text) && !text.endsWith('=') ? text : base64(decodeBase64(text));
}
