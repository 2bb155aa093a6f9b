const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loneByte = /[\udc80-\udcff]/;

/** UTF-8, where bytes that are not UTF-8 stand as U+DC80..U+DCFF (lone surrogates), so that they survive the way through a variable. */
export function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

function decodeLossless(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const length =
      first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length > 0 && i + length <= bytes.length) {
      try {
        text += strict.decode(bytes.subarray(i, i + length));
        i += length;
        continue;
      } catch {
        // falls through to one raw byte
      }
    }
    text += byteChar(first);
    i++;
  }
  return text;
}

/** The character that stands for one raw byte. */
export function byteChar(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Each byte of what is not ASCII as a character of its own: what strings are made of in a locale without UTF-8. */
export function narrow(text: string): string {
  return text.replace(/[^\x00-\x7f]+/gu, (part) => [...encode(part)].map(byteChar).join(''));
}

/** The characters that the bytes of `narrow` make again. */
export function widen(text: string): string {
  return loneByte.test(text) ? decode(encode(text)) : text;
}

export function encode(text: string): Uint8Array {
  if (!loneByte.test(text)) return encoder.encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else out.push(...encoder.encode(char));
  }
  return Uint8Array.from(out);
}
