/** Splits like env -S: blanks, quotes, backslashes, ${VAR}. */
export function splitWords(text: string, vars: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote === '' && /\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === quote) quote = '';
    else if (quote === '' && (c === '"' || c === "'")) {
      quote = c;
      word ??= '';
    } else if (c === '\\' && quote !== "'" && i + 1 < text.length) {
      const next = text[++i] as string;
      word = (word ?? '') + ({ n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', _: ' ' }[next] ?? next);
    } else if (c === '$' && quote !== "'" && text[i + 1] === '{') {
      const end = text.indexOf('}', i);
      word = (word ?? '') + (vars.get(text.slice(i + 2, end)) ?? '');
      i = end;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}
