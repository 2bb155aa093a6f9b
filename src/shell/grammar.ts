import { checkCondition } from './condition-grammar';
import { Fault, type Token, Tokens } from './tokens';

/** Words that end a list of commands. */
const closers = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);
const compounds = new Set(['if', 'while', 'until', 'for', 'select', 'case', 'function', '{', '[[', 'coproc']);

/** The grammar of a shell, read only to find what does not fit it. */
class Grammar {
  private readonly tokens: Tokens;

  constructor(
    text: string,
    extglob: boolean,
    private readonly extended: boolean,
  ) {
    this.tokens = new Tokens(text, () => this.list(true, true), extglob, extended);
  }

  get substituting(): boolean {
    return this.tokens.depth > 0;
  }

  /** The whole text: throws its first Fault. */
  script(): void {
    this.list(false, true);
    const token = this.tokens.next();
    if (token.kind !== 'end') this.unexpected(token);
  }

  /** `sameLine`: a line end cannot stand there either, and bash sees one before the end of the text. */
  private unexpected(token: Token, expecting?: string, sameLine = false): never {
    if (token.kind === 'end' && sameLine && this.extended) throw new Fault('token', 'newline', token.pos, expecting, 'newline');
    if (token.kind === 'end') throw new Fault('end', '', token.pos, expecting);
    throw new Fault('token', token.text, token.pos, expecting, token.kind);
  }

  private newlines(): void {
    while (this.tokens.peek().kind === 'newline') this.tokens.next();
  }

  private isOperator(...texts: string[]): boolean {
    const token = this.tokens.peek();
    return token.kind === 'operator' && texts.includes(token.text);
  }

  private isWord(...texts: string[]): boolean {
    const token = this.tokens.peek();
    return token.kind === 'word' && texts.includes(token.text);
  }

  private word(text: string): void {
    const token = this.tokens.next();
    if (token.kind !== 'word' || token.text !== text) this.unexpected(token, text);
  }

  private operator(text: string): void {
    const token = this.tokens.next();
    if (token.kind !== 'operator' || token.text !== text) this.unexpected(token, text);
  }

  /** Commands up to what cannot be one more. `mayBeEmpty`: a script, or a substitution. */
  private list(compound: boolean, mayBeEmpty = false): void {
    this.newlines();
    if (this.tokens.peek().kind === 'end' && (mayBeEmpty || !this.extended)) return;
    if (mayBeEmpty && this.isOperator(')')) return;
    for (;;) {
      this.andOr();
      const token = this.tokens.peek();
      const separated = token.kind === 'newline' || (token.kind === 'operator' && (token.text === ';' || token.text === '&'));
      if (!separated) {
        if (!compound && token.kind !== 'end') this.unexpected(token);
        return;
      }
      this.tokens.next();
      this.newlines();
      const next = this.tokens.peek();
      if (next.kind === 'end' || this.isOperator(')', ';;', ';&', ';;&') || this.isWord(...closers)) return;
    }
  }

  private andOr(): void {
    this.pipeline();
    while (this.isOperator('&&', '||')) {
      this.tokens.next();
      this.newlines();
      this.pipeline();
    }
  }

  private pipeline(): void {
    let prefixed = false;
    while (this.isWord('!') || (this.extended && this.isWord('time'))) {
      const { text } = this.tokens.next();
      if (text === 'time') while (this.isWord('-p', '--')) this.tokens.next();
      prefixed = true;
    }
    const token = this.tokens.peek();
    if (prefixed && this.extended && (token.kind === 'newline' || token.kind === 'end' || this.isOperator(';'))) return;
    this.command();
    while (this.isOperator('|', '|&')) {
      this.tokens.next();
      this.newlines();
      this.command();
    }
  }

  private command(): void {
    const token = this.tokens.peek();
    if (token.kind === 'operator' && token.text === '(') this.parenthesized();
    else if (token.kind === 'word' && compounds.has(token.text) && this.knows(token.text)) {
      if (this.compound(token.text)) return;
    } else if (token.kind === 'word' && !closers.has(token.text)) return this.simple();
    else if (token.kind === 'redirection') return this.simple();
    else this.unexpected(this.tokens.next());
    this.redirections();
  }

  private knows(word: string): boolean {
    return this.extended || !['select', 'coproc', '[['].includes(word);
  }

  /** `(( … ))` or `( … )`. */
  private parenthesized(): void {
    const { tokens } = this;
    const open = tokens.next();
    if (this.extended && tokens.text[open.end] === '(') {
      const before = tokens.at;
      tokens.at = open.pos;
      tokens.parentheses();
      if (tokens.text[tokens.at - 2] === ')') return;
      tokens.at = before;
    }
    this.list(true);
    this.operator(')');
  }

  /** A compound command from its first word on; true when redirections were seen to. */
  private compound(first: string): boolean {
    switch (first) {
      case 'if':
        this.tokens.next();
        this.ifCommand();
        return false;
      case 'while':
      case 'until':
        this.tokens.next();
        this.list(true);
        this.doGroup();
        return false;
      case 'for':
      case 'select':
        this.forCommand();
        return false;
      case 'case':
        this.caseCommand();
        return false;
      case '{':
        this.tokens.next();
        this.list(true);
        this.word('}');
        return false;
      case '[[':
        this.tokens.next();
        checkCondition(this.tokens);
        return false;
      case 'function': {
        this.tokens.next();
        const name = this.tokens.next();
        if (name.kind !== 'word') this.unexpected(name, undefined, true);
        if (this.isOperator('(')) {
          this.tokens.next();
          this.operator(')');
        }
        this.body();
        return true;
      }
      default:
        this.coproc();
        return true;
    }
  }

