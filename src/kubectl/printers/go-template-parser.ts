/** Nodes of text/template, as far as objects are printed with it. */
export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipe: readonly Command[]; readonly variables: readonly string[]; readonly declare: boolean }
  | {
      readonly type: 'if' | 'with' | 'range';
      readonly pipe: readonly Command[];
      readonly variables: readonly string[];
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: 'template'; readonly name: string; readonly pipe: readonly Command[]; readonly place: Place }
  | { readonly type: 'break' | 'continue' };

/** A parsed template, and those that it defines. */
export interface Template {
  readonly nodes: readonly TemplateNode[];
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}
/** One command of a pipeline: its words, and where and how it stands in the template. */
export interface Command extends Place {
  readonly words: readonly Expression[];
}
export interface Place {
  /** Offset in the template. */
  readonly at: number;
  readonly text: string;
}
export type Expression =
  | { readonly type: 'literal'; readonly value: unknown; readonly goType?: 'int' | 'float64' }
  | { readonly type: 'nil' }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'dot'; readonly path: readonly string[]; readonly place: Place }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[]; readonly place: Place }
  | { readonly type: 'pipe'; readonly pipe: readonly Command[]; readonly path: readonly string[]; readonly place: Place };

/** `place`: what was being executed. */
export class GoTemplateError extends Error {
  constructor(
    message: string,
    readonly place?: Place,
  ) {
    super(message);
  }
}

interface Token {
  readonly kind: 'word' | 'string' | 'char' | 'number' | 'field' | 'variable' | 'symbol' | 'space';
  readonly text: string;
  readonly at: number;
}

const tokenPattern =
  /(?<space>\s+)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<char>'(?:[^'\\]|\\.)+')|(?<number>[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?))|(?<variable>\$[\p{L}\p{N}_]*)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<symbol>:=|[.|(),=])/uy;

/** What the scanner says of a character that begins nothing. */
const lexical: Readonly<Record<string, string>> = {
  '"': 'unterminated quoted string',
  '+': 'illegal number syntax: "+"',
  '-': 'illegal number syntax: "-"',
};

function tokens(text: string, offset: number): Token[] {
  const found: Token[] = [];
  for (tokenPattern.lastIndex = 0; tokenPattern.lastIndex < text.length;) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match)
      throw new GoTemplateError(`template: output:1: ${lexical[text[at]!] ?? `unexpected ${JSON.stringify(text[at])} in operand`}`);
    const [kind, value] = Object.entries(match.groups!).find(([, group]) => group !== undefined)!;
    found.push({ kind: kind as Token['kind'], text: value, at: offset + at });
  }
  return found;
}

type Piece = { readonly text: string } | { readonly action: string; readonly at: number };

/** Text and actions, white space trimmed beside `{{- ` and ` -}}`; comments dropped. */
function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let position = 0;
  let trim = false;
  for (;;) {
    const open = template.indexOf('{{', position);
    let text = open < 0 ? template.slice(position) : template.slice(position, open);
    if (trim) text = text.trimStart();
    if (open < 0) {
      if (text) found.push({ text });
      return found;
    }
    let start = open + 2;
    if (/^-\s/.test(template.slice(start))) {
      text = text.trimEnd();
      start += 1;
    }
    if (text) found.push({ text });
    const close = closing(template, start);
    let inside = template.slice(start, close);
    trim = /\s-$/.test(inside);
    if (trim) inside = inside.slice(0, -1);
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(inside)) found.push({ action: inside, at: start });
    position = close + 2;
  }
}

function closing(template: string, from: number): number {
  const pattern = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+'|\}\}/g;
  pattern.lastIndex = from;
  for (let match = pattern.exec(template); match; match = pattern.exec(template)) if (match[0] === '}}') return match.index;
  throw new GoTemplateError('template: output:1: unclosed action');
}

