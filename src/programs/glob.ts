/** fnmatch(3): the whole name. With `pathname`, wildcards do not match a slash. */
export function globRegex(
  pattern: string,
  options: { readonly pathname?: boolean; readonly ignoreCase?: boolean; readonly period?: boolean } = {},
): RegExp {
  const any = options.pathname ? '[^/]' : '[^]';
  let out = options.period ? '(?![.])' : '';
  if (options.period && pattern.startsWith('.')) out = '';
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    if (c === '*') out += `${any}*`;
    else if (c === '?') out += any;
    else if (c === '[') {
      let j = i + 1;
      let body = '';
      if (chars[j] === '!' || chars[j] === '^') {
        body += '^';
        j++;
      }
      const from = j;
      while (j < chars.length && (chars[j] !== ']' || j === from)) {
        if (chars[j] === '[' && chars[j + 1] === ':') {
          const end = chars.indexOf(']', j + 2);
          const name = chars.slice(j + 2, end - 1).join('');
          body +=
            {
              alpha: 'A-Za-z',
              digit: '0-9',
              alnum: 'A-Za-z0-9',
              upper: 'A-Z',
              lower: 'a-z',
              space: '\\s',
              punct: '!-\\/:-@\\[-`\\{-~',
              xdigit: '0-9A-Fa-f',
              blank: ' \\t',
            }[name] ?? '';
          j = end + 1;
          continue;
        }
        const x = chars[j++] as string;
        body += x === '\\' ? `\\${chars[j++] ?? '\\'}` : x === ']' || x === '[' ? `\\${x}` : x;
      }
      if (j >= chars.length) out += '\\[';
      else {
        out += `[${body}]`;
        i = j;
      }
    } else if (c === '\\' && i + 1 < chars.length) out += (chars[++i] as string).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    else out += c.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return new RegExp(`^${out}$`, options.ignoreCase ? 'i' : '');
}
