/** The pieces between matches that are not empty. */
export function splitBy(text: string, regex: RegExp): string[] {
  const out: string[] = [];
  let from = 0;
  regex.lastIndex = 0;
  for (let m = regex.exec(text); m; m = regex.exec(text)) {
    if (m[0] === '') {
      regex.lastIndex++;
      continue;
    }
    out.push(text.slice(from, m.index));
    from = m.index + m[0].length;
  }
  out.push(text.slice(from));
  return out;
}

/** Replaces the nth match, or all (0). */
export function replaceMatches(
  text: string,
  regex: RegExp,
  nth: number,
  make: (m: RegExpExecArray) => string,
): { result: string; count: number } {
  let result = '';
  let from = 0;
  let count = 0;
  let seen = 0;
  let lastEnd = -1;
  regex.lastIndex = 0;
  for (let m = regex.exec(text); m; m = regex.exec(text)) {
    const empty = m[0] === '';
    if (!(empty && m.index === lastEnd)) {
      seen++;
      if (nth === 0 || seen === nth) {
        result += text.slice(from, m.index) + make(m);
        from = m.index + m[0].length;
        count++;
        if (nth !== 0) break;
      }
      lastEnd = m.index + m[0].length;
    }
    if (empty) {
      if (m.index >= text.length) break;
      regex.lastIndex = m.index + ((text.codePointAt(m.index) ?? 0) > 0xffff ? 2 : 1);
    }
  }
  return { result: result + text.slice(from), count };
}
