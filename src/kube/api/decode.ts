import { base64 } from './base64';
import { base64Error, canonicalBase64 } from './base64-error';
import { DecodeError, goQuoted, type StrictError } from './decode-error';
import { FieldPath, type PathStep } from './field-path';
import { JsonNumber, JsonObject, numberOf, plainValue, setOwn } from './json-text';
import type { KubeObject } from './object';
import { canonicalQuantity } from './quantity';
import { structOfKind, type Field, type GoType, type GroupVersionKind, type Struct } from './schema';
import { parseTime, timeText } from './time';

export interface Decoded {
  readonly object: KubeObject;
  /** Fields the kind does not have, and (of a text) fields that stand twice; at most 100, in document order. */
  readonly strict: readonly StrictError[];
}

type Map_ = Record<string, unknown>;
/** A field is not written: it is absent, or its zero value is as good as that. */
const absent = Symbol('absent');

const limit = 100;
const int32: GoType = { kind: 'int32', go: 'int32' };
const text: GoType = { kind: 'string', go: 'string' };
const uint8: GoType = { kind: 'int32', go: 'uint8' };
/** What values that read themselves are read as. */
const inner: ReadonlySet<GoType> = new Set([int32, text]);

/** KIND in `cannot unmarshal KIND`. */
function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof JsonNumber || typeof value === 'bigint') return 'number';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const isMap = (value: unknown): value is Map_ | JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
const entriesOf = (value: Map_ | JsonObject): readonly string[] => (value instanceof JsonObject ? value.keys : Object.keys(value).sort());

/** Whose words errors of type are in: encoding/json's, or those of the converter that strategic merge patches go through. */
export type DecodeWords = 'json' | 'converter';

/** A JSON value's kind as the converter (runtime.DefaultUnstructuredConverter) sees it. */
function reflectKind(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return Number.isInteger(Number(value)) ? 'int64' : 'float64';
  const kind = goKind(value);
  return kind === 'array' ? 'slice' : kind === 'object' ? 'map' : kind;
}

function converterError(value: unknown, type: GoType): string {
  const from = reflectKind(value);
  if (type.kind === 'struct') return `cannot restore struct from: ${from}`;
  if (type.kind === 'map') return `cannot restore map from ${from}`;
  if (type.kind === 'list' || type.kind === 'bytes') return `cannot restore slice from ${from}`;
  const numeric = typeof value === 'number' || typeof value === 'bigint';
  // In Go an integer can be converted to a string, so the refusal reads otherwise.
  const convertible = numeric && (type.kind === 'string' ? Number.isInteger(Number(value)) : type.kind !== 'bool');
  if (convertible) return `cannot convert ${from} to ${type.go}`;
  return `unrecognized type: ${type.kind}`;
}

class Decoder {
  constructor(private readonly words: DecodeWords) {}
  error: DecodeError | undefined;
  readonly strict: StrictError[] = [];
  private readonly seen = new Set<string>();
  /** The path as Go's error names it: fields and embedded structs, no indexes. */
  private readonly names: string[] = [];
  private readonly steps: PathStep[] = [];
  private struct: Struct | undefined;

  // encoding/json goes on after a wrong value, and answers the first error.
  private fail(message: string): void {
    this.error ??= new DecodeError(message, FieldPath.of(...this.steps));
  }

  private mismatch(input: unknown, type: GoType, kind = goKind(input)): void {
    if (this.words === 'converter') {
      // What reads itself (a time, a port) is read as JSON, and knows of no field.
      const message = inner.has(type) ? `json: cannot unmarshal ${kind} into Go value of type ${type.go}` : converterError(input, type);
      return this.fail(message);
    }
    const where = this.struct ? `Go struct field ${this.struct.goName}.${this.names.join('.')}` : 'Go value';
    this.fail(`json: cannot unmarshal ${kind} into ${where} of type ${type.go}`);
  }

  private refuse(problem: StrictError['problem'], key: string): void {
    if (this.strict.length >= limit) return;
    const path = FieldPath.of(...this.steps, key);
    const message = `${problem} field ${goQuoted(path.toString())}`;
    if (this.seen.has(message)) return;
    this.seen.add(message);
    this.strict.push({ problem, path, message });
  }

