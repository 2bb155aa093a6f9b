/** Nodes of a JSONPath template, as k8s.io/client-go/util/jsonpath has them. */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'slice'; readonly start?: number; readonly end?: number; readonly step?: number; readonly single: boolean }
  | { readonly type: 'filter'; readonly left: readonly Node[]; readonly operator: string; readonly right: readonly Node[] }
  | { readonly type: 'number'; readonly value: number; readonly whole: boolean }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly members: readonly (readonly Node[])[] }
  | { readonly type: 'unknown'; readonly word: string }
  | { readonly type: 'range' }
  | { readonly type: 'end' };

/** One `{…}` action, or text between actions. */
export type Action = readonly Node[];

export class JsonPathError extends Error {}

const isAlphaNumeric = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
const ends = (c: string | undefined): boolean => c === undefined || ' \t\n\r{}.,[]$@'.includes(c);

/** Reads a template into its actions. Throws `JsonPathError` with client-go's words. */
export function parseTemplate(template: string): Action[] {
  const actions: Action[] = [];
  let position = 0;
  while (position < template.length) {
    const open = template.indexOf('{', position);
    const text = open < 0 ? template.slice(position) : template.slice(position, open);
    if (text) actions.push([{ type: 'text', text }]);
    if (open < 0) break;
    const reader = new ActionReader(template, open + 1);
    actions.push(reader.read());
    position = reader.position;
  }
  return actions;
}

/** The nodes of one action's inside. */
export function parseExpression(text: string): Action {
  return new ActionReader(`${text}}`, 0).read();
}

class ActionReader {
  constructor(
    private readonly text: string,
    public position: number,
  ) {}

  read(): Action {
    const nodes: Node[] = [];
    for (;;) {
      const c = this.text[this.position];
      if (c === undefined || c === '\n' || c === '\r') throw new JsonPathError('unclosed action');
      if (c === '}') {
        this.position++;
        return nodes;
      }
      if (c === ' ' || c === '\t' || c === '@' || c === '$') this.position++;
      else if (c === '[') nodes.push(...this.array());
      else if (c === '"' || c === "'") nodes.push({ type: 'text', text: this.quoted(c) });
      else if (c === '.') nodes.push(...this.dot());
      else if (/[+\-\d]/.test(c)) nodes.push(this.number());
      else if (isAlphaNumeric(c)) nodes.push(this.identifier());
      else
        throw new JsonPathError(
          `unrecognized character in action: U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${c}'`,
        );
    }
  }

  private dot(): Node[] {
    this.position++;
    const c = this.text[this.position];
    if (c === '.') return [{ type: 'recursive' }];
    // a dot alone is a field without a name
    if (c === undefined || ' \t[{}$@'.includes(c)) return [{ type: 'field', name: '' }];
    if (c === '*') {
      this.position++;
      return [{ type: 'wildcard' }];
    }
    let name = '';
    while (!ends(this.text[this.position])) {
      if (this.text[this.position] === '\\' && this.position + 1 < this.text.length) this.position++;
      name += this.text[this.position++]!;
    }
    return name ? [name === '*' ? { type: 'wildcard' } : { type: 'field', name }] : [];
  }

  private quoted(quote: string): string {
    let raw = '';
    for (this.position++; ; this.position++) {
      const c = this.text[this.position];
      if (c === undefined || c === '\n') throw new JsonPathError('unterminated quoted string');
      if (c === quote) break;
      if (c === '\\') raw += c + (this.text[++this.position] ?? '');
      else raw += c;
    }
    this.position++;
    return unquote(raw);
  }

  private number(): Node {
    const match = /^[+-]?[\d.]*/.exec(this.text.slice(this.position))![0];
    this.position += match.length;
    if (!/^[+-]?\d+(\.\d*)?$|^[+-]?\.\d+$/.test(match)) throw new JsonPathError(`cannot parse number ${match}`);
    return { type: 'number', value: Number(match), whole: !match.includes('.') };
  }

  private identifier(): Node {
    const start = this.position;
    while (!ends(this.text[this.position])) this.position++;
    const word = this.text.slice(start, this.position);
    if (word === 'true' || word === 'false') return { type: 'bool', value: word === 'true' };
    if (word === 'range' || word === 'end') return { type: word };
    return { type: 'unknown', word };
  }

  private array(): readonly Node[] {
    const start = ++this.position;
    let depth = 0;
    let quote = '';
    for (; ; this.position++) {
      const c = this.text[this.position];
      if (c === undefined || c === '\n') throw new JsonPathError(this.text[start] === '?' ? 'unterminated filter' : 'unterminated array');
      if (quote) {
        if (c === '\\') this.position++;
        else if (c === quote) quote = '';
      } else if (c === '"' || c === "'") quote = c;
      else if (c === '[' || c === '(') depth++;
      else if (c === ')') depth--;
      else if (c === ']') {
        if (depth <= 0) break;
        depth--;
      }
    }
    const inside = this.text.slice(start, this.position);
    this.position++;
    return arrayNodes(inside);
  }
}

function arrayNodes(inside: string): readonly Node[] {
  if (inside === '*') return [{ type: 'slice', start: 0, single: false }];
  if (inside.startsWith('?')) {
    const filter = /^\?\((.*)\)$/s.exec(inside.trim());
    if (!filter) throw new JsonPathError(`unterminated filter`);
    return [filterNode(filter[1]!)];
  }
  const members = splitMembers(inside);
  if (members.length > 1) return [{ type: 'union', members: members.map((member) => parseExpression(`[${member.trim()}]`)) }];
  const key = /^'([^']*)'$/.exec(inside.trim());
  // a path in quotes is a path all the same: ['metadata.name']
  if (key) return parseExpression(`.${key[1]!}`);
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(inside);
  if (!slice) throw new JsonPathError(`invalid array index ${inside}`);
  const part = (text: string | undefined): number | undefined => {
    const digits = text?.replace(':', '');
    return digits ? Number(digits) : undefined;
  };
  const single = slice[2] === undefined;
  return [{ type: 'slice', start: part(slice[1]), end: part(slice[2]), step: part(slice[3]), single }];
}

function splitMembers(text: string): string[] {
  const members: string[] = [];
  let from = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === ',') {
      members.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...members, text.slice(from)];
}

function filterNode(text: string): Node {
  const match = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(text);
  if (!match) return { type: 'filter', left: parseExpression(text), operator: 'exists', right: [] };
  return { type: 'filter', left: parseExpression(match[1]!), operator: match[2]!, right: parseExpression(match[3]!) };
}

const escaped: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

function unquote(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs, (_, wide: string, hex: string, c: string) =>
    c === undefined ? String.fromCharCode(parseInt(wide ?? hex, 16)) : (escaped[c] ?? c),
  );
}
