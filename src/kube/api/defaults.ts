import { isFields } from './object';
import { defaultFields, defaultRules, type Fields } from './default-rules';
import type { KubeObject } from './object';
import { structOfKind, type Field, type GoType, type GroupVersionKind, type Struct } from './schema';

const innermost = (type: GoType): GoType => (type.kind === 'list' || type.kind === 'map' ? innermost(type.element) : type);

/** The fields of a struct under which something has defaults; structs that hold themselves are cut. */
const leading = new Map<Struct, readonly Field[]>();
function leadingFields(struct: Struct): readonly Field[] {
  const known = leading.get(struct);
  if (known) return known;
  leading.set(struct, []);
  const fields = [...struct.fields.values()].filter((field) => {
    const type = innermost(field.type);
    if (type.kind !== 'struct') return false;
    return hasOwn(type.struct) || leadingFields(type.struct).length > 0;
  });
  leading.set(struct, fields);
  return fields;
}
const hasOwn = (struct: Struct): boolean => defaultFields[struct.name] !== undefined || defaultRules[struct.name] !== undefined;

function fillStruct(value: Fields, struct: Struct): void {
  const constants = defaultFields[struct.name];
  if (constants) for (const name of Object.keys(constants)) value[name] ??= structuredClone(constants[name]);
  defaultRules[struct.name]?.(value);
  for (const field of leadingFields(struct)) fill(value[field.name], field.type);
}

function fill(value: unknown, type: GoType): void {
  if (type.kind === 'struct') {
    if (isFields(value)) fillStruct(value, type.struct);
  } else if (type.kind === 'list') {
    if (Array.isArray(value)) for (const item of value) fill(item, type.element);
  } else if (type.kind === 'map' && isFields(value)) {
    for (const item of Object.values(value)) fill(item, type.element);
  }
}

/**
 * Fills in, in place, what the API server fills in where a decoded object says nothing: the outer object first,
 * then what it holds, as the SetDefaults functions of pkg/apis run. Kinds that are not served are left as they are.
 */
export function setDefaults(object: KubeObject, gvk: GroupVersionKind): void {
  const struct = structOfKind(gvk);
  if (struct) fillStruct(object, struct);
}
