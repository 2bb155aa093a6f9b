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

const control = /[\x00-\x1f\x7f]|(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** $'text'. */
export function ansiQuote(text: string): string {
  const octal = (code: number): string => `\\${(code & 255).toString(8).padStart(3, '0')}`;
  return `$'${text.replace(/[\x00-\x1f\x7f\\']|(?<![\ud800-\udbff])[\udc80-\udcff]/g, (c) => named[c] ?? octal(c.charCodeAt(0)))}'`;
}

/** Whether a word holds what the shell would take as more than text. */
export function hasMetacharacters(text: string): boolean {
  return /[\s'"\\|&;()<>!{}*[\]?^$`]|^#|(?:^|[=:])~/.test(text);
}

/** As `set` shows a value: quoted only when it must be. */
export function quoteIfNeeded(text: string): string {
  if (text === '') return '';
  if (control.test(text)) return ansiQuote(text);
  return hasMetacharacters(text) ? singleQuote(text) : text;
}

/** As `set -x` shows a word. */
export function traceQuote(text: string): string {
  if (text === '') return "''";
  if (hasMetacharacters(text)) return singleQuote(text);
  return control.test(text) ? ansiQuote(text) : text;
}

/** "text" as `declare -p` shows it. */
export function doubleQuote(text: string): string {
  if (control.test(text)) return ansiQuote(text);
  return `"${text.replace(/[$`"\\]/g, '\\$&')}"`;
}

/** A key of an associative array as `declare -p` shows it. */
export function quotedKey(text: string): string {
  return hasMetacharacters(text) || control.test(text) || text === '@' ? doubleQuote(text) : text;
}

/** printf %q. */
export function backslashQuote(text: string): string {
  if (text === '') return "''";
  if (control.test(text)) return ansiQuote(text);
  return text.replace(/[^\w%+./:=@\u0080-\uffff#~-]/g, '\\$&').replace(/^[~#]|(?<=[=:])~/g, '\\$&');
}
