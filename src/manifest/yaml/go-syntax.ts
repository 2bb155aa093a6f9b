import { goFloat, goQuoted } from '../../kube/api';
import type { Node } from './node';
import { resolve } from './resolve';

/** A value as Go's %#v prints it. `top`: what a nil prints as, which inside a collection is typed. */
export function goSyntax(node: Node, top = 'interface {}(nil)', depth = 0): string {
  if (depth > 50) return '...';
  switch (node.kind) {
    case 'alias':
      return goSyntax(node.target, top, depth + 1);
    case 'sequence':
      return `[]interface {}{${node.items.map((item) => goSyntax(item, undefined, depth + 1)).join(', ')}}`;
    case 'mapping': {
      const fields = new Map(
        node.entries.map(({ key, value }) => [goSyntax(key, undefined, depth + 1), goSyntax(value, undefined, depth + 1)]),
      );
      const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
      return `map[interface {}]interface {}{${sorted.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
    }
    case 'scalar': {
      const found = resolve(node);
      if (found.type === 'null') return top;
      if (found.type === 'string') return goQuoted(found.value);
      if (found.type === 'uint64') return `0x${BigInt(found.digits).toString(16)}`;
      return found.type === 'float' ? goFloat(found.value, 64) : found.type === 'int' ? found.digits : String(found.value);
    }
  }
}
