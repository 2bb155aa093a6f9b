/**
 * Differences of two texts as difflib's unified_diff prints them, without its two header lines: longest matching blocks
 * first, three lines of context, and lines that are common in a long text left out of the search for matches.
 */
interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Edit {
  readonly equal: boolean;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

/** Where each line stands in `b`. "autojunk": of 200 lines or more, those that are above 1% of all are not looked up. */
function placesOf(b: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  b.forEach((line, i) => {
    const list = places.get(line);
    if (list) list.push(i);
    else places.set(line, [i]);
  });
  if (b.length < 200) return places;
  const most = Math.floor(b.length / 100) + 1;
  for (const [line, list] of places) if (list.length > most) places.delete(line);
  return places;
}

type Range = readonly [aLow: number, aHigh: number, bLow: number, bHigh: number];

/** find_longest_match: the first of the longest, then grown by equal lines that were not looked up. */
function longestMatch(a: readonly string[], b: readonly string[], places: ReadonlyMap<string, readonly number[]>, range: Range): Block {
  const [aLow, aHigh, bLow, bHigh] = range;
  let best: Block = { a: aLow, b: bLow, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i]!) ?? []) {
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: start, b: other, size } = best;
  while (start > aLow && other > bLow && a[start - 1] === b[other - 1]) {
    start--;
    other--;
    size++;
  }
  while (start + size < aHigh && other + size < bHigh && a[start + size] === b[other + size]) size++;
  return { a: start, b: other, size };
}

function matchingBlocks(a: readonly string[], b: readonly string[]): Block[] {
  const places = placesOf(b);
  const blocks: Block[] = [];
  const rest: Range[] = [[0, a.length, 0, b.length]];
  for (let range = rest.pop(); range; range = rest.pop()) {
    const [aLow, aHigh, bLow, bHigh] = range;
    const block = longestMatch(a, b, places, range);
    if (block.size === 0) continue;
    blocks.push(block);
    if (aLow < block.a && bLow < block.b) rest.push([aLow, block.a, bLow, block.b]);
    const [aEnd, bEnd] = [block.a + block.size, block.b + block.size];
    if (aEnd < aHigh && bEnd < bHigh) rest.push([aEnd, aHigh, bEnd, bHigh]);
  }
  return blocks.sort((left, right) => left.a - right.a);
}

function editsOf(a: readonly string[], b: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) edits.push({ equal: false, a: [i, block.a], b: [j, block.b] });
    const [aEnd, bEnd] = [block.a + block.size, block.b + block.size];
    const last = edits.at(-1);
    if (block.size > 0) {
      if (last?.equal) edits[edits.length - 1] = { equal: true, a: [last.a[0], aEnd], b: [last.b[0], bEnd] };
      else edits.push({ equal: true, a: [block.a, aEnd], b: [block.b, bEnd] });
    }
    [i, j] = [aEnd, bEnd];
  }
  return edits;
}

/** Edits in hunks: equal stretches are cut to `context` lines, and split a hunk when they are longer than two of them. */
function hunksOf(edits: readonly Edit[], context: number): Edit[][] {
  const hunks: Edit[][] = [];
  let hunk: Edit[] = [];
  edits.forEach((edit, index) => {
    const { a, b, equal } = edit;
    if (!equal) return void hunk.push(edit);
    const head: Edit = { equal, a: [a[0], Math.min(a[1], a[0] + context)], b: [b[0], Math.min(b[1], b[0] + context)] };
    const tail: Edit = { equal, a: [Math.max(a[0], a[1] - context), a[1]], b: [Math.max(b[0], b[1] - context), b[1]] };
    if (index === 0) hunk.push(tail);
    else if (index === edits.length - 1) hunk.push(head);
    else if (a[1] - a[0] > 2 * context) {
      hunks.push([...hunk, head]);
      hunk = [tail];
    } else hunk.push(edit);
  });
  return hunk.some((edit) => !edit.equal) ? [...hunks, hunk] : hunks;
}

function rangeText(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}

/** Empty when the texts are the same. */
export function unifiedDiff(before: string, after: string, context = 3): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let text = '';
  for (const hunk of hunksOf(editsOf(a, b), context)) {
    const [first, last] = [hunk[0]!, hunk.at(-1)!];
    text += `@@ -${rangeText(first.a[0], last.a[1])} +${rangeText(first.b[0], last.b[1])} @@\n`;
    for (const edit of hunk) {
      for (const line of a.slice(...edit.a)) text += `${edit.equal ? ' ' : '-'}${line}\n`;
      if (!edit.equal) for (const line of b.slice(...edit.b)) text += `+${line}\n`;
    }
  }
  return text;
}

/** Two values' JSON texts as apimachinery's diff.Diff prints them. */
export const textDiff = (before: string, after: string): string => unifiedDiff(before, after);
