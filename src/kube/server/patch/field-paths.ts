import { equal, isFields } from '../../api';
import type { FieldSet } from '../../api';
import { fieldRule, itemRule, type FieldRule } from './schema';

/** Paths of fields, each the elements of FieldsV1 (`f:spec`, `k:{"name":"a"}`, `v:"x"`) joined by NUL. */
export type PathSet = ReadonlySet<string>;

const separator = '\0';
export const child = (path: string, element: string): string => (path ? path + separator + element : element);
export const elementsOf = (path: string): string[] => path.split(separator);

const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** `k:{…}` of an item of a list that is keyed. */
export function keyElement(item: unknown, keys: readonly string[]): string {
  const fields = isFields(item) ? item : {};
  const key: Record<string, unknown> = {};
  for (const name of [...keys].sort()) {
    const value = fields[name] ?? keyDefaults[name];
    if (value !== undefined) key[name] = value;
  }
  return `k:${JSON.stringify(key)}`;
}

/** How a value splits into fields of their own; undefined when it is one field. */
export function children(value: unknown, rule: FieldRule): Map<string, { value: unknown; rule: FieldRule }> | undefined {
  if (rule.atomic) return undefined;
  const found = new Map<string, { value: unknown; rule: FieldRule }>();
  if (Array.isArray(value)) {
    if (rule.keys) for (const item of value) found.set(keyElement(item, rule.keys), { value: item as unknown, rule: itemRule(rule) });
    else if (rule.set) for (const item of value) found.set(`v:${JSON.stringify(item)}`, { value: item as unknown, rule: {} });
    else return undefined;
    return found;
  }
  if (!isFields(value)) return undefined;
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) found.set(`f:${name}`, { value: field, rule: fieldRule(rule.type, name) });
  }
  return found;
}

export interface Difference {
  readonly added: Set<string>;
  readonly removed: Set<string>;
  readonly modified: Set<string>;
}

function walk(left: unknown, right: unknown, rule: FieldRule, path: string, out: Difference): void {
  if (left === undefined && right === undefined) return;
  if (path && left === undefined) out.added.add(path);
  if (path && right === undefined) out.removed.add(path);
  const before = children(left ?? undefined, rule);
  const after = children(right ?? undefined, rule);
  const leftSplits = before !== undefined || left === undefined || left === null;
  const rightSplits = after !== undefined || right === undefined || right === null;
  if (!leftSplits || !rightSplits || (before === undefined && after === undefined)) {
    if (left !== undefined && right !== undefined && !equal(left, right)) out.modified.add(path);
    return;
  }
  for (const element of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
    const from = before?.get(element);
    const to = after?.get(element);
    walk(from?.value, to?.value, (to ?? from)!.rule, child(path, element), out);
  }
}

/** Which fields of an object come, go and change. */
export function difference(left: unknown, right: unknown, root: FieldRule): Difference {
  const out: Difference = { added: new Set(), removed: new Set(), modified: new Set() };
  walk(left, right, root, '', out);
  return out;
}

function collect(value: unknown, rule: FieldRule, path: string, out: Set<string>): void {
  const parts = children(value, rule);
  if (!parts || parts.size === 0) {
    if (path) out.add(path);
    return;
  }
  for (const [element, part] of parts) {
    const at = child(path, element);
    // An item of a list is a field itself, beside the fields it has.
    if (!element.startsWith('f:')) out.add(at);
    collect(part.value, part.rule, at, out);
  }
}

/** The fields an applied configuration sets. */
export function fieldsOf(object: unknown, root: FieldRule): Set<string> {
  const out = new Set<string>();
  collect(object, root, '', out);
  return out;
}

export function fromFieldSet(set: FieldSet | undefined): Set<string> {
  const out = new Set<string>();
  const visit = (node: FieldSet, path: string): void => {
    const keys = Object.keys(node);
    if (path && keys.length === 0) out.add(path);
    for (const key of keys) {
      if (key === '.') out.add(path);
      else visit(node[key]!, child(path, key));
    }
  };
  if (set) visit(set, '');
  return out;
}

export function toFieldSet(paths: PathSet): FieldSet {
  const root: FieldSet = {};
  const parents = new Set<string>();
  for (const path of paths) {
    const elements = elementsOf(path);
    for (let length = 1; length < elements.length; length++) parents.add(elements.slice(0, length).join(separator));
  }
  for (const path of [...paths].sort()) {
    let node = root;
    for (const element of elementsOf(path)) node = node[element] ??= {};
    if (parents.has(path)) node['.'] = {};
  }
  return root;
}

const pathText = (element: string): string => {
  const kind = element.slice(0, 2);
  const rest = element.slice(2);
  if (kind === 'f:') return `.${rest}`;
  if (kind === 'v:') return `[=${rest}]`;
  const key = JSON.parse(rest) as Record<string, unknown>;
  return `[${Object.entries(key)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}]`;
};

/** `.spec.containers[name="a"].image` */
export const readable = (path: string): string => elementsOf(path).map(pathText).join('');

export const union = (a: PathSet, b: PathSet): Set<string> => new Set([...a, ...b]);
export const minus = (a: PathSet, b: PathSet): Set<string> => new Set([...a].filter((path) => !b.has(path)));
export const common = (a: PathSet, b: PathSet): Set<string> => new Set([...a].filter((path) => b.has(path)));

/** Without the fields at or under any of `prefixes` (as `f:status`). */
export function without(paths: PathSet, prefixes: readonly string[]): Set<string> {
  return new Set([...paths].filter((path) => !prefixes.some((prefix) => path === prefix || path.startsWith(prefix + separator))));
}

export const fieldPath = (...names: string[]): string => names.map((name) => `f:${name}`).join(separator);
