export type TokenKind = 'number' | 'string' | 'regex' | 'name' | 'function-name' | 'builtin' | 'keyword' | 'operator' | 'newline' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  /** Blanks before it: `f (x)` is no call of a user's function. */
  readonly spaced: boolean;
}

/** A program that cannot be read; the message names the line. */
export class AwkSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly near: string,
    /** Instead of the message: mawk's, of which there may be several. */
    readonly complaints: readonly string[] = [],
  ) {
    super(message);
  }
}

const runaway = (kind: 'string' | 'regexp', line: number, text: string): AwkSyntaxError =>
  new AwkSyntaxError(`unterminated ${kind}`, line, text.slice(0, 10), [
    `line ${line}: runaway ${kind === 'string' ? 'string constant' : 'regular expression'} ${text.slice(0, 10)} ...`,
  ]);

export const keywords = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);
export const builtins = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'match',
  'sprintf',
  'sin',
  'cos',
  'atan2',
  'exp',
  'log',
  'sqrt',
  'int',
  'rand',
  'srand',
  'tolower',
  'toupper',
  'system',
  'close',
  'fflush',
  'systime',
  'strftime',
  'mktime',
  'gensub',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
  'compl',
  'strtonum',
]);

const operators = [
  '**=',
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '==',
  '<=',
  '>=',
  '!=',
  '!~',
  '>>',
  '|&',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
  '&',
];

const decimal = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const hexadecimal = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
const gawkOnly = new Set(['gensub', 'and', 'or', 'xor', 'lshift', 'rshift', 'compl', 'strtonum', 'patsplit', 'asort', 'asorti']);

const stringEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Backslash escapes of a string constant, or of an assignment on the command line. */
export function unescapeString(text: string): string {
  return text.replace(/\\(\n|[0-7]{1,3}|.)/g, (whole, c: string) => {
    if (c === '\n') return '';
    if (/^[0-7]/.test(c)) return String.fromCharCode(parseInt(c, 8));
    return stringEscapes[c] ?? whole;
  });
}

/** mawk lacks gawk's functions, `**` and hexadecimal numbers, and leaves `\\/` in strings alone. Throws AwkSyntaxError. */
export function tokenize(source: string, mawk: boolean): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  let line = 1;
  const push = (kind: TokenKind, text: string, spaced: boolean): void => void tokens.push({ kind, text, line, spaced });
  const regexAllowed = (): boolean => {
    const last = tokens.at(-1);
    if (!last) return true;
    if (last.kind === 'number' || last.kind === 'string' || last.kind === 'name' || last.kind === 'builtin' || last.kind === 'regex')
      return false;
    if (last.kind === 'keyword') return true;
    return !/^(\)|\]|\$|\+\+|--)$/.test(last.text);
  };
  while (i < source.length) {
    const start = i;
    while (/[ \t\r]/.test(source[i] ?? '') || (source[i] === '\\' && /^\\\r?\n/.test(source.slice(i, i + 3)))) {
      if (source[i] === '\\') {
        line++;
        i = source.indexOf('\n', i) + 1;
      } else i++;
    }
    const spaced = i > start;
    const c = source[i];
    if (c === undefined) break;
    if (c === '#') {
      while (i < source.length && source[i] !== '\n') i++;
      continue;
    }
    if (c === '\n') {
      push('newline', '\n', spaced);
      line++;
      i++;
      continue;
    }
    const number = (mawk ? decimal : hexadecimal).exec(source.slice(i, i + 64));
    if (number) {
      push('number', number[0], spaced);
      i += number[0].length;
      continue;
    }
    const word = /^[A-Za-z_]\w*/.exec(source.slice(i, i + 256));
    if (word) {
      const text = word[0];
      i += text.length;
      if (keywords.has(text)) push('keyword', text === 'func' ? 'function' : text, spaced);
      else if (builtins.has(text) && !(mawk && gawkOnly.has(text))) push('builtin', text, spaced);
      else push(source[i] === '(' ? 'function-name' : 'name', text, spaced);
      continue;
    }
    if (c === '"') {
      let j = i + 1;
      while (j < source.length && source[j] !== '"') {
        if (source[j] === '\n') throw runaway('string', line, source.slice(i, j));
        j += source[j] === '\\' ? 2 : 1;
      }
      if (j >= source.length) throw runaway('string', line, source.slice(i));
      push('string', unescapeString(mawk ? source.slice(i + 1, j).replace(/\\\//g, '\\\\/') : source.slice(i + 1, j)), spaced);
      i = j + 1;
      continue;
    }
    if (c === '/' && regexAllowed()) {
      let j = i + 1;
      let inBracket = false;
      while (j < source.length && (source[j] !== '/' || inBracket)) {
        if (source[j] === '\n') throw runaway('regexp', line, source.slice(i, j));
        if (source[j] === '\\') j++;
        else if (source[j] === '[' && !inBracket) {
          inBracket = true;
          if (source[j + 1] === '^') j++;
          if (source[j + 1] === ']') j++;
        } else if (source[j] === ']') inBracket = false;
        j++;
      }
      if (j >= source.length) throw runaway('regexp', line, source.slice(i));
      push('regex', source.slice(i + 1, j), spaced);
      i = j + 1;
      continue;
    }
    const operator = operators.find((o) => !(mawk && o.startsWith('**')) && source.startsWith(o, i));
    if (!operator) throw new AwkSyntaxError('syntax error', line, c, [`${line}: unexpected character '${c}'`]);
    push('operator', operator === '**' ? '^' : operator === '**=' ? '^=' : operator, spaced);
    i += operator.length;
  }
  push('newline', '\n', false);
  push('end', '', false);
  return tokens;
}
