import { isFields } from '../value';

/** KYAML: flow style with trailing commas, every string in double quotes. */
export function kyaml(value: unknown): string {
  return `---\n${node(value, '')}\n`;
}

function node(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => isFields(item) && Object.keys(item).length > 0)) {
      return `[${value.map((item) => node(item, indent)).join(', ')}]`;
    }
    return `[\n${value.map((item) => `${inner}${node(item, inner)},\n`).join('')}${indent}]`;
  }
  if (isFields(value)) {
    const keys = Object.keys(value);
    if (keys.length === 0) return '{}';
    return `{\n${keys.map((key) => `${inner}${keyText(key)}: ${node(value[key], inner)},\n`).join('')}${indent}}`;
  }
  return typeof value === 'string' ? text(value, inner) : JSON.stringify(value ?? null);
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\r': '\\r', '\v': '\\v',
  '\0': '\\0', '\x1b': '\\e', '\x85': '\\N', '\xa0': '\\_', '\u2028': '\\L', '\u2029': '\\P',
}; // prettier-ignore

/** What is not printed as it is (tabs are). */
const special = /["\\\0-\x08\x0b-\x1f\x7f-\xa0\u2028\u2029]|(?!\p{Zs})[\p{C}\p{Z}]/gu;

const escaped = (text: string): string =>
  text.replace(special, (c) => {
    const code = c.codePointAt(0)!;
    if (c === '\t') return c;
    return named[c] ?? (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
  });

/** A text of several lines has a line for each; a space or backslash before them keeps what they begin with. */
function text(value: string, indent: string): string {
  if (!value.includes('\n')) return `"${escaped(value)}"`;
  const lines = value.split('\n');
  const last = lines.pop()!;
  const line = (one: string): string => `${indent}${/^\s/.test(one) ? '\\' : ' '}${escaped(one)}`;
  return `"\\\n${lines.map((one) => `${line(one)}\\n\\\n`).join('')}${last ? `${line(last)}\\\n` : ''}${indent}"`;
}

const ambiguous = /^(y|n|yes|no|on|off|t|f|true|false|null|~|.*:.*|[-+.\d].*)$/i;

function keyText(key: string): string {
  return /^[\p{L}\p{N}_./-]+$/u.test(key) && !ambiguous.test(key) ? key : `"${escaped(key)}"`;
}
