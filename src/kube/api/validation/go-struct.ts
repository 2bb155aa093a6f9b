import { jsonText } from '../json-text';
import type { Json } from '../object';
import { canonicalQuantity } from '../quantity';
import { structRows } from './pod-structs';

type Fields = Readonly<Record<string, unknown>>;
interface StructField {
  readonly name: string;
  readonly json: string;
  readonly type: string;
}

/** `DNSPolicy` is `dnsPolicy` in JSON, `IP` is `ip`. */
function jsonName(name: string): string {
  const capitals = /^[A-Z]+/.exec(name)![0];
  const count = capitals.length === name.length ? capitals.length : Math.max(1, capitals.length - 1);
  return name.slice(0, count).toLowerCase() + name.slice(count);
}

let table: ReadonlyMap<string, readonly StructField[]> | undefined;

function readTable(): ReadonlyMap<string, readonly StructField[]> {
  const structs = new Map<string, readonly StructField[]>();
  for (const row of structRows.trim().split('\n')) {
    const [name, ...fields] = row.split(' ');
    const read = fields.flatMap((field): readonly StructField[] => {
      if (field.startsWith('...')) return structs.get(field.slice(3))!;
      const [, go = '', json, type = 'string'] = /^(\w+)(?:=(\w+))?(?::(.+))?$/.exec(field)!;
      return [{ name: go, json: json ?? jsonName(go), type }];
    });
    structs.set(name!, read);
  }
  return structs;
}

const zeros: Readonly<Record<string, Json>> = { string: '', int: 0, bool: false, port: 0, quantity: '0', map: null, amounts: null };

/** Go writes maps in the order of their keys' bytes. */
function sorted(map: Fields, value: (value: unknown) => Json): Json {
  const keys = Object.keys(map).sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, value(map[key])]));
}

function render(type: string, value: unknown): Json {
  if (type.startsWith('*')) return value === undefined || value === null ? null : render(type.slice(1), value);
  if (type.startsWith('[]')) return Array.isArray(value) ? value.map((item) => render(type.slice(2), item)) : null;
  const present = value !== undefined && value !== null;
  const zero = zeros[type];
  if (zero !== undefined) {
    if (!present) return zero;
    if (type === 'quantity') return canonicalQuantity(String(value));
    if (type === 'map') return sorted(value as Fields, (item) => item as Json);
    if (type === 'amounts') return sorted(value as Fields, (item) => canonicalQuantity(String(item)));
    return value as Json;
  }
  if (type === 'json') return value as Json;
  return goStruct(type, (present ? value : {}) as Fields);
}

/** An object of the API as the internal struct of that name, with Go's field names: what messages print of it. */
export function goStruct(type: string, value: unknown): Json {
  table ??= readTable();
  const fields = table.get(type);
  if (!fields) throw new Error(`no struct ${type}`);
  const from = (value ?? {}) as Fields;
  return Object.fromEntries(fields.map((field) => [field.name, render(field.type, from[field.json])]));
}

const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** A PodSpec, whose internal form keeps what it shares with the host in its security context. */
export function goPodSpec(spec: Fields): Json {
  const shared = Object.fromEntries(hostFields.map((field) => [field, spec[field]]));
  return goStruct('PodSpec', { ...spec, securityContext: { ...(spec['securityContext'] as Fields | undefined), ...shared } });
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** encoding/json's MarshalIndent with one blank. */
export const goJsonText = (value: Json): string => jsonText(value, ' ').replace(/[<>&\u2028\u2029]/g, (character) => escapes[character]!);
