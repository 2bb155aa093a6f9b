import type { Match } from '../../regex';
import type { Piece } from './syntax';

const changeCase = (text: string, letterCase: string): string =>
  letterCase === 'U' ? text.toUpperCase() : letterCase === 'L' ? text.toLowerCase() : text;

/** What a replacement makes of a match. */
export function expand(pieces: readonly Piece[], match: Match): string {
  let out = '';
  let lasting = '';
  let once = '';
  for (const p of pieces) {
    if ('letterCase' in p) {
      if (p.letterCase === 'l' || p.letterCase === 'u') once = p.letterCase;
      else lasting = p.letterCase === 'E' ? '' : p.letterCase;
      continue;
    }
    let text = changeCase('text' in p ? p.text : (match.groups[p.group] ?? ''), lasting);
    if (once !== '' && text !== '') {
      const [c = ''] = text;
      text = (once === 'u' ? c.toUpperCase() : c.toLowerCase()) + text.slice(c.length);
      once = '';
    }
    out += text;
  }
  return out;
}

/** `l`: unambiguous, folded. */
export function visible(encoded: Uint8Array, wrap: number): string {
  const escapes: Record<string, string> = {
    '\\': '\\\\',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  const cells = [...encoded].map(
    (b) => escapes[String.fromCharCode(b)] ?? (b < 32 || b > 126 ? `\\${b.toString(8).padStart(3, '0')}` : String.fromCharCode(b)),
  );
  let out = '';
  let column = 0;
  for (const c of cells) {
    if (wrap > 1 && column + c.length > wrap - 1) {
      out += '\\\n';
      column = 0;
    }
    out += c;
    column += c.length;
  }
  return `${out}$`;
}
