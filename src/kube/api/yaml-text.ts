import { goFloat } from './go-float';
import { isFields } from './object';
import { plainScalar } from './plain-scalar';

/** YAML as sigs.k8s.io/yaml writes it: block style, lists not indented, keys in go-yaml's order. */
export function emitYaml(value: unknown): string {
  if (isFields(value) && Object.keys(value).length > 0) return mapping(value, '');
  if (Array.isArray(value) && value.length > 0) return sequence(value, '');
  return `${inline(value, '', 0)}\n`;
}

function mapping(fields: Readonly<Record<string, unknown>>, indent: string): string {
  return Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort(keyOrder)
    .map((key) => {
      const text = keyText(key);
      // A key this long does not end in a colon on its own line.
      if (width(text) > longestKey) return `${indent}? ${text}\n${entry(`${indent}:`, fields[key], indent)}`;
      return entry(`${indent}${text}:`, fields[key], indent);
    })
    .join('');
}

const longestKey = 128;
const isLetter = (char: string): boolean => /\p{L}/u.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && /\p{Nd}/u.test(char);

/** go-yaml's order of keys: numbers inside by their value (of 64 bits), other signs before letters. */
function keyOrder(a: string, b: string): number {
  const [p, q] = [[...a], [...b]];
  const at = p.findIndex((char, i) => char !== q[i]);
  if (at < 0 || at >= q.length) return p.length - q.length;
  const [x, y] = [p[at]!, q[at]!];
  const byCode = x.codePointAt(0)! - y.codePointAt(0)!;
  if (isLetter(x) !== isLetter(y)) return isLetter(x) ? 1 : -1;
  if (isLetter(x)) return byCode;
  // Zeros at the head of a number do not count; inside it they do.
  let inside = false;
  if (x === '0' || y === '0') for (let i = at - 1; isDigit(p[i]); i--) inside ||= p[i] !== '0';
  const [m, n] = [p, q].map((chars) => {
    let end = at;
    let value = inside ? 1n : 0n;
    for (; isDigit(chars[end]); end++) value = BigInt.asIntN(64, value * 10n + BigInt(chars[end]!.codePointAt(0)! - 0x30));
    return { end, value };
  }) as [{ end: number; value: bigint }, { end: number; value: bigint }];
  if (m.value !== n.value) return m.value < n.value ? -1 : 1;
  return m.end - n.end || byCode;
}

function entry(head: string, value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) return `${head}\n${sequence(value, indent)}`;
  if (isFields(value) && Object.keys(value).length > 0) return `${head}\n${mapping(value, `${indent}  `)}`;
  return `${head} ${inline(value, `${indent}  `, width(head) + 1)}\n`;
}

function sequence(items: readonly unknown[], indent: string): string {
  return items
    .map((item) => {
      if (isFields(item) && Object.keys(item).length > 0) return `${indent}- ${mapping(item, `${indent}  `).slice(indent.length + 2)}`;
      if (Array.isArray(item) && item.length > 0) return `${indent}- ${sequence(item, `${indent}  `).slice(indent.length + 2)}`;
      return `${indent}- ${inline(item, `${indent}  `, indent.length + 2)}\n`;
    })
    .join('');
}

function inline(value: unknown, indent: string, column: number): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return scalar(value, indent, column);
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'object' ? '{}' : String(value);
}

/** Numbers come by way of JSON: without a fraction they are integers as far as 64 bits reach, else floats. */
function numberText(value: number): string {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64 ? String(value) : goFloat(value, 64);
}

const keyText = (key: string): string => (key.includes('\n') ? doubleQuoted(key, '', undefined) : scalar(key, '', undefined));

const width = (text: string): number => [...text].length;
const bestWidth = 80;

/** `column` is where the text begins; undefined for keys, which stay on their line. */
function scalar(text: string, indent: string, column: number | undefined): string {
  const special = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text) || / \n/.test(text);
  if (text.includes('\n')) return special || / $/.test(text) ? doubleQuoted(text, indent, column) : literal(text, indent);
  if (special || ambiguous(text)) return doubleQuoted(text, indent, column);
  return needsQuotes(text)
    ? `'${folded(text.replaceAll("'", "''"), indent, column === undefined ? undefined : column + 1)}'`
    : folded(text, indent, column);
}

/** Breaks a line at the first single space after column 80, as libyaml's emitter does. */
function folded(text: string, indent: string, start: number | undefined): string {
  if (start === undefined) return text;
  let out = '';
  let column = start;
  const characters = [...text];
  characters.forEach((c, i) => {
    if (c === ' ' && column > bestWidth && i > 0 && i < characters.length - 1 && characters[i - 1] !== ' ' && characters[i + 1] !== ' ') {
      out += `\n${indent}`;
      column = indent.length;
    } else {
      out += c;
      column++;
    }
  });
  return out;
}

/** A literal block; the indicator says what its ends would leave open. */
function literal(text: string, indent: string): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${hint}${chomp}\n${lines.map((line) => (line ? indent + line : '')).join('\n')}`;
}

/** Base 60 is no number to go-yaml, and yet is quoted for the sake of others. */
const base60 = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/;

/** Whether plain text would be read as something else than a string (YAML 1.1). */
function ambiguous(text: string): boolean {
  const plain = plainScalar(text);
  return plain.type !== 'string' || plain.tag !== '!!str' || base60.test(text);
}

function needsQuotes(text: string): boolean {
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:]( |$)/.test(text) || /^(---|\.\.\.)/.test(text)) return true;
  return /^ | $/.test(text) || /: |:$| #/.test(text);
}

const named: Readonly<Record<string, string>> = {
  '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r', '\x1b': '\\e',
  '"': '\\"', '\\': '\\\\', '\x85': '\\N', '\u2028': '\\L', '\u2029': '\\P',
}; // prettier-ignore

function doubleQuoted(text: string, indent: string, start: number | undefined): string {
  let out = '';
  let lineStart = -(start ?? 0) - 1;
  const characters = [...text];
  for (const [i, c] of characters.entries()) {
    const code = c.codePointAt(0)!;
    if (
      c === ' ' &&
      start !== undefined &&
      out.length - lineStart > bestWidth &&
      i > 0 &&
      i < characters.length - 1 &&
      characters[i - 1] !== ' '
    ) {
      out += `\n${indent}`;
      lineStart = out.length - indent.length;
      if (characters[i + 1] === ' ') out += '\\';
    } else if (named[c] !== undefined) out += named[c];
    else if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff))
      out += c;
    else if (code <= 0xff) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else if (code <= 0xffff) out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else out += `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
  }
  return `"${out}"`;
}
