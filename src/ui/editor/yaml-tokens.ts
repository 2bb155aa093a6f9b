/** Where a line of YAML starts: within a block scalar whose parent stands at a column, a quoted scalar, or neither. */
export interface YamlState {
  readonly block?: number | undefined;
  readonly quote?: '"' | "'" | undefined;
  /** How many brackets and braces are open. */
  readonly flow: number;
}

export interface YamlToken {
  readonly start: number;
  readonly kind: '' | 'key' | 'string' | 'number' | 'keyword' | 'comment' | 'delimiter';
}

export const yamlStart: YamlState = { flow: 0 };

const word = /^(?:true|false|yes|no|on|off|null|~)$/i;
const number = /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+|\.inf|\.nan)$/i;
const blockHeader = /^[|>][-+\d]*(?=\s*$|\s+#)/;
const plainEnd = { block: /\s+#|:(?=\s|$)/, flow: /\s+#|:(?=[\s,[\]{}]|$)|[,[\]{}]/ };
const ends: Readonly<Record<'"' | "'", RegExp>> = { '"': /^(?:[^"\\]|\\.)*"/, "'": /^(?:[^']|'')*'/ };

/** The tokens of one line as kubectl's YAML (1.1) reads it, for colours: plain strings have no kind of their own. */
export function yamlTokens(line: string, from: YamlState): { readonly tokens: readonly YamlToken[]; readonly end: YamlState } {
  const tokens: YamlToken[] = [];
  const add = (start: number, kind: YamlToken['kind']): void => {
    if (tokens.at(-1)?.kind !== kind) tokens.push({ start, kind });
  };
  let { flow, quote, block } = from;
  let at = 0;

  if (block !== undefined) {
    const indent = line.search(/\S/);
    if (indent < 0 || indent > block) return { tokens: [{ start: 0, kind: 'string' }], end: from };
    block = undefined;
  }
  if (quote) {
    const end = ends[quote].exec(line)?.[0].length;
    if (end === undefined) return { tokens: [{ start: 0, kind: 'string' }], end: from };
    add(0, 'string');
    at = end;
    quote = undefined;
  } else if (/^(?:---|\.\.\.)(?=\s|$)/.test(line)) {
    add(0, 'delimiter');
    at = 3;
  } else if (line.startsWith('%')) {
    return { tokens: [{ start: 0, kind: 'comment' }], end: yamlStart };
  }

  /** The column that a block scalar's text has to be indented past. */
  let parent = at === 3 ? -1 : Math.max(0, line.search(/\S/));
  let first = true;
  while (at < line.length) {
    const rest = line.slice(at);
    const char = rest[0]!;
    const space = /^\s+/.exec(rest)?.[0].length;
    if (space) {
      add(at, '');
      at += space;
    } else if (char === '#' && (at === 0 || /\s/.test(line[at - 1]!))) {
      add(at, 'comment');
      break;
    } else if (flow === 0 && first && /^[-?](?=\s|$)/.test(rest)) {
      add(at, 'delimiter');
      parent = at;
      at += 1;
    } else if (/^[[\]{},]/.test(rest) && (flow > 0 || char === '[' || char === '{')) {
      add(at, 'delimiter');
      flow = Math.max(0, flow + (char === '[' || char === '{' ? 1 : char === ',' ? 0 : -1));
      at += 1;
      first = false;
    } else if (/^:(?=[\s,[\]{}]|$)/.test(rest)) {
      add(at, 'delimiter');
      at += 1;
      first = false;
    } else if (flow === 0 && blockHeader.test(rest)) {
      add(at, 'delimiter');
      at += blockHeader.exec(rest)![0].length;
      block = parent;
    } else if (/^[&*!]\S/.test(rest)) {
      add(at, 'keyword');
      at += /^[&*!][^\s,[\]{}]*/.exec(rest)![0].length;
    } else if (char === '"' || char === "'") {
      const length = ends[char].exec(rest.slice(1))?.[0].length;
      if (length === undefined) {
        add(at, 'string');
        quote = char;
        break;
      }
      const key = /^\s*:(?=\s|$|[,[\]{}])/.test(rest.slice(length + 1));
      if (key) parent = first ? at : parent;
      add(at, key ? 'key' : 'string');
      at += length + 1;
      first = false;
    } else {
      const end = rest.search(flow > 0 ? plainEnd.flow : plainEnd.block);
      const text = (end < 0 ? rest : rest.slice(0, end)).trimEnd() || char;
      const key = /^\s*:/.test(rest.slice(text.length)) && end >= 0;
      if (key && first) parent = at;
      add(at, key ? 'key' : word.test(text) ? 'keyword' : number.test(text) ? 'number' : '');
      at += text.length;
      first = false;
    }
  }
  return { tokens, end: { block, quote, flow } };
}
