/** 'text' with quotes inside as '\''. */
export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

/** $'text'. */
export function ansiQuote(text: string): string {
  return `$'${text.replace(/[\x00-\x1f\x7f\\']/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;
}

/** As `set`, `trap` and `xtrace` show a word: quoted only when it must be. */
export function quoteIfNeeded(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return /[^\w%+,./:=@^-]|^[~#]/.test(text) ? singleQuote(text) : text;
}

/** "text" as `declare -p` shows it. */
export function doubleQuote(text: string): string {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return `"${text.replace(/[$`"\\]/g, '\\$&')}"`;
}

/** printf %q. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return ansiQuote(text);
  return text.replace(/[^\w%+./:=@\u0080-\uffff-]/g, '\\$&').replace(/^[~#]/, '\\$&');
}
