import { matches, patternRegExp, unquotePattern } from './pattern';
import { promptText } from './prompt';
import { ansiQuote, doubleQuote, quotedKey, singleQuote } from './quoting';
import type { Shell } from './shell';
import { attributeLetters, declaration, type Variable } from './variables';
import { ansiC } from './ansi-c';

type CaseOperator = '^' | '^^' | ',' | ',,' | '~' | '~~';

/** `${x^pattern}` and its kin: the case of the first character or of all that match. */
export function changeCase(text: string, operator: CaseOperator, pattern: string): string {
  const change = (c: string): string => {
    if (operator.startsWith('^')) return c.toUpperCase();
    if (operator.startsWith(',')) return c.toLowerCase();
    return c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase();
  };
  return [...text].map((c, i) => ((operator.length === 2 || i === 0) && matches(pattern, c) ? change(c) : c)).join(''); // prettier-ignore
}

/** A replacement as a pattern: what is quoted stands for itself, `&` for what matched. */
function filled(replacement: string, matched: string, ampersand: boolean): string {
  return replacement.replace(/\\([^])|&/g, (all: string, quoted: string | undefined) => quoted ?? (ampersand ? matched : all));
}

/** `${x/pattern/replacement}`. `replacement` is quoted as patterns are; `ampersand`: patsub_replacement is on. */
export function replaceMatches(
  text: string,
  pattern: string,
  replacement: string,
  operator: '/' | '//' | '/#' | '/%',
  ampersand: boolean,
  ignoreCase = false,
): string {
  const put = (matched: string): string => filled(replacement, matched, ampersand);
  if (pattern === '') return operator === '/#' ? put('') + text : operator === '/%' ? text + put('') : text;
  if (!ignoreCase && !/[*?[]|[@+!]\(/.test(pattern)) {
    const literal = unquotePattern(pattern);
    if (operator === '//') return text.split(literal).join(put(literal));
    if (operator === '/') {
      const at = text.indexOf(literal);
      return at < 0 ? text : text.slice(0, at) + put(literal) + text.slice(at + literal.length);
    }
  }
  const anchor = operator === '/#' ? 'start' : operator === '/%' ? 'end' : 'none';
  return text.replace(patternRegExp(pattern, anchor, { global: operator === '//', ignoreCase }), (m) =>
    m === '' && operator === '//' ? '' : put(m),
  );
}

/** `${x@operator}` of one value. */
export function transformed(sh: Shell, operator: string, text: string): string {
  switch (operator) {
    case 'Q': return /[\x00-\x1f\x7f]|(?<![\ud800-\udbff])[\udc80-\udcff]/.test(text) ? ansiQuote(text) : singleQuote(text);
    case 'U': return text.toUpperCase();
    case 'u': return text.slice(0, 1).toUpperCase() + text.slice(1);
    case 'L': return text.toLowerCase();
    case 'E': return ansiC(text, sh.utf8);
    case 'P': return promptText(sh, text);
    case 'K':
    case 'k': return singleQuote(text);
    default: return text;
  } // prettier-ignore
}

/** `${x@a}`. */
export function attributesOf(sh: Shell, name: string): string {
  const v = sh.vars.find(name);
  return v ? attributeLetters(v) : '';
}

/** `${x@A}`: the assignment or `declare` that makes the variable again. */
export function recreation(sh: Shell, name: string, whole: boolean, value: string | undefined): string {
  const v = sh.vars.find(name);
  if (v && whole && v.kind !== 'scalar') return declaration(name, v);
  const letters = v ? attributeLetters(v) : '';
  if (value === undefined) return letters === '' ? '' : `declare -${letters} ${name}`;
  const quoted = transformed(sh, 'Q', value);
  return letters === '' ? `${name}=${quoted}` : `declare -${letters} ${name}=${quoted}`;
}

/** `"${x[@]@K}"` in one word, `"${x[@]@k}"` as words. */
export function keysAndValues(v: Variable | undefined, entries: readonly [string, string][], asWords: boolean): string[] {
  if (asWords) return entries.flat();
  const shown = entries.map(([k, value]) => `${v?.kind === 'assoc' ? quotedKey(k) : k} ${doubleQuote(value)}`);
  return [`${shown.join(' ')}${v?.kind === 'assoc' && shown.length > 0 ? ' ' : ''}`];
}
