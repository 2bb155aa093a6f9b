import type { KubeObject } from '../../kube/api';
import { listStrategy } from '../apply/merge-keys';
import { failure } from '../errors';
import { type Fields, isFields, textAt } from '../value';

/** A strategic merge patch (an object) or a JSON patch (a list) applied to an object. */
export function applyPatch(object: KubeObject, patch: unknown): KubeObject {
  if (Array.isArray(patch)) return patch.reduce<unknown>((value, operation) => jsonPatch(value, operation as Fields), object) as KubeObject;
  return mergeInto(object, patch as Fields, '') as KubeObject;
}

function mergeInto(object: Fields, patch: Fields, parent: string): Fields {
  const merged: Fields = { ...object };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else if (isFields(value) && isFields(before)) merged[key] = mergeInto(before, value, key);
    else if (Array.isArray(value) && Array.isArray(before)) merged[key] = mergeLists(before as Fields[], value as Fields[], parent, key);
    else merged[key] = value;
  }
  return merged;
}

function mergeLists(before: readonly Fields[], patch: readonly Fields[], parent: string, key: string): unknown[] {
  const strategy = listStrategy(parent, key);
  if (strategy.kind === 'replace') return [...patch];
  if (strategy.kind === 'set') return [...new Set([...before, ...patch])];
  const name = strategy.key;
  const gone = (item: Fields): boolean => patch.some((other) => other.$patch === 'delete' && other[name] === item[name]);
  // unlike the server, kustomize puts what a patch names first, in the patch's order
  const named = patch
    .filter((item) => item.$patch !== 'delete')
    .map((item) => {
      const old = before.find((other) => other[name] === item[name]);
      return old ? mergeInto(old, item, key) : item;
    });
  return [...named, ...before.filter((item) => !gone(item) && !patch.some((other) => other[name] === item[name]))];
}

function jsonPatch(value: unknown, operation: Fields): unknown {
  const path = textAt(operation, 'path')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const change = (here: unknown, [head, ...rest]: readonly string[]): unknown => {
    if (head === undefined) return operation.value;
    if (Array.isArray(here)) {
      const copy = [...(here as unknown[])];
      const index = head === '-' ? copy.length : Number(head);
      if (rest.length > 0) copy[index] = change(copy[index], rest);
      else if (operation.op === 'remove') copy.splice(index, 1);
      else if (operation.op === 'add') copy.splice(index, 0, operation.value);
      else copy[index] = operation.value;
      return copy;
    }
    const fields: Fields = { ...(isFields(here) ? here : {}) };
    if (rest.length === 0 && operation.op === 'remove' && !(head in fields))
      throw failure(`error in remove for path: '${textAt(operation, 'path')}': Unable to remove nonexistent key: ${head}: missing value`);
    if (rest.length === 0 && operation.op === 'remove') delete fields[head];
    else fields[head] = change(fields[head], rest);
    return fields;
  };
  return change(value, path);
}
