/** Where and why a text is no script: what the shells' messages are made of. */
export class Fault extends Error {
  constructor(
    /**
     * `token`: one that cannot stand there; `end`: more is needed; `matching`: what was opened is never closed, `text` would close
     * it; `condition`: words inside `[[` make no test, `text` is the message; `message`: that is wrong in the shell's own words.
     */
    readonly kind: 'token' | 'end' | 'matching' | 'condition' | 'message',
    readonly text: string,
    readonly position: number,
    /** What only could have stood there. */
    readonly expecting?: string,
    readonly token?: Token['kind'],
    /** In the parentheses of an array's value. */
    readonly inArray = false,
    /** In quotes or an expansion, which are parts of a word. */
    readonly inWord = false,
  ) {
    super(text);
  }
}

/** A word's quotes or expansion, from `open` on, never end. */
const unclosed = (close: string, open: number, expecting?: string): Fault =>
  new Fault('matching', close, open, expecting, undefined, false, true);

export interface Token {
  readonly kind: 'word' | 'operator' | 'redirection' | 'newline' | 'end';
  readonly text: string;
  readonly pos: number;
  readonly end: number;
}

const operators = ['&&', '||', ';;&', ';;', ';&', '|&', '|', '&', ';', '(', ')'];
const redirections = ['<<<', '<<-', '<<', '>>', '<&', '>&', '<>', '>|', '&>>', '&>', '<', '>'];

/** Reads tokens as bash and ash do, so that a fault is found where they find it. Positions are in the whole text. */
export class Tokens {
  at = 0;
  /** Substitutions that are open. */
  depth = 0;
  private hereDocs: { readonly delimiter: string; readonly tabs: boolean }[] = [];

  constructor(
    readonly text: string,
    /** Reads the commands of `$(`, from `at` up to its parenthesis, which it leaves. */
    private readonly commands: () => void,
    /** `+(` and its kin begin patterns. */
    private readonly extglob: boolean,
    /** bash's own operators: `&>`, `<<<`, `;&`, arrays. */
    private readonly extended: boolean,
  ) {}

