/** Sets of completion indexes as statuses have them: `0,2-4,7`. */
export function parseIndexes(text: string | undefined): Set<number> {
  const found = new Set<number>();
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [first = NaN, last = first] = part.split('-').map(Number);
    for (let index = first; index <= last; index++) found.add(index);
  }
  return found;
}

export function indexesText(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    // Two neighbours stand apart, three or more are a range.
    if (end - i >= 2) parts.push(`${sorted[i]}-${sorted[end]}`);
    else parts.push(...sorted.slice(i, end + 1).map(String));
    i = end + 1;
  }
  return parts.join(',');
}