/** `more`: functions besides text/template's and kubectl's. Throws `GoTemplateError`. */
export function parseGoTemplate(template: string, more: readonly string[] = []): Template {
  const list = pieces(template);
  const defined = new Map<string, readonly TemplateNode[]>();
  let next = 0;
  let ranges = 0;
  const { nodes, end } = block();
  if (end) throw new GoTemplateError(`template: output:1: unexpected {{${end}}}`);
  return { nodes, defined };

  function block(): { nodes: TemplateNode[]; end: string | undefined; rest: Token[] } {
    const nodes: TemplateNode[] = [];
    while (next < list.length) {
      const piece = list[next++]!;
      if ('text' in piece) {
        nodes.push({ type: 'text', text: piece.text });
        continue;
      }
      const all = trimmed(tokens(piece.action, piece.at));
      const [first, ...others] = all;
      if (!first) throw new GoTemplateError('template: output:1: missing value for command');
      if (first.kind === 'word' && (first.text === 'end' || first.text === 'else'))
        return { nodes, end: first.text, rest: trimmed(others) };
      if (first.kind === 'word' && (first.text === 'break' || first.text === 'continue')) {
        if (ranges === 0) throw new GoTemplateError(`template: output:1: {{${first.text}}} outside {{range}}`);
        nodes.push({ type: first.text });
      } else if (first.kind === 'word' && (first.text === 'if' || first.text === 'with' || first.text === 'range'))
        nodes.push(branch(first.text, trimmed(others)));
      else if (first.kind === 'word' && (first.text === 'define' || first.text === 'template' || first.text === 'block'))
        nodes.push(...named(first.text, trimmed(others), piece));
      else {
        const { variables, declare, pipe } = pipeline(all, more);
        nodes.push({ type: 'action', pipe, variables, declare });
      }
    }
    return { nodes, end: undefined, rest: [] };
  }

  /** `define`, `template` and `block`: a template by its name, and what it is run on. */
  function named(type: 'define' | 'template' | 'block', words: Token[], piece: { action: string; at: number }): TemplateNode[] {
    const [name, ...rest] = words;
    if (name?.kind !== 'string')
      throw new GoTemplateError(`template: output:1: unexpected ${name ? `"${name.text}"` : '"}}"'} in ${type} clause`);
    const title = literalText(name.text);
    const pipe = trimmed(rest).length > 0 ? pipeline(trimmed(rest), more).pipe : [];
    if (type !== 'template') {
      const body = block();
      if (body.end !== 'end') throw new GoTemplateError('template: output:1: unexpected EOF');
      defined.set(title, body.nodes);
      if (type === 'define') return [];
    }
    const place = { at: piece.at + piece.action.indexOf(name.text), text: `{{template ${words.map((token) => token.text).join('')}}}` };
    return [{ type: 'template', name: title, pipe, place }];
  }

  function branch(type: 'if' | 'with' | 'range', words: Token[]): TemplateNode {
    if (words.length === 0) throw new GoTemplateError(`template: output:1: missing value for ${type}`);
    const { variables, pipe } = pipeline(words, more);
    if (type === 'range') ranges++;
    const body = block();
    if (type === 'range') ranges--;
    let otherwise: TemplateNode[] = [];
    if (body.end === undefined) throw new GoTemplateError('template: output:1: unexpected EOF');
    if (body.end === 'else') {
      const [again] = body.rest;
      if (again && again.kind === 'word' && (again.text === 'if' || again.text === 'with'))
        otherwise = [branch(again.text, trimmed(body.rest.slice(1)))];
      else {
        const rest = block();
        if (rest.end !== 'end') throw new GoTemplateError('template: output:1: unexpected EOF');
        otherwise = rest.nodes;
      }
    }
    return { type, pipe, variables, body: body.nodes, otherwise };
  }
}

const trimmed = (list: readonly Token[]): Token[] => {
  let [from, to] = [0, list.length];
  while (list[from]?.kind === 'space') from++;
  while (to > from && list[to - 1]?.kind === 'space') to--;
  return list.slice(from, to);
};

function pipeline(words: readonly Token[], more: readonly string[]): { variables: string[]; declare: boolean; pipe: Command[] } {
  const sign = words.findIndex((token) => token.kind === 'symbol' && (token.text === ':=' || token.text === '='));
  const variables = sign < 0 ? [] : words.slice(0, sign).flatMap((token) => (token.kind === 'variable' ? [token.text] : []));
  const reader = new PipeReader(words.slice(sign + 1), more);
  const pipe = reader.pipe();
  if (!reader.done) throw new GoTemplateError(`template: output:1: unexpected "${reader.rest}" in command`);
  return { variables, declare: words[sign]?.text === ':=', pipe };
}

