/**
 * Shell patterns (glob(7)) as regular expressions. In a pattern a backslash quotes the next character;
 * expansion writes quoted text that way.
 */
const classes: Readonly<Record<string, string>> = {
  alpha: '\\p{L}', digit: '0-9', alnum: '\\p{L}\\p{Nd}', upper: '\\p{Lu}', lower: '\\p{Ll}', space: '\\s', blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~', print: '\\x20-\\x7e', graph: '\\x21-\\x7e', cntrl: '\\x00-\\x1f\\x7f', xdigit: '0-9A-Fa-f', word: '\\w',
}; // prettier-ignore

/** Quotes what a pattern or a regular expression would take as special. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\](){}|^$.+!@\-,/~&#]/g, (c) => (c === '/' ? c : `\\${c}`));
}

export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([^])/g, '$1');
}

export function hasGlob(pattern: string): boolean {
  return /[*?[]|[@+!]\(/.test(pattern.replace(/\\[^]/g, ''));
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

/** The end of a bracket expression that starts at `start`, or -1. */
function bracketEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '!' || pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[' && pattern[i + 1] === ':') {
      const close = pattern.indexOf(':]', i + 2);
      if (close > 0) i = close + 1;
    } else if (pattern[i] === ']') return i;
  }
  return -1;
}

function bracketSource(body: string): string {
  let out = '[';
  let i = 0;
  if (body[0] === '!' || body[0] === '^') {
    out += '^';
    i = 1;
  }
  for (; i < body.length; i++) {
    const char = body[i] ?? '';
    if (char === '[' && body[i + 1] === ':') {
      const close = body.indexOf(':]', i + 2);
      const name = body.slice(i + 2, close);
      if (close > 0 && classes[name] !== undefined) {
        out += classes[name];
        i = close + 1;
        continue;
      }
    }
    if (char === '\\' && i + 1 < body.length) {
      i++;
      out += body[i] === '-' ? '\\-' : literal(body[i] ?? '');
    } else out += char === '-' ? (i === 0 || i === body.length - 1 || out === '[^' ? '\\-' : '-') : literal(char);
  }
  return `${out}]`;
}

function closingParen(pattern: string, start: number): number {
  let depth = 0;
  for (let i = start; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '(') depth++;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function splitAlternatives(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '\\') i++;
    else if (body[i] === '(') depth++;
    else if (body[i] === ')') depth--;
    else if (body[i] === '|' && depth === 0) {
      parts.push(body.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(body.slice(from));
  return parts;
}

function source(pattern: string, lazy: boolean): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if ('?*+@!'.includes(char) && pattern[i + 1] === '(') {
      const end = closingParen(pattern, i + 1);
      if (end > 0) {
        const inner = splitAlternatives(pattern.slice(i + 2, end)).map((p) => source(p, lazy)).join('|'); // prettier-ignore
        if (char === '!') out += `(?:(?!(?:${inner})$)[^]*)`;
        else out += `(?:${inner})${char === '@' ? '' : char}`;
        i = end;
        continue;
      }
    }
    if (char === '*') out += lazy ? '[^]*?' : '[^]*';
    else if (char === '?') out += '[^]';
    else if (char === '[') {
      const end = bracketEnd(pattern, i);
      if (end < 0) out += '\\[';
      else {
        out += bracketSource(pattern.slice(i + 1, end));
        i = end;
      }
    } else if (char === '\\' && i + 1 < pattern.length) {
      const whole = String.fromCodePoint(pattern.codePointAt(i + 1) ?? 0);
      out += literal(whole);
      i += whole.length;
    } else {
      out += literal(char);
    }
  }
  return out;
}

const cache = new Map<string, RegExp>();

/** `anchor`: which ends of the text must match. */
export function patternRegExp(
  pattern: string,
  anchor: 'both' | 'start' | 'end' | 'none' = 'both',
  options: { lazy?: boolean; ignoreCase?: boolean; global?: boolean } = {},
): RegExp {
  const key = `${anchor}${options.lazy ? 'l' : ''}${options.ignoreCase ? 'i' : ''}${options.global ? 'g' : ''}:${pattern}`;
  let compiled = cache.get(key);
  if (!compiled) {
    const body = source(pattern, options.lazy ?? false);
    const text = `${anchor === 'both' || anchor === 'start' ? '^' : ''}(?:${body})${anchor === 'both' || anchor === 'end' ? '$' : ''}`;
    try {
      compiled = new RegExp(text, `u${options.ignoreCase ? 'i' : ''}${options.global ? 'g' : ''}`);
    } catch {
      compiled = new RegExp(`^${[...unquotePattern(pattern)].map(literal).join('')}$`, 'u');
    }
    if (cache.size > 500) cache.clear();
    cache.set(key, compiled);
  }
  compiled.lastIndex = 0;
  return compiled;
}

export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  return patternRegExp(pattern, 'both', { ignoreCase }).test(text);
}

/** ${x#p} and its kin: the text without its shortest or longest match at one end. */
export function removeMatch(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const whole = patternRegExp(pattern);
  const n = text.length;
  if (operator === '#') {
    for (let i = 0; i <= n; i++) if (whole.test(text.slice(0, i))) return text.slice(i);
  } else if (operator === '##') {
    for (let i = n; i >= 0; i--) if (whole.test(text.slice(0, i))) return text.slice(i);
  } else if (operator === '%') {
    for (let i = n; i >= 0; i--) if (whole.test(text.slice(i))) return text.slice(0, i);
  } else {
    for (let i = 0; i <= n; i++) if (whole.test(text.slice(i))) return text.slice(0, i);
  }
  return text;
}
