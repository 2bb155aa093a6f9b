import { ApiError } from '../../kube/api';
import type { Command, Invocation } from '../command';
import type { Mapping, RestMapper } from '../discovery';
import { failure } from '../errors';
import type { Kubectl } from '../kubectl';
import { byName, type Fields, fieldsAt, isFields, textAt, textsAt } from '../value';

export const explain: Command = {
  use: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  short: 'Get documentation for a resource',
  group: 'intermediate',
  long: `Describe fields and structure of various resources.

 The fields of a resource are named by a path, as in <type>.<fieldName>[.<fieldName>]. What is printed comes from the server, in the OpenAPI format.

Use "kubectl api-resources" for a complete list of supported resources.`,
  example: `  # What a pod is, and its fields
  kubectl explain pods
  
  # The fields below them too
  kubectl explain pods --recursive
  
  # One field
  kubectl explain pods.spec.containers`,
  flags: [
    { name: 'api-version', kind: 'string', usage: 'Use this group and version of the resource.' },
    {
      name: 'output',
      short: 'o',
      kind: 'string',
      value: 'plaintext',
      usage: 'Format in which to render the schema. Valid values are: (plaintext, plaintext-openapiv2).',
    },
    { name: 'recursive', short: 'R', kind: 'bool', usage: 'When true, print the names of all the fields below.' },
  ],
  run,
};

interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, Fields>> };
}

