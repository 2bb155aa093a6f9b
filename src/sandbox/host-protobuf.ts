import { base64, structNamed, structOfKind, type GoType, type Struct } from '../kube/api';
import { protobufFields } from './host-protobuf-fields';

/** "k8s\0": the envelope of protocol buffers in the Kubernetes API (runtime.Unknown follows). */
const magic = [0x6b, 0x38, 0x73, 0x00];

type Fields = ReadonlyMap<number, string>;
type Wire = number | bigint | Uint8Array;

const messages = new Map<string, Fields>();

function fieldsOf(message: string): Fields {
  if (messages.size === 0) {
    for (const line of protobufFields.trim().split('\n')) {
      const [name = '', ...tokens] = line.split(' ');
      let number = 0;
      const fields = tokens.map((token): [number, string] => {
        const gap = /^(\d+)=(.*)$/.exec(token);
        number = gap ? Number(gap[1]) : number + 1;
        return [number, gap ? gap[2]! : token];
      });
      messages.set(name, new Map(fields));
    }
  }
  const fields = messages.get(message);
  if (!fields) throw new Error(`no protocol buffer of ${message} is known`);
  return fields;
}

const text = (value: Wire): string => new TextDecoder().decode(value as Uint8Array);

/** The fields of a message as they stand on the wire (protobuf.dev, Encoding); throws for a message that is cut. */
function* entries(bytes: Uint8Array): Generator<[number: number, value: Wire]> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw new Error('unexpected EOF');
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const type = key & 7;
    let value: Wire;
    if (type === 0) value = varint();
    else {
      const length = type === 2 ? Number(varint()) : type === 1 ? 8 : type === 5 ? 4 : -1;
      if (length < 0 || at + length > bytes.length) throw new Error('unexpected EOF');
      value = bytes.subarray(at, at + length);
      at += length;
    }
    yield [key >> 3, value];
  }
}

const byNumber = (bytes: Uint8Array): Map<number, Wire> => new Map(entries(bytes));

function time(bytes: Uint8Array, micro: boolean): string | null {
  const fields = byNumber(bytes);
  if (fields.size === 0) return null;
  const date = new Date(Number(fields.get(1) ?? 0) * 1000).toISOString().slice(0, 19);
  const fraction = String(Math.floor(Number(fields.get(2) ?? 0) / 1000)).padStart(6, '0');
  return micro ? `${date}.${fraction}Z` : `${date}Z`;
}

function intOrString(bytes: Uint8Array): number | string {
  const fields = byNumber(bytes);
  return Number(fields.get(1) ?? 0) === 0 ? Number(fields.get(2) ?? 0) : text(fields.get(3) ?? new Uint8Array());
}

const scalars: Readonly<Record<string, (value: Wire) => unknown>> = {
  string: text,
  bool: (value) => value !== 0n,
  int32: Number,
  int64: Number,
  float64: (value) => new DataView((value as Uint8Array).slice().buffer).getFloat64(0, true),
  bytes: (value) => base64(value as Uint8Array),
  time: (value) => time(value as Uint8Array, false),
  'micro-time': (value) => time(value as Uint8Array, true),
  quantity: (value) => text(byNumber(value as Uint8Array).get(1) ?? new Uint8Array()),
  'int-or-string': (value) => intOrString(value as Uint8Array),
  any: (value) => JSON.parse(text(byNumber(value as Uint8Array).get(1) ?? new TextEncoder().encode('null'))) as unknown,
};

function valueOf(type: GoType, value: Wire): unknown {
  if (type.kind === 'struct') return structure(type.struct, value as Uint8Array);
  // A list within a map (an access review's extra) is a message of its own.
  if (type.kind === 'list') return [...entries(value as Uint8Array)].map(([, item]) => valueOf(type.element, item));
  if (type.kind === 'map') throw new Error('a map stands in no list');
  return scalars[type.kind]!(value);
}

const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false;

function fill(object: Record<string, unknown>, struct: Struct, message: string, bytes: Uint8Array): void {
  const names = fieldsOf(message);
  for (const [number, value] of entries(bytes)) {
    const name = names.get(number);
    if (name === undefined) continue;
    if (name.startsWith('^')) {
      fill(object, struct, name, value as Uint8Array);
      continue;
    }
    const field = struct.fields.get(name);
    if (!field) continue;
    const { type } = field;
    if (type.kind === 'list') ((object[name] ??= []) as unknown[]).push(valueOf(type.element, value));
    else if (type.kind === 'map') {
      const pair = byNumber(value as Uint8Array);
      const item = pair.get(2);
      const map = (object[name] ??= {}) as Record<string, unknown>;
      map[text(pair.get(1) ?? new Uint8Array())] = item === undefined ? '' : valueOf(type.element, item);
    } else {
      const read = valueOf(type, value);
      // Go writes zero values that JSON leaves out.
      if (field.pointer || field.required || !isZero(read)) object[name] = read;
    }
  }
}

function structure(struct: Struct, bytes: Uint8Array): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  fill(object, struct, struct.name, bytes);
  return object;
}

/** An object in protocol buffers (application/vnd.kubernetes.protobuf) as JSON; throws for what it cannot read. */
export function jsonOfProtobuf(bytes: Uint8Array): string {
  if (!magic.every((byte, i) => bytes[i] === byte)) throw new Error('provided data does not appear to be a protobuf message');
  const unknown = byNumber(bytes.subarray(magic.length));
  const named = byNumber((unknown.get(1) as Uint8Array | undefined) ?? new Uint8Array());
  const apiVersion = text(named.get(1) ?? new Uint8Array());
  const kind = text(named.get(2) ?? new Uint8Array());
  const slash = apiVersion.indexOf('/');
  const gvk = { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
  const struct = structOfKind(gvk) ?? structNamed(`${gvk.version}.${kind}`);
  if (!struct) throw new Error(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return JSON.stringify({ kind, apiVersion, ...structure(struct, (unknown.get(2) as Uint8Array | undefined) ?? new Uint8Array()) });
}

export const swaggerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * An OpenAPI v2 document with no definitions in protocol buffers (gnostic's openapi.v2.Document), the only form a real
 * kubectl reads it in. By it kubectl checks nothing itself; the server checks all the same.
 */
export function emptySwagger(): Uint8Array {
  const field = (number: number, bytes: Uint8Array): number[] => [(number << 3) | 2, bytes.length, ...bytes];
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const info = Uint8Array.from([...field(1, text('Kubernetes')), ...field(2, text('v1.36.2'))]);
  return Uint8Array.from([...field(1, text('2.0')), ...field(2, info), ...field(8, new Uint8Array())]);
}
