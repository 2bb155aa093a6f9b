import { concat, utf8 } from './text';

const single: Readonly<Record<string, number>> = { a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

export interface Expanded {
  readonly bytes: Uint8Array;
  /** `\c`: nothing after it is printed. */
  readonly stop: boolean;
}

/**
 * Backslash escapes of echo -e and printf: \a \b \c \e \f \n \r \t \v \\ \xHH, octal, and (`unicode`) \uHHHH \UHHHHHHHH.
 * `octal` says how octal starts: `zero` \0NNN (echo, %b; \NNN too), `digits` \NNN (printf's format).
 */
export function expandEscapes(text: string, octal: 'zero' | 'digits', unicode = true, quotes = false): Expanded {
  if (!text.includes('\\')) return { bytes: utf8.encode(text), stop: false };
  const parts: Uint8Array[] = [];
  let plain = '';
  const byte = (value: number): void => {
    if (plain !== '') parts.push(utf8.encode(plain));
    plain = '';
    parts.push(Uint8Array.of(value & 0xff));
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c !== '\\' || i + 1 >= text.length) {
      plain += c;
      continue;
    }
    const rest = text.slice(i + 1);
    const next = rest[0] as string;
    const digits = (octal === 'zero' ? /^(?:0([0-7]{0,3})|([1-7][0-7]{0,2}))/ : /^([0-7]{1,3})/).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const code = unicode ? (/^u([0-9a-fA-F]{1,4})/.exec(rest) ?? /^U([0-9a-fA-F]{1,8})/.exec(rest)) : null;
    if (next === 'c') {
      if (plain !== '') parts.push(utf8.encode(plain));
      return { bytes: concat(parts), stop: true };
    } else if (next in single) {
      plain += String.fromCharCode(single[next] as number);
      i++;
    } else if (digits) {
      byte(parseInt(digits[1] ?? digits[2] ?? '0', 8) || 0);
      i += digits[0].length;
    } else if (hex) {
      byte(parseInt(hex[1] as string, 16));
      i += hex[0].length;
    } else if (code) {
      plain += String.fromCodePoint(Math.min(parseInt(code[1] as string, 16), 0x10ffff));
      i += code[0].length;
    } else if (quotes && next === '"') {
      plain += next;
      i++;
    } else {
      plain += `\\${next}`;
      i++;
    }
  }
  if (plain !== '') parts.push(utf8.encode(plain));
  return { bytes: concat(parts), stop: false };
}
