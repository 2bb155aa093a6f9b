import { isFields, structOfKind, type GoType, type GroupVersionKind, type KubeObject } from '../../api';
import { serverError } from '../status';
import { goValue } from './go-value';
import { fieldRule, itemRule, type FieldRule } from './schema';

const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** A value as Go prints the interface that holds it, with %v: maps and lists behind a pointer. */
const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? `&{${goValue(value)}}` : goValue(value));
const goTypeName = (value: unknown): string => {
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : isFields(value) ? 'map[string]interface {}' : 'string';
};
/** With %#v. */
const goSyntax = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : goValue(value));

const scalarError = (value: unknown, type: GoType): string | undefined => {
  switch (type.kind) {
    case 'int32':
    case 'int64':
    case 'float64':
      return typeof value === 'number' || typeof value === 'bigint'
        ? undefined
        : `expected numeric (int or float), got ${goTypeName(value)}`;
    case 'bool':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${goTypeName(value)}`;
    case 'string':
    case 'bytes':
    case 'time':
    case 'micro-time':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    default:
      return undefined;
  }
};

/** What structured-merge-diff says of a configuration that does not fit its type. */
class Check {
  readonly errors: string[] = [];

  value(value: unknown, type: GoType, rule: FieldRule, path: string): void {
    if (value === null || value === undefined) return;
    if (type.kind === 'struct') this.struct(value, type, rule, path);
    else if (type.kind === 'list') this.list(value, type.element, rule, path);
    else if (type.kind === 'map') {
      if (!isFields(value)) this.errors.push(`${path}: expected map, got ${shown(value)}`);
      else for (const key of Object.keys(value).sort()) this.value(value[key], type.element, {}, `${path}.${key}`);
    } else {
      const error = scalarError(value, type);
      if (error) this.errors.push(`${path}: ${error}`);
    }
  }

  private struct(value: unknown, type: GoType & { kind: 'struct' }, rule: FieldRule, path: string): void {
    if (!isFields(value)) {
      this.errors.push(`${path}: expected map, got ${shown(value)}`);
      return;
    }
    for (const key of Object.keys(value).sort()) {
      const field = type.struct.fields.get(key);
      if (!field) this.errors.push(`${path}.${key}: field not declared in schema`);
      else this.value(value[key], field.type, fieldRule(rule.type, key), `${path}.${key}`);
    }
  }

  private list(value: unknown, element: GoType, rule: FieldRule, path: string): void {
    if (!Array.isArray(value)) {
      this.errors.push(`${path}: expected list, got ${shown(value)}`);
      return;
    }
    const seen = new Set<string>();
    value.forEach((item: unknown, i) => {
      const name = this.item(item, i, rule, element);
      if (seen.has(name) && (rule.keys || rule.set)) this.errors.push(`${path}: duplicate entries for key ${name}`);
      seen.add(name);
      this.value(item, element, itemRule(rule), `${path}${name}`);
    });
  }

  /** How an item is named in paths: by its keys, its value, or its place. */
  private item(item: unknown, i: number, rule: FieldRule, element: GoType): string {
    if (rule.set) return `[=${JSON.stringify(item)}]`;
    if (!rule.keys) return `[${i}]`;
    const fields = isFields(item) ? item : {};
    // The schema gives required fields their zero value as a default, so that a key is never missing.
    const keyOf = (key: string): unknown => fields[key] ?? keyDefaults[key] ?? zero(element, key);
    return `[${[...rule.keys]
      .sort()
      .map((key) => `${key}=${JSON.stringify(keyOf(key))}`)
      .join(',')}]`;
  }
}

const zero = (element: GoType, key: string): unknown =>
  element.kind === 'struct' && element.struct.fields.get(key)?.type.kind !== 'string' ? 0 : '';

/**
 * Throws what the server answers to a configuration for server-side apply that names fields its kind has not,
 * has values of other types, or items of one key twice.
 */
export function checkTyped(config: KubeObject, gvk: GroupVersionKind, name: string, namespace: string | undefined): void {
  const struct = structOfKind(gvk);
  if (!struct) return;
  const check = new Check();
  check.value(config, { kind: 'struct', go: struct.name, struct }, { type: struct.name }, '');
  if (check.errors.length === 0) return;
  const errors = check.errors.length === 1 ? check.errors[0]! : ['errors:', ...check.errors.map((error) => `  ${error}`)].join('\n');
  const where = `${namespace ? `${namespace}/` : ''}${name}; ${gvk.group}/${gvk.version}, Kind=${gvk.kind}`;
  const message = `failed to create typed patch object (${where}): ${errors}`;
  throw serverError(message);
}
