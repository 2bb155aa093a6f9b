import { type ParsedScript, type Statement, type SyntaxNode, forEachChild, parse } from 'unbash';

/** A text being run, and where its lines are. */
export interface Source {
  readonly text: string;
  /** Set when it comes from a script's or a sourced file: the name messages begin with. */
  readonly file: string | undefined;
  lineAt(position: number): number;
}

export function sourceOf(text: string, firstLine: number, file?: string): Source {
  let starts: number[] | undefined;
  return {
    text,
    file,
    lineAt(position) {
      if (!starts) {
        starts = [0];
        for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
      }
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= position) low = middle;
        else high = middle - 1;
      }
      return firstLine + low;
    },
  };
}

export interface SyntaxFault {
  /** In the dialect-free words of bash, without prefix. */
  readonly message: string;
  readonly position: number;
  readonly line: string | undefined;
  /** What could have closed it. */
  readonly expecting?: string;
}

export type Piece =
  | { readonly kind: 'script'; readonly script: ParsedScript; readonly statements: readonly Statement[] }
  /** More lines are needed. */
  | { readonly kind: 'incomplete'; readonly script: ParsedScript; readonly fault: SyntaxFault }
  | { readonly kind: 'error'; readonly script: ParsedScript; readonly fault: SyntaxFault };

const tokenPattern = /^(?:&&|\|\||;;&|;;|;&|<<<|<<-|<<|>>|<&|>&|<>|>\||&>>|&>|\|&|[|&;()<>\n]|[^\s|&;()<>]+)/;

function tokenAt(text: string, position: number): string {
  const rest = text.slice(position).replace(/^[ \t]+/, '');
  if (rest === '') return 'newline';
  const token = tokenPattern.exec(rest)?.[0] ?? rest[0] ?? '';
  return token === '\n' ? 'newline' : token;
}

function openHereDoc(node: SyntaxNode): boolean {
  let open = false;
  const visit = (child: SyntaxNode): void => {
    if (open) return;
    if (child.type === 'HereDoc' && !child.closing) open = true;
    else forEachChild(child, visit);
  };
  visit(node);
  return open;
}

/** Reads `text` as far as it goes; `final` when no more lines will come. */
export function parsePiece(text: string, final: boolean): Piece {
  const script = parse(text);
  const errors = script.errors ?? [];
  const first = errors[0];
  if (!first) {
    const continued = /(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text) && !/^[^\n]*#/.test(text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
    if (!final && ((text.includes('<<') && openHereDoc(script)) || continued || danglingOperator(text))) {
      return {
        kind: 'incomplete',
        script,
        fault: { message: 'syntax error: unexpected end of file', position: text.length, line: undefined },
      };
    }
    if (!danglingOperator(text)) return { kind: 'script', script, statements: script.commands };
    return { kind: 'error', script, fault: { message: 'syntax error: unexpected end of file', position: text.length, line: undefined } };
  }
  const end = text.trimEnd().length;
  const opened = /^expected command in/.test(first.message) && errors.some((e) => e.pos >= end);
  if (/^expected/.test(first.message) && first.pos < end && !opened) {
    const inside = /^expected command in/.test(first.message) ? 1 : 0;
    return near(script, text, first.pos + inside);
  }
  const unterminated = /^unterminated (.*)/.exec(first.message)?.[1];
  const atEnd = errors.some((e) => e.pos >= end) && !/^unexpected token/.test(first.message);
  if (unterminated !== undefined || atEnd) {
    const quote =
      unterminated && /quote/.test(unterminated)
        ? /single/.test(unterminated)
          ? "'"
          : '"'
        : unterminated && /backtick/.test(unterminated)
          ? '`'
          : unterminated && /substitution|glob|arithmetic|array/.test(unterminated)
            ? ')'
            : unterminated && /expansion/.test(unterminated)
              ? '}'
              : undefined;
    const message = quote ? `unexpected EOF while looking for matching \`${quote}'` : 'syntax error: unexpected end of file';
    const position = quote ? first.pos : text.length;
    const expected = errors.map((e) => /^expected '([^']+)'/.exec(e.message)?.[1]).find((e) => e !== undefined);
    const expecting = expected ?? (quote === ')' || quote === '}' ? quote : undefined);
    return { kind: final ? 'error' : 'incomplete', script, fault: { message, position, line: undefined, expecting } };
  }
  return near(script, text, first.pos);
}

function near(script: ParsedScript, text: string, position: number): Piece {
  const call = /\S[ \t]*\([ \t]*([^\s()]+)[ \t]*$/.exec(text.slice(0, position));
  const parenthesized = text[position] === ')' ? call?.[1] : undefined;
  const token = parenthesized ?? tokenAt(text, position);
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  const lineEnd = text.indexOf('\n', position);
  return {
    kind: 'error',
    script,
    fault: {
      message: `syntax error near unexpected token \`${token}'`,
      position,
      line: text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd),
      expecting: parenthesized === undefined ? undefined : ')',
    },
  };
}

function danglingOperator(text: string): boolean {
  return /(?:&&|\|\||(?:^|[^|>\\])\|&?)\s*$/.test(text) && !/#[^\n]*$/.test(text.trimEnd());
}

/** What bash's grammar has and ash's or dash's has not: the words of the complaint, or undefined. */
export function refusedBy(shell: 'bash' | 'ash' | 'dash', script: ParsedScript): string | undefined {
  if (shell === 'bash') return undefined;
  const dash = shell === 'dash';
  let found: string | undefined;
  const visit = (node: SyntaxNode): void => {
    if (found !== undefined) return;
    if (node.type === 'HereString') found = dash ? 'redirection unexpected' : 'unexpected redirection';
    else if (node.type === 'ArithmeticFor') found = dash ? 'Bad for loop variable' : 'bad for loop variable';
    else if (node.type === 'ArrayValue') found = dash ? '"(" unexpected' : 'unexpected "("';
    else if (node.type === 'Pipeline' && node.operators.includes('|&')) found = dash ? '"&" unexpected' : 'unexpected "&"';
    else if (node.type === 'Select') found = dash ? '"do" unexpected' : 'unexpected "do"';
    else if (node.type !== 'Word' && node.type !== 'HereDocBody') forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return found;
}

/**
 * The complete commands of a text, one group of lines at a time: a group runs before the next is looked at, so a
 * syntax error does not stop what stands on earlier lines.
 */
export class LineGroups {
  private at = 0;
  private line: number;

  constructor(
    private readonly text: string,
    firstLine = 1,
  ) {
    this.line = firstLine;
  }

  get atEnd(): boolean {
    return this.text.slice(this.at).trim() === '';
  }

  /** undefined at the end. */
  next(): { readonly piece: Piece; readonly text: string; readonly line: number } | undefined {
    const { text } = this;
    if (this.at >= text.length) return undefined;
    let end = this.at;
    const line = this.line;
    const step = 1;
    for (;;) {
      let lines = 0;
      while (lines < step && end < text.length) {
        const newline = text.indexOf('\n', end);
        end = newline < 0 ? text.length : newline + 1;
        lines++;
      }
      const final = end >= text.length;
      const part = text.slice(this.at, end);
      const piece = parsePiece(part, final);
      if (piece.kind !== 'incomplete' || final) {
        this.at = end;
        for (const char of part) if (char === '\n') this.line++;
        return { piece, text: part, line };
      }
    }
  }
}