/** text/template's functions, and kubectl's. */
const functionNames = new Set(
  'and or not len index slice eq ne lt le gt ge print println printf html js urlquery call base64decode exists'.split(' '),
);

class PipeReader {
  private position = 0;
  constructor(
    private readonly list: readonly Token[],
    private readonly more: readonly string[],
  ) {}

  get done(): boolean {
    return this.position >= this.list.length;
  }
  get rest(): string {
    return this.list[this.position]?.text ?? '';
  }
  private get token(): Token | undefined {
    return this.list[this.position];
  }

  pipe(): Command[] {
    const commands: Command[] = [];
    for (;;) {
      const words: Expression[] = [];
      const from = this.position;
      for (;;) {
        while (this.token?.kind === 'space') this.position++;
        if (this.done || this.is('|') || this.is(')')) break;
        words.push(this.operand());
      }
      if (words.length === 0) throw new GoTemplateError('template: output:1: missing value for command');
      commands.push({ words, ...this.place(from) });
      if (!this.is('|')) return commands;
      this.position++;
    }
  }

  /** The tokens from one on, up to here. */
  private place(from: number): Place {
    const taken = trimmed(this.list.slice(from, this.position));
    return { at: taken[0]?.at ?? 0, text: taken.map((token) => (token.kind === 'space' ? ' ' : token.text)).join('') };
  }
  /** A chain of fields stands where its second one does, as text/template has it. */
  private chain(from: number, first: string[]): { path: string[]; place: Place } {
    const path = [...first, ...this.path()];
    const place = this.place(from);
    const fields = this.list.slice(from, this.position).filter((token) => token.kind === 'field');
    return { path, place: { ...place, at: fields[1]?.at ?? place.at } };
  }

  private is(symbol: string): boolean {
    return this.token?.kind === 'symbol' && this.token.text === symbol;
  }

  private operand(): Expression {
    const from = this.position;
    const token = this.list[this.position++]!;
    switch (token.kind) {
      case 'string':
        return { type: 'literal', value: literalText(token.text) };
      case 'char':
        return { type: 'literal', value: unquote(`"${token.text.slice(1, -1)}"`).codePointAt(0) };
      case 'number':
        return {
          type: 'literal',
          value: numberOf(token.text),
          goType: /[.eE]/.test(token.text) && !/^[+-]?0[xX]/.test(token.text) ? 'float64' : 'int',
        };
      case 'word':
        if (token.text === 'true' || token.text === 'false') return { type: 'literal', value: token.text === 'true' };
        if (token.text === 'nil') return { type: 'nil' };
        if (!functionNames.has(token.text) && !this.more.includes(token.text))
          throw new GoTemplateError(`template: output:1: function "${token.text}" not defined`);
        return { type: 'name', name: token.text };
      case 'variable':
        return { type: 'variable', name: token.text, ...this.chain(from, []) };
      case 'field':
        return { type: 'dot', ...this.chain(from, [token.text.slice(1)]) };
      default:
        break;
    }
    if (token.text === '.') return { type: 'dot', path: [], place: this.place(from) };
    if (token.text === '(') {
      const pipe = this.pipe();
      if (!this.is(')')) throw new GoTemplateError('template: output:1: unclosed left paren');
      this.position++;
      return { type: 'pipe', pipe, ...this.chain(from, []) };
    }
    throw new GoTemplateError(`template: output:1: unexpected "${token.text}" in operand`);
  }

  private path(): string[] {
    const path: string[] = [];
    while (this.token?.kind === 'field') path.push(this.list[this.position++]!.text.slice(1));
    return path;
  }
}

const literalText = (token: string): string => (token.startsWith('`') ? token.slice(1, -1) : unquote(token));

/** `1_000`, `0x1f`, `-2e3` */
function numberOf(text: string): number {
  const plain = text.replaceAll('_', '');
  const [, sign, digits] = /^([+-]?)(.*)$/.exec(plain)!;
  return (sign === '-' ? -1 : 1) * Number(/^0[0-7]+$/.test(digits!) ? `0o${digits!.slice(1)}` : digits);
}

function unquote(quoted: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\' };
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/g, (_, wide: string, hex: string, c: string) =>
      c === undefined ? String.fromCharCode(parseInt(wide ?? hex, 16)) : (named[c] ?? c),
    );
}
