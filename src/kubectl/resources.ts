import { ApiError, goQuoted, type KubeObject, labelQuery, LabelQueryError } from '../kube/api';
import type { Mapping } from './discovery';
import { AggregateFailure, failure } from './errors';
import { type ManifestEntry, type ManifestFile, readSources, sourcesOf } from './manifests';
import type { Flags } from './flags';
import type { Kubectl, RequestOptions } from './kubectl';

/** What a command line names: collections, single objects, or objects of files. */
export type Target =
  | { readonly kind: 'list'; readonly mapping: Mapping; readonly namespace: string | undefined }
  | { readonly kind: 'name'; readonly mapping: Mapping; readonly namespace: string | undefined; readonly name: string }
  | {
      readonly kind: 'file';
      readonly mapping: Mapping;
      readonly namespace: string | undefined;
      readonly name: string;
      readonly object: KubeObject;
      readonly source: string;
      readonly documentText: string;
      /** The labels that the object must have on the server. */
      readonly wanted?: ReturnType<typeof labelQuery>;
    };

export type FileTarget = Target & { readonly kind: 'file' };

export interface TargetOptions {
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly all?: boolean;
  /** A type alone means all of its objects (get, describe); otherwise it needs names, a selector or --all. */
  readonly typeAlone?: boolean;
  /** The selector looks at the labels that objects of files have on the server, not in the file. */
  readonly latest?: boolean;
  /** Several types are refused. */
  readonly oneType?: boolean;
  readonly subresource?: string;
}

export const noResources = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** What words name: types with names, or TYPE/NAME pairs. */
interface Words {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly pairs: readonly (readonly [type: string, name: string])[];
}

/** `TYPE/NAME`, or undefined for a word without a slash. */
export function splitPair(word: string): [string, string] | undefined {
  if (!word.includes('/')) return undefined;
  const parts = word.split('/');
  if (parts.length !== 2) throw failure('arguments in resource/name form may not have more than one slash');
  const [type, name] = parts as [string, string];
  if (!type || !name || type.includes(',')) throw failure('arguments in resource/name form must have a single resource and name');
  return [type, name];
}

