const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 base64, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += digits[(word >> 18) & 63]! + digits[(word >> 12) & 63]!;
    text += i + 1 < bytes.length ? digits[(word >> 6) & 63]! : '=';
    text += i + 2 < bytes.length ? digits[word & 63]! : '=';
  }
  return text;
}

/** The bytes of base64 text, or undefined when it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const clean = text.replace(/[\r\n]/g, '');
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return undefined;
  const bytes: number[] = [];
  for (let i = 0; i < clean.length; i += 4) {
    const values = [...clean.slice(i, i + 4)].map((c) => (c === '=' ? 0 : digits.indexOf(c)));
    const word = (values[0]! << 18) | (values[1]! << 12) | (values[2]! << 6) | values[3]!;
    bytes.push((word >> 16) & 255, (word >> 8) & 255, word & 255);
  }
  const padding = clean.endsWith('==') ? 2 : clean.endsWith('=') ? 1 : 0;
  return new Uint8Array(bytes.slice(0, bytes.length - padding));
}
