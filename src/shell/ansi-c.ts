import { byteChar } from './bytes';

const simple: Readonly<Record<string, string>> = {
  a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?',
}; // prettier-ignore

/** The inside of $'…'. */
export function ansiC(text: string): string {
  return text.replace(
    /\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c([^])|([^]))/g,
    (all, hex, u4, u8, octal, control, char) => {
      if (hex) return byteChar(parseInt(hex as string, 16));
      if (u4 || u8) return String.fromCodePoint(parseInt((u4 ?? u8) as string, 16));
      if (octal) return byteChar(parseInt(octal as string, 8) & 255);
      if (control) return String.fromCharCode((control as string).toUpperCase().charCodeAt(0) ^ 64);
      return simple[char as string] ?? (all as string);
    },
  );
}
