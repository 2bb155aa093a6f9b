/**
 * History expansion as typed at bash's prompt: `!!`, `!n`, `!-n`, `!text`, `!$`, `^old^new`.
 * undefined: nothing to expand; an error carries what was not found.
 */
export function expandHistory(
  line: string,
  history: readonly string[],
): { readonly text: string } | { readonly error: string } | undefined {
  const quick = /^\^([^^]+)\^([^^]*)\^?$/.exec(line);
  if (quick) {
    const last = history.at(-1) ?? '';
    return last.includes(quick[1] ?? '')
      ? { text: last.replace(quick[1] ?? '', quick[2] ?? '') }
      : { error: `:s${line}: substitution failed` };
  }
  if (!line.includes('!')) return undefined;
  let out = '';
  let changed = false;
  let single = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '\\' && !single) {
      out += c + (line[++i] ?? '');
      continue;
    }
    if (c === "'") single = !single;
    if (c !== '!' || single) {
      out += c;
      continue;
    }
    const m = /^!(?:(!)|(-?\d+)|(\$)|(\^)|(\*)|(\?[^?\n]+\??)|([A-Za-z_./][^\s;|&"'`()]*))/.exec(line.slice(i));
    if (!m || /[$]\{?$/.test(out)) {
      out += c;
      continue;
    }
    const last = history.at(-1);
    const words = last?.trim().split(/\s+/) ?? [];
    let found: string | undefined;
    if (m[1]) found = last;
    else if (m[2]) found = m[2].startsWith('-') ? history.at(Number(m[2])) : history[Number(m[2]) - 1];
    else if (m[3]) found = words.at(-1);
    else if (m[4]) found = words[1];
    else if (m[5]) found = words.slice(1).join(' ');
    else if (m[6]) found = history.findLast((h) => h.includes((m[6] ?? '').replace(/^\?|\?$/g, '')));
    else found = history.findLast((h) => h.startsWith(m[7] ?? ''));
    if (found === undefined) return { error: `${m[0]}: event not found` };
    out += found;
    changed = true;
    i += m[0].length - 1;
  }
  return changed ? { text: out } : undefined;
}
