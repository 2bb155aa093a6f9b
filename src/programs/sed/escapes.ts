import type { Piece } from './syntax';

/** `\xHH`, `\oNNN`, `\dNNN`, `\cX`: a character by its code. */
function codedCharacter(text: string): { readonly character: string; readonly length: number } | undefined {
  const m = /^\\(?:x([0-9a-fA-F]{1,2})|o([0-7]{1,3})|d([0-9]{1,3})|c(.))/.exec(text);
  if (!m) return undefined;
  const code = m[1] ? parseInt(m[1], 16) : m[2] ? parseInt(m[2], 8) : m[3] ? Number(m[3]) : (m[4] ?? '@').toUpperCase().charCodeAt(0) ^ 64;
  return { character: String.fromCharCode(code & 255), length: m[0].length };
}

const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

/** A pattern with characters by code and by name as themselves, special ones kept ordinary. */
export function characters(source: string): string {
  return source.replace(/\\(?:[^xodc]|x[0-9a-fA-F]{1,2}|o[0-7]{1,3}|d[0-9]{1,3}|c.)/g, (whole) => {
    const coded = codedCharacter(whole);
    if (!coded) return named[whole.slice(1)] ?? whole;
    return /[.*[\]^$\\/]/.test(coded.character) ? `\\${coded.character}` : coded.character;
  });
}

/** A replacement's parts. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let plain = '';
  const settle = (): void => {
    if (plain !== '') out.push({ text: plain });
    plain = '';
  };
  for (let k = 0; k < text.length; k++) {
    const c = text[k] as string;
    const coded = c === '\\' ? codedCharacter(text.slice(k)) : undefined;
    if (coded) {
      plain += coded.character;
      k += coded.length - 1;
    } else if (c === '&') {
      settle();
      out.push({ group: 0 });
    } else if (c === '\\') {
      const next = text[++k] ?? '\\';
      if (/\d/.test(next)) {
        settle();
        out.push({ group: Number(next) });
      } else if (/[LUluE]/.test(next)) {
        settle();
        out.push({ letterCase: next as 'L' });
      } else plain += named[next] ?? next;
    } else plain += c;
  }
  settle();
  return out;
}

/** What a backslash and what follows it stand for in the text of a, i and c. */
export function textEscape(text: string): { readonly text: string; readonly length: number } {
  const coded = codedCharacter(text);
  if (coded) return { text: coded.character, length: coded.length };
  const next = text[1] ?? '';
  return { text: named[next] ?? next, length: 1 + next.length };
}
