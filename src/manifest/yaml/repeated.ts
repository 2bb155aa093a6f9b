import { goSyntax } from './go-syntax';
import type { Node } from './node';
import { isMerge } from './value';

/** What go-yaml remarks, in the order it reads, on keys that their mapping has already: each with the line of its value. */
export function repeatedKeys(root: Node, text: string): string[] {
  const found: string[] = [];
  const lineOf = (at: number): number => text.slice(0, at).split(/\r\n|[\n\r\x85\u2028\u2029]/).length;
  const walk = (node: Node): void => {
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind !== 'mapping') return;
    const seen = new Set<string>();
    for (const { key, value } of node.entries) {
      if (isMerge(key)) continue;
      walk(value);
      const shown = goSyntax(key);
      if (seen.has(shown)) found.push(`line ${lineOf(value.start)}: key ${shown} already set in map`);
      seen.add(shown);
    }
  };
  walk(root);
  return found;
}
