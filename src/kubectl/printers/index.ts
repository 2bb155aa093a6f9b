import type { KubeObject } from '../../kube/api';
import { Errno } from '../../kernel';
import { type Mapping, singularName } from '../discovery';
import { failure } from '../errors';
import type { Flag, Flags } from '../flags';
import { goJson, sortKeys, withoutManagedFields } from '../value';
import { yamlText } from '../yaml';
import { CustomColumns } from './custom-columns';
import { goTemplate } from './go-template';
import { goSyntax, JsonPath, JsonPathError } from './jsonpath';
import { kyaml } from './kyaml';

/** Prints one object, or a List of several. `mapping` names what it is for -o name. */
export interface ObjectPrinter {
  readonly format: string;
  /** -o name and the like print items one by one, json and yaml a List. */
  readonly itemwise: boolean;
  text(object: KubeObject, mapping?: Mapping): string;
}

/** Formats whose case does not matter. */
const plainFormats = ['json', 'yaml', 'kyaml', 'name'];
const templates = ['go-template', 'go-template-file', 'template', 'templatefile', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file'];
export const objectFormats = ['json', 'yaml', 'kyaml', 'name', ...templates];
export const getFormats = [...objectFormats, 'custom-columns', 'custom-columns-file', 'wide'];

export function outputFlags(formats = objectFormats): Flag[] {
  return [
    { name: 'output', short: 'o', kind: 'string', usage: `Output format. One of: (${formats.join(', ')}).` },
    {
      name: 'allow-missing-template-keys',
      kind: 'bool',
      value: 'true',
      usage: 'If true, a missing key in a template is no error. For golang and jsonpath formats.',
    },
    { name: 'show-managed-fields', kind: 'bool', usage: 'If true, keep the managedFields when printing objects in JSON or YAML format.' },
    { name: 'template', kind: 'string', usage: 'Template string or path to a template file, for -o=go-template and -o=go-template-file.' },
  ];
}

export function noPrinter(format: string, formats: readonly string[]): Error {
  return failure(
    `unable to match a printer suitable for the output format "${format}", allowed formats are: ${[...formats].sort().join(',')}`,
  );
}

/** The printer for -o, or undefined when there is none (tables). Throws for an unknown format. */
export async function objectPrinter(
  flags: Flags,
  readTemplate: (path: string) => Promise<string>,
  formats: readonly string[] = objectFormats,
  /** Objects made here print as their Go types do, in the order of their fields; those of the server by key. */
  typed = false,
): Promise<ObjectPrinter | undefined> {
  let output = flags.string('output');
  if (output === '' && flags.has('template') && flags.string('template') !== '') output = 'go-template';
  if (output === '' || (output === 'wide' && formats.includes('wide'))) return undefined;
  const equals = output.indexOf('=');
  const given = equals < 0 ? output : output.slice(0, equals);
  const format = plainFormats.includes(given.toLowerCase()) && formats.includes(given.toLowerCase()) ? given.toLowerCase() : given;
  const argument = equals < 0 ? undefined : output.slice(equals + 1);
  const clean = flags.has('show-managed-fields') && flags.bool('show-managed-fields') ? (o: KubeObject): KubeObject => o : stripped;
  if (!formats.includes(format)) throw noPrinter(output, formats);
  if (argument === undefined) {
    if (format === 'json') return whole('json', (object) => `${goJson(typed ? clean(object) : sortKeys(clean(object)), '    ')}\n`);
    if (format === 'yaml') return yamlPrinter(clean);
    if (format === 'kyaml') return whole('kyaml', (object) => kyaml(typed ? clean(object) : sortKeys(clean(object))));
    if (format === 'name') return { format, itemwise: true, text: (object, mapping) => `${nameOfObject(object, mapping)}\n` };
  }
  // with --template, a format is a name alone
  if (argument !== undefined && templates.includes(format) && flags.has('template') && flags.string('template'))
    throw noPrinter(output, formats);
  const missing = !flags.has('allow-missing-template-keys') || flags.bool('allow-missing-template-keys');
  if (format.startsWith('custom-columns')) {
    if (!argument) throw failure(`custom-columns format specified but no custom columns given`);
    const file = format.endsWith('-file');
    return new CustomColumns(file ? await readOrFail(readTemplate, argument, 'template') : argument, file, flags);
  }
  let template = argument ?? (flags.has('template') ? flags.string('template') : '');
  if (!template && templates.includes(format)) throw failure(`template format specified but no template given`);
  if (format.endsWith('file')) template = await readOrFail(readTemplate, template, '--template');
  if (format === 'jsonpath' || format === 'jsonpath-file') return jsonPathPrinter(template, missing, false);
  if (format === 'jsonpath-as-json') return jsonPathPrinter(template, missing, true);
  if (format.startsWith('go-template') || format.startsWith('template')) {
    return whole(format, goTemplate(template, missing));
  }
  throw noPrinter(output, formats);
}

/** A template's file; `what` is how the message calls it. */
async function readOrFail(read: (path: string) => Promise<string>, path: string, what: string): Promise<string> {
  try {
    return await read(path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`error reading ${what} ${path}, open ${path}: ${error.message.toLowerCase()}`);
  }
}

function whole(format: string, text: (object: KubeObject) => string): ObjectPrinter {
  return { format, itemwise: false, text };
}

function yamlPrinter(clean: (object: KubeObject) => KubeObject): ObjectPrinter {
  let printed = 0;
  return whole('yaml', (object) => (printed++ > 0 ? '---\n' : '') + yamlText(sortKeys(clean(object))));
}

function jsonPathPrinter(template: string, missing: boolean, asJson: boolean): ObjectPrinter {
  const path = jsonPathOf(template, missing);
  return whole('jsonpath', (object) => {
    try {
      if (!asJson) return path.text(object);
      const values = path.find(object).flat();
      return `${goJson(sortKeys(values), '    ')}\n`;
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      const help = `Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(sortKeys(object))}\n\n\n`;
      throw failure(`error executing jsonpath ${JSON.stringify(template)}: ${help}`);
    }
  });
}

function jsonPathOf(template: string, missing: boolean): JsonPath {
  try {
    return new JsonPath(template, missing);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw failure(`error parsing jsonpath ${template}, ${error.message}`);
  }
}

function stripped(object: KubeObject): KubeObject {
  const items = (object as { items?: KubeObject[] }).items;
  if (Array.isArray(items)) return { ...object, items: items.map(withoutManagedFields) };
  return withoutManagedFields(object);
}

/** `pod/x`, `deployment.apps/x`. */
export function nameOfObject(object: KubeObject, mapping?: Mapping): string {
  const name = object.metadata?.name || '<unknown>';
  if (mapping) return `${singularName({ ...mapping, singular: mapping.kind.toLowerCase() })}/${name}`;
  const group = object.apiVersion?.includes('/') ? `.${object.apiVersion.split('/')[0]}` : '';
  return `${(object.kind ?? '').toLowerCase()}${group}/${name}`;
}
