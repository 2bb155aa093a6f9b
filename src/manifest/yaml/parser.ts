import { YamlError } from './error';
import { Scanner } from './scanner';
import type { ScalarStyle, Token, TokenType } from './tokens';

export type Event =
  | {
      readonly type: 'stream-end' | 'document-start' | 'document-end' | 'sequence-end' | 'mapping-end';
      readonly start: number;
      readonly end: number;
    }
  | { readonly type: 'alias'; readonly start: number; readonly end: number; readonly anchor: string }
  | CollectionStart
  | ScalarEvent;

interface Properties {
  readonly start: number;
  readonly anchor: string;
  readonly tag: string;
}

interface CollectionStart extends Properties {
  readonly type: 'sequence-start' | 'mapping-start';
  readonly end: number;
  readonly flow: boolean;
}

interface ScalarEvent extends Properties {
  readonly type: 'scalar';
  readonly end: number;
  readonly text: string;
  readonly style: ScalarStyle;
  readonly implicit: boolean;
}

type State = () => Event;

const closing = (...types: TokenType[]): ReadonlySet<TokenType> => new Set(types);
const blockEntryEnds = closing('block-entry', 'block-end');
const indentlessEntryEnds = closing('block-entry', 'key', 'value', 'block-end');
const blockValueEnds = closing('key', 'value', 'block-end');
const flowSequenceKeyEnds = closing('value', 'flow-entry', 'flow-sequence-end');
const flowSequenceValueEnds = closing('flow-entry', 'flow-sequence-end');
const flowMappingKeyEnds = closing('value', 'flow-entry', 'flow-mapping-end');
const flowMappingValueEnds = closing('flow-entry', 'flow-mapping-end');
const documentEnds = closing('version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end');

const defaultHandles: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

/** The events of a text: libyaml's state machine, a method a state. Throws a YamlError where the text goes wrong. */
export class Parser {
  private readonly scanner: Scanner;
  private state: State;
  private readonly states: State[] = [];
  private handles = new Map<string, string>();

  constructor(text: string) {
    this.scanner = new Scanner(text);
    this.state = this.firstDocument;
  }

  next(): Event {
    return this.state.call(this);
  }

  private peek(): Token {
    return this.scanner.peek();
  }

  private take(): Token {
    const token = this.scanner.peek();
    this.scanner.skip();
    return token;
  }

  private fail(problem: string, token: Token): never {
    throw new YamlError(problem, token.line, token.start);
  }

  /** Goes back to the state that was pushed last. */
  private pop(): void {
    this.state = this.states.pop()!;
  }

  private end(type: 'sequence-end' | 'mapping-end', token: Token): Event {
    this.pop();
    return { type, start: token.start, end: token.end };
  }

  /** A value that is not there; `next` is what comes after it. */
  private empty(at: number, next: State): Event {
    this.state = next;
    return { type: 'scalar', start: at, end: at, text: '', style: 'plain', implicit: true, anchor: '', tag: '' };
  }

  /** A node, and `next` after it. */
  private then(next: State, block: boolean, indentless = false): Event {
    this.states.push(next);
    return this.node(block, indentless);
  }

  private firstDocument(): Event {
    const token = this.peek();
    if (documentEnds.has(token.type) && token.type !== 'document-end') return this.document();
    this.directives();
    this.states.push(this.documentEnd);
    this.state = this.blockNode;
    return { type: 'document-start', start: token.start, end: token.end };
  }

  private document(): Event {
    const { start, end, type } = this.peek();
    if (type === 'stream-end') return { type, start, end };
    this.directives();
    const token = this.peek();
    if (token.type !== 'document-start') this.fail('did not find expected <document start>', token);
    this.states.push(this.documentEnd);
    this.state = this.documentContent;
    this.scanner.skip();
    return { type: 'document-start', start, end: token.end };
  }

  private documentContent(): Event {
    const token = this.peek();
    if (!documentEnds.has(token.type)) return this.node(true, false);
    return this.empty(token.start, this.states.pop()!);
  }

  private documentEnd(): Event {
    const token = this.peek();
    this.handles = new Map();
    return { type: 'document-end', start: token.start, end: token.start };
  }

  private directives(): void {
    let versioned = false;
    for (let token = this.peek(); token.type === 'version-directive' || token.type === 'tag-directive'; token = this.peek()) {
      if (token.type === 'version-directive') {
        if (versioned) this.fail('found duplicate %YAML directive', token);
        if (token.value !== '1.1') this.fail('found incompatible YAML document', token);
        versioned = true;
      } else {
        if (this.handles.has(token.value)) this.fail('found duplicate %TAG directive', token);
        this.handles.set(token.value, token.suffix);
      }
      this.scanner.skip();
    }
    for (const [handle, prefix] of defaultHandles) if (!this.handles.has(handle)) this.handles.set(handle, prefix);
  }

  private blockNode(): Event {
    return this.node(true, false);
  }

