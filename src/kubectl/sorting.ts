import { quantityNumber } from '../kube/api';
import { failure } from './errors';
import { type JsonPath, relaxed } from './printers/jsonpath';

/** Values that have no order; `goType` is what they are to Go. */
export class Unsortable extends Error {
  constructor(
    readonly path: string,
    readonly goType: string,
  ) {
    super(`unsortable type: ${goType}`);
  }
}

/** Entries in the order of a field, as --sort-by has it; `required`: some entry must have it. */
export function sorter<T>(
  entries: readonly T[],
  path: JsonPath,
  expression: string,
  object: (entry: T) => unknown,
  required: boolean,
): T[] {
  const keyed = entries.map((entry) => ({ entry, key: path.find(object(entry)).flat()[0] }));
  if (required && entries.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw failure(`couldn't find any field with path "${relaxed(expression)}" in the list of objects`);
  }
  const [, strange] = keyed.filter(({ key }) => typeof key === 'object' && key !== null);
  if (strange) throw new Unsortable(relaxed(expression), Array.isArray(strange.key) ? '[]interface {}' : 'map[string]interface {}');
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ entry }) => entry);
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const x = String(a);
  const y = String(b);
  const [p, q] = [quantityNumber(x), quantityNumber(y)];
  if (!Number.isNaN(p) && !Number.isNaN(q)) return p - q;
  return naturally(x, y);
}

/** fvbommel/sortorder's natural order: digits by value. */
function naturally(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [p, q] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(p.length, q.length); i++) {
    const [x, y] = [p[i]!, q[i]!];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y) && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return p.length - q.length;
}
