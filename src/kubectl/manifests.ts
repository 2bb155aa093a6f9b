import type { KubeObject } from '../kube/api';
import { Errno } from '../kernel';
import { failure } from './errors';
import { readAll, readFile } from './files';
import type { Flags } from './flags';
import type { Kubectl } from './kubectl';
import { buildKustomization } from './kustomize/build';
import { goJson, isFields, sortKeys } from './value';
import { documents } from './yaml';

/** One object of a file, a directory's file, or standard input. */
export interface ManifestFile {
  readonly object: KubeObject;
  /** As messages name it: the path, or STDIN. */
  readonly source: string;
  readonly text: string;
}

const extensions = ['.json', '.yaml', '.yml'];

/** The paths that a -f argument means. */
async function expand(k: Kubectl, path: string, recursive: boolean): Promise<string[]> {
  let type: string;
  try {
    type = k.proc.stat(path).type;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw failure(`the path "${path}" does not exist`);
    throw failure(`the path "${path}" cannot be accessed: stat ${path}: ${error.message.toLowerCase()}`);
  }
  if (type !== 'directory') return [path];
  const found: string[] = [];
  const walk = (directory: string, top: boolean): void => {
    if (!top && !recursive) return;
    const entries = [...k.proc.readdir(directory)].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const inner = `${directory.replace(/\/$/, '')}/${entry.name}`;
      if (k.proc.stat(inner).type === 'directory') walk(inner, false);
      else if (extensions.some((extension) => entry.name.endsWith(extension))) found.push(inner);
    }
  };
  walk(path, true);
  if (found.length === 0) throw failure(`error reading [${path}]: recognized file extensions are [${extensions.join(' ')}]`);
  return found;
}

/** The objects that -f and -k mean. */
export async function manifestsOf(k: Kubectl, flags: Flags, validate = false): Promise<ManifestFile[]> {
  const folder = flags.has('kustomize') ? flags.string('kustomize') : '';
  const files = flags.list('filename');
  if (!folder) return readManifests(k, files, flags.bool('recursive'), validate);
  if (files.length > 0) throw failure('only one of -f or -k can be specified');
  return (await buildKustomization(k, folder)).map((object) => ({ object, source: folder, text: '' }));
}

/** Whether -f or -k is given. */
export const hasManifests = (flags: Flags): boolean =>
  flags.list('filename').length > 0 || (flags.has('kustomize') && flags.string('kustomize') !== '');

/** The objects of -f arguments. `validate`: kubectl's own check of apiVersion and kind comes before decoding. */
export async function readManifests(k: Kubectl, names: readonly string[], recursive: boolean, validate = false): Promise<ManifestFile[]> {
  const found: ManifestFile[] = [];
  for (const name of names) {
    if (name === '-') {
      found.push(...objectsOf(new TextDecoder().decode(await readAll(k.proc, 0)), 'STDIN', validate));
      continue;
    }
    if (/^https?:\/\//.test(name)) throw failure(`unable to read URL "${name}", the sandbox has no network`);
    for (const path of await expand(k, name, recursive)) found.push(...objectsOf(await readFileOrFail(k, path), path, validate));
  }
  return found;
}

async function readFileOrFail(k: Kubectl, path: string): Promise<string> {
  try {
    return await readFile(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`open ${path}: ${error.message.toLowerCase()}`);
  }
}

/** The objects of a manifest's text: documents in order, Lists opened. */
export function objectsOf(text: string, source: string, validate = false): ManifestFile[] {
  let values: unknown[];
  try {
    values = documents(text);
  } catch (error) {
    throw failure(`error parsing ${source}: ${(error as Error).message}`);
  }
  return values
    .filter((value) => value !== null && value !== undefined)
    .flatMap((value) => {
      if (validate) check(value, source);
      return flatten(value, source);
    })
    .map((object) => ({ object, source, text }));
}

/** What kubectl checks before it asks the server. */
function check(value: unknown, source: string): void {
  const missing = isFields(value) ? ['apiVersion', 'kind'].filter((key) => !value[key]).map((key) => `${key} not set`) : [];
  const problem = !isFields(value) ? 'invalid object to validate' : missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
  if (!problem) return;
  throw failure(
    `error validating "${source}": error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

function flatten(value: unknown, source: string): KubeObject[] {
  const json = goJson(sortKeys(value));
  if (!isFields(value))
    throw failure(
      `unable to decode "${source}": json: cannot unmarshal ${jsonKind(value)} into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`,
    );
  if (!value.kind) throw failure(`unable to decode "${source}": Object 'Kind' is missing in '${json}'`);
  if (!value.apiVersion) throw failure(`unable to decode "${source}": Object 'apiVersion' is missing in '${json}'`);
  if (value.kind === 'List' && Array.isArray(value.items)) return value.items.flatMap((item) => flatten(item, source));
  const why = metadataProblem(value.metadata);
  if (why) throw failure(`unable to decode "${source}": json: cannot unmarshal ${why}`);
  return [value as KubeObject];
}

/** Types of ObjectMeta's fields, which the client decodes too. */
function metadataProblem(metadata: unknown): string | undefined {
  if (metadata === undefined || metadata === null) return undefined;
  if (!isFields(metadata)) return `${jsonKind(metadata)} into Go struct field .metadata of type v1.ObjectMeta`;
  for (const key of ['name', 'generateName', 'namespace']) {
    const value = metadata[key];
    if (value !== undefined && value !== null && typeof value !== 'string')
      return `${jsonKind(value)} into Go struct field ObjectMeta.metadata.${key} of type string`;
  }
  for (const key of ['labels', 'annotations']) {
    const value = metadata[key];
    if (value === undefined || value === null) continue;
    if (!isFields(value)) return `${jsonKind(value)} into Go struct field ObjectMeta.metadata.${key} of type map[string]string`;
    const odd = Object.values(value).find((text) => text !== null && typeof text !== 'string');
    if (odd !== undefined) return `${jsonKind(odd)} into Go struct field ObjectMeta.metadata.${key} of type string`;
  }
  return undefined;
}

const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value;
