import type { KubeObject } from '../kube/api';
import { Errno } from '../kernel';
import { decodeText, decodingProblem, objectsIn, readManifest, validationProblem } from '../manifest';
import { fieldValidation, klogWarning } from './dry-run';
import { AggregateFailure, type CommandError, ConnectionError, failure } from './errors';
import { filesLike } from './file-pattern';
import { readAll, readBytes } from './files';
import type { Flags } from './flags';
import type { Kubectl } from './kubectl';
import { buildKustomization } from './kustomize/build';
import { sortKeys } from './value';

/** One object of a file, a directory's file, or standard input. */
export interface ManifestFile {
  readonly object: KubeObject;
  /** As messages name it: the path, or STDIN. */
  readonly source: string;
  readonly text: string;
  /** It is an item of a `kind: List`. */
  readonly inList?: boolean;
}

/** What cannot be used, in its place among the objects. */
export interface ManifestFailure {
  readonly failure: CommandError;
}

export type ManifestEntry = ManifestFile | ManifestFailure;

const extensions = ['.json', '.yaml', '.yml'];

/** Two parts of a path, cleaned as Go does: what lies in `.` has no `./` before it. */
function joinPath(directory: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${directory}/${name}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !directory.startsWith('/')) parts.push(part);
  }
  return `${directory.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/** The paths that a -f argument means. */
function expand(k: Kubectl, path: string, recursive: boolean): string[] {
  let type: string;
  try {
    type = k.proc.stat(path).type;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOENT') {
      const found = filesLike(k.proc, path).filter((each) => each !== path);
      if (found.length === 0) throw failure(`the path "${path}" does not exist`);
      return found.flatMap((each) => expand(k, each, recursive));
    }
    if (error.code === 'ENOTDIR') throw failure(`the path "${path}" does not exist`);
    throw failure(`the path "${path}" cannot be accessed: stat ${path}: ${error.message.toLowerCase()}`);
  }
  if (type !== 'directory') return [path];
  const found: string[] = [];
  const walk = (directory: string, top: boolean): void => {
    if (!top && !recursive) return;
    const entries = [...k.proc.readdir(directory)].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const inner = joinPath(directory, entry.name);
      if (k.proc.stat(inner).type === 'directory') walk(inner, false);
      else if (extensions.some((extension) => entry.name.endsWith(extension))) found.push(inner);
    }
  };
  walk(path, true);
  if (found.length === 0) throw failure(`error reading [${path}]: recognized file extensions are [${extensions.join(' ')}]`);
  return found;
}

/** Where objects come from: files, `-`, or a kustomization. */
export interface Source {
  readonly kind: 'stdin' | 'file' | 'kustomization';
  readonly path: string;
}

/** What -f, -k and -R name; throws all that is wrong with them at once. */
export function sourcesOf(k: Kubectl, flags: Flags): Source[] {
  const folder = flags.has('kustomize') ? flags.string('kustomize') : '';
  const files = flags.list('filename');
  const errors: unknown[] = [];
  if (folder && files.length > 0) errors.push(failure('only one of -f or -k can be specified'));
  if (folder && flags.bool('recursive')) errors.push(failure("the -k flag can't be used with -f or -R"));
  const sources = errors.length > 0 ? [] : pathsOf(k, files, flags.bool('recursive'), errors);
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return folder ? [...sources, { kind: 'kustomization', path: folder }] : sources;
}

function pathsOf(k: Kubectl, names: readonly string[], recursive: boolean, errors: unknown[]): Source[] {
  return names.flatMap((name): Source[] => {
    if (name === '-') return [{ kind: 'stdin', path: name }];
    try {
      if (/^https?:\/\//.test(name)) throw failure(`unable to read URL "${name}", the sandbox has no network`);
      return expand(k, name, recursive).map((path) => ({ kind: 'file', path }));
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
}

/** The objects of sources. `validate`: kubectl's own check of apiVersion and kind comes before decoding. */
export async function readSources(k: Kubectl, sources: readonly Source[], validate = false): Promise<ManifestEntry[]> {
  const found: ManifestEntry[] = [];
  for (const { kind, path } of sources) {
    if (kind === 'stdin') found.push(...objectsOf(decodeText(await readAll(k.proc, 0)), 'STDIN', validate));
    else if (kind === 'file') found.push(...objectsOf(decodeText(await readFileOrFail(k, path)), path, validate));
    else found.push(...(await buildKustomization(k, path)).map((object) => ({ object, source: path, text: '' })));
  }
  return found;
}

/** The objects that -f and -k mean. */
export async function manifestsOf(k: Kubectl, flags: Flags, validate = false): Promise<ManifestEntry[]> {
  const entries = await readSources(k, sourcesOf(k, flags), validate);
  if (validate && entries.length > 0) await checkReachable(k, entries[0]!);
  if (validate && fieldValidation(flags) === 'Warn') await remarkUnknownKinds(k, entries);
  return entries;
}

/** What manifests are checked by comes from the server. */
async function checkReachable(k: Kubectl, first: ManifestEntry): Promise<void> {
  try {
    await k.mapper(true);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const source = 'failure' in first ? '' : first.source;
    const why = error.request.replace(/\/api(?=[?"])/, '/openapi/v2');
    throw failure(
      `error validating "${source}": error validating data: failed to download openapi: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
}

/** Kinds the server has no schema for, by their exact name: kubectl cannot ask it to warn of their fields. */
async function remarkUnknownKinds(k: Kubectl, entries: readonly ManifestEntry[]): Promise<void> {
  const { mappings } = await k.mapper();
  for (const entry of entries) {
    if ('failure' in entry) continue;
    const { apiVersion, kind } = entry.object;
    if (mappings.some((mapping) => mapping.groupVersion === apiVersion && mapping.kind === kind)) continue;
    const text = 'cannot perform warn validation if server-side field validation is unsupported, skipping validation';
    await klogWarning(k, 'schema.go:145', text);
  }
}

/** Whether -f or -k is given. */
export const hasManifests = (flags: Flags): boolean =>
  flags.list('filename').length > 0 || (flags.has('kustomize') && flags.string('kustomize') !== '');

/** The objects of -f arguments alone. */
export async function readManifests(k: Kubectl, names: readonly string[]): Promise<ManifestEntry[]> {
  const errors: unknown[] = [];
  const sources = pathsOf(k, names, false, errors);
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return readSources(k, sources);
}

async function readFileOrFail(k: Kubectl, path: string): Promise<Uint8Array> {
  try {
    return await readBytes(k.proc, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw failure(`open ${path}: ${error.message.toLowerCase()}`);
  }
}

/** The objects of a manifest's text: documents in order, Lists opened, each as far as it can be used. */
export function objectsOf(text: string, source: string, validate = false): ManifestEntry[] {
  const { documents, problem } = readManifest(text);
  const found: ManifestEntry[] = [];
  for (const { value } of documents) {
    if (value === null) continue;
    const invalid = validate ? validationProblem(value) : undefined;
    if (invalid) {
      // nothing of the file after it is read
      found.push({ failure: failure(`error validating "${source}": ${invalid.message}`) });
      return found;
    }
    const undecodable = decodingProblem(value);
    if (undecodable) found.push({ failure: failure(`unable to decode "${source}": ${undecodable.message}`) });
    else for (const { object, inList } of objectsIn(sortKeys(value))) found.push({ object, source, text, inList });
  }
  if (problem) found.push({ failure: failure(`error parsing ${source}: ${problem.message}`) });
  return found;
}
