/** Character codes, and their classes as libyaml has them. A code of 0 is the end of the text. */

export const tab = 0x09;
export const newline = 0x0a;
export const carriageReturn = 0x0d;
export const space = 0x20;

export const code = (character: string): number => character.charCodeAt(0);

const blankBit = 1;
const breakBit = 2;
const wordBit = 4;
const digitBit = 8;
const hexBit = 16;
const uriBit = 32;

const classes = new Uint8Array(128);
const mark = (characters: string, bit: number): void => {
  for (const c of characters) classes[code(c)]! |= bit;
};
mark(' \t', blankBit);
mark('\n\r', breakBit);
mark('0123456789', wordBit | digitBit | hexBit | uriBit);
mark('abcdefABCDEF', hexBit);
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-', wordBit | uriBit);
mark(";/?:@&=+$,.!~*'()[]%", uriBit);

const is = (c: number, bits: number): boolean => c < 128 && (classes[c]! & bits) !== 0;

export const isBlank = (c: number): boolean => c === space || c === tab;
/** LF, CR, NEL, LS or PS. */
export const isBreak = (c: number): boolean => c === newline || c === carriageReturn || c === 0x85 || c === 0x2028 || c === 0x2029;
export const isBreakOrEnd = (c: number): boolean => c === 0 || isBreak(c);
export const isBlankOrEnd = (c: number): boolean => c === 0 || is(c, blankBit | breakBit) || c === 0x85 || c === 0x2028 || c === 0x2029;
/** A letter, a digit, `_` or `-`. */
export const isWord = (c: number): boolean => is(c, wordBit);
export const isDigit = (c: number): boolean => is(c, digitBit);
export const isHex = (c: number): boolean => is(c, hexBit);
export const isUri = (c: number): boolean => is(c, uriBit);

const refused = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd]/g;

/** Where the first character stands that no YAML text may have; -1: none. Surrogate pairs are characters. */
export function refusedCharacter(text: string, from: number): number {
  refused.lastIndex = from;
  for (let found = refused.exec(text); found; found = refused.exec(text)) {
    const at = found.index;
    const c = text.charCodeAt(at);
    if (c < 0xd800 || c > 0xdbff || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) return at;
    refused.lastIndex = at + 2;
  }
  return -1;
}
