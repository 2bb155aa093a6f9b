const wordChar = /[\p{L}\p{N}_]/u;

/** The line being edited, as characters, with the cursor, the kill ring and undo. Nothing here knows of a terminal. */
export class LineBuffer {
  chars: string[] = [];
  cursor = 0;
  private killed = '';
  private undoStack: { chars: string[]; cursor: number }[] = [];

  get text(): string {
    return this.chars.join('');
  }
  set(text: string, cursor?: number): void {
    this.chars = [...text];
    this.cursor = cursor ?? this.chars.length;
  }
  clear(): void {
    this.set('');
    this.undoStack = [];
  }
  get before(): string {
    return this.chars.slice(0, this.cursor).join('');
  }

  private save(): void {
    this.undoStack.push({ chars: [...this.chars], cursor: this.cursor });
    if (this.undoStack.length > 200) this.undoStack.shift();
  }
  undo(): void {
    const last = this.undoStack.pop();
    if (!last) return;
    this.chars = last.chars;
    this.cursor = last.cursor;
  }

  insert(text: string): void {
    this.save();
    const added = [...text];
    this.chars.splice(this.cursor, 0, ...added);
    this.cursor += added.length;
  }
  /** Replaces what is between two positions, and puts the cursor behind it. */
  replace(from: number, to: number, text: string): void {
    this.save();
    const added = [...text];
    this.chars.splice(from, to - from, ...added);
    this.cursor = from + added.length;
  }
  private cut(from: number, to: number, keep: 'start' | 'end' | undefined): void {
    if (from >= to) return;
    this.save();
    const text = this.chars.slice(from, to).join('');
    this.chars.splice(from, to - from);
    this.cursor = from;
    if (keep) this.killed = text;
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

  private wordStart(isWord: (c: string) => boolean): number {
    let i = this.cursor;
    while (i > 0 && !isWord(this.chars[i - 1] ?? '')) i--;
    while (i > 0 && isWord(this.chars[i - 1] ?? '')) i--;
    return i;
  }
  private wordEnd(): number {
    let i = this.cursor;
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
  yank(): void {
    if (this.killed !== '') this.insert(this.killed);
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
  changeWord(change: (word: string) => string): void {
    const end = this.wordEnd();
    this.replace(this.cursor, end, change(this.chars.slice(this.cursor, end).join('')));
  }
}