  private node(block: boolean, indentless: boolean): Event {
    let token = this.peek();
    if (token.type === 'alias') {
      this.pop();
      this.scanner.skip();
      return { type: 'alias', start: token.start, end: token.end, anchor: token.value };
    }
    const { start } = token;
    let { start: propertiesEnd } = token;
    let anchor = '';
    let tagToken: Token | undefined;
    while ((token.type === 'anchor' && !anchor) || (token.type === 'tag' && !tagToken)) {
      if (token.type === 'tag') tagToken = token;
      else anchor = token.value;
      propertiesEnd = token.end;
      this.scanner.skip();
      token = this.peek();
    }
    const tag = tagToken ? this.resolve(tagToken) : '';
    const properties = { start, anchor, tag };
    if (indentless && token.type === 'block-entry') {
      this.state = this.indentlessEntry;
      return { type: 'sequence-start', ...properties, end: token.end, flow: false };
    }
    switch (token.type) {
      case 'scalar':
        this.pop();
        this.scanner.skip();
        return {
          type: 'scalar',
          ...properties,
          end: token.end,
          text: token.value,
          style: token.style,
          implicit: (tag === '' && token.style === 'plain') || tag === '!',
        };
      case 'flow-sequence-start':
        return this.open('sequence-start', properties, token, true, this.firstFlowEntry);
      case 'flow-mapping-start':
        return this.open('mapping-start', properties, token, true, this.firstFlowKey);
      case 'block-sequence-start':
        if (block) return this.open('sequence-start', properties, token, false, this.blockEntry);
        break;
      case 'block-mapping-start':
        if (block) return this.open('mapping-start', properties, token, false, this.blockKey);
    }
    if (anchor || tag) {
      this.pop();
      return { type: 'scalar', ...properties, end: propertiesEnd, text: '', style: 'plain', implicit: tag === '' };
    }
    this.fail('did not find expected node content', token);
  }

  private open(type: 'sequence-start' | 'mapping-start', properties: Properties, token: Token, flow: boolean, state: State): Event {
    this.scanner.skip();
    this.state = state;
    return { type, ...properties, end: token.end, flow };
  }

  private resolve(token: Token): string {
    if (!token.value) return token.suffix;
    const prefix = this.handles.get(token.value);
    if (!prefix) this.fail('found undefined tag handle', token);
    return prefix + token.suffix;
  }

  private blockEntry(): Event {
    const token = this.take();
    if (token.type === 'block-entry')
      return blockEntryEnds.has(this.peek().type) ? this.empty(token.end, this.blockEntry) : this.then(this.blockEntry, true);
    if (token.type === 'block-end') return this.end('sequence-end', token);
    this.fail("did not find expected '-' indicator", token);
  }

  private indentlessEntry(): Event {
    const token = this.peek();
    if (token.type !== 'block-entry') {
      this.pop();
      return { type: 'sequence-end', start: token.start, end: token.start };
    }
    this.scanner.skip();
    return indentlessEntryEnds.has(this.peek().type) ? this.empty(token.end, this.indentlessEntry) : this.then(this.indentlessEntry, true);
  }

  private blockKey(): Event {
    const token = this.take();
    if (token.type === 'key')
      return blockValueEnds.has(this.peek().type) ? this.empty(token.end, this.blockValue) : this.then(this.blockValue, true, true);
    if (token.type === 'block-end') return this.end('mapping-end', token);
    this.fail('did not find expected key', token);
  }

  private blockValue(): Event {
    const token = this.peek();
    if (token.type !== 'value') return this.empty(token.start, this.blockKey);
    this.scanner.skip();
    return blockValueEnds.has(this.peek().type) ? this.empty(token.end, this.blockKey) : this.then(this.blockKey, true, true);
  }

  private firstFlowEntry(): Event {
    return this.flowEntry(true);
  }

  private flowEntry(first = false): Event {
    if (this.peek().type !== 'flow-sequence-end') {
      if (!first) this.separator("did not find expected ',' or ']'");
      const token = this.peek();
      if (token.type === 'key') {
        this.scanner.skip();
        this.state = this.flowEntryKey;
        return { type: 'mapping-start', start: token.start, end: token.end, flow: true, anchor: '', tag: '' };
      }
      if (token.type !== 'flow-sequence-end') return this.then(this.flowEntry, false);
    }
    return this.end('sequence-end', this.take());
  }

  private separator(problem: string): void {
    const token = this.peek();
    if (token.type !== 'flow-entry') this.fail(problem, token);
    this.scanner.skip();
  }

  /** A pair inside a flow sequence: `[a: b]`. */
  private flowEntryKey(): Event {
    const token = this.peek();
    if (!flowSequenceKeyEnds.has(token.type)) return this.then(this.flowEntryValue, false);
    // Like libyaml, which takes the token that ends the key that is not there.
    this.scanner.skip();
    return this.empty(token.end, this.flowEntryValue);
  }

  private flowEntryValue(): Event {
    let token = this.peek();
    if (token.type === 'value') {
      this.scanner.skip();
      token = this.peek();
      if (!flowSequenceValueEnds.has(token.type)) return this.then(this.flowEntryEnd, false);
    }
    return this.empty(token.start, this.flowEntryEnd);
  }

  private flowEntryEnd(): Event {
    const { start } = this.peek();
    this.state = this.flowEntry;
    return { type: 'mapping-end', start, end: start };
  }

  private firstFlowKey(): Event {
    return this.flowKey(true);
  }

  private flowKey(first = false): Event {
    if (this.peek().type !== 'flow-mapping-end') {
      if (!first) this.separator("did not find expected ',' or '}'");
      let token = this.peek();
      if (token.type === 'key') {
        this.scanner.skip();
        token = this.peek();
        return flowMappingKeyEnds.has(token.type) ? this.empty(token.start, this.flowValue) : this.then(this.flowValue, false);
      }
      if (token.type !== 'flow-mapping-end') return this.then(this.flowNoValue, false);
    }
    return this.end('mapping-end', this.take());
  }

  private flowValue(): Event {
    let token = this.peek();
    if (token.type === 'value') {
      this.scanner.skip();
      token = this.peek();
      if (!flowMappingValueEnds.has(token.type)) return this.then(this.flowKey, false);
    }
    return this.empty(token.start, this.flowKey);
  }

  private flowNoValue(): Event {
    return this.empty(this.peek().start, this.flowKey);
  }
}
