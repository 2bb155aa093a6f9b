const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';

/** A character's rank: `~` before the end of the text, then digits, letters, and all others. */
function rank(c: string | undefined): number {
  if (c === undefined) return -1;
  if (isDigit(c)) return 0;
  if (/[A-Za-z]/.test(c)) return c.charCodeAt(0);
  return c === '~' ? -2 : c.charCodeAt(0) + 256;
}

/** Debian's order of versions: what stands between numbers by rank, numbers by value. */
function compareParts(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = rank(a[i]) - rank(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (a[i] === '0') i++;
    while (b[j] === '0') j++;
    let first = 0;
    for (; isDigit(a[i]) && isDigit(b[j]); i++, j++) first ||= (a[i] ?? '').charCodeAt(0) - (b[j] ?? '').charCodeAt(0);
    if (isDigit(a[i])) return 1;
    if (isDigit(b[j])) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

/** Names as `ls -v` and `sort -V` order them: hidden files first, suffixes (`.tar.gz`) only where the rest is equal. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  for (const special of ['', '.', '..']) {
    if (a === special) return -1;
    if (b === special) return 1;
  }
  if (a.startsWith('.') !== b.startsWith('.')) return a.startsWith('.') ? -1 : 1;
  const stem = (name: string): string => name.replace(/(?<=.)(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/, '');
  return compareParts(stem(a), stem(b)) || compareParts(a, b);
}