async function run({ k, flags, args }: Invocation): Promise<number> {
  if (args.length === 0) {
    throw failure(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw failure('We accept only this format: explain RESOURCE');
  const output = flags.string('output');
  if (output !== 'plaintext' && output !== 'plaintext-openapiv2') throw failure(`unrecognized format: ${output}`);
  await k.connection();
  const mapper = await k.mapper();
  const words = args[0]!.replace(/\.$/, '').split('.');
  if (words.includes('')) throw failure('invalid jsonpath syntax, first node must be field node');
  const { mapping, path } = subject(mapper, words);
  const version = flags.string('api-version') || mapping.groupVersion;
  const shown = mapper.mappings.find((m) => m.groupVersion === version && m.resource === mapping.resource);
  if (!shown) {
    if (version.split('/').length > 2) throw failure(`unexpected GroupVersion string: ${version}`);
    const [group, plain] = version.includes('/') ? version.split('/') : ['', version];
    throw failure(
      mapper.mappings.some((m) => m.groupVersion === version)
        ? `GVR (${group}/${plain}, Resource=${mapping.resource}) not found in OpenAPI schema`
        : `couldn't find resource for "${group}/${plain}, Resource=${mapping.resource}"`,
    );
  }
  // the paths of the document are looked through for one that is read
  if (!shown.verbs.some((verb) => verb === 'get' || verb === 'list'))
    throw failure(`GVR (${shown.group}/${shown.version}, Resource=${shown.resource}) not found in OpenAPI schema`);
  const schemas = new Schemas(await documentOf(k, shown));
  const schema = schemas.ofKind(shown);
  if (!schema) throw failure(`couldn't find resource for "${shown.group}/${shown.version}, Kind=${shown.kind}"`);
  await k.out(`${shown.group ? `GROUP:      ${shown.group}\n` : ''}KIND:       ${shown.kind}\nVERSION:    ${shown.version}\n\n`);
  await k.out(schemas.text(schema, path, flags.bool('recursive')));
  return 0;
}

/** `pods.spec`, and `deployments.apps.spec` with the group of the resource. */
function subject(mapper: RestMapper, words: readonly string[]): { mapping: Mapping; path: readonly string[] } {
  const mapping = mapper.resourceFor(words[0]!);
  const group = mapping.group.split('.');
  const named = mapping.group !== '' && words[0] === mapping.resource && group.every((part, i) => words[i + 1] === part);
  return { mapping, path: words.slice(named ? group.length + 1 : 1) };
}

async function documentOf(k: Kubectl, mapping: Mapping): Promise<Document> {
  const index = await k.json<{ paths?: Record<string, { serverRelativeURL?: string }> }>('GET', '/openapi/v3');
  const name = mapping.group ? `apis/${mapping.groupVersion}` : `api/${mapping.version}`;
  const url = index.paths?.[name]?.serverRelativeURL;
  if (!url) return {};
  try {
    return await k.json<Document>('GET', url);
  } catch (error) {
    if (error instanceof ApiError) return {};
    throw error;
  }
}

class Schemas {
  private readonly schemas: Readonly<Record<string, Fields>>;
  constructor(document: Document) {
    this.schemas = document.components?.schemas ?? {};
  }

  ofKind({ group, version, kind }: Mapping): Fields | undefined {
    const fits = (entry: unknown): boolean =>
      textAt(entry, 'group') === group && textAt(entry, 'version') === version && textAt(entry, 'kind') === kind;
    return Object.values(this.schemas).find((schema) => {
      const list = schema['x-kubernetes-group-version-kind'];
      return Array.isArray(list) && list.some(fits);
    });
  }

  text(root: Fields, path: readonly string[], recursive: boolean): string {
    let schema = root;
    let head = '';
    let own: Fields | undefined;
    for (const name of path) {
      const found = this.properties(schema)[name];
      // whichever is missing, the last one is named
      if (!isFields(found)) throw failure(`field "${path.at(-1)}" does not exist`);
      own = found;
      head = `FIELD: ${name} <${this.typeName(found)}>\n${enumList(found) || '\n'}\n`;
      schema = this.element(found);
    }
    const description =
      [textAt(own, 'description'), own === schema ? '' : textAt(schema, 'description')].filter(Boolean).join('\n') || '<empty>';
    const body = `${head}DESCRIPTION:\n${wrapped(description, 4)}    \n`;
    const fields = this.properties(schema);
    const names = Object.keys(fields).sort(byName);
    if (names.length === 0) return `${body}\n`;
    if (recursive) return `${body}FIELDS:\n${this.tree(schema, 1, [])}\n`;
    const required = textsAt(schema, 'required');
    const list = names.map((name) => {
      const field = fieldsAt(fields, name);
      const about = textAt(field, 'description') || '<no description>';
      return `  ${name}\t<${this.typeName(field)}>${required.includes(name) ? ' -required-' : ''}\n${enumLine(field, 2)}${wrapped(about, 4)}\n`;
    });
    return `${body}FIELDS:\n${list.join('')}\n`;
  }

  private tree(schema: Fields, level: number, above: readonly Fields[]): string {
    const fields = this.properties(schema);
    const required = textsAt(schema, 'required');
    return Object.keys(fields)
      .sort(byName)
      .map((name) => {
        const field = fieldsAt(fields, name);
        const line = `${'  '.repeat(level)}${name}\t<${this.typeName(field)}>${required.includes(name) ? ' -required-' : ''}\n${enumLine(field, level * 2)}`;
        const inner = this.element(field);
        return above.includes(inner) ? line : line + this.tree(inner, level + 1, [...above, inner]);
      })
      .join('');
  }

  private reference(schema: Fields): string {
    const [first] = Array.isArray(schema.allOf) ? (schema.allOf as Fields[]) : [];
    return textAt(schema, '$ref') || textAt(first, '$ref');
  }
  private resolved(schema: Fields): Fields {
    const reference = this.reference(schema);
    return reference ? (this.schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {}) : schema;
  }
  /** What a field holds, through references, lists and maps. */
  private element(schema: Fields): Fields {
    const value = this.resolved(schema);
    if (isFields(value.items)) return this.element(value.items);
    if (isFields(value.additionalProperties)) return this.element(value.additionalProperties);
    return value;
  }
  private properties(schema: Fields): Fields {
    return fieldsAt(this.resolved(schema), 'properties');
  }

  private typeName(schema: Fields): string {
    const reference = this.reference(schema);
    if (reference) {
      // The name of a struct; of what is a scalar underneath, its type.
      const type = textAt(this.resolved(schema), 'type');
      return type && type !== 'object' ? type : reference.slice(reference.lastIndexOf('.') + 1);
    }
    if (isFields(schema.items)) return `[]${this.typeName(schema.items)}`;
    if (isFields(schema.additionalProperties)) return `map[string]${this.typeName(schema.additionalProperties)}`;
    return textAt(schema, 'type') || 'Object';
  }
}

const shownEnum = (schema: Fields): readonly string[] => textsAt(schema, 'enum').map((value) => value || '""');

function enumList(schema: Fields): string {
  const values = shownEnum(schema);
  return values.length === 0 ? '' : `ENUM:\n${values.map((value) => `    ${value}\n`).join('')}`;
}
function enumLine(schema: Fields, indent: number): string {
  const values = shownEnum(schema);
  return values.length === 0
    ? ''
    : `${' '.repeat(indent)}enum: ${values.length > 4 ? `${values.slice(0, 4).join(', ')}, ....` : values.join(', ')}\n`;
}

/** Words in lines of at most 80 columns. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    const [, space = '', words = ''] = /^( *)(.*)$/s.exec(paragraph)!;
    let line = '';
    // what a paragraph is indented by belongs to its first word
    for (const word of `${'\0'.repeat(space.length)}${words}`.split(' ')) {
      if (line && line.length + 1 + word.length > 80 - indent) {
        lines.push(line);
        line = word;
      } else line = line ? `${line} ${word}` : word;
    }
    lines.push(line);
  }
  return lines.map((line) => `${' '.repeat(indent)}${line.replaceAll('\0', ' ')}\n`).join('');
}
