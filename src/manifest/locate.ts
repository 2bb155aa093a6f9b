import type { FieldPath, PathStep } from '../kube/api';
import type { Span } from './diagnostic';
import type { ManifestDocument } from './documents';
import { isMerge, type Mapping, type Node } from './yaml';

/** Where a path leads in a document's text, as far as the text goes. */
export interface Place {
  /** The value, or the innermost one on the way when it is missing. */
  readonly node: Node;
  /** Its key, when it is a field. */
  readonly key: Node | undefined;
  /** The mapping that the key is of. */
  readonly owner: Mapping | undefined;
  /** How many steps of the path are there. */
  readonly matched: number;
  readonly exact: boolean;
}

export function follow(node: Node): Node {
  let here = node;
  for (let i = 0; here.kind === 'alias' && i < 100; i++) here = here.target;
  return here;
}

/** The entry of a name that counts: the last one, or a merged one. */
export function entryOf(mapping: Mapping, name: string, depth = 0): Mapping['entries'][number] | undefined {
  const own = mapping.entries.findLast(({ key }) => key.kind === 'scalar' && key.text === name && !isMerge(key));
  if (own || depth > 20) return own;
  for (const { key, value } of mapping.entries) {
    if (!isMerge(key)) continue;
    const target = follow(value);
    for (const source of target.kind === 'sequence' ? target.items.map(follow) : [target]) {
      const found = source.kind === 'mapping' ? entryOf(source, name, depth + 1) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

const nameOf = (step: PathStep): string | undefined => (typeof step === 'string' ? step : typeof step === 'number' ? undefined : step.key);

export function placeOf(root: Node, steps: readonly PathStep[]): Place {
  let place: Place = { node: root, key: undefined, owner: undefined, matched: 0, exact: steps.length === 0 };
  for (const [i, step] of steps.entries()) {
    const node = follow(place.node);
    const name = nameOf(step);
    const matched = i + 1;
    const exact = matched === steps.length;
    if (name === undefined) {
      const item = node.kind === 'sequence' ? node.items[step as number] : undefined;
      if (!item) return place;
      place = { node: item, key: undefined, owner: undefined, matched, exact };
      continue;
    }
    // some of the server's paths leave an index out
    const owners = node.kind === 'sequence' ? node.items.map(follow) : [node];
    const owner = owners.find((one): one is Mapping => one.kind === 'mapping' && entryOf(one, name) !== undefined);
    if (!owner) return place;
    const { key, value } = entryOf(owner, name)!;
    place = { node: value, key, owner, matched, exact };
  }
  return place;
}

/** Steps of a path as text, for paths that only a message has: `spec.containers[0].env`. */
export function stepsOf(path: string): PathStep[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]|\[([^\]]*)\]/g)].map(([, name, index, key]) =>
    index !== undefined ? Number(index) : key !== undefined ? { key } : name!,
  );
}

export class Locator {
  constructor(
    private readonly document: ManifestDocument,
    private readonly text: string,
  ) {}

  place(path: FieldPath | readonly PathStep[]): Place | undefined {
    const { root } = this.document;
    return root && placeOf(root, 'steps' in path ? path.steps() : path);
  }

  /** What to underline for a value, or for where it is missing. */
  span(path: FieldPath | readonly PathStep[], what: 'value' | 'key' = 'value'): Span {
    const place = this.place(path);
    if (!place) return this.visible({ start: this.document.base, end: this.document.base });
    const { key, exact } = place;
    const node = follow(place.node);
    if (exact && what === 'key' && key) return this.of(key);
    const short =
      node.kind === 'scalar' ? node.end > node.start && node.style !== 'literal' && node.style !== 'folded' : this.oneLine(node);
    if (exact && short) return this.of(node);
    if (key) return this.of(key);
    return this.of(firstKey(node));
  }

  of(node: Node): Span {
    const { base } = this.document;
    return this.visible({ start: base + node.start, end: base + node.end });
  }

  private oneLine(node: Node): boolean {
    return 'flow' in node && node.flow && !this.text.slice(this.document.base + node.start, this.document.base + node.end).includes('\n');
  }

  private visible(span: Span): Span {
    return visibleSpan(this.text, span);
  }
}

function firstKey(node: Node): Node {
  if (node.kind === 'mapping' && node.entries[0]) return node.entries[0].key;
  if (node.kind === 'sequence' && node.items[0]) return firstKey(follow(node.items[0]));
  return node;
}

/** A span with something in it: grown to its line's text, or to the nearest text before. */
export function visibleSpan(text: string, span: Span): Span {
  const start = Math.min(span.start, text.length);
  const end = Math.min(span.end, text.length);
  if (end > start && text.slice(start, end).trim() !== '') return { start, end };
  return lineSpan(text, start);
}

/** The text of the line at an offset, without the blanks around; of a blank one, of the nearest line with text before it. */
export function lineSpan(text: string, at: number): Span {
  for (let start = text.lastIndexOf('\n', at - 1) + 1; ; start = text.lastIndexOf('\n', start - 2) + 1) {
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline < 0 ? text.length : newline);
    const content = line.trim();
    if (content) {
      const from = start + line.indexOf(content);
      return { start: from, end: from + content.length };
    }
    if (start === 0) break;
  }
  const first = /\S.*/.exec(text);
  return first ? { start: first.index, end: first.index + first[0].trimEnd().length } : { start: 0, end: Math.min(1, text.length) };
}
