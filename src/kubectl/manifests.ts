import type { KubeObject } from '../kube/api';
import { Errno } from '../kernel';
import { failure } from './errors';
import { readAll, readFile } from './files';
import type { Kubectl } from './kubectl';
import { isFields } from './value';
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

export async function readManifests(k: Kubectl, names: readonly string[], recursive: boolean): Promise<ManifestFile[]> {
  const found: ManifestFile[] = [];
  for (const name of names) {
    if (name === '-') {
      found.push(...objectsOf(new TextDecoder().decode(await readAll(k.proc, 0)), 'STDIN', 'STDIN'));
      continue;
    }
    if (/^https?:\/\//.test(name)) throw failure(`unable to read URL "${name}", the sandbox has no network`);
    for (const path of await expand(k, name, recursive)) found.push(...objectsOf(await readFileOrFail(k, path), path, path));
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
export function objectsOf(text: string, source: string, name: string): ManifestFile[] {
  let values: unknown[];
  try {
    values = documents(text);
  } catch (error) {
    throw failure(`error parsing ${name}: ${(error as Error).message}`);
  }
  return values
    .filter((value) => value !== null && value !== undefined)
    .flatMap((value) => flatten(value, source))
    .map((object) => ({ object, source, text }));
}

function flatten(value: unknown, source: string): KubeObject[] {
  const json = JSON.stringify(value);
  if (!isFields(value)) throw failure(`unable to decode "${source}": json: cannot unmarshal ${jsonKind(value)} into Go value of type unstructured.detector`);
  if (typeof value.kind !== 'string' || value.kind === '') throw failure(`unable to decode "${source}": Object 'Kind' is missing in '${json}'`);
  if (typeof value.apiVersion !== 'string' || value.apiVersion === '') {
    throw failure(`error validating "${source}": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false`);
  }
  if (value.kind === 'List' && Array.isArray(value.items)) return value.items.flatMap((item) => flatten(item, source));
  return [value as KubeObject];
}

const jsonKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);
