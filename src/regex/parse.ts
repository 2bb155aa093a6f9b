import { Bracket } from './bracket';
import { anything, character, type Locale, setOf, upper } from './char-set';
import { type Assertion, type Dialect, PatternError, type Tree } from './syntax';

export interface ParseOptions {
  readonly dialect: Dialect;
  readonly locale: Locale;
  /** REG_NEWLINE: neither `.` nor a list with `^` takes a newline. */
  readonly newlines: boolean;
  /** Groups of patterns before this one. */
  readonly groupsBefore: number;
}

export interface Parsed {
  readonly tree: Tree | undefined;
  /** With those before. */
  readonly groups: number;
  readonly references: boolean;
  /** Repetitions that had nothing to repeat and were passed over, as messages name them. */
  readonly ignored: readonly string[];
}

type Kind =
  | 'end'
  | 'char'
  | 'open'
  | 'close'
  | 'alt'
  | 'star'
  | 'plus'
  | 'question'
  | 'openInterval'
  | 'closeInterval'
  | 'bracket'
  | 'any'
  | 'assert'
  | 'boundary'
  | 'notBoundary'
  | 'class'
  | 'reference'
  | 'backslash';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const most = 0x7fff;
const deepest = 1500;

const escapedAssertions: Readonly<Record<string, Assertion>> = { '<': 'wordStart', '>': 'wordEnd', '`': 'textStart', "'": 'textEnd' };
const stringEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '/': '/',
  '"': '"',
};
const repeats: ReadonlySet<Kind> = new Set(['star', 'plus', 'question', 'openInterval']);

const anchors = (tree: Tree): boolean => tree.type === 'assert' || (tree.type === 'alt' && tree.left?.type === 'assert');

class Parser {
  private i = 0;
  private token: Token = { kind: 'end', text: '' };
  private groups: number;
  private closed = new Set<number>();
  private depth = 0;
  references = false;
  /** Nothing but anchors came in this alternative. */
  private first = true;
  readonly ignored: string[] = [];

  constructor(
    private readonly chars: readonly string[],
    private readonly o: ParseOptions,
  ) {
    this.groups = o.groupsBefore;
  }

  parse(): Parsed {
    this.advance(true);
    const tree = this.alternatives(0);
    return { tree, groups: this.groups, references: this.references, ignored: this.ignored };
  }

  private escaped(c: string): Token {
    const { dialect } = this.o;
    if (dialect.stringEscapes && stringEscapes[c] !== undefined) return { kind: 'char', text: stringEscapes[c] };
    const { bare } = dialect;
    const assertion = escapedAssertions[c];
    if (dialect.gnuOperators) {
      if (assertion) return { kind: 'assert', text: assertion };
      if (/[wWsS]/.test(c)) return { kind: 'class', text: c };
      if (c === 'b' || c === 'B') return { kind: c === 'b' ? 'boundary' : 'notBoundary', text: c };
    }
    if (c >= '1' && c <= '9' && !dialect.stringEscapes) return { kind: 'reference', text: c };
    const operator = !bare.bar && c === '|' ? 'alt' : !bare.parens && c === '(' ? 'open' : !bare.parens && c === ')' ? 'close' : undefined;
    if (operator) return { kind: operator, text: c };
    if (!bare.plus && (c === '+' || c === '?')) return { kind: c === '+' ? 'plus' : 'question', text: c };
    if (dialect.intervals && !bare.braces && (c === '{' || c === '}'))
      return { kind: c === '{' ? 'openInterval' : 'closeInterval', text: c };
    return { kind: 'char', text: c };
  }

  private plain(c: string, caretHere: boolean): Token {
    const { dialect } = this.o;
    const { bare } = dialect;
    const operator = ((): Kind => {
      switch (c) {
        case '|': return bare.bar ? 'alt' : 'char';
        case '*': return 'star';
        case '+': return bare.plus ? 'plus' : 'char';
        case '?': return bare.plus ? 'question' : 'char';
        case '{': return dialect.intervals && bare.braces ? 'openInterval' : 'char';
        case '}': return dialect.intervals && bare.braces ? 'closeInterval' : 'char';
        case '(': return bare.parens ? 'open' : 'char';
        case ')': return bare.parens ? 'close' : 'char';
        case '[': return 'bracket';
        case '.': return 'any';
        default: return 'char';
      } // prettier-ignore
    })();
    if (c === '^' && (dialect.anchorsAnywhere || caretHere || this.i === 0)) return { kind: 'assert', text: 'lineStart' };
    if (c === '$' && (dialect.anchorsAnywhere || this.dollarEnds())) return { kind: 'assert', text: 'lineEnd' };
    return { kind: operator, text: c };
  }