  /** Any value of a type; undefined where it is zero for being null or wrong. */
  value(input: unknown, type: GoType): unknown {
    if (input === null) return undefined;
    if (type.kind === 'struct') return isMap(input) ? this.structure(input, type.struct) : this.mismatch(input, type);
    if (type.kind === 'list') return Array.isArray(input) ? this.list(input, type.element) : this.mismatch(input, type);
    if (type.kind === 'map') return isMap(input) ? this.map(input, type.element) : this.mismatch(input, type);
    return this.scalar(input, type);
  }

  structure(input: Map_ | JsonObject, struct: Struct): Map_ {
    const out: Map_ = {};
    const outer = this.struct;
    const seen = input instanceof JsonObject ? new Set<string>() : undefined;
    const keys = entriesOf(input);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const given = input instanceof JsonObject ? input.values[i] : input[key];
      if (given === undefined) continue;
      const field = struct.fields.get(key);
      if (!field) {
        this.refuse('unknown', key);
        continue;
      }
      if (seen?.has(key)) this.refuse('duplicate', key);
      seen?.add(key);
      this.struct = struct;
      if (field.embedded) this.names.push(field.embedded);
      this.names.push(key);
      this.steps.push(key);
      const made = this.written(this.value(given, field.type), field);
      if (made !== absent) out[key] = made;
      else delete out[key];
      this.steps.pop();
      this.names.length -= field.embedded ? 2 : 1;
    }
    this.struct = outer;
    for (const field of struct.always) if (out[field.name] === undefined) out[field.name] ??= zeroOf(field.type);
    return out;
  }

  /** As Go writes a field back: `omitempty` leaves out what is zero. */
  private written(made: unknown, field: Field): unknown {
    if (made === undefined) return field.required && field.type.kind !== 'list' && field.type.kind !== 'map' ? zeroOf(field.type) : absent;
    if (field.required) return made;
    if (Array.isArray(made)) return made.length > 0 ? made : field.nullable ? null : absent;
    if (field.type.kind === 'map') return Object.keys(made as Map_).length > 0 ? made : absent;
    if (field.pointer) return made;
    return made === '' || made === 0 || made === false ? absent : made;
  }

  private list(input: readonly unknown[], element: GoType): unknown[] {
    return input.map((item, i) => {
      this.steps.push(i);
      const made = this.value(item, element);
      this.steps.pop();
      return made === undefined ? zeroOf(element) : made;
    });
  }

  private map(input: Map_ | JsonObject, element: GoType): Map_ {
    const out: Map_ = {};
    const keys = entriesOf(input);
    const seen = input instanceof JsonObject ? new Set<string>() : undefined;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const given = input instanceof JsonObject ? input.values[i] : input[key];
      if (given === undefined) continue;
      if (seen?.has(key)) this.refuse('duplicate', key);
      seen?.add(key);
      this.steps.push(key);
      const made = this.value(given, element);
      // Stored as a protobuf message, in which bytes that are not there are none.
      setOwn(out, key, made ?? (element.kind === 'bytes' ? '' : zeroOf(element)));
      this.steps.pop();
    }
    return out;
  }

  private scalar(input: unknown, type: GoType): unknown {
    switch (type.kind) {
      case 'string':
        return typeof input === 'string' ? input : this.mismatch(input, type);
      case 'bool':
        return typeof input === 'boolean' ? input : this.mismatch(input, type);
      case 'int32':
      case 'int64':
        return this.integer(input, type.kind, type);
      case 'float64':
        if (input instanceof JsonNumber) return Number(input.text);
        return typeof input === 'number' || typeof input === 'bigint' ? Number(input) : this.mismatch(input, type);
      case 'bytes':
        return this.bytes(input, type);
      case 'time':
      case 'micro-time':
        return this.time(input, type.kind === 'micro-time');
      case 'quantity':
        return this.quantity(input);
      case 'int-or-string':
        return typeof input === 'string' ? input : this.integer(input, 'int32', int32);
      default:
        return plainValue(input);
    }
  }

  private integer(input: unknown, kind: 'int32' | 'int64', type: GoType): unknown {
    if (typeof input !== 'number' && typeof input !== 'bigint' && !(input instanceof JsonNumber)) return this.mismatch(input, type);
    const text = input instanceof JsonNumber ? input.text : String(input);
    const number = numberOf(text);
    // Beyond an int64 it has been read as a double, which is no safe integer.
    const fits = kind === 'int64' ? typeof number === 'bigint' || Number.isSafeInteger(number) : number >= -(2 ** 31) && number < 2 ** 31;
    return /^-?\d+$/.test(text) && fits ? number : this.mismatch(input, type, `number ${goNumber(text)}`);
  }

  private bytes(input: unknown, type: GoType): unknown {
    if (Array.isArray(input)) {
      const bytes = input.map((item: unknown) => {
        const fits = typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256;
        if (!fits && item !== null) this.mismatch(item, uint8, typeof item === 'number' ? `number ${item}` : goKind(item));
        return fits ? item : 0;
      });
      return base64(Uint8Array.from(bytes));
    }
    if (typeof input !== 'string') return this.mismatch(input, type);
    const at = base64Error(input);
    if (at === undefined) return canonicalBase64(input);
    return this.fail(`${this.words === 'converter' ? 'error decoding from json: ' : ''}illegal base64 data at input byte ${at}`);
  }

  private time(input: unknown, micro: boolean): unknown {
    if (typeof input !== 'string') return this.mismatch(input, text);
    const time = parseTime(input, micro);
    return 'error' in time ? this.fail(time.error) : timeText(time.ms, micro ? time.micros : undefined);
  }

  private quantity(input: unknown): unknown {
    const text = input instanceof JsonNumber ? input.text : isMap(input) || Array.isArray(input) ? '{' : String(input).trim();
    try {
      return canonicalQuantity(text);
    } catch (error) {
      return this.fail((error as Error).message);
    }
  }
}