/** `a,b c` is `a/c b/c`; words with a slash and words without do not go together. */
function wordsOf(args: readonly string[]): Words {
  const types = [...new Set((args[0] ?? '').split(','))];
  const words = args.length > 1 && types.length > 1 ? types.flatMap((type) => args.slice(1).map((name) => `${type}/${name}`)) : args;
  const slashes = words.filter((word) => word.includes('/')).length;
  if (slashes === 0) return { types: args.length > 0 ? types : [], names: args.slice(1), pairs: [] };
  if (slashes !== words.length) {
    throw failure(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  return { types: [], names: [], pairs: words.map((word) => splitPair(word)!) };
}

/** As cli-runtime's Builder: what is wrong with single flags and words comes first, all of it; then how they go together. */
export async function targets(k: Kubectl, options: TargetOptions): Promise<Target[]> {
  const { flags, all = false, latest = false } = options;
  const [labels, fields] = [options.selector?.trim() ?? '', options.fieldSelector?.trim() ?? ''];
  const problems: unknown[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(...(error instanceof AggregateFailure ? error.errors : [error]));
      return undefined;
    }
  };
  const sources = (flags.has('filename') ? attempt(() => sourcesOf(k, flags)) : undefined) ?? [];
  if (all && (labels || fields)) problems.push(failure("setting 'all' parameter but found a non empty selector. "));
  const words = attempt(() => wordsOf(options.args));
  if (problems.length > 0) throw problems.length === 1 ? problems[0] : new AggregateFailure(problems);
  const { types, names, pairs } = words!;
  if (sources.length > 0) {
    if (types.length > 0) throw failure('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
    if (pairs.length > 0) throw failure('resource/name arguments cannot be provided when a path is specified');
    return fileTargets(k, await readSources(k, sources), { selector: labels, latest, allNamespaces: options.allNamespaces });
  }
  if (all || labels || fields || (options.typeAlone && types.length > 0 && names.length === 0)) {
    if (names.length > 0) throw failure('name cannot be provided when a selector is specified');
    if (pairs.length > 0) throw failure('selectors and the all flag cannot be used when passing resource/name arguments');
    if (types.length === 0) throw failure('at least one resource must be specified to use a selector');
    if (options.subresource) throw failure('subresource cannot be used when bulk resources are specified');
  }
  if (pairs.length > 0) return namedTargets(k, options, pairs);
  if (types.length === 0) throw failure(noResources);
  const mappings = await mappingsOf(k, types, options.oneType);
  if (names.length > 0) {
    if (mappings.length > 1) throw failure('you must specify only one resource');
    return namedTargets(k, options, names.map((name) => [types[0]!, name] as const)); // prettier-ignore
  }
  if (!options.typeAlone && !all && !labels && !fields) throw failure('resource(s) were provided, but no name was specified');
  const namespace = options.allNamespaces ? undefined : await k.namespace();
  return mappings.map((mapping) => ({ kind: 'list', mapping, namespace }));
}

async function namedTargets(k: Kubectl, options: TargetOptions, pairs: Words['pairs']): Promise<Target[]> {
  const mappings = new Map<string, Mapping>();
  for (const [type] of pairs) if (!mappings.has(type)) mappings.set(type, await mappingOf(k, type));
  if (options.oneType && new Set(mappings.values()).size > 1) throw failure('you may only specify a single resource type');
  const namespace = options.allNamespaces ? undefined : await k.namespace();
  return pairs.map(([type, name]) => {
    const mapping = mappings.get(type)!;
    if (mapping.namespaced && namespace === undefined) throw failure('a resource cannot be retrieved by name across all namespaces');
    if (name === '') throw failure('resource name may not be empty');
    return { kind: 'name', mapping, namespace, name };
  });
}

/** Each resource that types and categories mean, once. */
async function mappingsOf(k: Kubectl, types: readonly string[], one = false): Promise<Mapping[]> {
  const mapper = await k.mapper();
  const found = new Set<Mapping>();
  const resources = types.flatMap((type): (string | Mapping)[] => (mapper.find(type) ? [type] : (mapper.category(type) ?? [type])));
  if (one && resources.length > 1) throw failure('you may only specify a single resource type');
  for (const each of resources) {
    if (typeof each !== 'string') {
      found.add(each);
      continue;
    }
    found.add(await mappingOf(k, each));
  }
  return [...found];
}

async function mappingOf(k: Kubectl, type: string): Promise<Mapping> {
  const mapper = await k.mapper();
  for (const other of mapper.shadowed(type))
    await k.warn(`short name "${type}" could also match lower priority resource ${other.resource}.${other.group}`);
  return mapper.need(type);
}

/** Kinds as the server serves them; throws kubectl's words for unknown ones, all files' together. */
export async function fileTargets(
  k: Kubectl,
  files: readonly ManifestEntry[],
  { selector = '', latest = false, allNamespaces = false }: Pick<TargetOptions, 'selector' | 'latest' | 'allNamespaces'> = {},
): Promise<Target[]> {
  const found: Target[] = [];
  const errors: unknown[] = [];
  const wanted = selector.trim() ? parsedLabels(selector.trim(), `the provided selector "${selector.trim()}" is not valid: `) : undefined;
  for (const file of files) {
    try {
      if ('failure' in file) throw file.failure;
      const target = await fileTarget(k, file, allNamespaces);
      if (latest) found.push({ ...target, wanted });
      else if (!wanted || wanted(target.object.metadata?.labels ?? {})) found.push(target);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0 && found.length === 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (errors.length > 0) throw new PartialTargets(found, errors);
  return found;
}

/** A label selector that is read before the server sees it; `wrong` comes before what is wrong with it. */
export function parsedLabels(selector: string, wrong = ''): ReturnType<typeof labelQuery> {
  try {
    return labelQuery(selector);
  } catch (error) {
    if (!(error instanceof LabelQueryError)) throw error;
    throw failure(`${wrong}${error.message}`);
  }
}

/** Some documents could be used, some not: commands work on the first and then report the second. */
export class PartialTargets extends AggregateFailure {
  constructor(
    readonly found: readonly Target[],
    errors: readonly unknown[],
  ) {
    super(errors);
  }
}

/** `allNamespaces`: an object that names no namespace has none. */
export async function fileTarget(k: Kubectl, file: ManifestFile, allNamespaces = false): Promise<FileTarget> {
  const { object, source } = file;
  const mapper = await k.mapper();
  const mapping = mapper.byKind(object.apiVersion ?? '', object.kind ?? '');
  const name = object.metadata?.name ?? '';
  if (!mapping) {
    const namespace = object.metadata?.namespace ?? '';
    if (file.inList)
      throw failure(
        `unable to recognize no matches for kind ${goQuoted(object.kind ?? '')} in version ${goQuoted(object.apiVersion ?? '')}`,
      );
    throw failure(
      `resource mapping not found for name: ${goQuoted(name)} namespace: ${goQuoted(namespace)} from ${goQuoted(source)}: no matches for kind ${goQuoted(object.kind ?? '')} in version ${goQuoted(object.apiVersion ?? '')}\nensure CRDs are installed first`,
    );
  }
  const wanted = await k.namespace();
  const own = object.metadata?.namespace;
  if (mapping.namespaced && own && k.namespaceGiven && own !== wanted) {
    throw failure(
      `the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const namespace = mapping.namespaced ? (own ?? (allNamespaces ? undefined : wanted)) : undefined;
  return { kind: 'file', mapping, namespace, name, object, source, documentText: file.text };
}

interface Chunk<T> {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly T[];
}

/** A whole list, asked for in parts of `size` (0: at once). */
export async function listInChunks<T = KubeObject>(
  k: Kubectl,
  path: string,
  query: RequestOptions['query'],
  size: number,
): Promise<{ items: T[]; resourceVersion?: string }> {
  const items: T[] = [];
  for (let next: string | undefined; ;) {
    const answer = await k.json<Chunk<T>>('GET', path, { query: { ...query, limit: size || undefined, continue: next } });
    items.push(...(answer.items ?? []));
    next = answer.metadata?.continue;
    if (!next) return { items, resourceVersion: answer.metadata?.resourceVersion };
  }
}

/** `apps/v1, Resource=deployments`: a GroupVersionResource as Go prints it. */
export const gvrText = ({ group, version, resource }: Mapping): string => `${group}/${version}, Resource=${resource}`;

/** Objects of files that name no namespace are in none when all are asked for. */
export function checkNamespace({ mapping, namespace, ...target }: Target): void {
  if (!mapping.namespaced || namespace !== undefined || !('name' in target)) return;
  throw failure(`no namespace set on resource ${gvrText(mapping)} ${goQuoted(target.name)}`);
}

/** Whether the words can only mean one object: one name, or one file, whatever is in it. */
export function singleImplied(flags: Flags, list: readonly Target[]): boolean {
  const files = flags.list('filename');
  if (files.length === 0) return list.length === 1 && list[0]!.kind !== 'list';
  const sources = new Set(list.map((target) => (target.kind === 'file' ? target.source : '')));
  return files.length === 1 && files[0] !== '-' && (sources.size === 0 || (sources.size === 1 && sources.has(files[0]!)));
}

/** An object with its resource; `source` is the file that named it. */
export interface Found {
  readonly mapping: Mapping;
  readonly object: KubeObject;
  readonly source?: string;
}

/** The objects of files as they are there, in their namespaces, and the live ones of other targets. */
export async function givenObjects(
  k: Kubectl,
  list: readonly Target[],
  query: RequestOptions['query'] = {},
): Promise<{ found: Found[]; errors: unknown[] }> {
  const given = list.flatMap((target): Found[] => {
    if (target.kind !== 'file') return [];
    const { mapping, namespace, object, source } = target;
    return [{ mapping, source, object: namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object }];
  });
  const { found, errors } = await fetchAll(k, list.filter(({ kind }) => kind !== 'file'), query); // prettier-ignore
  return { found: [...given, ...found], errors };
}

/** The live objects of targets; NotFound and its like are collected. */
export async function fetchAll(
  k: Kubectl,
  list: readonly Target[],
  query: RequestOptions['query'] = {},
  subresource?: string,
  chunkSize = 0,
): Promise<{ found: Found[]; errors: unknown[] }> {
  const found: Found[] = [];
  const errors: unknown[] = [];
  for (const target of list) {
    try {
      const { mapping, namespace } = target;
      if (target.kind === 'list') {
        const answer = await listing(mapping, query ?? {}, listInChunks(k, k.path(mapping, namespace), query, chunkSize));
        for (const object of answer.items)
          found.push({ mapping, object: { apiVersion: mapping.groupVersion, kind: mapping.kind, ...object } });
        continue;
      }
      checkNamespace(target);
      const object = await k.json<KubeObject>('GET', k.path(mapping, namespace, target.name, subresource));
      if (target.kind !== 'file') found.push({ mapping, object });
      else if (!target.wanted || target.wanted(object.metadata.labels ?? {})) found.push({ mapping, object, source: target.source });
    } catch (error) {
      errors.push(error);
    }
  }
  return { found, errors };
}

/** The objects of files as they are there (--local). */
export function localObjects(list: readonly Target[]): Awaited<ReturnType<typeof fetchAll>> {
  return {
    found: list.flatMap((target) => (target.kind === 'file' ? [{ mapping: target.mapping, object: target.object }] : [])),
    errors: [],
  };
}

/** A list that the server refuses: the message names the resource and the selectors (cli-runtime's Selector). */
export async function listing<T>(mapping: Mapping, query: Readonly<Record<string, unknown>>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.reason !== 'BadRequest' && error.reason !== 'NotFound')) throw error;
    const what = `"${gvrText(mapping)}"`;
    const [labels, fields] = [query.labelSelector ?? '', query.fieldSelector ?? ''];
    const doing =
      labels || fields
        ? `Unable to find ${what} that match label selector "${String(labels)}", field selector "${String(fields)}"`
        : `Unable to list ${what}`;
    throw new ApiError({ ...error.status, message: `${doing}: ${error.message}` });
  }
}
