import { ApiError, decode, DecodeError, type KubeObject } from '../../../kube/api';
import { twoWayStrategic } from '../../apply/three-way';
import type { Invocation } from '../../command';
import { type Mapping, resourceName } from '../../discovery';
import { type DryRun, dryRunOf, dryRunQuery } from '../../dry-run';
import { AggregateFailure, CommandError, failure } from '../../errors';
import { readFile } from '../../files';
import type { Flag } from '../../flags';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag } from '../../flag-sets';
import { type ObjectPrinter, objectPrinter, outputFlags } from '../../printers';
import { report } from '../../report';
import { fetchAll, localObjects, type Target, targets } from '../../resources';
import { type Fields, goJson, sortKeys } from '../../value';

/** The flags of every `set` command, but -l. */
export const plainSetFlags: readonly Flag[] = [
  { name: 'all', kind: 'bool', usage: 'If true, select all resources in the namespace of the specified resource types' },
  dryRunFlag,
  fieldManagerFlag('kubectl-set'),
  ...fileFlags('identifying the resource to get from a server.'),
  { name: 'local', kind: 'bool', usage: 'If true, work on the files only, without the server.' },
  ...outputFlags(),
];
export const setFlags: readonly Flag[] = [...plainSetFlags, labelSelectorFlag];

type Found = Awaited<ReturnType<typeof fetchAll>>['found'];

const noLocalResources = `you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** The objects that the words before the changes name. */
export async function objectsOf({ k, flags }: Invocation, words: readonly string[]): Promise<Found> {
  if (flags.bool('local')) {
    if (words.length > 0) throw failure(noLocalResources);
    return typedObjects(await targets(k, { args: [], flags }));
  }
  const selector = flags.has('selector') ? flags.string('selector') : '';
  const wanted = await targets(k, { args: words, flags, selector, typeAlone: flags.bool('all'), latest: true });
  const { found, errors } = await fetchAll(k, wanted, { labelSelector: selector || undefined });
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return found;
}

/** Objects of files as their Go types hold them; throws for all that cannot be read so. */
function typedObjects(wanted: readonly Target[]): Found {
  const errors: unknown[] = [];
  const found = localObjects(wanted).found.flatMap(({ mapping, object }, i) => {
    try {
      return [{ mapping, object: typedObject(mapping, object, wanted[i]) }];
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return found;
}

/** An object of a file as its Go type holds it, with the fields that are written though they are empty. */
function typedObject(mapping: Mapping, object: KubeObject, target: Target | undefined): KubeObject {
  try {
    return { apiVersion: object.apiVersion, kind: object.kind, ...decode(object, mapping).object };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const source = target?.kind === 'file' ? target.source : '';
    throw failure(`unable to decode ${JSON.stringify(source)}: ${error.message}`);
  }
}

/** How a `set` command reports. */
interface Reporting {
  readonly dryRun: DryRun;
  readonly printer: ObjectPrinter | undefined;
}

/** --dry-run and -o, which are looked at before anything else. */
export async function reportingOf({ k, flags }: Invocation): Promise<Reporting> {
  const dryRun = await dryRunOf(k, flags);
  return { dryRun, printer: await objectPrinter(flags, (file) => readFile(k.proc, file)) };
}

/** What a `set` command says: of an object that changed, of one the server refused (nothing: what the server said), of one that cannot be changed. */
export interface Wording {
  readonly done: string;
  readonly refused: string;
  readonly named?: boolean;
  /** Objects that stay as they are count too. */
  readonly always?: boolean;
}

/** Changes each object, asking the server for what differs; objects that stay as they are go unmentioned. */
export async function changeObjects(
  call: Invocation,
  { dryRun, printer }: Reporting,
  found: Found,
  wording: Wording,
  change: (object: KubeObject, mapping: Mapping) => KubeObject | Promise<KubeObject>,
): Promise<number> {
  const { k, flags } = call;
  const errors: unknown[] = [];
  for (const { mapping, object } of found) {
    try {
      const wanted = await changed(wording, mapping, object, change);
      const patch = sortKeys(twoWayStrategic(object as unknown as Fields, wanted as unknown as Fields));
      const body = goJson(patch);
      if (body === '{}' && !wording.always) continue;
      if (flags.bool('local') || dryRun === 'client') {
        await report(k, printer, wanted, mapping, wording.done, dryRun);
        continue;
      }
      const { name, namespace } = object.metadata;
      const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
      const contentType = 'application/strategic-merge-patch+json';
      const saved = await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { body, query, contentType });
      await report(k, printer, saved, mapping, wording.done, dryRun);
    } catch (error) {
      errors.push(error instanceof ApiError && wording.refused ? failure(`${wording.refused} ${error.message}`) : error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

async function changed(
  { named }: Wording,
  mapping: Mapping,
  object: KubeObject,
  change: (object: KubeObject, mapping: Mapping) => KubeObject | Promise<KubeObject>,
): Promise<KubeObject> {
  try {
    return await change(object, mapping);
  } catch (error) {
    if (!named || !(error instanceof CommandError)) throw error;
    // what begins so stays as it is: it says nothing of the object
    if (error.text.startsWith('error: error: ')) throw error;
    throw failure(`error: ${resourceName({ ...mapping, group: '' })}/${object.metadata.name} ${error.text.replace(/^error: /, '')}`);
  }
}

/** Words before the first KEY=VALUE (or `KEY-`) name resources. */
export function splitChanges(args: readonly string[], removals: boolean): { words: string[]; changes: string[] } {
  const first = args.findIndex((arg) => arg.indexOf('=') > 0 || (removals && arg.length > 1 && arg.endsWith('-')));
  return first < 0 ? { words: [...args], changes: [] } : { words: args.slice(0, first), changes: args.slice(first) };
}

/** What containers -c means: `*` stands for anything. */
export const namePattern = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`);