  private ifCommand(): void {
    this.list(true);
    this.word('then');
    this.list(true);
    while (this.isWord('elif')) {
      this.tokens.next();
      this.list(true);
      this.word('then');
      this.list(true);
    }
    if (this.isWord('else')) {
      this.tokens.next();
      this.list(true);
    }
    this.word('fi');
  }

  private doGroup(): void {
    this.word('do');
    this.list(true);
    this.word('done');
  }

  private forCommand(): void {
    const { tokens } = this;
    tokens.next();
    const name = tokens.next();
    if (this.extended && name.text === '(' && tokens.text[name.end] === '(') {
      tokens.at = name.pos;
      tokens.parentheses();
    } else if (!this.extended && (name.kind !== 'word' || !/^[A-Za-z_]\w*$/.test(name.text))) {
      throw new Fault('message', 'bad for loop variable', name.pos);
    } else if (name.kind !== 'word') this.unexpected(name, undefined, true);
    else {
      this.newlines();
      if (this.isWord('in')) {
        tokens.next();
        while (tokens.peek().kind === 'word') tokens.next();
        const end = tokens.peek();
        if (end.kind !== 'newline' && !this.isOperator(';')) this.unexpected(tokens.next());
      }
    }
    if (this.isOperator(';')) tokens.next();
    this.newlines();
    if (this.extended && this.isWord('{')) {
      tokens.next();
      this.list(true);
      this.word('}');
    } else this.doGroup();
  }

  private caseCommand(): void {
    const { tokens } = this;
    tokens.next();
    const word = tokens.next();
    if (word.kind !== 'word') this.unexpected(word, this.extended ? undefined : 'word', true);
    this.newlines();
    this.word('in');
    for (;;) {
      this.newlines();
      if (this.isWord('esac')) break;
      if (this.isOperator('(')) tokens.next();
      for (;;) {
        const pattern = tokens.next();
        if (pattern.kind !== 'word') this.unexpected(pattern, pattern.kind === 'end' ? ')' : undefined);
        if (!this.isOperator('|')) break;
        tokens.next();
      }
      this.operator(')');
      this.newlines();
      if (!this.isWord('esac') && !this.isOperator(';;', ';&', ';;&')) this.list(true);
      if (this.isWord('esac')) break;
      const end = tokens.next();
      if (end.kind !== 'operator' || ![';;', ';&', ';;&'].includes(end.text)) this.unexpected(end, ';;');
    }
    tokens.next();
  }

  /** A function's body: a compound command. */
  private body(): void {
    this.newlines();
    const token = this.tokens.peek();
    const starts =
      token.kind === 'word' ? compounds.has(token.text) && token.text !== 'function' && token.text !== 'coproc' : token.text === '(';
    if (!starts && (this.extended || token.kind === 'end')) this.unexpected(this.tokens.next());
    this.command();
  }

  private coproc(): void {
    this.tokens.next();
    const token = this.tokens.peek();
    if (token.kind === 'newline' || token.kind === 'end' || (token.kind === 'operator' && token.text !== '('))
      this.unexpected(this.tokens.next(), undefined, true);
    const before = this.tokens.at;
    if (token.kind === 'word' && !compounds.has(token.text)) {
      this.tokens.next();
      const next = this.tokens.peek();
      if (!(next.text === '(' || (next.kind === 'word' && compounds.has(next.text)))) this.tokens.at = before;
    }
    this.command();
  }

  private simple(): void {
    const { tokens } = this;
    for (let count = 0; ; count++) {
      const token = tokens.peek();
      if (token.kind === 'redirection') this.redirection();
      else if (token.kind === 'word') {
        tokens.next();
        if (count > 0 || !this.isOperator('(')) continue;
        if (this.extended && /[=$`"'\\]/.test(token.text)) this.unexpected(tokens.next());
        tokens.next();
        const close = tokens.next();
        if (close.kind !== 'operator' || close.text !== ')') this.unexpected(close, ')', true);
        return this.body();
      } else if (token.kind === 'operator' && token.text === '(') this.unexpected(tokens.next());
      else return;
    }
  }

  private redirections(): void {
    while (this.tokens.peek().kind === 'redirection') this.redirection();
    const token = this.tokens.peek();
    if (token.kind === 'word' && !closers.has(token.text)) this.unexpected(this.tokens.next());
  }

  private redirection(): void {
    const operator = this.tokens.next();
    const target = this.tokens.peek();
    if (target.kind !== 'word') {
      const { pos } = this.tokens.next();
      if (target.kind === 'end' && !this.extended) this.unexpected(target);
      throw target.kind === 'end'
        ? new Fault('token', 'newline', pos, undefined, 'newline')
        : new Fault('token', target.text, pos, undefined, target.kind);
    }
    this.tokens.next();
    if (operator.text === '<<' || operator.text === '<<-') this.tokens.hereDoc(target.text, operator.text === '<<-');
  }
}

export interface Found {
  readonly fault: Fault;
  /** In the commands of a substitution. */
  readonly substituted: boolean;
}

/** What is wrong with a text, found where bash (`extended`) or ash finds it; undefined when nothing is. */
export function faultOf(text: string, extglob: boolean, extended: boolean): Found | undefined {
  const grammar = new Grammar(text, extglob, extended);
  try {
    grammar.script();
    return undefined;
  } catch (e) {
    if (e instanceof Fault) return { fault: e, substituted: grammar.substituting };
    throw e;
  }
}
