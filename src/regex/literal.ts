import type { Tree } from './syntax';

const piece = (tree: Tree): string | undefined =>
  tree.type === 'set' && tree.set.only !== undefined ? String.fromCodePoint(tree.set.only) : undefined;

/** The whole pattern as text, where it is nothing but characters. */
export function wholeLiteral(tree: Tree | undefined): string | undefined {
  if (!tree) return undefined;
  const parts = tree.type === 'cat' ? tree.parts.map(piece) : [piece(tree)];
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** The longest text that every match holds, as far as it is seen easily; '' for none. */
export function neededLiteral(tree: Tree | undefined): string {
  if (tree?.type === 'group') return neededLiteral(tree.body);
  if (tree?.type !== 'cat') return tree ? (piece(tree) ?? '') : '';
  let best = '';
  let run = '';
  let previous: Tree | undefined;
  for (const part of tree.parts) {
    const text = piece(part);
    if (text !== undefined) run += text;
    else {
      if (run.length > best.length) best = run;
      run = '';
      // a repeated part is there many times
      const inner = part.type === 'group' && part !== previous ? neededLiteral(part) : '';
      if (inner.length > best.length) best = inner;
      previous = part;
    }
  }
  return run.length > best.length ? run : best;
}
