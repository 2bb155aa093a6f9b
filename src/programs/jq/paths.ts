import { JqError, compare, dump, kindOf } from './values';

type Json = unknown;
export type Path = readonly Json[];

const isObject = (value: Json): value is Record<string, Json> => kindOf(value) === 'object';

interface Slice {
  readonly start: number;
  readonly end: number;
}

/** `{start, end}` as bounds within `length`. */
function bounds(key: Json, length: number): Slice | undefined {
  if (!isObject(key) || !('start' in key || 'end' in key)) return undefined;
  const at = (value: Json, otherwise: number): number => {
    if (value === null || value === undefined) return otherwise;
    if (typeof value !== 'number') throw new JqError('Start and end indices of an array slice must be numbers');
    return Math.max(0, Math.min(length, value < 0 ? value + length : value));
  };
  const start = Math.floor(at(key.start, 0));
  return { start, end: Math.max(start, Math.ceil(at(key.end, length))) };
}

/** `of[key]`, as jq indexes. */
export function index(of: Json, key: Json): Json {
  if (of === null || of === undefined) {
    if (typeof key === 'string' || typeof key === 'number' || key === null || isObject(key)) return null;
  } else if (isObject(of) && typeof key === 'string') return Object.hasOwn(of, key) ? of[key] : null;
  else if (Array.isArray(of)) {
    if (typeof key === 'number') return Number.isInteger(key) ? ((of as Json[]).at(key) ?? null) : null;
    const slice = bounds(key, of.length);
    if (slice) return (of as Json[]).slice(slice.start, slice.end);
    if (Array.isArray(key)) {
      const found: number[] = [];
      for (let i = 0; key.length > 0 && i + key.length <= of.length; i++)
        if (key.every((k, n) => compare(k, of[i + n]) === 0)) found.push(i);
      return found;
    }
  } else if (typeof of === 'string') {
    const chars = [...of];
    const slice = bounds(key, chars.length);
    if (slice) return chars.slice(slice.start, slice.end).join('');
  }
  throw new JqError(`Cannot index ${kindOf(of)} with ${typeof key === 'string' ? `${isObject(of) ? '' : 'string '}"${key}"`.replace(/^string (?=")/, of === null ? '' : 'string ').trimStart() : kindOf(key)}`); // prettier-ignore
}

export function getPath(of: Json, path: Path): Json {
  let value = of;
  for (const key of path) {
    if (value === null || value === undefined) return null;
    value = index(value, key);
  }
  return value ?? null;
}

/** `of` with `made` at the path; what is not there yet comes into being. */
export function setPath(of: Json, path: Path, made: (old: Json) => Json): Json {
  const [key, ...rest] = path;
  if (path.length === 0) return made(of);
  if (typeof key === 'string') {
    if (of !== null && !isObject(of)) throw new JqError(`Cannot index ${kindOf(of)} with "${key}"`);
    return { ...(of as Record<string, Json> | null), [key]: setPath((of as Record<string, Json> | null)?.[key] ?? null, rest, made) };
  }
  if (of !== null && !Array.isArray(of)) {
    if (isObject(key) || typeof key === 'number')
      throw new JqError(`Cannot ${isObject(key) ? `update field at object index of ${kindOf(of)}` : `index ${kindOf(of)} with number`}`);
    throw new JqError(`Cannot index ${kindOf(of)} with ${kindOf(key)}`);
  }
  const list = [...((of as Json[] | null) ?? [])];
  if (typeof key === 'number') {
    const at = key < 0 ? key + list.length : Math.floor(key);
    if (at < 0) throw new JqError('Out of bounds negative array index');
    if (at > 536870911) throw new JqError('Array index too large');
    while (list.length < at) list.push(null);
    list[at] = setPath(list[at] ?? null, rest, made);
    return list;
  }
  const slice = bounds(key, list.length);
  if (!slice)
    throw new JqError(
      `Cannot update field at array index of array`.replace(
        'array index',
        kindOf(key) === 'array' ? 'array index' : `${kindOf(key)} index`,
      ),
    );
  const inner = setPath(list.slice(slice.start, slice.end), rest, made);
  if (!Array.isArray(inner)) throw new JqError('A slice of an array can only be assigned another array');
  return [...list.slice(0, slice.start), ...(inner as Json[]), ...list.slice(slice.end)];
}

function deletePath(of: Json, path: Path): Json {
  const [key, ...rest] = path;
  if (of === null || of === undefined) return null;
  if (rest.length > 0) {
    const child = index(of, key);
    return child === null ? of : setPath(of, [key], () => deletePath(child, rest));
  }
  if (isObject(of)) {
    if (typeof key !== 'string')
      throw new JqError(
        `Cannot delete field at ${kindOf(key) === 'object' ? 'object' : 'array'} index of object`.replace(
          'array index',
          kindOf(key) === 'number' ? 'array index' : `${kindOf(key)} index`,
        ),
      );
    const { [key]: _gone, ...others } = of;
    return others;
  }
  if (!Array.isArray(of))
    throw new JqError(
      `Cannot delete fields from ${kindOf(of)}`.replace('fields', 'field at array index').replace(/from .*/, `of ${kindOf(of)}`),
    );
  if (typeof key === 'string') throw new JqError('Cannot delete field at object index of array');
  if (typeof key === 'number') {
    const at = key < 0 ? key + of.length : Math.floor(key);
    return (of as Json[]).filter((_, i) => i !== at);
  }
  const slice = bounds(key, of.length);
  if (!slice) throw new JqError(`Cannot delete field at array index of array`);
  return (of as Json[]).filter((_, i) => i < slice.start || i >= slice.end);
}

/** Without what the paths lead to; the last of them first, so that the others still hold. */
export function deletePaths(of: Json, paths: Json): Json {
  if (!Array.isArray(paths)) throw new JqError('Paths must be specified as an array');
  let value = of;
  for (const path of [...(paths as Json[])].sort(compare).reverse()) {
    if (!Array.isArray(path)) throw new JqError('Path must be specified as an array');
    value = path.length === 0 ? null : deletePath(value, path as Json[]);
  }
  return value;
}

export function each(value: Json): readonly [Json, Json][] {
  if (Array.isArray(value)) return (value as Json[]).map((own, i) => [i, own]);
  if (isObject(value)) return Object.entries(value);
  throw new JqError(`Cannot iterate over ${kindOf(value)}${value === null || value === undefined ? '' : ` (${dump(value)})`}`);
}
