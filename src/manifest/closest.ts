/** How many letters are to be changed, added, left out or swapped with the next to make one word of another. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The candidate that a word is most likely meant for; undefined when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  const plain = word.toLowerCase().replace(/[-_]/g, '').slice(0, 100);
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const other = candidate.toLowerCase().replace(/[-_]/g, '').slice(0, 100);
    // a plural or a longer form is nearer than another word of as many changes
    const longer = plain.length > 2 && (other.startsWith(plain) || plain.startsWith(other));
    if (!longer && Math.abs(other.length - plain.length) > bestDistance) continue;
    const found = other === plain ? 0 : distance(plain, other);
    const score = longer ? Math.min(found - 0.25, 1.25 + found / 100) : found;
    if (score < bestDistance) {
      best = candidate;
      bestDistance = score;
    }
  }
  return best;
}
