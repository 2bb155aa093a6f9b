import { quotePattern } from './pattern';

/** One word in the making: its text, and the same as a pattern in which what was quoted is quoted. */
export interface Field {
  text: string;
  pattern: string;
  /** Something in it was quoted, so it stays even when empty. */
  quoted: boolean;
}

/** Collects the fields a word expands to, splitting what comes from expansions by IFS. */
export class Fields {
  readonly done: Field[] = [];
  private current: Field | undefined;
  private closedBySpace = false;

  constructor(
    readonly split: boolean,
    private readonly ifs: string,
    /** As `set -x` shows a pattern: whatever was quoted has a backslash. */
    private readonly traced = false,
  ) {}

  get length(): number {
    return this.done.length + (this.current ? 1 : 0);
  }

  private open(): Field {
    this.closedBySpace = false;
    return (this.current ??= { text: '', pattern: '', quoted: false });
  }

  quoted(text: string): void {
    const f = this.open();
    f.text += text;
    f.pattern += this.traced ? text.replace(/[^]/gu, '\\$&') : quotePattern(text);
    f.quoted = true;
  }

  /** Unquoted text of the word itself: not split, but a pattern. */
  literal(text: string): void {
    if (text === '') return;
    const f = this.open();
    f.text += text;
    f.pattern += text;
  }

  /** Unquoted text that came from an expansion. */
  expansion(text: string): void {
    if (text === '') return;
    if (!this.split) return this.literal(text);
    if (this.ifs === '') return this.literal(text);
    for (const char of text) {
      if (!this.ifs.includes(char)) {
        this.literal(char === '\\' ? '\\' : char);
        continue;
      }
      if (char === ' ' || char === '\t' || char === '\n') {
        if (this.current) {
          this.next();
          this.closedBySpace = true;
        }
      } else if (this.current) this.next();
      else if (this.closedBySpace) this.closedBySpace = false;
      else this.done.push({ text: '', pattern: '', quoted: true });
    }
  }

  /** Ends the current field. */
  next(): void {
    if (this.current) this.done.push(this.current);
    this.current = undefined;
    this.closedBySpace = false;
  }

  finish(): Field[] {
    this.next();
    return this.done;
  }
}
