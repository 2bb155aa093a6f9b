import { clusters } from './width';

const wordChar = /^[\p{L}\p{N}_]/u;

interface Snapshot {
  readonly chars: string[];
  readonly cursor: number;
}

/** Typed characters that one undo takes back at most. */
const undoGroup = 20;

/**
 * The line being edited, as what a reader sees as characters, with the cursor, the kill ring and undo. Nothing here knows of a
 * terminal.
 */
export class LineBuffer {
  chars: string[] = [];
  cursor = 0;
  private ring: string[] = [];
  /** The last command killed text: the next one adds to it. */
  private killing = false;
  /** Where the text just yanked begins, and which of the ring it is. */
  private yanked: { readonly from: number; readonly at: number } | undefined;
  private undoStack: Snapshot[] = [];
  private typing: { readonly end: number; readonly count: number } | undefined;

  get text(): string {
    return this.chars.join('');
  }
  set(text: string, cursor?: number): void {
    this.chars = clusters(text);
    this.cursor = cursor ?? this.chars.length;
  }
  clear(): void {
    this.set('');
    this.undoStack = [];
    this.typing = undefined;
  }
  get before(): string {
    return this.chars.slice(0, this.cursor).join('');
  }

  /** Told before each command: what it is not, the next kill or yank does not go on with. */
  starts(kills: boolean, yanks: boolean): void {
    if (!kills) this.killing = false;
    if (!yanks) this.yanked = undefined;
  }

  private save(): void {
    this.typing = undefined;
    this.undoStack.push({ chars: [...this.chars], cursor: this.cursor });
    if (this.undoStack.length > 200) this.undoStack.shift();
  }
  undo(): void {
    const last = this.undoStack.pop();
    this.typing = undefined;
    if (!last) return;
    this.chars = last.chars;
    this.cursor = last.cursor;
  }
  /** Back to how the line began. */
  revert(): void {
    while (this.undoStack.length > 0) this.undo();
  }

  insert(text: string): void {
    const group = this.typing;
    const goesOn = group !== undefined && group.end === this.cursor && group.count < undoGroup;
    if (!goesOn) this.save();
    this.put(this.cursor, this.cursor, text);
    this.typing = { end: this.cursor, count: (goesOn ? group.count : 0) + 1 };
  }
  /** Replaces what is between two positions, and puts the cursor behind it. */
  replace(from: number, to: number, text: string): void {
    this.save();
    this.put(from, to, text);
  }
  /** A mark that joins the character before it becomes part of that one. */
  private put(from: number, to: number, text: string): void {
    const head = this.chars.slice(0, from).join('') + text;
    const tail = this.chars.slice(to).join('');
    this.chars = clusters(head + tail);
    let length = 0;
    this.cursor = 0;
    while (length < head.length) length += (this.chars[this.cursor++] ?? '\0').length;
  }
  private cut(from: number, to: number, keep: 'start' | 'end' | undefined): void {
    if (from >= to) return;
    this.save();
    const text = this.chars.slice(from, to).join('');
    this.chars.splice(from, to - from);
    this.cursor = from;
    if (!keep) return;
    const last = this.killing ? this.ring.pop() : undefined;
    this.ring.push(last === undefined ? text : keep === 'end' ? last + text : text + last);
    if (this.ring.length > 10) this.ring.shift();
    this.killing = true;
  }

  left(): void {
    if (this.cursor > 0) this.cursor--;
  }
  right(): void {
    if (this.cursor < this.chars.length) this.cursor++;
  }
  home(): void {
    this.cursor = 0;
  }
  end(): void {
    this.cursor = this.chars.length;
  }

  private wordStart(isWord: (c: string) => boolean, from = this.cursor): number {
    let i = from;
    while (i > 0 && !isWord(this.chars[i - 1] ?? '')) i--;
    while (i > 0 && isWord(this.chars[i - 1] ?? '')) i--;
    return i;
  }
  private wordEnd(from = this.cursor): number {
    let i = from;
    while (i < this.chars.length && !wordChar.test(this.chars[i] ?? '')) i++;
    while (i < this.chars.length && wordChar.test(this.chars[i] ?? '')) i++;
    return i;
  }
  backwardWord(): void {
    this.cursor = this.wordStart((c) => wordChar.test(c));
  }
  forwardWord(): void {
    this.cursor = this.wordEnd();
  }

  backspace(): void {
    this.cut(this.cursor - 1, this.cursor, undefined);
  }
  delete(): void {
    this.cut(this.cursor, Math.min(this.cursor + 1, this.chars.length), undefined);
  }
  killToEnd(): void {
    this.cut(this.cursor, this.chars.length, 'end');
  }
  killToStart(): void {
    this.cut(0, this.cursor, 'start');
  }
  killWhole(): void {
    this.cut(0, this.chars.length, 'start');
  }
  killWordBackward(): void {
    this.cut(this.wordStart((c) => wordChar.test(c)), this.cursor, 'start'); // prettier-ignore
  }
  /** Ctrl-W: back to white space. */
  rubout(): void {
    this.cut(this.wordStart((c) => !/\s/.test(c)), this.cursor, 'start'); // prettier-ignore
  }
  killWordForward(): void {
    const from = this.cursor;
    this.cut(from, this.wordEnd(), 'end');
  }
  /** The blanks around the cursor. */
  deleteSpace(): void {
    let [from, to] = [this.cursor, this.cursor];
    while (from > 0 && /\s/.test(this.chars[from - 1] ?? '')) from--;
    while (to < this.chars.length && /\s/.test(this.chars[to] ?? '')) to++;
    this.cut(from, to, undefined);
  }
  yank(): void {
    const text = this.ring.at(-1);
    if (text === undefined) return;
    const from = this.cursor;
    this.replace(from, from, text);
    this.yanked = { from, at: this.ring.length - 1 };
  }
  /** After a yank: the text killed before that one instead. */
  yankPop(): void {
    if (!this.yanked) return;
    const at = (this.yanked.at + this.ring.length - 1) % this.ring.length;
    this.replace(this.yanked.from, this.cursor, this.ring[at] ?? '');
    this.yanked = { from: this.yanked.from, at };
  }
  transpose(): void {
    if (this.cursor === 0 || this.chars.length < 2) return;
    this.save();
    if (this.cursor === this.chars.length) this.cursor--;
    const at = this.cursor;
    const a = this.chars[at - 1] ?? '';
    this.chars[at - 1] = this.chars[at] ?? '';
    this.chars[at] = a;
    this.cursor = at + 1;
  }
  transposeWords(): void {
    const isWord = (c: string): boolean => wordChar.test(c);
    const secondEnd = this.wordEnd();
    const secondStart = this.wordStart(isWord, secondEnd);
    const firstStart = this.wordStart(isWord, secondStart);
    const firstEnd = this.wordEnd(firstStart);
    if (firstStart === secondStart || firstEnd > secondStart) return;
    const part = (from: number, to: number): string => this.chars.slice(from, to).join('');
    this.replace(firstStart, secondEnd, part(secondStart, secondEnd) + part(firstEnd, secondStart) + part(firstStart, firstEnd));
  }
  changeWord(change: (word: string) => string): void {
    const end = this.wordEnd();
    this.replace(this.cursor, end, change(this.chars.slice(this.cursor, end).join('')));
  }
}
