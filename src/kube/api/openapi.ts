import { loadDescriptions, type Descriptions } from './descriptions';
import { kindsOf, structOfKind, type GoType, type Struct } from './schema';

/** A schema object of OpenAPI 3. */
export interface OpenApiSchema {
  readonly [key: string]: unknown;
}

const scalars: Readonly<Record<string, OpenApiSchema>> = {
  string: { type: 'string', default: '' },
  bool: { type: 'boolean', default: false },
  int32: { type: 'integer', format: 'int32', default: 0 },
  int64: { type: 'integer', format: 'int64', default: 0 },
  float64: { type: 'number', format: 'double', default: 0 },
  bytes: { type: 'string', format: 'byte' },
};
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Types that are definitions of their own, though they are no structs here. */
const definitions: Readonly<Record<string, readonly [name: string, schema: OpenApiSchema]>> = {
  time: [`${meta}.Time`, { type: 'string', format: 'date-time' }],
  'micro-time': [`${meta}.MicroTime`, { type: 'string', format: 'date-time' }],
  quantity: ['io.k8s.apimachinery.pkg.api.resource.Quantity', { type: 'string' }],
  'int-or-string': ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', { format: 'int-or-string', type: 'string' }],
  'v1.FieldsV1': [`${meta}.FieldsV1`, { type: 'object' }],
};

const refTo = (name: string): OpenApiSchema => ({ $ref: `#/components/schemas/${name}` });

class Document {
  readonly schemas: Record<string, OpenApiSchema> = {};
  constructor(private readonly texts: Descriptions) {}

  struct(struct: Struct, more: OpenApiSchema = {}): string {
    const name = this.texts.definition(struct.name);
    if (this.schemas[name] && !more['x-kubernetes-group-version-kind']) return name;
    const properties: Record<string, OpenApiSchema> = {};
    const required = [...struct.fields.values()].filter((field) => field.documented).map((field) => field.name);
    this.schemas[name] = {
      ...described(this.texts.about(struct.name)),
      type: 'object',
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...more,
    };
    for (const field of struct.fields.values()) {
      const values = this.texts.valuesOf(struct.name, field.name);
      const schema = this.type(field.type, values);
      // A reference bears no description of its own.
      const held = '$ref' in schema ? { allOf: [schema], ...(field.pointer ? {} : { default: {} }) } : schema;
      properties[field.name] = { ...described(this.texts.about(struct.name, field.name)), ...held };
    }
    return name;
  }

  private type(type: GoType, values?: readonly string[]): OpenApiSchema {
    if (type.kind === 'struct') return refTo(this.struct(type.struct));
    if (type.kind === 'list') return { type: 'array', items: this.type(type.element, values) };
    if (type.kind === 'map') return { type: 'object', additionalProperties: this.type(type.element) };
    const definition = definitions[type.go] ?? definitions[type.kind];
    if (definition) {
      this.schemas[definition[0]] = definition[1];
      return refTo(definition[0]);
    }
    const { default: _, ...scalar } = scalars[type.kind] ?? { type: 'object' };
    return values ? { ...scalar, enum: values } : scalar;
  }
}

const described = (description: string): OpenApiSchema => (description ? { description } : {});

/** The schemas of a group and version's kinds and all that they hold, by definition name (components.schemas of OpenAPI 3). */
export async function openApiSchemas(groupVersion: string): Promise<Readonly<Record<string, OpenApiSchema>>> {
  const document = new Document(await loadDescriptions());
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  for (const kind of kindsOf(groupVersion)) {
    const struct = structOfKind({ group, version, kind });
    if (struct) document.struct(struct, { 'x-kubernetes-group-version-kind': [{ group, kind, version }] });
  }
  return document.schemas;
}
