import { plain } from '../printers/go-format';
import { byName, equal, type Fields, isFields } from '../value';
import { listStrategy, retainsKeys } from './merge-keys';

/** An item of a list that is merged by a key has none. */
export class MergeKeyError extends Error {
  constructor(item: unknown, key: string) {
    super(`map: ${plain(item)} does not contain declared merge key: ${key}`);
  }
}

/** Which half of a difference is wanted: apply takes deletions from the last configuration, the rest from the live object. */
interface Want {
  readonly changes: boolean;
  readonly deletions: boolean;
}

/**
 * The strategic merge patch that turns `current` into what `modified` asks for, deleting what `original` had and
 * `modified` has no more (strategicpatch.CreateThreeWayMergePatch).
 */
export function threeWayStrategic(original: Fields, modified: Fields, current: Fields): Fields {
  const delta = diffObjects(current, modified, '', { changes: true, deletions: false });
  const deletions = diffObjects(original, modified, '', { changes: false, deletions: true });
  return mergePatches(deletions, delta, '');
}

/** The JSON merge patch for kinds without strategic merge. */
export function threeWayJson(original: Fields, modified: Fields, current: Fields): Fields {
  return overlay(
    jsonDiff(original, modified, { changes: false, deletions: true }),
    jsonDiff(current, modified, { changes: true, deletions: false }),
  );
}

/** The strategic patch from one object to another. */
export function twoWayStrategic(original: Fields, modified: Fields): Fields {
  return diffObjects(original, modified, '', { changes: true, deletions: true });
}

function diffObjects(original: Fields, modified: Fields, parent: string, want: Want): Fields {
  const patch: Fields = {};
  for (const key of Object.keys(modified).sort(byName)) {
    const before = original[key];
    const after = modified[key];
    if (before === undefined) {
      if (want.changes) patch[key] = after;
    } else if (isFields(before) && isFields(after)) {
      const inner = diffObjects(before, after, key, want);
      if (retainsKeys(key) && Object.keys(inner).length > 0) inner.$retainKeys = Object.keys(after).sort(byName);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (Array.isArray(before) && Array.isArray(after)) diffLists(patch, key, before, after, parent, want);
    else if (want.changes && !equal(before, after)) patch[key] = after;
  }
  if (want.deletions) for (const key of Object.keys(original)) if (modified[key] === undefined) patch[key] = null;
  return patch;
}

function diffLists(patch: Fields, key: string, before: readonly unknown[], after: readonly unknown[], parent: string, want: Want): void {
  const strategy = listStrategy(parent, key);
  if (strategy.kind === 'replace') {
    if (want.changes && !equal(before, after)) patch[key] = after;
    return;
  }
  if (strategy.kind === 'set') {
    const added = after.filter((value) => !before.includes(value));
    const gone = before.filter((value) => !after.includes(value));
    const changed = (want.changes && (added.length > 0 || !equal(before, after))) || (want.deletions && gone.length > 0);
    if (want.changes && added.length > 0) patch[key] = added;
    if (want.deletions && gone.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = gone;
    if (changed) patch[`$setElementOrder/${key}`] = after;
    return;
  }
  const mergeKey = strategy.key;
  for (const item of [...before, ...after]) if (isFields(item) && !(mergeKey in item)) throw new MergeKeyError(item, mergeKey);
  const [old, now] = [before as Fields[], after as Fields[]];
  const find = (list: readonly Fields[], item: Fields): Fields | undefined => list.find((other) => equal(other[mergeKey], item[mergeKey]));
  const members: Fields[] = [];
  // of items with the same key the last one meets the one there is, the others are new: they are sorted backwards
  const last = (item: Fields): boolean => item === now.findLast((other) => equal(other[mergeKey], item[mergeKey]));
  for (const item of now) {
    const previous = last(item) ? find(old, item) : undefined;
    if (!previous) {
      if (want.changes) members.push(item);
      continue;
    }
    const inner = diffObjects(previous, item, key, want);
    if (Object.keys(inner).length === 0) continue;
    if (retainsKeys(key)) inner.$retainKeys = Object.keys(item).sort(byName);
    members.push({ ...inner, [mergeKey]: item[mergeKey] });
  }
  if (want.deletions) for (const item of old) if (!find(now, item)) members.push({ $patch: 'delete', [mergeKey]: item[mergeKey] });
  const names = (list: readonly Fields[]): unknown[] => list.map((item) => item[mergeKey]);
  const reordered = !equal(names(old), names(now));
  if (members.length > 0) patch[key] = members;
  if ((want.changes && (members.length > 0 || reordered)) || (want.deletions && members.length > 0)) {
    patch[`$setElementOrder/${key}`] = now.map((item) => ({ [mergeKey]: item[mergeKey] }));
  }
}

/** Both patches in one; where they meet, `over` wins. */
function mergePatches(under: Fields, over: Fields, parent: string): Fields {
  const merged: Fields = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (isFields(below) && isFields(value)) merged[key] = mergePatches(below, value, key);
    else if (Array.isArray(below) && Array.isArray(value) && !key.startsWith('$'))
      merged[key] = mergeLists(below as Fields[], value as Fields[], parent, key);
    else merged[key] = value;
  }
  return merged;
}

function mergeLists(under: readonly Fields[], over: readonly Fields[], parent: string, key: string): unknown[] {
  const strategy = listStrategy(parent, key);
  if (strategy.kind !== 'merge') return [...new Set([...under, ...over])];
  const name = strategy.key;
  const merged: Fields[] = over.map((item) => {
    const below = under.find((other) => equal(other[name], item[name]));
    return below ? mergePatches(below, item, key) : item;
  });
  return [...merged, ...under.filter((item) => !over.some((other) => equal(other[name], item[name])))];
}

function jsonDiff(original: Fields, modified: Fields, want: Want): Fields {
  const patch: Fields = {};
  for (const key of Object.keys(modified)) {
    const before = original[key];
    const after = modified[key];
    if (isFields(before) && isFields(after)) {
      const inner = jsonDiff(before, after, want);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (want.changes && !equal(before, after)) patch[key] = after;
  }
  if (want.deletions) for (const key of Object.keys(original)) if (modified[key] === undefined) patch[key] = null;
  return patch;
}

/** A JSON merge patch laid over another. */
export function overlay(under: Fields, over: Fields): Fields {
  const merged: Fields = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isFields(below) && isFields(value) ? overlay(below, value) : value;
  }
  return merged;
}
