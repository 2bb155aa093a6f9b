const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x231a, 0x231b], [0x23e9, 0x23ec], [0x2614, 0x2615], [0x2648, 0x2653], [0x26a1, 0x26a1], [0x2705, 0x2705], [0x274c, 0x274c],
  [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xa000, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3], [0xf900, 0xfaff],
  [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x1f300, 0x1f64f], [0x1f680, 0x1f6ff], [0x1f900, 0x1f9ff], [0x20000, 0x3fffd],
]; // prettier-ignore

/** Joined by a zero-width joiner, shown as a picture, or a flag's two letters: one emoji. */
const joined = /\u200d|\ufe0f|^[\u{1f1e6}-\u{1f1ff}]{2}/u;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text in what a reader sees as characters: an emoji of several parts, or a letter with its marks, is one. */
export function clusters(text: string): string[] {
  if (/^[\n\x20-\x7e]*$/.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), (s) => s.segment).flatMap((c) => (c === '\r\n' ? ['\r', '\n'] : [c]));
}

/** Columns a character takes in a terminal: 2 for East Asian wide and emoji, 0 for combining and control characters. */
export function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return 0;
  if (char.length > 1 && joined.test(char)) return 2;
  if (code < 0x300) return 1;
  if (/^\p{Mn}|^\p{Me}|^\p{Cf}/u.test(char)) return 0;
  for (const [from, to] of wide) if (code >= from && code <= to) return 2;
  return 1;
}

export function textWidth(text: string): number {
  let n = 0;
  for (const char of clusters(text)) n += charWidth(char);
  return n;
}
