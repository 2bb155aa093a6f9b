import { isAtomicStruct, mergeMarks, structNamed, structOfKind, type GoType, type MergeMarks } from '../../api';

/** How a field merges, and what its value (or each of its items) is made of. */
export interface FieldRule extends MergeMarks {
  /** Name of the struct that the value is, or that the items of a list are. */
  readonly type?: string;
}

const noRule: FieldRule = {};
const rules = new Map<string, FieldRule>();

const structOf = (type: GoType): string | undefined => {
  if (type.kind === 'struct') return type.struct.name;
  return type.kind === 'list' ? structOf(type.element) : undefined;
};

function made(struct: string, name: string): FieldRule {
  const field = structNamed(struct)?.fields.get(name);
  if (!field) return noRule;
  const type = structOf(field.type);
  const whole = field.type.kind === 'struct' && type !== undefined && isAtomicStruct(type);
  return { ...mergeMarks(struct, name), ...(type === undefined ? {} : { type }), ...(whole ? { atomic: true } : {}) };
}

/** The rule of a struct's field; what no struct has merges as maps and lists without marks do. */
export function fieldRule(struct: string | undefined, field: string): FieldRule {
  if (struct === undefined) return noRule;
  const key = `${struct}.${field}`;
  let rule = rules.get(key);
  if (!rule) rules.set(key, (rule = made(struct, field)));
  return rule;
}

/** The rule of a list's items. */
export const itemRule = ({ type }: FieldRule): FieldRule => {
  if (type === undefined) return noRule;
  return isAtomicStruct(type) ? { type, atomic: true } : { type };
};

/** The rule of a whole object. */
export function rootRule({ apiVersion = '', kind = '' }: { readonly apiVersion?: string; readonly kind?: string }): FieldRule {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const struct = structOfKind({ group, version: apiVersion.slice(slash + 1), kind });
  return struct ? { type: struct.name } : noRule;
}
