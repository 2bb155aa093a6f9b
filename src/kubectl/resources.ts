import { ApiError, type KubeObject } from '../kube/api';
import type { Mapping } from './discovery';
import { AggregateFailure, failure } from './errors';
import { hasManifests, type ManifestEntry, type ManifestFile, manifestsOf } from './manifests';
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
}

export const noResources = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const badPair = 'arguments in resource/name form must have a single resource and name';

/** `TYPE/NAME`, or undefined for a word without a slash. */
export function splitPair(word: string): [string, string] | undefined {
  if (!word.includes('/')) return undefined;
  const parts = word.split('/');
  if (parts.length !== 2) throw failure('arguments in resource/name form may not have more than one slash');
  const [type, name] = parts as [string, string];
  if (!type || !name || type.includes(',')) throw failure(badPair);
  return [type, name];
}

export async function targets(k: Kubectl, options: TargetOptions): Promise<Target[]> {
  const { args, flags } = options;
  if (flags.has('filename') && hasManifests(flags)) {
    if (args.length > 0) throw failure('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
    return fileTargets(k, await manifestsOf(k, flags));
  }
  if (args.length === 0) throw failure(noResources);
  const namespace = options.allNamespaces ? undefined : await k.namespace();
  const slashes = args.filter((arg) => arg.includes('/')).length;
  if (slashes > 0) {
    if (slashes !== args.length) {
      throw failure(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      );
    }
    const pairs = args.map((arg) => splitPair(arg)!);
    if (options.selector || options.all) throw failure('selectors and the all flag cannot be used when passing resource/name arguments');
    if (options.allNamespaces) throw failure('a resource cannot be retrieved by name across all namespaces');
    const mapper = await k.mapper();
    return pairs.map(([type, name]) => ({ kind: 'name', mapping: mapper.need(type), namespace, name }));
  }
  const [types = '', ...names] = args;
  const list = [...new Set(types.split(','))];
  if (list.includes('') && names.length > 0) throw failure(badPair);
  const mapper = await k.mapper();
  for (const type of list) {
    for (const other of mapper.shadowed(type))
      await k.warn(`short name "${type}" could also match lower priority resource ${other.resource}.${other.group}`);
  }
  const mappings = list.flatMap((type) => (mapper.find(type) ? [mapper.need(type)] : (mapper.category(type) ?? [mapper.need(type)])));
  if (names.length > 0) {
    if (names.includes('')) throw failure('resource name may not be empty');
    if (options.selector || options.all) throw failure('name cannot be provided when a selector is specified');
    if (options.allNamespaces) throw failure('a resource cannot be retrieved by name across all namespaces');
    return mappings.flatMap((mapping) => names.map((name) => ({ kind: 'name' as const, mapping, namespace, name })));
  }
  if (!options.typeAlone && !options.all && !options.selector && !options.fieldSelector) {
    throw failure('resource(s) were provided, but no name was specified');
  }
  return mappings.map((mapping) => ({ kind: 'list', mapping, namespace }));
}

/** Kinds as the server serves them; throws kubectl's words for unknown ones, all files' together. */
export async function fileTargets(k: Kubectl, files: readonly ManifestEntry[]): Promise<Target[]> {
  const found: Target[] = [];
  const errors: unknown[] = [];
  for (const file of files) {
    try {
      if ('failure' in file) throw file.failure;
      found.push(await fileTarget(k, file));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0 && found.length === 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (errors.length > 0) throw new PartialTargets(found, errors);
  return found;
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

export async function fileTarget(k: Kubectl, file: ManifestFile): Promise<FileTarget> {
  const { object, source } = file;
  const mapper = await k.mapper();
  const mapping = mapper.byKind(object.apiVersion ?? '', object.kind ?? '');
  const name = object.metadata?.name ?? '';
  if (!mapping) {
    const namespace = object.metadata?.namespace ?? '';
    if (file.inList) throw failure(`unable to recognize no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
    throw failure(
      `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
    );
  }
  const wanted = await k.namespace();
  const own = object.metadata?.namespace;
  if (mapping.namespaced && own && k.namespaceGiven && own !== wanted) {
    throw failure(
      `the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const namespace = mapping.namespaced ? (own ?? wanted) : undefined;
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

/** The live objects of targets; NotFound and its like are collected. */
export async function fetchAll(
  k: Kubectl,
  list: readonly Target[],
  query: RequestOptions['query'] = {},
  subresource?: string,
  chunkSize = 0,
): Promise<{ found: { mapping: Mapping; object: KubeObject }[]; errors: unknown[] }> {
  const found: { mapping: Mapping; object: KubeObject }[] = [];
  const errors: unknown[] = [];
  for (const target of list) {
    try {
      const { mapping, namespace } = target;
      if (target.kind === 'list') {
        const answer = await listing(mapping, query ?? {}, listInChunks(k, k.path(mapping, namespace), query, chunkSize));
        for (const object of answer.items)
          found.push({ mapping, object: { apiVersion: mapping.groupVersion, kind: mapping.kind, ...object } });
      } else found.push({ mapping, object: await k.json<KubeObject>('GET', k.path(mapping, namespace, target.name, subresource)) });
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
    const what = `"${mapping.group}/${mapping.version}, Resource=${mapping.resource}"`;
    const [labels, fields] = [query.labelSelector ?? '', query.fieldSelector ?? ''];
    const doing =
      labels || fields
        ? `Unable to find ${what} that match label selector "${String(labels)}", field selector "${String(fields)}"`
        : `Unable to list ${what}`;
    throw new ApiError({ ...error.status, message: `${doing}: ${error.message}` });
  }
}