/** A number as Go writes the one that it read as a double. */
function goNumber(text: string): string {
  if (!/e\+/.test(text)) return text;
  const number = Number(text);
  return Math.abs(number) < 1e21 ? BigInt(number).toString() : text;
}

/** What an absent value of a type is written as where it must be written. */
function zeroOf(type: GoType): unknown {
  switch (type.kind) {
    case 'struct': {
      const out: Map_ = {};
      for (const field of type.struct.always) out[field.name] = zeroOf(field.type);
      return out;
    }
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}

/**
 * Reads a value (plain, or what `parseJsonText` made of a text) as an object of a kind that is served, as kube-apiserver's
 * strict decoder does, and answers it as Go would write it back: nulls and empty fields gone, numbers, quantities, times and
 * base64 in their one form. A plain value is read in the order of its sorted keys, which is how kubectl sends it.
 * Throws DecodeError for the first value of a wrong type.
 */
export function decode(value: unknown, gvk: GroupVersionKind, words: DecodeWords = 'json'): Decoded {
  const struct = structOfKind(gvk);
  if (!struct) throw new DecodeError(`no kind "${gvk.kind}" is registered for version "${gvk.group ? `${gvk.group}/` : ''}${gvk.version}"`);
  const decoded = decodeStruct(value, struct, words);
  decoded.object.metadata ??= {};
  return decoded;
}

/** The same for a type that is no kind of its own, as an object without metadata may be. */
export function decodeStruct(value: unknown, struct: Struct, words: DecodeWords = 'json'): Decoded {
  const decoder = new Decoder(words);
  const whole: GoType = { kind: 'struct', go: struct.name.slice(struct.name.indexOf(':') + 1), struct };
  const object = (decoder.value(value, whole) ?? zeroOf(whole)) as KubeObject;
  if (decoder.error) throw decoder.error;
  return { object, strict: decoder.strict };
}

const typeMeta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * The kind that a value names; empty where it names none. Throws DecodeError where it is no object,
 * or its apiVersion or kind is no text.
 */
export function interpret(value: unknown): { readonly apiVersion: string; readonly kind: string } {
  if (value !== null && !isMap(value)) throw new DecodeError(`json: cannot unmarshal ${goKind(value)} into Go value of type ${typeMeta}`);
  const read = (key: string): string => {
    const found = value instanceof JsonObject ? value.values[value.keys.lastIndexOf(key)] : value === null ? undefined : value[key];
    if (found === undefined || found === null) return '';
    if (typeof found === 'string') return found;
    throw new DecodeError(`json: cannot unmarshal ${goKind(found)} into Go struct field .${key} of type string`, FieldPath.of(key));
  };
  return { apiVersion: read('apiVersion'), kind: read('kind') };
}
