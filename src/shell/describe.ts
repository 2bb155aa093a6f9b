import type { SyntaxNode } from 'unbash';

/** A command as job lists show it: words one space apart. */
export function describe(source: string, node: SyntaxNode): string {
  const text = (n: SyntaxNode): string => source.slice(n.pos, n.end);
  switch (node.type) {
    case 'Command': {
      const pieces: SyntaxNode[] = [
        ...node.prefix.filter((p) => p.type === 'Assignment'),
        ...(node.name ? [node.name] : []),
        ...node.suffix.filter((s) => s.type === 'Word' || s.type === 'Assignment'),
      ];
      const redirects = node.redirects.map((r) => (r.type === 'Redirect' ? redirectText(source, r) : text(r).split('\n')[0]));
      return [...pieces.map(text), ...redirects].join(' ');
    }
    case 'Pipeline':
      return `${node.prefixes.some((p) => p.type === 'Negation') ? '! ' : ''}${node.commands.map((c) => describe(source, c)).join(' | ')}`;
    case 'AndOr':
      return node.commands.map((c, i) => (i === 0 ? '' : ` ${node.operators[i - 1] ?? ''} `) + describe(source, c)).join('');
    case 'Subshell':
      return `( ${list(source, node.body.commands)} )`;
    case 'BraceGroup':
      return `{ ${list(source, node.body.commands)}; }`;
    case 'While':
      return `${node.kind} ${list(source, node.clause.commands)}; do ${list(source, node.body.commands)}; done`;
    case 'Redirected':
      return `${describe(source, node.command)} ${node.redirects.map((r) => (r.type === 'Redirect' ? redirectText(source, r) : text(r))).join(' ')}`;
    default:
      return text(node).replace(/\s*\n\s*/g, ' ');
  }
}

function redirectText(source: string, r: Extract<SyntaxNode, { type: 'Redirect' }>): string {
  const target = r.target ? source.slice(r.target.pos, r.target.end) : '';
  const fd = r.descriptor?.type === 'FileDescriptor' ? String(r.descriptor.value) : '';
  return r.operator.endsWith('&')
    ? `${fd || (r.operator.startsWith('<') ? '0' : '1')}${r.operator}${target}`
    : `${fd}${r.operator} ${target}`;
}

function list(source: string, statements: readonly Extract<SyntaxNode, { type: 'Statement' }>[]): string {
  return statements.map((s, i) => `${describe(source, s.command)}${s.background ? ' &' : i < statements.length - 1 ? ';' : ''}`).join(' ');
}
