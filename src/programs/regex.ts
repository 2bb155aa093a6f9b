/** A pattern that is no valid POSIX regular expression; the text is glibc's. */
export class PatternError extends Error {}

export interface RegexOptions {
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** Flags for RegExp besides: `g`, `y`, `d`. `u` is always there. */
  readonly flags?: string;
  /** `^` and `$` match at newlines. */
  readonly multiline?: boolean;
  /** awk: backslash escapes of strings (\n, \t, \/) inside. */
  readonly awk?: boolean;
}

const classes: Readonly<Record<string, string>> = {
  alpha: '\\p{L}', digit: '0-9', alnum: '\\p{L}\\p{Nd}', upper: '\\p{Lu}', lower: '\\p{Ll}', space: ' \\t\\n\\v\\f\\r', blank: ' \\t', punct: '!-\\/:-@\\[-`\\{-~',
  print: ' -~\\u00a0-\\u{10ffff}', graph: '!-~\\u00a1-\\u{10ffff}', cntrl: '\\x00-\\x1f\\x7f', xdigit: '0-9A-Fa-f',
}; // prettier-ignore

const word = '[A-Za-z0-9_]';
const special = /[\\^$.*+?()[\]{}|/]/;

const literal = (c: string): string => (special.test(c) ? `\\${c}` : c);
const inClass = (c: string): string => (/[\\\]^\-[&~|/(){}]/.test(c) ? `\\${c}` : c);

interface Cursor {
  i: number;
}

/** A bracket expression starting after `[`. */
function bracket(chars: readonly string[], at: Cursor, options: RegexOptions): string {
  let body = '';
  let negated = false;
  if (chars[at.i] === '^') {
    negated = true;
    at.i++;
  }
  let first = true;
  let previous: string | undefined;
  for (;;) {
    let c = chars[at.i];
    if (c === undefined) throw new PatternError('Unmatched [, [^, [:, [., or [=');
    if (c === ']' && !first) break;
    first = false;
    if (c === '[' && (chars[at.i + 1] === ':' || chars[at.i + 1] === '.' || chars[at.i + 1] === '=')) {
      const kind = chars[at.i + 1] as string;
      let name = '';
      at.i += 2;
      while (at.i < chars.length && !(chars[at.i] === kind && chars[at.i + 1] === ']')) name += chars[at.i++];
      if (at.i >= chars.length) throw new PatternError('Unmatched [, [^, [:, [., or [=');
      at.i += 2;
      if (kind === ':') {
        const set = classes[options.ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name];
        if (set === undefined) throw new PatternError('Invalid character class name');
        body += set;
        previous = undefined;
        continue;
      }
      c = name;
    } else if (c === '\\' && options.awk) {
      const next = chars[at.i + 1] ?? '\\';
      c = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07', b: '\b' }[next] ?? next;
      at.i += 2;
    } else at.i++;
    if (c === '-' && previous !== undefined && chars[at.i] !== ']' && chars[at.i] !== undefined) {
      let end = chars[at.i++] as string;
      if (end === '\\' && options.awk) end = chars[at.i++] as string;
      if ((end.codePointAt(0) as number) < (previous.codePointAt(0) as number)) throw new PatternError('Invalid range end');
      body += `-${inClass(end)}`;
      previous = undefined;
      continue;
    }
    body += inClass(c);
    previous = c;
  }
  at.i++;
  return `[${negated ? '^' : ''}${body}]`;
}

/** `{m,n}` as JavaScript has it, or undefined when there is none at this place. */
function interval(chars: readonly string[], from: number, close: string): { text: string; next: number } | undefined {
  const rest = chars.slice(from, from + 24).join('');
  const m = (close === '}' ? /^(\d*)(,?)(\d*)\}/ : /^(\d*)(,?)(\d*)\\\}/).exec(rest);
  if (!m || (m[1] === '' && m[2] === '')) return undefined;
  if (m[3] !== '' && Number(m[1]) > Number(m[3])) throw new PatternError('Invalid content of \\{\\}');
  return { text: `{${m[1] || '0'}${m[2]}${m[3]}}`, next: from + m[0].length };
}

