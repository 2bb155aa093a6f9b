import type { KubeObject } from '../../api';
import { columns, type Cell, type Printer } from './column';
import { since } from './duration';

export type Fields = Record<string, unknown>;
export const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
export const array = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);
export const size = (value: unknown): number => Object.keys(fields(value)).length;
export const text = (value: unknown, none = '<none>'): string =>
  value === undefined || value === null || value === '' ? none : String(value);
export const name = (object: KubeObject): string => object.metadata.name ?? '';
export const age = (object: KubeObject, nowMs: number): string => since(object.metadata.creationTimestamp, nowMs);

export const printer = (names: readonly string[], cells: (object: KubeObject, nowMs: number) => Cell[]): Printer => ({
  columns: columns(...names),
  cells,
});

/** A label selector as a query writes it; `<none>` for one of nothing. */
export function labelSelectorText(value: unknown): string {
  const selector = fields(value);
  const parts = Object.entries(fields(selector['matchLabels'])).map(([key, wanted]) => `${key}=${String(wanted)}`);
  for (const term of array<{ key: string; operator: string; values?: string[] }>(selector['matchExpressions'])) {
    if (term.operator === 'Exists') parts.push(term.key);
    else if (term.operator === 'DoesNotExist') parts.push(`!${term.key}`);
    else parts.push(`${term.key} ${term.operator === 'In' ? 'in' : 'notin'} (${[...(term.values ?? [])].sort().join(',')})`);
  }
  return parts.sort().join(',') || '<none>';
}

/** Names and images of a template's containers. */
export function containersOf(template: unknown): [string, string] {
  const containers = array<{ name: string; image?: string }>(fields(fields(template)['spec'])['containers']);
  return [containers.map((c) => c.name).join(','), containers.map((c) => c.image ?? '').join(',')];
}