  /** In a basic expression `$` is an anchor at the end, before `\)` and before `\|`. */
  private dollarEnds(): boolean {
    const next = this.chars[this.i + 1];
    const after = this.chars[this.i + 2];
    return next === undefined || (next === '\\' && (after === ')' || (after === '|' && !this.o.dialect.bare.bar)));
  }

  private advance(caretHere = false): void {
    const c = this.chars[this.i];
    if (c === undefined) this.token = { kind: 'end', text: '' };
    else if (c === '\\') {
      const next = this.chars[this.i + 1];
      const octal = this.o.dialect.stringEscapes ? /^[0-7]{1,3}/.exec(this.chars.slice(this.i + 1, this.i + 4).join('')) : undefined;
      if (octal) {
        this.token = { kind: 'char', text: String.fromCharCode(parseInt(octal[0], 8)) };
        this.i += 1 + octal[0].length;
        return;
      }
      this.token = next === undefined ? { kind: this.o.dialect.stringEscapes ? 'char' : 'backslash', text: c } : this.escaped(next);
      this.i += next === undefined ? 1 : 2;
    } else {
      this.token = this.plain(c, caretHere);
      this.i++;
    }
  }

  private ends(nest: number): boolean {
    const { kind } = this.token;
    return kind === 'alt' || kind === 'end' || (nest > 0 && kind === 'close');
  }

  private alternatives(nest: number): Tree | undefined {
    // an alternative knows of no groups of the others
    const before = new Set(this.closed);
    const branches = [this.branch(nest)];
    while (this.token.kind === 'alt') {
      this.advance(true);
      const others = this.closed;
      this.closed = new Set(before);
      if (this.ends(nest) && this.o.dialect.emptyInvalid) throw new PatternError('BADRPT');
      branches.push(this.ends(nest) ? undefined : this.branch(nest));
      for (const group of others) this.closed.add(group);
    }
    return branches.length === 1 ? branches[0] : branches.reduce((left, right) => ({ type: 'alt', left, right }));
  }

  private branch(nest: number): Tree | undefined {
    const parts: Tree[] = [];
    let first = true;
    do {
      this.first = first;
      const part = this.expression(nest);
      first &&= part === undefined || anchors(part);
      if (part) parts.push(part);
    } while (!this.ends(nest));
    return parts.length > 1 ? { type: 'cat', parts } : parts[0];
  }

  private literal(text: string): Tree {
    const code = text.codePointAt(0) ?? 0;
    return { type: 'set', set: character(this.o.locale.ignoreCase ? upper(code) : code, this.o.locale) };
  }

  private expression(nest: number): Tree | undefined {
    const { dialect, locale } = this.o;
    const { kind, text } = this.token;
    let tree: Tree | undefined;
    switch (kind) {
      case 'open':
        tree = this.group(nest + 1);
        break;
      case 'bracket': {
        const { set, next } = new Bracket(this.chars, this.i, { locale, classes: dialect.classes, strictClasses: dialect.strictClasses, stringEscapes: dialect.stringEscapes, newlines: this.o.newlines }).read(); // prettier-ignore
        this.i = next;
        tree = { type: 'set', set };
        break;
      }
      case 'reference': {
        const group = Number(text) + this.o.groupsBefore;
        if (!this.closed.has(group)) throw new PatternError('ESUBREG');
        this.references = true;
        tree = { type: 'reference', group };
        break;
      }
      case 'star': case 'plus': case 'question': case 'openInterval':
        if (kind === 'openInterval' && dialect.strictRepeats) throw new PatternError('BADRPT');
        if (dialect.leadingRepeat === 'invalid') throw new PatternError('BADRPT');
        if (dialect.leadingRepeat === 'ignored') {
          if (kind === 'openInterval' && !this.intervalFollows()) {
            tree = this.literal(text);
            break;
          }
          this.ignored.push(kind === 'openInterval' ? '{...}' : text);
          this.advance();
          return this.expression(nest);
        }
        tree = this.literal(text);
        break;
      case 'close':
        if (!dialect.looseParen) throw new PatternError(dialect.oneParenProblem ? 'EPAREN' : 'ERPAREN');
        tree = this.literal(text);
        break;
      case 'assert':
        return this.anchor({ type: 'assert', what: text as Assertion });
      case 'boundary': case 'notBoundary': {
        const [left, right] = kind === 'boundary' ? (['wordStart', 'wordEnd'] as const) : (['insideWord', 'outsideWord'] as const);
        return this.anchor({ type: 'alt', left: { type: 'assert', what: left }, right: { type: 'assert', what: right } });
      }
      case 'any':
        tree = { type: 'set', set: anything(locale, !this.o.newlines) };
        break;
      case 'class':
        tree = { type: 'set', set: setOf({ ranges: /w/i.test(text) ? [[95, 95]] : [], classes: [/w/i.test(text) ? 'alnum' : 'space'], negated: /[WS]/.test(text) }, locale) };
        break;
      case 'alt': case 'end':
        if (dialect.emptyInvalid && this.chars.length > 0) throw new PatternError(kind === 'end' && nest > 0 ? 'EPAREN' : 'BADRPT');
        return undefined;
      case 'backslash':
        throw new PatternError('EESCAPE');
      default:
        tree = this.literal(text);
    } // prettier-ignore
    this.advance();
    while (repeats.has(this.token.kind)) {
      const repeated = this.repeat(tree);
      if (repeated === 'text') break;
      tree = repeated;
      if (dialect.strictRepeats && (this.token.kind === 'star' || this.token.kind === 'openInterval')) throw new PatternError('BADRPT');
    }
    return tree;
  }

