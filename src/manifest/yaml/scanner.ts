import { code, isBlankOrEnd, isBreak, isBreakOrEnd, space, tab } from './characters';
import { Reader } from './reader';
import { blockScalar, flowScalar, plainScalar } from './scalars';
import { anchor, directive, tag } from './tags';
import type { Token, TokenType } from './tokens';

/** A token that could turn out to be a key, once a `:` follows it on its line. */
interface SimpleKey {
  possible: boolean;
  /** It stands where only a key may stand. */
  readonly required: boolean;
  readonly token: number;
  readonly pos: number;
  readonly line: number;
  readonly column: number;
}

const maxDepth = 10_000;
const maxKeyLength = 1024;
const flowTokens: Readonly<Record<number, TokenType>> = {
  [code('[')]: 'flow-sequence-start',
  [code('{')]: 'flow-mapping-start',
  [code(']')]: 'flow-sequence-end',
  [code('}')]: 'flow-mapping-end',
};
const dash = code('-');
const question = code('?');
const colon = code(':');
const hash = code('#');
const comma = code(',');

const scalarOpeners: ReadonlySet<number> = new Set([...'|>\'"'].map(code));
/** What a plain scalar cannot begin with; `-`, `?` and `:` can when text follows. */
const indicators: ReadonlySet<number> = new Set([...'-?:,[]{}#&*!|>\'"%@`'].map(code));

/** The tokens of a text, made as they are asked for, as libyaml does: an error comes only when the scanner gets there. */
export class Scanner {
  readonly reader: Reader;
  /** Columns of the block collections that are open. */
  indent = -1;
  flowLevel = 0;
  simpleKeyAllowed = true;
  private readonly indents: number[] = [];
  private readonly keys: SimpleKey[] = [];
  /** By the number of their token, the index in `keys`. */
  private readonly keyOfToken = new Map<number, number>();
  private queue: Token[] = [];
  private head = 0;
  /** How many tokens were taken. */
  private taken = 0;

  constructor(text: string) {
    this.reader = new Reader(text);
    this.keys.push({ possible: false, required: false, token: 0, pos: 0, line: 0, column: 0 });
  }

  /** The next token, left where it is. Throws a YamlError. */
  peek(): Token {
    while (this.head === this.queue.length || this.headMayBeKey()) this.fetch();
    return this.queue[this.head]!;
  }

  skip(): void {
    this.head++;
    this.taken++;
    if (this.head < 64) return;
    this.queue = this.queue.slice(this.head);
    this.head = 0;
  }

  private headMayBeKey(): boolean {
    const index = this.keyOfToken.get(this.taken);
    return index !== undefined && this.keys[index] !== undefined && this.stillPossible(this.keys[index]);
  }

  private stillPossible(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { reader } = this;
    if (key.line === reader.line && !tooFar(reader.text, key.pos, reader.pos)) return true;
    if (key.required) reader.fail("could not find expected ':'", key.pos);
    key.possible = false;
    return false;
  }

  private saveKey(): void {
    const { reader } = this;
    if (!this.simpleKeyAllowed) return;
    this.removeKey();
    const key: SimpleKey = {
      possible: true,
      required: this.flowLevel === 0 && this.indent === reader.column,
      token: this.taken + this.queue.length - this.head,
      pos: reader.pos,
      line: reader.line,
      column: reader.column,
    };
    this.keys[this.keys.length - 1] = key;
    this.keyOfToken.set(key.token, this.keys.length - 1);
  }

  private removeKey(): void {
    const key = this.keys[this.keys.length - 1]!;
    if (!key.possible) return;
    if (key.required) this.reader.fail("could not find expected ':'", key.pos);
    key.possible = false;
    this.keyOfToken.delete(key.token);
  }

  private add(type: TokenType, start: number, line: number, end = this.reader.pos): void {
    this.queue.push({ type, start, line, end, value: '', suffix: '', style: 'plain' });
  }

  /** Adds a token of `length` characters that begins here. */
  private addHere(type: TokenType, length: number): void {
    const { pos, line } = this.reader;
    this.reader.pos += length;
    this.add(type, pos, line);
  }

