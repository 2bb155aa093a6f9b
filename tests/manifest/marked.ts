import { expect } from 'vitest';
import { diagnose, type ClusterContext, type Diagnostic } from '../../src/manifest';

/** The cluster of the tests: one namespace with one Secret. */
export const cluster: ClusterContext = {
  file: 'pod.yaml',
  lookup(kind, namespace, name) {
    const key = `${kind} ${namespace}/${name}`;
    if (key === 'Namespace /default' || key === 'ServiceAccount default/default') return { metadata: { name } };
    if (key === 'Secret default/admin-access')
      return { metadata: { name, namespace }, data: { 'username.txt': 'YQ==', 'password.txt': 'Yg==' } };
    return undefined;
  },
  names: (kind) => (kind === 'Secret' ? ['admin-access'] : []),
};

export function apply(text: string, fix: NonNullable<Diagnostic['fix']>): string {
  return [...fix.edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, text: inserted }) => now.slice(0, span.start) + inserted + now.slice(span.end), text);
}

/**
 * A manifest with its findings below the lines they stand on: `^^^ rule: the message's end`. Lines of marks begin with `#!`
 * so that columns can be told: the mark's column is that of what is underlined.
 */
export function read(marked: string): { text: string; expected: string[] } {
  const lines: string[] = [];
  const expected: string[] = [];
  for (const line of marked.replace(/^\n/, '').split('\n')) {
    const mark = /^( *)(\^+) ([\w-]+): (.*)$/.exec(line);
    if (!mark) lines.push(line);
    else expected.push(`${lines.length}:${mark[1]!.length}+${mark[2]!.length} ${mark[3]}: ${mark[4]}`);
  }
  return { text: lines.join('\n'), expected };
}

/** Findings in the same notation; of the message what `expected` has of it. */
export function check(marked: string, context: ClusterContext = cluster): void {
  const { text, expected } = read(marked);
  const found = diagnose(text, context).map((one, i) => {
    const before = text.slice(0, one.span.start).split('\n');
    const message = one.message.replaceAll('\n', ' ');
    const wanted = /^\S+ [\w-]+: (.*)$/.exec(expected[i] ?? '')?.[1] ?? '';
    const shown = wanted !== '' && message.includes(wanted) ? wanted : message;
    return `${before.length}:${before.at(-1)!.length}+${one.span.end - one.span.start} ${one.rule}: ${shown}`;
  });
  expect(found).toEqual(expected);
}
