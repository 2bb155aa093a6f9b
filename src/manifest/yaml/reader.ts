import { carriageReturn, code, isBlankOrEnd, isBreak, newline, refusedCharacter } from './characters';
import { YamlError } from './error';

/** libyaml reads this many bytes at once, and refuses a character as soon as it has read it. */
const chunkBytes = 512;

/** The text being scanned, and where the scanner stands. */
export class Reader {
  readonly text: string;
  pos = 0;
  /** From 0. */
  line = 0;
  lineStart = 0;
  /** Nothing from here on may be looked at: a refused character has been read by then. */
  private readonly guard: number;

  constructor(text: string) {
    this.text = text;
    if (text.charCodeAt(0) === 0xfeff) {
      this.pos = this.lineStart = 1;
      // Like libyaml, which passes over a second byte order mark as over a blank.
      if (text.charCodeAt(1) === 0xfeff) this.pos = 2;
    }
    const bad = refusedCharacter(text, this.pos);
    this.guard = bad < 0 ? Infinity : chunkStart(text, bad);
    this.need(1);
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  /** The code at `ahead` characters from here; 0 past the end. */
  peek(ahead = 0): number {
    const at = this.pos + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  /** Makes sure that `count` characters could be read. */
  need(count: number): void {
    if (this.pos + count > this.guard) throw new YamlError('control characters are not allowed', 0, this.guard);
  }

  /** Past a line break, CR LF being one. */
  skipLine(): void {
    const c = this.peek();
    if (c === carriageReturn && this.peek(1) === newline) this.pos += 2;
    else if (isBreak(c)) this.pos++;
    else return;
    this.line++;
    this.lineStart = this.pos;
  }

  /** A line break's text: LF for all but LS and PS. */
  readLine(): string {
    const c = this.peek();
    this.skipLine();
    return c === 0x2028 || c === 0x2029 ? String.fromCharCode(c) : '\n';
  }

  /** `---` or `...`, alone at the beginning of a line. */
  documentMark(): 'document-start' | 'document-end' | undefined {
    const c = this.peek();
    if (this.column !== 0 || (c !== code('-') && c !== code('.'))) return undefined;
    if (this.peek(1) !== c || this.peek(2) !== c || !isBlankOrEnd(this.peek(3))) return undefined;
    return c === code('-') ? 'document-start' : 'document-end';
  }

  /** An error of the scanner where it stands, shown at `at`. */
  fail(problem: string, at = this.pos): never {
    throw new YamlError(problem, this.line === 0 ? 0 : this.line + 1, at);
  }
}

/** The index of the first character of the chunk that the one at `bad` is read with. */
function chunkStart(text: string, bad: number): number {
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < bad; i++) {
    const c = text.charCodeAt(i);
    const pair = (c & 0xfc00) === 0xd800;
    const size = c < 0x80 ? 1 : c < 0x800 ? 2 : pair ? 4 : 3;
    if (bytes + size > chunkBytes) {
      start = i;
      bytes = 0;
    }
    bytes += size;
    if (pair) i++;
  }
  return bytes + 1 > chunkBytes ? bad : start;
}