/** The body of a RegExp for a POSIX pattern, with GNU's extensions. Unlike POSIX: the first alternative that matches wins, not the longest. */
export function translate(pattern: string, options: RegexOptions): string {
  const { extended } = options;
  const chars = [...pattern];
  const at: Cursor = { i: 0 };
  let out = '';
  let depth = 0;
  let groups = 0;
  const closed = new Set<number>();
  const open: number[] = [];
  /** Whether there is something to repeat just before. */
  let atom = false;
  /** At the start of a branch. */
  let start = true;
  while (at.i < chars.length) {
    const c = chars[at.i++] as string;
    const next = chars[at.i];
    const token = c === '\\' && next !== undefined ? `\\${next}` : c;
    if (token.length > 1) at.i++;
    else if (c === '\\') throw new PatternError('Trailing backslash');
    const operator = extended
      ? token
      : ({
          '\\(': '(',
          '\\)': ')',
          '\\|': '|',
          '\\+': '+',
          '\\?': '?',
          '\\{': '{',
          '(': '\\(',
          ')': '\\)',
          '|': '\\|',
          '+': '\\+',
          '?': '\\?',
          '{': '\\{',
          '}': '\\}',
        }[token] ?? token);
    if (operator === '(') {
      out += '(';
      depth++;
      open.push(++groups);
      atom = false;
      start = true;
      continue;
    }
    if (operator === ')') {
      if (depth === 0) {
        if (!extended) throw new PatternError('Unmatched ) or \\)');
        out += '\\)';
      } else {
        depth--;
        closed.add(open.pop() as number);
        out += ')';
      }
      atom = true;
    } else if (operator === '|') {
      out += '|';
      atom = false;
      start = true;
      continue;
    } else if (operator === '*' || operator === '+' || operator === '?') {
      if (!atom) {
        if (extended && operator !== '*' && !start) throw new PatternError('Invalid preceding regular expression');
        if (!extended || operator === '*' || start) {
          if (!extended) {
            out += `\\${operator}`;
            atom = true;
          }
        }
      } else if (/[*+?}]$/.test(out) && !/\\[*+?}]$/.test(out)) out = repeatAgain(out, operator);
      else out += operator;
    } else if (operator === '{') {
      const found = atom ? interval(chars, at.i, extended ? '}' : '\\}') : undefined;
      if (found) {
        out = /[*+?}]$/.test(out) && !/\\[*+?}]$/.test(out) ? repeatAgain(out, found.text) : out + found.text;
        at.i = found.next;
      } else if (extended) {
        out += '\\{';
        atom = true;
      } else throw new PatternError(atom ? 'Unmatched \\{' : 'Invalid preceding regular expression');
    } else if (token === '.') {
      out += options.multiline ? '[^]' : '[^]';
      atom = true;
    } else if (token === '[') {
      out += bracket(chars, at, options);
      atom = true;
    } else if (token === '^' && (extended || start)) {
      out += options.multiline ? '(?:^|(?<=\\n))' : '^';
      atom = false;
      if (!extended) {
        start = true;
        continue;
      }
      start = true;
      continue;
    } else if (
      token === '$' &&
      (extended || at.i >= chars.length || (next === '\\' && (chars[at.i + 1] === ')' || chars[at.i + 1] === '|')))
    ) {
      out += options.multiline ? '(?:$|(?=\\n))' : '$';
      atom = false;
    } else if (/^\\[1-9]$/.test(token) && !options.awk) {
      if (!closed.has(Number(token[1]))) throw new PatternError('Invalid back reference');
      out += `(?:${token})`;
      atom = true;
    } else if (token.length > 1) {
      out += escaped(next as string, options);
      atom = !/^\\[<>bB`']$/.test(token);
    } else {
      out += literal(c);
      atom = true;
    }
    start = false;
  }
  if (depth > 0) throw new PatternError('Unmatched ( or \\(');
  return out;
}

/** `a*+`: a repetition of a repetition. */
function repeatAgain(out: string, operator: string): string {
  // The last atom with its repetition, in a group of its own.
  for (let i = out.length - 1; i >= 0; i--) {
    try {
      new RegExp(out.slice(0, i), 'u');
      new RegExp(out.slice(i), 'u');
      return `${out.slice(0, i)}(?:${out.slice(i)})${operator}`;
    } catch {
      // cut inside an atom
    }
  }
  return out;
}

function escaped(c: string, options: RegexOptions): string {
  switch (c) {
    case '<':
      return `(?<!${word})(?=${word})`;
    case '>':
      return `(?<=${word})(?!${word})`;
    case 'b':
      return options.awk ? '\\x08' : `(?:(?<!${word})(?=${word})|(?<=${word})(?!${word}))`;
    case 'B':
      return '\\B';
    case 'w':
      return word;
    case 'W':
      return '[^A-Za-z0-9_]';
    case 's':
      return '[ \\t\\n\\v\\f\\r]';
    case 'S':
      return '[^ \\t\\n\\v\\f\\r]';
    case '`':
      return '(?<![^])';
    case "'":
      return '(?![^])';
    case 'n':
      return '\\n';
    case 't':
      return '\\t';
    case 'r':
    case 'f':
    case 'v':
      return `\\${c}`;
    case 'a':
      return options.awk ? '\\x07' : 'a';
    case 'y':
      return options.awk ? '\\b' : 'y';
    default:
      return literal(c);
  }
}

/** Throws PatternError. */
export function posixRegex(pattern: string, options: RegexOptions): RegExp {
  const flags = `u${options.ignoreCase ? 'i' : ''}${options.flags ?? ''}`;
  try {
    return new RegExp(translate(pattern, options), flags);
  } catch (error) {
    if (error instanceof PatternError) throw error;
    throw new PatternError('Invalid regular expression');
  }
}
