/** What a filter refuses; `error` may carry any value. */
export class JqError extends Error {
  constructor(
    message: string,
    readonly value: unknown = message,
  ) {
    super(message);
  }
}

export const truthy = (value: unknown): boolean => value !== null && value !== false && value !== undefined;

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A value as messages show it. */
export function dump(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
}

const ranks = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];
const rank = (value: unknown): number => ranks.indexOf(typeof value === 'boolean' ? String(value) : kindOf(value));

/** jq's order of all values. */
export function compare(a: unknown, b: unknown): number {
  const apart = rank(a) - rank(b);
  if (apart) return apart;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const each = compare(a[i], b[i]);
      if (each) return each;
    }
    return a.length - b.length;
  }
  if (kindOf(a) !== 'object') return 0;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const [own, other] = [Object.keys(left).sort(), Object.keys(right).sort()];
  return compare(own, other) || own.reduce((found, key) => found || compare(left[key], right[key]), 0);
}
