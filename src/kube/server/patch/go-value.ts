/** A JSON value as Go prints it with %+v: `map[data:map[a:1]]`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, field]) => `${key}:${goValue(field)}`).join(' ')}]`;
  }
  return String(value);
}