  /** Opens a block collection where the column is deeper; `at` is the place in the queue, by default its end. */
  private roll(column: number, type: TokenType, start: number, line: number, at?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > maxDepth) this.reader.fail(`exceeded max depth of ${maxDepth}`);
    this.insert({ type, start, line, end: start, value: '', suffix: '', style: 'plain' }, at);
  }

  private insert(token: Token, at = -1): void {
    if (at < 0) this.queue.push(token);
    else this.queue.splice(this.head + at, 0, token);
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.add('block-end', this.reader.pos, this.reader.line);
      this.indent = this.indents.pop()!;
    }
  }

  private toNextToken(): void {
    const { reader } = this;
    for (;;) {
      reader.need(1);
      for (let c = reader.peek(); c === space || (c === tab && (this.flowLevel > 0 || !this.simpleKeyAllowed)); c = reader.peek()) {
        reader.pos++;
        reader.need(1);
      }
      if (reader.peek() === hash) {
        while (!isBreakOrEnd(reader.peek())) {
          reader.pos++;
          reader.need(1);
        }
      }
      if (!isBreak(reader.peek())) return;
      reader.need(2);
      reader.skipLine();
      if (this.flowLevel === 0) this.simpleKeyAllowed = true;
    }
  }

  private fetch(): void {
    const { reader } = this;
    this.toNextToken();
    this.unroll(reader.column);
    reader.need(4);
    const c = reader.peek();
    if (c === 0) return this.fetchEnd();
    if (reader.column === 0) {
      if (c === code('%')) return this.fetchDirective();
      const mark = reader.documentMark();
      if (mark) return this.fetchDocumentMark(mark);
    }
    const flow = flowTokens[c];
    if (flow) return flow.endsWith('start') ? this.fetchFlowStart(flow) : this.fetchFlowEnd(flow);
    if (c === comma) return this.fetchFlowEntry();
    const alone = isBlankOrEnd(reader.peek(1));
    if (c === dash && alone) return this.fetchBlockEntry();
    if (c === question && (this.flowLevel > 0 || alone)) return this.fetchKey();
    if (c === colon && (this.flowLevel > 0 || alone)) return this.fetchValue();
    if (c === code('*') || c === code('&') || c === code('!')) return this.fetchProperty(c);
    if (scalarOpeners.has(c) && (this.flowLevel === 0 || c === code('"') || c === code("'"))) return this.fetchMarkedScalar(c);
    const next = reader.peek(1);
    if (
      !(isBlankOrEnd(c) || indicators.has(c)) ||
      (c === dash && next !== space && next !== tab) ||
      (this.flowLevel === 0 && (c === question || c === colon) && !alone)
    ) {
      this.saveKey();
      this.simpleKeyAllowed = false;
      this.queue.push(plainScalar(this));
      return;
    }
    reader.fail('found character that cannot start any token');
  }

  private fetchEnd(): void {
    const { reader } = this;
    if (reader.column !== 0) {
      reader.lineStart = reader.pos;
      reader.line++;
    }
    this.closeAll();
    this.add('stream-end', reader.pos, reader.line);
  }

  private closeAll(): void {
    this.unroll(-1);
    this.removeKey();
    this.simpleKeyAllowed = false;
  }

  private fetchDirective(): void {
    this.closeAll();
    this.queue.push(directive(this.reader));
  }

  private fetchDocumentMark(type: TokenType): void {
    this.closeAll();
    this.addHere(type, 3);
  }

  private fetchFlowStart(type: TokenType): void {
    const { reader } = this;
    this.saveKey();
    this.keys.push({
      possible: false,
      required: false,
      token: this.taken + this.queue.length - this.head,
      pos: reader.pos,
      line: reader.line,
      column: reader.column,
    });
    if (++this.flowLevel > maxDepth) reader.fail(`exceeded max depth of ${maxDepth}`);
    this.simpleKeyAllowed = true;
    this.addHere(type, 1);
  }

  private fetchFlowEnd(type: TokenType): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.keyOfToken.delete(this.keys.pop()!.token);
    }
    this.simpleKeyAllowed = false;
    this.addHere(type, 1);
  }

  private fetchFlowEntry(): void {
    this.removeKey();
    this.simpleKeyAllowed = true;
    this.addHere('flow-entry', 1);
  }

  private fetchBlockEntry(): void {
    const { reader } = this;
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) reader.fail('block sequence entries are not allowed in this context');
      this.roll(reader.column, 'block-sequence-start', reader.pos, reader.line);
    }
    this.removeKey();
    this.simpleKeyAllowed = true;
    this.addHere('block-entry', 1);
  }

  private fetchKey(): void {
    const { reader } = this;
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) reader.fail('mapping keys are not allowed in this context');
      this.roll(reader.column, 'block-mapping-start', reader.pos, reader.line);
    }
    this.removeKey();
    this.simpleKeyAllowed = this.flowLevel === 0;
    this.addHere('key', 1);
  }

  private fetchValue(): void {
    const { reader } = this;
    const key = this.keys[this.keys.length - 1]!;
    if (this.stillPossible(key)) {
      const at = key.token - this.taken;
      this.insert({ type: 'key', start: key.pos, line: key.line, end: key.pos, value: '', suffix: '', style: 'plain' }, at);
      this.roll(key.column, 'block-mapping-start', key.pos, key.line, at);
      key.possible = false;
      this.keyOfToken.delete(key.token);
      this.simpleKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) reader.fail('mapping values are not allowed in this context');
        this.roll(reader.column, 'block-mapping-start', reader.pos, reader.line);
      }
      this.simpleKeyAllowed = this.flowLevel === 0;
    }
    this.addHere('value', 1);
  }

  private fetchProperty(c: number): void {
    this.saveKey();
    this.simpleKeyAllowed = false;
    this.queue.push(c === code('!') ? tag(this.reader) : anchor(this.reader, c === code('*') ? 'alias' : 'anchor'));
  }

  private fetchMarkedScalar(c: number): void {
    if (c === code('|') || c === code('>')) {
      this.removeKey();
      this.simpleKeyAllowed = true;
      this.queue.push(blockScalar(this, c === code('|')));
    } else {
      this.saveKey();
      this.simpleKeyAllowed = false;
      this.queue.push(flowScalar(this.reader, c === code("'")));
    }
  }
}

/** Whether more characters lie between than a key may have. */
function tooFar(text: string, from: number, to: number): boolean {
  if (to - from <= maxKeyLength) return false;
  return to - from > 2 * maxKeyLength || [...text.slice(from, to)].length > maxKeyLength;
}
