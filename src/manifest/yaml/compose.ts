import { YamlError } from './error';
import type { Mapping, Node, Sequence } from './node';
import { Parser } from './parser';

/** A collection whose end has not come; `key` is a mapping's key whose value has not. */
interface Open {
  readonly node: Mapping | Sequence;
  key: Node | undefined;
}

/**
 * The first document of a YAML text as a tree, undefined when there is none.
 * Throws a YamlError. Deep nesting costs no stack.
 */
export function compose(text: string): Node | undefined {
  const parser = new Parser(text);
  if (parser.next().type === 'stream-end') return undefined;
  const anchors = new Map<string, Node>();
  const stack: Open[] = [];
  for (;;) {
    const event = parser.next();
    let node: Node;
    switch (event.type) {
      case 'alias': {
        const target = anchors.get(event.anchor);
        if (!target) throw new YamlError(`unknown anchor '${event.anchor}' referenced`, 0, event.start);
        node = { kind: 'alias', start: event.start, end: event.end, tag: '', name: event.anchor, target };
        break;
      }
      case 'scalar':
        node = {
          kind: 'scalar',
          start: event.start,
          end: event.end,
          tag: event.tag,
          text: event.text,
          style: event.style,
          implicit: event.implicit,
        };
        break;
      case 'sequence-start':
        node = { kind: 'sequence', start: event.start, end: event.end, tag: event.tag, flow: event.flow, items: [] };
        break;
      case 'mapping-start':
        node = { kind: 'mapping', start: event.start, end: event.end, tag: event.tag, flow: event.flow, entries: [] };
        break;
      default: {
        const { node: closed } = stack.pop()!;
        if (closed.flow) closed.end = event.end;
        const outer = stack[stack.length - 1];
        if (!outer) return closeDocument(parser, closed);
        outer.node.end = Math.max(outer.node.end, closed.end);
        continue;
      }
    }
    if ('anchor' in event && event.anchor && event.type !== 'alias') anchors.set(event.anchor, node);
    const outer = stack[stack.length - 1];
    if (outer) put(outer, node);
    if (node.kind === 'sequence' || node.kind === 'mapping') stack.push({ node, key: undefined });
    else if (!outer) return closeDocument(parser, node);
  }
}

/** What follows the document is read as far as its end can be told. */
function closeDocument(parser: Parser, root: Node): Node {
  parser.next();
  return root;
}

function put(outer: Open, node: Node): void {
  outer.node.end = Math.max(outer.node.end, node.end);
  if (outer.node.kind === 'sequence') outer.node.items.push(node);
  else if (!outer.key) outer.key = node;
  else {
    outer.node.entries.push({ key: outer.key, value: node });
    outer.key = undefined;
  }
}
