import { failure } from '../errors';
import { equal, type Fields, isFields } from '../value';
import { listStrategy } from './merge-keys';

/**
 * `object` after a strategic merge patch (strategicpatch.StrategicMergePatch), without asking the server. `parent` is the key
 * that holds it, empty for a whole object.
 */
export function patchedStrategic(object: Fields, patch: Fields, parent = ''): Fields {
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  const result: Fields = { ...object };
  const kept = patch.$retainKeys;
  if (Array.isArray(kept)) for (const key of Object.keys(result)) if (!kept.includes(key)) delete result[key];
  for (const [key, change] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys' || key.startsWith('$setElementOrder/')) continue;
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice(key.indexOf('/') + 1);
      const list = result[name];
      if (Array.isArray(list) && Array.isArray(change)) result[name] = list.filter((value) => !change.includes(value));
      continue;
    }
    const before = result[key];
    if (change === null) delete result[key];
    else if (isFields(change)) result[key] = patchedStrategic(isFields(before) ? before : {}, change, key);
    else if (Array.isArray(change))
      result[key] = patchedList(Array.isArray(before) ? before : [], change, [parent, key], patch[`$setElementOrder/${key}`]);
    else result[key] = change;
  }
  return result;
}

type Place = readonly [parent: string, key: string];
function patchedList(before: readonly unknown[], change: readonly unknown[], [parent, key]: Place, order: unknown): unknown[] {
  const strategy = listStrategy(parent, key);
  if (strategy.kind === 'replace') return [...change];
  if (strategy.kind === 'set') return [...before, ...change.filter((value) => !before.includes(value))];
  const name = strategy.key;
  const changes = change as Fields[];
  if (changes.some((item) => item.$patch === 'replace')) return changes.filter((item) => item.$patch !== 'replace');
  const find = (list: readonly Fields[], item: Fields): Fields | undefined => list.find((other) => equal(other[name], item[name]));
  const old = before as Fields[];
  const merged = old.flatMap((item) => {
    const own = find(changes, item);
    if (!own) return [item];
    return own.$patch === 'delete' ? [] : [patchedStrategic(item, own, key)];
  });
  const added = changes.filter((item) => item.$patch !== 'delete' && !find(old, item)).map((item) => patchedStrategic({}, item, key));
  const all = [...merged, ...added];
  if (!Array.isArray(order)) return all;
  const place = (item: Fields): number => (order as Fields[]).findIndex((other) => equal(other[name], item[name]));
  return all.sort((a, b) => (place(a) < 0 || place(b) < 0 ? 0 : place(a) - place(b)));
}

function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

/** RFC 7386: a null takes a field away. */
export function patchedMerge(object: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(object) ? { ...object } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = patchedMerge(result[key], change);
  }
  return result;
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'));

/** RFC 6902. Throws with the words of the library that kubectl uses. */
export function patchedJson(object: unknown, operations: readonly Operation[]): unknown {
  let result = structuredClone(object);
  for (const { op, path, from = '', value } of operations) {
    const target = (pointer: string, what: string): { parent: Fields | unknown[]; key: string } => {
      const keys = keysOf(pointer);
      const last = keys.pop() ?? '';
      let here = result;
      for (const key of keys) here = Array.isArray(here) ? here[Number(key)] : isFields(here) ? here[key] : undefined;
      if (!isFields(here) && !Array.isArray(here))
        throw failure(`${what} operation does not apply: doc is missing path: "${pointer}": missing value`);
      return { parent: here, key: last };
    };
    const read = (pointer: string, what: string): unknown => {
      const { parent, key } = target(pointer, what);
      const found = Array.isArray(parent) ? parent[Number(key)] : parent[key];
      if (found === undefined) throw failure(`${what} operation does not apply: doc is missing key: ${pointer}: missing value`);
      return found;
    };
    const remove = (pointer: string, what: string): void => {
      read(pointer, what);
      const { parent, key } = target(pointer, what);
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    };
    const add = (pointer: string, what: string, added: unknown): void => {
      if (pointer === '') result = added;
      else {
        const { parent, key } = target(pointer, what);
        if (Array.isArray(parent)) parent.splice(key === '-' ? parent.length : Number(key), 0, added);
        else parent[key] = added;
      }
    };
    if (op === 'add') add(path, op, value);
    else if (op === 'remove') remove(path, op);
    else if (op === 'replace') {
      remove(path, op);
      add(path, op, value);
    } else if (op === 'move' || op === 'copy') {
      const moved = structuredClone(read(from, op));
      if (op === 'move') remove(from, op);
      add(path, op, moved);
    } else if (op === 'test') {
      if (!equal(read(path, op), value)) throw failure(`testing value ${path} failed: test failed`);
    } else throw failure(`Unexpected kind: ${op}`);
  }
  return result;
}