  private blanks(): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === ' ' || c === '\t' || c === '\r') this.at++;
      else if (c === '\\' && this.text[this.at + 1] === '\n') this.at += 2;
      else if (c === '#') while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++;
      else return;
    }
  }

  peek(): Token {
    const { at, hereDocs } = this;
    this.hereDocs = [...hereDocs];
    const token = this.next();
    this.at = at;
    this.hereDocs = hereDocs;
    return token;
  }

  next(): Token {
    this.blanks();
    const pos = this.at;
    const { text } = this;
    const made = (kind: Token['kind'], shown: string): Token => ({ kind, text: shown, pos, end: this.at });
    if (pos >= text.length) return made('end', 'newline');
    if (text[pos] === '\n') {
      this.at++;
      this.skipHereDocs();
      return made('newline', 'newline');
    }
    const process = /^[<>]\(/.test(text.slice(pos, pos + 2));
    const redirection = process ? undefined : redirections.find((o) => text.startsWith(o, pos) && (this.extended || !o.startsWith('&')));
    if (redirection !== undefined) {
      this.at += redirection.length;
      return made('redirection', redirection);
    }
    const operator = process
      ? undefined
      : operators.find((o) => text.startsWith(o, pos) && (this.extended || (o !== '|&' && o !== ';&' && o !== ';;&')));
    if (operator !== undefined) {
      this.at += operator.length;
      return made('operator', operator);
    }
    const number = /^(?:\d+|\{[A-Za-z_]\w*(?:\[[^\]]*\])?\})(?=[<>])/.exec(text.slice(pos))?.[0];
    if (number !== undefined && !/^[<>]\(/.test(text.slice(pos + number.length))) {
      this.at += number.length;
      const { text: shown } = this.next();
      return made('redirection', shown);
    }
    this.word();
    return made('word', text.slice(pos, this.at));
  }

  /** Notes a here-document whose text follows on the next line. */
  hereDoc(word: string, tabs: boolean): void {
    this.hereDocs.push({ delimiter: word.replace(/\\(.)|["']/g, '$1'), tabs });
  }

  private skipHereDocs(): void {
    for (const { delimiter, tabs } of this.hereDocs.splice(0)) {
      while (this.at < this.text.length) {
        const newline = this.text.indexOf('\n', this.at);
        const end = newline < 0 ? this.text.length : newline;
        const line = this.text.slice(this.at, end);
        this.at = newline < 0 ? end : end + 1;
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) break;
      }
    }
  }

  private word(): void {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length) {
      const c = text[this.at] ?? '';
      if (/[\s|&;()<>]/.test(c)) {
        if ((c === '<' || c === '>') && text[this.at + 1] === '(') this.commandsIn(2);
        else if (c === '(' && this.extended && this.beforeParenthesis(start)) continue;
        else return;
      } else if (this.extglob && /[?*+@!]/.test(c) && text[this.at + 1] === '(') {
        this.at++;
        this.parentheses();
      } else this.piece(c);
    }
  }

  /** `x=(`: an array's value. */
  private beforeParenthesis(start: number): boolean {
    if (!/^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=$/.test(this.text.slice(start, this.at))) return false;
    const open = this.at++;
    for (;;) {
      const token = this.next();
      if (token.kind === 'word' || token.kind === 'newline') continue;
      if (token.kind === 'end') throw new Fault('matching', ')', open, undefined, undefined, true);
      if (token.text === ')') return true;
      throw new Fault('token', token.text, token.pos, undefined, token.kind, true);
    }
  }

  piece(c: string): void {
    const { text } = this;
    if (c === '\\') this.at = Math.min(text.length, this.at + 2);
    else if (c === "'") this.quoted("'");
    else if (c === '"') this.doubleQuoted();
    else if (c === '`') this.backquoted();
    else if (c === '$') this.dollar(false);
    else this.at++;
  }

  private quoted(close: string, escapes = false): void {
    const open = this.at;
    for (let i = open + 1; i < this.text.length; i++) {
      if (escapes && this.text[i] === '\\') i++;
      else if (this.text[i] === close) {
        this.at = i + 1;
        return;
      }
    }
    throw unclosed(close, open);
  }

  private backquoted(): void {
    this.quoted('`', true);
  }

  private doubleQuoted(): void {
    const open = this.at++;
    while (this.at < this.text.length) {
      const c = this.text[this.at];
      if (c === '"') {
        this.at++;
        return;
      }
      if (c === '\\') this.at += 2;
      else if (c === '`') this.backquoted();
      else if (c === '$') this.dollar(true);
      else this.at++;
    }
    throw unclosed('"', open);
  }

  private dollar(inQuotes: boolean): void {
    const { text } = this;
    const rest = text.slice(this.at, this.at + 3);
    if (rest.startsWith('$((') && this.closes(this.at + 1) && this.arithmeticEnd(this.at + 3)) return;
    if (rest.startsWith('$(')) this.commandsIn(2);
    else if (rest.startsWith('${')) this.braced();
    else if (!inQuotes && rest.startsWith("$'")) {
      this.at++;
      this.quoted("'", true);
    } else if (rest.startsWith('$[')) this.balanced('[', ']', this.at + 1);
    else this.at++;
  }

  /** bash first looks for the parenthesis that ends `$((`, whatever is in it. */
  private closes(from: number): boolean {
    if (!this.extended) return true;
    const { at } = this;
    this.at = from;
    try {
      this.parentheses();
    } catch (e) {
      throw e instanceof Fault ? unclosed(')', at) : e;
    }
    this.at = at;
    return true;
  }

  /** Goes behind `))`, when what `$((` opens is arithmetic. */
  private arithmeticEnd(from: number): boolean {
    let depth = 0;
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i];
      if (c === '(') depth++;
      else if (c === ')') {
        if (depth === 0) {
          if (this.text[i + 1] !== ')') return false;
          this.at = i + 2;
          return true;
        }
        depth--;
      }
    }
    throw unclosed(')', this.at, '))');
  }

  private commandsIn(length: number): void {
    this.at += length;
    const hereDocs = this.hereDocs.splice(0);
    this.depth++;
    this.commands();
    this.hereDocs = hereDocs;
    const close = this.next();
    if (close.kind === 'end') throw new Fault('matching', ')', this.text.length);
    if (close.text !== ')') throw new Fault('token', close.text, close.pos, undefined, close.kind);
    this.depth--;
  }

  private braced(): void {
    const open = this.at;
    this.at += 2;
    while (this.at < this.text.length) {
      const c = this.text[this.at] ?? '';
      if (c === '}') {
        this.at++;
        return;
      }
      this.piece(c);
    }
    throw unclosed('}', open);
  }

  private balanced(open: string, close: string, from: number): void {
    let depth = 0;
    for (let i = from; i < this.text.length; i++) {
      if (this.text[i] === open) depth++;
      else if (this.text[i] === close && --depth === 0) {
        this.at = i + 1;
        return;
      }
    }
    throw unclosed(close, from);
  }

  /** From an opening parenthesis to its end, with what quotes in between. */
  parentheses(): void {
    const open = this.at++;
    let depth = 1;
    while (this.at < this.text.length && depth > 0) {
      const c = this.text[this.at] ?? '';
      if (c === '(') depth++;
      else if (c === ')') depth--;
      if (c === '(' || c === ')') this.at++;
      else this.piece(c);
    }
    if (depth > 0) throw unclosed(')', open);
  }
}
