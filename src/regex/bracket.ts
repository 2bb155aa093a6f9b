import { type Parts, isClass, setOf, upper } from './char-set';
import type { Locale } from './char-set';
import { type CharSet, PatternError } from './syntax';

/** Names longer than this are taken for a bracket that is never closed. */
const longestName = 32;

const stringEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', b: '\b' };

type Element =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'equivalence'; readonly code: number };

interface Token {
  readonly kind: 'end' | 'char' | 'range' | 'close' | 'symbol';
  readonly text: string;
  readonly length: number;
}

export interface BracketOptions {
  readonly locale: Locale;
  readonly classes: boolean;
  readonly strictClasses: boolean;
  readonly stringEscapes: boolean;
  /** REG_NEWLINE: a list with `^` takes no newline. */
  readonly newlines: boolean;
}

/** A bracket expression, read from behind its `[`. */
export class Bracket {
  constructor(
    private readonly chars: readonly string[],
    private i: number,
    private readonly options: BracketOptions,
  ) {}

  private token(): Token {
    const c = this.chars[this.i];
    const next = this.chars[this.i + 1];
    if (c === undefined) return { kind: 'end', text: '', length: 0 };
    if (c === '\\' && this.options.stringEscapes && next !== undefined)
      return { kind: 'char', text: stringEscapes[next] ?? next, length: 2 };
    if (c === '[' && (next === '.' || next === '=' || (next === ':' && this.options.classes)))
      return { kind: 'symbol', text: next, length: 2 };
    if (c === ']') return { kind: 'close', text: c, length: 1 };
    if (c === '-') {
      // three adjacent minus signs are one, that is no range
      if (next === '-' && this.chars[this.i + 2] === '-') return { kind: 'char', text: c, length: 3 };
      return { kind: 'range', text: c, length: 1 };
    }
    return { kind: 'char', text: c, length: 1 };
  }

  private code(text: string): number {
    const code = text.codePointAt(0) ?? 0;
    // the pattern is folded before it is read, as the text is: [Z-a] is no range then
    return this.options.locale.ignoreCase ? upper(code) : code;
  }

  private element(token: Token, hyphen: boolean): Element {
    this.i += token.length;
    if (token.kind === 'symbol') return this.symbol(token.text);
    if (token.kind === 'range' && !hyphen && this.token().kind !== 'close') throw new PatternError('ERANGE');
    return { kind: 'char', code: this.code(token.text) };
  }

  private symbol(delimiter: string): Element {
    let name = '';
    for (;;) {
      const c = this.chars[this.i++];
      if (c === undefined || this.i >= this.chars.length || name.length >= longestName) throw new PatternError('EBRACK');
      if (c === delimiter && this.chars[this.i] === ']') break;
      name += c;
    }
    this.i++;
    if (delimiter === ':') return { kind: 'class', name };
    if ([...name].length !== 1) throw new PatternError('ECOLLATE');
    return { kind: delimiter === '=' ? 'equivalence' : 'char', code: this.code(name) };
  }

  /** The set, and where the pattern goes on. */
  read(): { set: CharSet; next: number } {
    const parts: Parts & { never?: number } = { ranges: [], classes: [], negated: false };
    let token = this.token();
    if (token.kind === 'end') throw new PatternError('BADPAT');
    if (token.text === '^' && token.kind === 'char' && token.length === 1) {
      parts.negated = true;
      if (this.options.newlines) parts.never = 10;
      this.i++;
      token = this.token();
      if (token.kind === 'end') throw new PatternError('BADPAT');
    }
    const from = this.i;
    let first = true;
    for (; first || token.kind !== 'close'; token = this.token()) {
      if (token.kind === 'end') throw new PatternError('EBRACK');
      const start = this.element(token, first);
      first = false;
      if (start.kind === 'class') {
        if (!isClass(start.name)) throw new PatternError('ECTYPE');
        parts.classes.push(start.name);
        continue;
      }
      const end = start.kind === 'char' ? this.rangeEnd() : undefined;
      if (end !== undefined && end < start.code) throw new PatternError('ERANGE');
      parts.ranges.push([start.code, end ?? start.code]);
    }
    if (this.options.strictClasses && /^:[^:[-]+:$/.test(this.chars.slice(from, this.i).join(''))) throw new PatternError('COLONS');
    return { set: setOf(parts, this.options.locale), next: this.i + 1 };
  }

  private rangeEnd(): number | undefined {
    const dash = this.token();
    if (dash.kind === 'end') throw new PatternError('EBRACK');
    if (dash.kind !== 'range') return undefined;
    const before = this.i;
    this.i += dash.length;
    const token = this.token();
    if (token.kind === 'end') throw new PatternError('EBRACK');
    if (token.kind === 'close') {
      // the last one is itself
      this.i = before;
      return undefined;
    }
    const end = this.element(token, true);
    if (end.kind !== 'char') throw new PatternError('ERANGE');
    return end.code;
  }
}
