/** Skips what braces inside are not for us: quotes, `${}`, `$()`, backquotes. Returns the index after it, or `i` when nothing starts there. */
function skipQuoted(text: string, i: number): number {
  const char = text[i];
  if (char === '\\') return i + 2;
  if (char === "'" || char === '"' || char === '`') {
    for (let j = i + 1; j < text.length; j++) {
      if (text[j] === '\\' && char !== "'") j++;
      else if (text[j] === char) return j + 1;
    }
    return text.length;
  }
  if (char === '$' && (text[i + 1] === '{' || text[i + 1] === '(')) {
    const open = text[i + 1];
    const close = open === '{' ? '}' : ')';
    let depth = 0;
    for (let j = i + 1; j < text.length; j++) {
      if (text[j] === '\\') j++;
      else if (text[j] === open) depth++;
      else if (text[j] === close && --depth === 0) return j + 1;
    }
    return text.length;
  }
  return i;
}

function sequence(body: string): string[] | undefined {
  const numbers = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/.exec(body);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/.exec(body);
  const m = numbers ?? letters;
  if (!m) return undefined;
  const at = (s: string): number => (numbers ? Number(s) : s.charCodeAt(0));
  const from = at(m[1] ?? '');
  const to = at(m[2] ?? '');
  const step = Math.abs(Number(m[3] ?? 1)) || 1;
  const padded = numbers && [m[1], m[2]].some((s) => /^-?0\d/.test(s ?? ''));
  const width = padded ? Math.max((m[1] ?? '').length, (m[2] ?? '').length) : 0;
  const out: string[] = [];
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
    // a backslash quotes what is behind it: nothing
    if (!numbers) out.push(n === 0x5c ? "''" : n === 0x60 ? '\\`' : String.fromCharCode(n));
    else out.push(n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0'));
    if (out.length > 100000) break;
  }
  return out;
}

/** Brace expansion on a word as written. */
export function expandBraces(text: string): string[] {
  for (let i = 0; i < text.length;) {
    const skipped = skipQuoted(text, i);
    if (skipped > i) {
      i = skipped;
      continue;
    }
    if (text[i] !== '{') {
      i++;
      continue;
    }
    const commas: number[] = [];
    let depth = 0;
    let j = i;
    for (; j < text.length;) {
      const after = skipQuoted(text, j);
      if (after > j) {
        j = after;
        continue;
      }
      if (text[j] === '{') depth++;
      else if (text[j] === '}' && --depth === 0) break;
      else if (text[j] === ',' && depth === 1) commas.push(j);
      j++;
    }
    if (j >= text.length) {
      i++;
      continue;
    }
    const body = text.slice(i + 1, j);
    const before = text.slice(0, i);
    let middle: string[] | undefined;
    if (commas.length > 0) {
      const bounds = [i, ...commas, j];
      middle = bounds.slice(0, -1).flatMap((b, k) => expandBraces(text.slice(b + 1, bounds[k + 1])));
    } else middle = sequence(body);
    if (!middle) {
      const inner = expandBraces(body);
      if (inner.length === 1 && inner[0] === body) {
        i++;
        continue;
      }
      middle = inner.map((s) => `{${s}}`);
    }
    const after = expandBraces(text.slice(j + 1));
    return middle.flatMap((m) => after.map((a) => before + m + a));
  }
  return [text];
}
