import { byteChar } from './bytes';

const simple: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?',
}; // prettier-ignore

/** What `\u` stands for; a locale without UTF-8 keeps the escape of what it lacks. */
export function codePoint(code: number, utf8: boolean): string {
  if (utf8 || code < 0x80) return String.fromCodePoint(Math.min(code, 0x10ffff));
  return code > 0xffff
    ? `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
    : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The inside of $'…'. */
export function ansiC(text: string, utf8: boolean): string {
  return text.replace(
    /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c([^])|([^]))/g,
    (all, hex, u4, u8, octal, control, char) => {
      if (hex) return byteChar(parseInt(hex as string, 16));
      if (u4 || u8) return codePoint(parseInt((u4 ?? u8) as string, 16), utf8);
      if (octal) return byteChar(parseInt(octal as string, 8) & 255);
      if (control) return String.fromCharCode((control as string).toUpperCase().charCodeAt(0) ^ 64);
      return simple[char as string] ?? (all as string);
    },
  );
}
