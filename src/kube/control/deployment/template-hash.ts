import { parseQuantity, structNamed, type Field, type GoType, type Struct } from '../../api';
import type { PodTemplate } from '../workloads';
import { goFields, goNames } from './go-fields';
import { fnv32a, safeEncode } from './hash';

/*
 * A Deployment names its ReplicaSets by a hash of their template: FNV-1a of what go-spew prints of the Go struct with
 * `%#v` (types, no pointer addresses, sorted maps, no methods), its decimal digits as letters. See apimachinery's
 * util/dump, and pkg/util/hash.
 */

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

let orders: ReadonlyMap<string, readonly string[]> | undefined;

function orderOf(struct: Struct): readonly string[] {
  orders ??= new Map(
    goFields
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...fields] = line.split(' ');
        return [name, fields];
      }),
  );
  return orders.get(struct.goName) ?? [...struct.fields.keys()];
}

const goName = (struct: Struct, name: string): string =>
  goNames[`${struct.goName}.${name}`] ?? goNames[name] ?? name[0]!.toUpperCase() + name.slice(1);

/** Quantities hold the number and its scale, and the text it was read of. */
function quantityDump(text: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)([a-zA-Z]*|[eE][+-]?\d+)$/.exec(text);
  const { format } = parseQuantity(text);
  const [, sign = '', whole = '', fraction = '', unit = ''] = match ?? [];
  const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(unit);
  const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
  const exponent = /^[eE][+-]?\d+$/.test(unit) ? Number(unit.slice(1)) : (decimal[unit] ?? 0);
  const mantissa = binary > 0 ? 1024n ** BigInt(binary) : 1n;
  const value = BigInt(`${whole}${fraction}` || '0') * mantissa * (sign === '-' ? -1n : 1n);
  const scale = (binary > 0 ? 0 : exponent) - fraction.length;
  const amount = `i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}}`;
  return `{${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`;
}

function portDump(value: unknown): string {
  const [type, number, text] = typeof value === 'string' ? [1, 0, value] : [0, Number(value ?? 0), ''];
  return `{Type:(intstr.Type)${type} IntVal:(int32)${number} StrVal:(string)${text}}`;
}

/** The value alone, its type having been said. */
function valueDump(type: GoType, value: unknown): string {
  switch (type.kind) {
    case 'string':
      return String(value ?? '');
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'int32':
    case 'int64':
    case 'float64':
      return String(value ?? 0);
    case 'quantity':
      return quantityDump(String(value ?? '0'));
    case 'int-or-string':
      return portDump(value);
    case 'list': {
      const list = value as readonly unknown[] | undefined | null;
      return list?.length ? `[${list.map((item) => valueDump(type.element, item)).join(' ')}]` : '<nil>';
    }
    case 'map': {
      const entries = Object.entries(fieldsOf(value)).sort(([a], [b]) => (a < b ? -1 : 1));
      return entries.length > 0 ? `map[${entries.map(([key, item]) => `${key}:${valueDump(type.element, item)}`).join(' ')}]` : '<nil>';
    }
    case 'struct':
      return structDump(type.struct, fieldsOf(value));
    default:
      // A template has no times but those that are zero.
      return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';
  }
}

const isByValue = (struct: Struct, field: Field): boolean =>
  !field.pointer ||
  field.type.kind === 'list' ||
  field.type.kind === 'map' ||
  (struct.goName === 'ObjectMeta' && field.name === 'creationTimestamp');

function fieldDump(struct: Struct, field: Field, value: unknown): string {
  const name = goName(struct, field.name);
  const { go } = field.type;
  if (isByValue(struct, field)) return `${name}:(${go})${valueDump(field.type, value)}`;
  return `${name}:(*${go})${value === undefined || value === null ? '<nil>' : valueDump(field.type, value)}`;
}

function structDump(struct: Struct, value: Fields): string {
  const parts: string[] = [];
  let embedded: { readonly name: string; readonly parts: string[] } | undefined;
  const close = (): void => {
    if (embedded) parts.push(`${embedded.name}:(v1.${embedded.name}){${embedded.parts.join(' ')}}`);
    embedded = undefined;
  };
  for (const name of orderOf(struct)) {
    const field = struct.fields.get(name);
    if (!field) continue;
    if (field.embedded !== embedded?.name) close();
    if (field.embedded) (embedded ??= { name: field.embedded, parts: [] }).parts.push(fieldDump(struct, field, value[name]));
    else parts.push(fieldDump(struct, field, value[name]));
  }
  close();
  return `{${parts.join(' ')}}`;
}

/** What go-spew prints of a template. */
export const templateDump = (template: PodTemplate): string =>
  `(v1.PodTemplateSpec)${structDump(structNamed('v1.PodTemplateSpec')!, fieldsOf(template))}`;

/** The hash of a template, as `pod-template-hash` has it; collisions count up and make it another one. */
export function templateHash(template: PodTemplate, collisionCount?: number): string {
  const dump = new TextEncoder().encode(templateDump(template));
  if (collisionCount === undefined) return safeEncode(String(fnv32a(dump)));
  const bytes = new Uint8Array(dump.length + 8);
  bytes.set(dump);
  new DataView(bytes.buffer).setUint32(dump.length, collisionCount, true);
  return safeEncode(String(fnv32a(bytes)));
}
