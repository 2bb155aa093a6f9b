import type { Charset } from './text';

/** Text as GNU's `quotearg` shows it: file names so that a shell reads them back, other words in the locale's quotes. */

const safe = /^[%+,\-./0-9:@A-Z\]_a-z]*$/;
const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

const octal = (code: number): string => `\\${code.toString(8).padStart(3, '0')}`;

function escapeBytes(char: string, charset: Charset): string {
  const named = escapes[char];
  return named ?? [...charset.encode(char)].map(octal).join('');
}

/** Whether `char` prints in this locale. */
function printable(char: string, charset: Charset): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return false;
  if (code < 0x80) return true;
  return charset.name === 'utf8' && !(code >= 0xdc80 && code <= 0xdcff) && code >= 0xa0;
}

function needsQuotes(text: string): boolean {
  if (text === '' || text === '{' || text === '}') return true;
  return [...text].some((c, i) => !safe.test(c) && !(/[#~]/.test(c) && i > 0) && !/[{}]/.test(c) && c < '\x80');
}

/** `shell-escape` (`always`: `shell-escape-always`): ls's names on a terminal, and file names in messages. */
export function shellQuote(text: string, charset: Charset, always = false): string {
  const chars = [...text];
  if (chars.every((c) => printable(c, charset))) {
    if (!always && !needsQuotes(text)) return text;
    if (!text.includes("'")) return `'${text}'`;
    // Only then are double quotes enough.
    if (chars.every((c) => c === "'" || c === ' ' || c === '#' || c === '~' || safe.test(c) || c >= '\x80')) return `"${text}"`;
    return `'${text.replaceAll("'", "'\\''")}'`;
  }
  let out = "'";
  let escaped = false;
  for (const c of chars) {
    const plain = printable(c, charset);
    if (!plain && !escaped) out += "'$'";
    if (plain && escaped) out += "''";
    escaped = !plain;
    out += !plain ? escapeBytes(c, charset) : c === "'" ? "'\\''" : c;
  }
  return `${out}'`;
}

/** Words in messages: 'word' in the C locale, ‘word’ in UTF-8 ones. */
export function localeQuote(text: string, charset: Charset): string {
  const [open, close] = charset.name === 'utf8' ? ['\u2018', '\u2019'] : ["'", "'"];
  const inner = [...text]
    .map((c) => (!printable(c, charset) ? escapeBytes(c, charset) : c === '\\' ? '\\\\' : c === close ? `\\${c}` : c))
    .join('');
  return `${open}${inner}${close}`;
}

/** `ls -b`. */
export function escapeName(text: string, charset: Charset): string {
  return [...text].map((c) => (!printable(c, charset) ? escapeBytes(c, charset) : c === '\\' ? '\\\\' : c === ' ' ? '\\ ' : c)).join('');
}

/** `ls -Q`. */
export function cQuote(text: string, charset: Charset): string {
  return `"${[...text].map((c) => (!printable(c, charset) ? escapeBytes(c, charset) : c === '\\' || c === '"' ? `\\${c}` : c)).join('')}"`;
}

/** `ls -q`, and names on a terminal in other styles. */
export function hideControl(text: string, charset: Charset): string {
  return [...text].map((c) => (printable(c, charset) ? c : '?')).join('');
}
