import { isFields, ownValue, setOwn, type KubeObject } from '../../api';
import { goValue } from './go-value';
import { PatchError } from './json';
import { fieldRule, rootRule } from './schema';
import type { FieldRule } from './schema';

type Map_ = Record<string, unknown>;

const withoutDirectives = (patch: unknown): unknown => {
  if (Array.isArray(patch)) {
    return patch
      .filter(
        (item) => !(isFields(item) && (item['$patch'] === 'delete' || (item['$patch'] === 'replace' && Object.keys(item).length === 1))),
      )
      .map(withoutDirectives);
  }
  if (!isFields(patch)) return patch;
  const result: Map_ = {};
  for (const [key, value] of Object.entries(patch)) {
    if (
      value === null ||
      key === '$patch' ||
      key === '$retainKeys' ||
      key.startsWith('$setElementOrder/') ||
      key.startsWith('$deleteFromPrimitiveList/')
    )
      continue;
    setOwn(result, key, withoutDirectives(value));
  }
  return result;
};

/** Items in the order that `$setElementOrder` names; those it does not name keep their place after their neighbour. */
function ordered(items: unknown[], order: unknown[], keyOf: (item: unknown) => unknown): unknown[] {
  const rank = new Map(order.map((item, index) => [keyOf(item), index]));
  const named = items.filter((item) => rank.has(keyOf(item))).sort((a, b) => rank.get(keyOf(a))! - rank.get(keyOf(b))!);
  const result: unknown[] = [];
  let next = 0;
  for (const item of items) {
    if (!rank.has(keyOf(item))) result.push(item);
    else result.push(named[next++]!);
  }
  return result;
}

function mergeScalars(target: unknown[], patch: unknown[], deleted: unknown[], order: unknown[] | undefined): unknown[] {
  const kept = target.filter((item) => !deleted.includes(item));
  const items = [...kept, ...patch.filter((item) => !kept.includes(item))];
  return order ? ordered(items, order, (item) => item) : items;
}

function mergeItems(target: unknown[], patch: unknown[], rule: FieldRule, order: unknown[] | undefined): unknown[] {
  const key = rule.mergeKey!;
  if (patch.some((item) => isFields(item) && item['$patch'] === 'replace')) {
    return withoutDirectives(patch.filter((item) => !(isFields(item) && item['$patch'] === 'replace'))) as unknown[];
  }
  let result = [...target];
  for (const item of patch) {
    if (!isFields(item)) throw new PatchError('invalid patch: list of maps expected');
    const value = item[key];
    if (value === undefined) throw new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${key}`);
    const at = result.findIndex((candidate) => isFields(candidate) && candidate[key] === value);
    if (item['$patch'] === 'delete') {
      result = result.filter((candidate) => !(isFields(candidate) && candidate[key] === value));
    } else if (at >= 0) {
      result[at] = mergeMap(result[at], item, rule.type, rule.retainKeys ?? false);
    } else {
      result.push(withoutDirectives(item));
    }
  }
  return order ? ordered(result, order, (item) => (isFields(item) ? item[key] : item)) : result;
}

function mergeMap(target: unknown, patch: Map_, type: string | undefined, retain: boolean): unknown {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const result: Map_ = isFields(target) ? { ...target } : {};
  const retained = patch['$retainKeys'];
  if (retain && Array.isArray(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) {
      delete result[key];
      continue;
    }
    const rule = fieldRule(type, key);
    const current = ownValue(result, key);
    const order = patch[`$setElementOrder/${key}`] as unknown[] | undefined;
    const deleted = (patch[`$deleteFromPrimitiveList/${key}`] as unknown[] | undefined) ?? [];
    // "If it's not in the original document, just take the patch value."
    if (current === undefined && Array.isArray(value)) setOwn(result, key, withoutDirectives(value));
    else if (Array.isArray(value) && rule.mergeKey)
      setOwn(result, key, mergeItems(Array.isArray(current) ? current : [], value, rule, order));
    else if (Array.isArray(value) && rule.set)
      setOwn(result, key, mergeScalars(Array.isArray(current) ? current : [], value, deleted, order));
    else if (isFields(value)) setOwn(result, key, mergeMap(current, value, rule.type, rule.retainKeys ?? false));
    else setOwn(result, key, withoutDirectives(value));
  }
  for (const [key, value] of Object.entries(patch)) {
    const directive = /^\$(setElementOrder|deleteFromPrimitiveList)\/(.*)$/.exec(key);
    if (!directive || patch[directive[2]!] !== undefined) continue;
    const field = directive[2]!;
    const current = result[field];
    if (!Array.isArray(current) || !Array.isArray(value)) continue;
    const rule = fieldRule(type, field);
    if (directive[1] === 'deleteFromPrimitiveList') result[field] = mergeScalars(current, [], value, undefined);
    else result[field] = ordered(current, value, (item) => (rule.mergeKey && isFields(item) ? item[rule.mergeKey] : item));
  }
  return result;
}

/** What is left of a patch once it was merged: lists whose order it gives are taken out of it as they are done. */
export function leftOf(patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const done = (key: string): boolean =>
    key === '$retainKeys' || key.startsWith('$setElementOrder/') || patch[`$setElementOrder/${key}`] !== undefined;
  return Object.fromEntries(Object.entries(patch).flatMap(([key, value]) => (done(key) ? [] : [[key, leftOf(value)]])));
}

/** A strategic merge patch on an object, with its `$patch`, `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`. */
export function strategicMergePatch<T extends KubeObject>(target: T, patch: unknown): T {
  if (!isFields(patch)) throw new PatchError('cannot unmarshal patch into a map');
  return mergeMap(target, patch, rootRule(target).type, false) as T;
}
