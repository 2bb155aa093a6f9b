import { kinds as kindTable, types as typeTable } from './generated/types';
import { embeddedIn, goTypeOf, mapTypes } from './go-types';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type ScalarKind =
  'string' | 'bool' | 'int32' | 'int64' | 'float64' | 'bytes' | 'time' | 'micro-time' | 'quantity' | 'int-or-string' | 'any';

/** A Go type of the API. `go` is its name in messages: `[]v1.Container`. */
export type GoType =
  | { readonly kind: ScalarKind; readonly go: string }
  | { readonly kind: 'list' | 'map'; readonly go: string; readonly element: GoType }
  | { readonly kind: 'struct'; readonly go: string; readonly struct: Struct };

export interface Field {
  readonly name: string;
  readonly type: GoType;
  /** A pointer, list or map: absent is told from zero. */
  readonly pointer: boolean;
  /** Written even when it is zero. */
  readonly required: boolean;
  /** A list that is written as null when nothing is in it. */
  readonly nullable: boolean;
  /** The API's documents call it required. */
  readonly documented: boolean;
  /** The embedded struct it stands in, which paths in messages name. */
  readonly embedded?: string;
}

/** Its fields are read when they are first asked for. */
export class Struct {
  private made?: ReadonlyMap<string, Field>;
  private list?: readonly Field[];
  constructor(
    /** `v1.Container`; `events:v1.Event` where two groups have a type of one name. */
    readonly name: string,
    private readonly row: string,
  ) {}
  /** As Go prints it, without the package: `Container`. */
  get goName(): string {
    return this.name.slice(this.name.lastIndexOf('.') + 1);
  }
  get fields(): ReadonlyMap<string, Field> {
    return (this.made ??= new Map(
      this.row
        .split('|')
        .filter(Boolean)
        .map((text) => {
          const field = fieldOf(this.name, text);
          return [field.name, field];
        }),
    ));
  }
  /** Fields that are written when an object leaves them out. */
  get always(): readonly Field[] {
    return (this.list ??= [...this.fields.values()].filter(
      (field) => field.nullable || (field.required && field.type.kind !== 'list' && field.type.kind !== 'map'),
    ));
  }
}

const scalarKinds: Readonly<Record<string, ScalarKind>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  '[]uint8': 'bytes',
  'v1.Time': 'time',
  'v1.MicroTime': 'micro-time',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'int-or-string',
  'runtime.RawExtension': 'any',
  'v1.FieldsV1': 'any',
};
/** Read and written by themselves: no scalars to Go, which writes them even when they are zero. */
const structLike: ReadonlySet<string> = new Set(['struct', 'time', 'micro-time', 'quantity', 'int-or-string']);

const structs = new Map<string, Struct>();
const kindTypes = new Map<string, string>();
const cache = new Map<string, GoType>();

function load(): void {
  for (const line of typeTable.split('\n')) {
    const bar = line.indexOf('|');
    const name = bar < 0 ? line : line.slice(0, bar);
    structs.set(name, new Struct(name, bar < 0 ? '' : line.slice(bar + 1)));
  }
  for (const line of kindTable.split('\n')) {
    const [groupVersion, kind, type] = line.split(' ') as [string, string, string];
    kindTypes.set(`${groupVersion} ${kind}`, type);
  }
}

function parse(text: string): GoType {
  const scalar = scalarKinds[text];
  if (scalar) return { kind: scalar, go: text };
  const alias = mapTypes[text];
  if (alias) return { ...typeNamed(alias), go: text };
  if (text.startsWith('[]')) {
    const element = typeNamed(text.slice(2));
    return { kind: 'list', go: `[]${element.go}`, element };
  }
  if (text.startsWith('map[string]')) {
    const element = typeNamed(text.slice('map[string]'.length));
    return { kind: 'map', go: `map[string]${element.go}`, element };
  }
  const struct = structs.get(text);
  return struct ? { kind: 'struct', go: text.slice(text.indexOf(':') + 1), struct } : { kind: 'string', go: text };
}

function typeNamed(text: string): GoType {
  const known = cache.get(text);
  if (known) return known;
  const type = parse(text);
  cache.set(text, type);
  return type;
}

const byValueNames: ReadonlySet<string> = new Set(['metadata', 'spec', 'status']);

function fieldOf(struct: string, text: string): Field {
  const required = text.startsWith('!');
  const space = text.indexOf(' ');
  const name = text.slice(required ? 1 : 0, space);
  const documented = text.slice(space + 1);
  const go = goTypeOf(struct, name) ?? documented;
  const byValue = go === '=' || (required && !go.startsWith('*')) || byValueNames.has(name);
  const type = typeNamed(go === '=' ? documented : go.replace(/^\*/, ''));
  const isCollection = type.kind === 'list' || type.kind === 'map';
  const pointer = go.startsWith('*') || (structLike.has(type.kind) && !byValue) || isCollection || type.kind === 'any';
  return {
    name,
    type,
    pointer,
    required: (required && !go.startsWith('*')) || (structLike.has(type.kind) && byValue) || (go === '=' && !isCollection),
    nullable: go === '=' && type.kind === 'list',
    documented: required,
    embedded: embeddedIn(struct, name),
  };
}

/** The type of a kind that is served; undefined for others. */
export function structOfKind({ group, version, kind }: GroupVersionKind): Struct | undefined {
  if (structs.size === 0) load();
  const name = kindTypes.get(`${group ? `${group}/` : ''}${version} ${kind}`);
  return name === undefined ? undefined : structs.get(name);
}

/** The kinds of a group and version. */
export function kindsOf(groupVersion: string): string[] {
  if (structs.size === 0) load();
  return [...kindTypes.keys()].filter((key) => key.startsWith(`${groupVersion} `)).map((key) => key.slice(groupVersion.length + 1));
}

/** A struct by its name (`v1.Container`). */
export function structNamed(name: string): Struct | undefined {
  if (structs.size === 0) load();
  return structs.get(name);
}

let holders: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** Names of the structs that fields of a name hold, alone or in a list; of no name: those of kinds. */
export function structsIn(field: string): ReadonlySet<string> {
  if (structs.size === 0) load();
  if (holders) return holders.get(field) ?? new Set();
  const made = new Map<string, Set<string>>([['', new Set(kindTypes.values())]]);
  // Read off the table: not all its structs are wanted.
  for (const line of typeTable.split('\n')) {
    for (const field of line.split('|').slice(1)) {
      const space = field.indexOf(' ');
      const type = field.slice(space + 1).replace(/^\[\]/, '');
      if (!structs.has(type)) continue;
      const name = field.slice(field.startsWith('!') ? 1 : 0, space);
      const known = made.get(name);
      if (known) known.add(type);
      else made.set(name, new Set([type]));
    }
  }
  holders = made;
  return made.get(field) ?? new Set();
}

/** What Go writes of a struct in which nothing is set: all that is not left out when it is empty. */
export function emptyStruct(struct: Struct): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const { name, type, pointer, required, nullable, documented } of struct.fields.values()) {
    if (type.kind === 'struct') {
      if (required && !pointer) fields[name] = emptyStruct(type.struct);
      else if (documented) fields[name] = null;
    } else if (nullable || (documented && pointer)) fields[name] = null;
    else if (required) fields[name] = emptyScalars[type.kind];
  }
  return fields;
}
const emptyScalars: Readonly<Partial<Record<GoType['kind'], unknown>>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
  quantity: '0',
  'int-or-string': 0,
  list: null,
  map: null,
  bytes: null,
  time: null,
  'micro-time': null,
  any: null,
};
