import { goSyntax } from './go-syntax';
import type { Node } from './node';
import { isMerge } from './value';

/** The line that a place in a text is on. */
function lineFinder(text: string): (at: number) => number {
  const ends = [...text.matchAll(/\r\n|[\n\r\x85\u2028\u2029]/g)].map(({ index, 0: end }) => index + end.length);
  return (at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/**
 * What go-yaml remarks, in the order it reads, on keys that their mapping has already: each with the line of its value.
 * The tree is one that `valueOf` has taken: not too deep.
 */
export function repeatedKeys(root: Node, text: string): string[] {
  const found: { readonly at: number; readonly key: string }[] = [];
  const walk = (node: Node): void => {
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind !== 'mapping') return;
    const seen = new Set<string>();
    for (const { key, value } of node.entries) {
      if (isMerge(key)) continue;
      walk(value);
      const shown = goSyntax(key);
      if (seen.has(shown)) found.push({ at: value.start, key: shown });
      seen.add(shown);
    }
  };
  walk(root);
  if (found.length === 0) return [];
  const lineOf = lineFinder(text);
  return found.map(({ at, key }) => `line ${lineOf(at)}: key ${key} already set in map`);
}