  /** Elsewhere a repetition behind an anchor has nothing to repeat; dfa.c of GNU and mawk repeat the anchor. */
  private anchor(tree: Tree): Tree | undefined {
    const { first } = this;
    this.advance();
    if (!this.o.dialect.repeatedAnchors) return tree;
    let repeated: Tree | undefined = tree;
    while (repeats.has(this.token.kind)) {
      if (first) this.ignored.push(this.token.kind === 'openInterval' ? '{...}' : this.token.text);
      const more = this.repeat(repeated);
      if (more === 'text') break;
      repeated = more;
    }
    return repeated;
  }

  private group(nest: number): Tree {
    if (++this.depth > deepest) throw new PatternError('ESPACE');
    const index = ++this.groups;
    this.advance(true);
    if (this.token.kind === 'close' && this.o.dialect.emptyInvalid) throw new PatternError('BADRPT');
    const body = this.token.kind === 'close' ? undefined : this.alternatives(nest);
    if (this.token.kind !== 'close') throw new PatternError('EPAREN');
    this.closed.add(index);
    this.depth--;
    return { type: 'group', index, body, optional: false };
  }

  /** `text`: what looked like an interval is ordinary characters. */
  private repeat(tree: Tree | undefined): Tree | undefined | 'text' {
    const { kind } = this.token;
    let least = kind === 'plus' ? 1 : 0;
    let greatest: number | undefined = kind === 'question' ? 1 : undefined;
    if (kind === 'openInterval') {
      const from = this.i;
      const bounds = this.interval();
      if (bounds === 'invalid') {
        if (!this.o.dialect.looseIntervals) throw new PatternError(this.token.kind === 'end' ? 'EBRACE' : 'BADBR');
        this.i = from;
        this.token = { kind: 'char', text: '{' };
        return 'text';
      }
      ({ least, greatest } = bounds);
    }
    this.advance();
    if (tree === undefined || greatest === 0) return undefined;
    const required: Tree[] = Array.from({ length: least }, () => tree);
    if (least === greatest) return required.length === 1 ? tree : { type: 'cat', parts: required };
    const optional: Tree = tree.type === 'group' ? { ...tree, optional: true } : tree;
    const rest: Tree =
      greatest === undefined ? { type: 'star', body: optional } : { type: 'upTo', first: optional, body: tree, most: greatest - least };
    return least === 0 ? rest : { type: 'cat', parts: [...required, rest] };
  }

  /** A number of an interval: undefined when there is none, `invalid` when it is something else. */
  private number(): number | undefined | 'invalid' {
    let value: number | undefined | 'invalid';
    for (;;) {
      this.advance();
      const { kind, text } = this.token;
      if (kind === 'end') return 'invalid';
      if (kind === 'closeInterval' || text === ',') return value;
      if (kind !== 'char' || !/^[0-9]$/.test(text)) value = 'invalid';
      else if (value !== 'invalid') value = Math.min(most + 1, (value ?? 0) * 10 + Number(text));
    }
  }

  private intervalFollows(): boolean {
    return /^(?:\d+(?:,\d*)?|,\d*)\}/.test(this.chars.slice(this.i, this.i + 16).join(''));
  }

  private interval(): { least: number; greatest: number | undefined } | 'invalid' {
    const first = this.number();
    if (first === 'invalid') return 'invalid';
    if (first === undefined && this.token.text !== ',') throw new PatternError('BADBR');
    const least = first ?? 0;
    let greatest: number | undefined = least;
    if (this.token.kind !== 'closeInterval') {
      const second = this.number();
      if (second === 'invalid') return 'invalid';
      greatest = second;
    }
    if ((greatest !== undefined && least > greatest) || this.token.kind !== 'closeInterval') throw new PatternError('BADBR');
    if ((greatest ?? least) > most) throw new PatternError('ESIZE');
    return { least, greatest };
  }
}

/** Throws PatternError. */
export const parsePattern = (pattern: string, options: ParseOptions): Parsed =>
  new Parser(options.locale.bytes ? pattern.split('') : [...pattern], options).parse();
