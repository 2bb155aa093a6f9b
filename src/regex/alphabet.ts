import { isWord } from './char-set';
import type { CharSet } from './syntax';

/** What stands on one side of a position, as far as assertions ask: nothing, a newline, a word's character, another one; `unasked`: none holds here. */
export const sides = { edge: 0, newline: 1, word: 2, other: 3, unasked: 4 } as const;
export type Side = (typeof sides)[keyof typeof sides];

/** Characters that no set of a pattern and no assertion tells apart are one letter. Letter 0 is the end of the text. */
export class Alphabet {
  /** The letters of ASCII. */
  readonly ascii = new Uint16Array(128);
  private readonly pages = new Map<number, Int32Array>();
  private readonly letters = new Map<string, number>();
  private readonly takes: Uint8Array[] = [new Uint8Array(0)];
  private readonly kinds: Side[] = [sides.edge];

  constructor(
    private readonly sets: readonly CharSet[],
    private readonly bytes: boolean,
  ) {
    for (let code = 0; code < 128; code++) this.ascii[code] = this.find(code);
  }

  get size(): number {
    return this.kinds.length;
  }

  private find(code: number): number {
    const side = code === 10 ? sides.newline : isWord(code, this.bytes) ? sides.word : sides.other;
    const takes = Uint8Array.from(this.sets, (set) => (set.has(code) ? 1 : 0));
    const key = `${side}${takes.join('')}`;
    let letter = this.letters.get(key);
    if (letter === undefined) {
      letter = this.kinds.push(side) - 1;
      this.takes.push(takes);
      this.letters.set(key, letter);
    }
    return letter;
  }

  letter(code: number): number {
    if (code < 128) return this.ascii[code] as number;
    let page = this.pages.get(code >> 8);
    if (!page) this.pages.set(code >> 8, (page = new Int32Array(256)));
    const at = code & 255;
    return page[at] || (page[at] = this.find(code));
  }

  side(letter: number): Side {
    return this.kinds[letter] as Side;
  }

  taken(letter: number, set: number): boolean {
    return this.takes[letter]?.[set] === 1;
  }
}

/** The code point that starts at `i`. */
export function codeAt(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  return unit >= 0xd800 && unit < 0xdc00 ? (text.codePointAt(i) as number) : unit;
}

/** The code point that ends before `i`. */
export function codeBefore(text: string, i: number): number {
  const unit = text.charCodeAt(i - 1);
  if (unit < 0xdc00 || unit > 0xdfff || i < 2) return unit;
  const pair = text.codePointAt(i - 2) as number;
  return pair > 0xffff ? pair : unit;
}

export const width = (code: number): number => (code > 0xffff ? 2 : 1);
