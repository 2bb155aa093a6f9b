import { type Found, faultOf } from './grammar';
import { Fault, type Token } from './tokens';
import { type HereDoc, type ParsedScript, type Statement, type SyntaxNode, forEachChild, parse } from 'unbash';

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
  /** What only could have stood there. */
  readonly expecting?: string;
  readonly token?: Token['kind'];
  /** In the commands of a substitution. */
  readonly substituted?: boolean;
  /** $? after it, when it is not 2; `kept`: what it was, in a shell's own input, `not 0`: unless that was 0. */
  readonly status?: number | 'kept' | 'kept, not 0';
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

/** The here-documents that the end of the text ends. */
export function openHereDocs(node: SyntaxNode): readonly HereDoc[] {
  const open: HereDoc[] = [];
  const visit = (child: SyntaxNode): void => {
    if (child.type === 'HereDoc' && !child.closing) open.push(child);
    else forEachChild(child, visit);
  };
  visit(node);
  return open;
}

/** What a shell takes for granted when it reads. */
export interface Reading {
  readonly extglob: boolean;
  /** bash's grammar. */
  readonly extended: boolean;
}

/** Reads `text` as far as it goes; `final` when no more lines will come. */
export function parsePiece(text: string, final: boolean, reading: Reading): Piece {
  const script = parse(text);
  const dangling = danglingOperator(text);
  const plainGlobs = reading.extended && !reading.extglob && /[?*+@!]\(/.test(text);
  const wrong = (script.errors?.length ?? 0) > 0 || dangling || (text.includes('$(') && brokenSubstitution(script));
  const suspect =
    plainGlobs || /^\s*[\w.-]+[ \t]*\([ \t]*(?:[^)\s]|\n|$)/m.test(text) || (!reading.extended && /\bfor[ \t]+(?![A-Za-z_])/.test(text));
  const found = wrong || suspect ? faultOf(text, reading.extglob || !reading.extended, reading.extended) : undefined;
  if (found && (wrong || found.fault.kind === 'token' || found.fault.kind === 'message')) return faulty(script, text, final, found);
  const first = script.errors?.[0];
  if (first) return faulty(script, text, final, { fault: new Fault('token', tokenAt(text, first.pos), first.pos), substituted: false });
  const continued = /(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text) && !/^[^\n]*#/.test(text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
  if (!final && ((text.includes('<<') && openHereDocs(script).length > 0) || continued))
    return { kind: 'incomplete', script, fault: { message: endOfFile, position: text.length, line: undefined } };
  return { kind: 'script', script, statements: script.commands };
}

const endOfFile = 'syntax error: unexpected end of file';

/** Whether a `$(` holds what is no script. Backquotes are looked into when they run. */
function brokenSubstitution(script: ParsedScript): boolean {
  let broken = false;
  const visit = (node: SyntaxNode): void => {
    if (broken) return;
    if (node.type === 'CommandExpansion' && node.text.startsWith('$(') && node.script?.errors?.length) broken = true;
    else forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return broken;
}

/** The fault in bash's words. */
function faulty(script: ParsedScript, text: string, final: boolean, { fault, substituted }: Found): Piece {
  const { position, expecting } = fault;
  const inCondition = fault.kind === 'condition' || (fault.kind === 'end' && fault.text !== '');
  const atEnd = position >= text.trimEnd().length;
  const status = fault.inArray ? 1 : inCondition && !atEnd ? 'kept' : fault.inWord || inCondition ? 'kept, not 0' : undefined;
  switch (fault.kind) {
    case 'end':
      return {
        kind: final ? 'error' : 'incomplete',
        script,
        fault: { message: fault.text || endOfFile, position: text.length, line: undefined, expecting, status },
      };
    case 'matching': {
      const message = `unexpected EOF while looking for matching \`${fault.text}'`;
      return {
        kind: final ? 'error' : 'incomplete',
        script,
        fault: { message, position, line: undefined, expecting: expecting ?? (/[)}]/.test(fault.text) ? fault.text : undefined), status },
      };
    }
    case 'condition':
    case 'message':
      return { kind: 'error', script, fault: { message: fault.text, position, line: undefined, status } };
    case 'token': {
      const message = `syntax error near unexpected token \`${fault.text}'`;
      return {
        kind: 'error',
        script,
        fault: { message, position, line: lineAround(text, position), expecting, token: fault.token, status, substituted },
      };
    }
  }
}

function lineAround(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  return text.slice(start, end < 0 ? undefined : end);
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
    firstLine: number,
    private readonly reading: () => Reading,
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
      const piece = parsePiece(part, final, this.reading());
      if (piece.kind !== 'incomplete' || final) {
        this.at = end;
        for (const char of part) if (char === '\n') this.line++;
        return { piece, text: part, line };
      }
    }
  }
}
