import { labelValueErrors, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { type DryRun, dryRunOf, dryRunQuery, dryRunSuffix } from '../dry-run';
import { AggregateFailure, failure } from '../errors';
import { readFile } from '../files';
import type { Flag } from '../flags';
import { dryRunFlag, fieldManagerFlag, fileFlags, selectorFlags } from '../flag-sets';
import { nameOfObject, objectPrinter, outputFlags } from '../printers';
import { fetchAll, localObjects, PartialTargets, singleImplied, targets } from '../resources';
import { byName, equal, goJson } from '../value';

type Field = 'labels' | 'annotations';

const flags = (field: Field): Flag[] => [
  { name: 'all', kind: 'bool', usage: 'Select all resources, in the namespace of the specified resource types' },
  { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If true, check the specified action in all namespaces.' },
  dryRunFlag,
  fieldManagerFlag(field === 'labels' ? 'kubectl-label' : 'kubectl-annotate'),
  ...selectorFlags,
  ...fileFlags('identifying the resource to update'),
  { name: 'list', kind: 'bool', usage: `If true, display the ${field} for a given resource.` },
  { name: 'local', kind: 'bool', usage: 'If true, work on the files only, without the server.' },
  ...outputFlags(),
  { name: 'overwrite', kind: 'bool', usage: `If true, values that exist may be changed.` },
  { name: 'resource-version', kind: 'string', usage: 'Only change the object when it has this resource version.' },
];

export const label: Command = {
  use: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the labels on a resource',
  group: 'settings',
  long: `Update the labels on a resource.

  *  Keys and values begin with a letter or digit and may have letters, digits, hyphens, dots and underscores, up to 63 characters each.
  *  A key may begin with a DNS subdomain and a /, as in example.com/my-app.
  *  A label that exists changes only with --overwrite.
  *  With --resource-version, the object changes only if it still has that version.`,
  example: `  # Give the pod foo the label unhealthy with the value true
  kubectl label pods foo unhealthy=true
  
  # Change a label's value
  kubectl label --overwrite pods foo status=unhealthy
  
  # Remove the label bar
  kubectl label pods foo bar-`,
  flags: flags('labels'),
  run: (call) => change(call, 'labels'),
  complete: (call, word) => completeResources(call, word),
};

export const annotate: Command = {
  use: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the annotations on a resource',
  group: 'settings',
  long: `Update the annotations on one or more resources.

 Annotations are pairs of key and value with more room than labels; they may hold any text, and nothing selects by them.

Use "kubectl api-resources" for a complete list of supported resources.`,
  example: `  # Give the pod foo a description
  kubectl annotate pods foo description='my frontend'
  
  # Change it
  kubectl annotate --overwrite pods foo description='my frontend running nginx'
  
  # Remove it
  kubectl annotate pods foo description-`,
  flags: flags('annotations'),
  run: (call) => change(call, 'annotations'),
  complete: (call, word) => completeResources(call, word),
};

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

const isPair = (word: string): boolean => (word.includes('=') && word[0] !== '=') || (word.endsWith('-') && word !== '-');

/** Words before the first KEY=VALUE or KEY- name resources. */
function split(args: readonly string[], field: Field): { resources: string[]; changes: Changes } {
  const noun = field === 'labels' ? 'label' : 'annotation';
  let first = args.findIndex(isPair);
  if (first < 0) first = args.length;
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const word of args.slice(first)) {
    if (word.includes('=') && word[0] !== '=') {
      const equals = word.indexOf('=');
      const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
      if (field === 'labels') {
        if (word.split('=').length !== 2) throw failure(`invalid label spec: ${word}`);
        checkLabelValue(word, value);
      }
      set.set(key, value);
    } else if (word.endsWith('-')) removed.push(word.slice(0, -1));
    else throw failure(`all resources must be specified before ${noun} changes: ${word}`);
  }
  if (removed.some((key) => set.has(key))) {
    throw failure(
      field === 'labels'
        ? 'can not both modify and remove a label in the same command'
        : `can not both modify and remove the following annotation(s) in the same command: ${removed.filter((key) => set.has(key)).join(', ')}`,
    );
  }
  return { resources: args.slice(0, first), changes: { set, removed } };
}

function checkLabelValue(word: string, value: string): void {
  const problems = labelValueErrors(value);
  if (problems.length > 0) throw failure(`invalid label value: "${word}": ${problems.join('; ')}`);
}

async function change(call: Invocation, field: Field): Promise<number> {
  const { k, flags: given, args } = call;
  const noun = field === 'labels' ? 'label' : 'annotation';
  const dryRun = await dryRunOf(k, given);
  const printer = await objectPrinter(given, (file) => readFile(k.proc, file));
  const { resources, changes } = split(args, field);
  const list = given.bool('list');
  if (given.bool('all') && given.string('selector')) throw failure('cannot set --all and --selector at the same time');
  if (given.bool('all') && given.string('field-selector')) throw failure('cannot set --all and --field-selector at the same time');
  if (given.bool('local')) {
    if (dryRun === 'server') throw failure('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    const file = field === 'labels' ? 'pod' : 'rsrc';
    if (resources.length > 0)
      throw failure(`can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`);
    if (given.list('filename').length === 0) throw failure('one or more files must be specified as -f when --local=true is set');
  }
  if (resources.length === 0 && given.list('filename').length === 0)
    throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (changes.set.size === 0 && changes.removed.length === 0 && !list) throw failure(`at least one ${noun} update is required`);
  const errors: unknown[] = [];
  let single = false;
  let found: Awaited<ReturnType<typeof fetchAll>>['found'] = [];
  const all = { all: given.bool('all'), allNamespaces: given.bool('all-namespaces') };
  const selection = { labelSelector: given.string('selector') || undefined, fieldSelector: given.string('field-selector') || undefined };
  try {
    const wanted = await targets(k, {
      args: resources,
      flags: given,
      ...(given.bool('local') ? {} : { selector: given.string('selector'), fieldSelector: given.string('field-selector'), latest: true }),
      allNamespaces: all.allNamespaces,
      typeAlone: all.all,
    });
    const fetched = given.bool('local') ? localObjects(wanted) : await fetchAll(k, wanted, selection);
    found = fetched.found;
    single = singleImplied(given, wanted);
    errors.push(...fetched.errors);
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    errors.push(...error.errors);
  }
  if (given.string('resource-version') && (found.length > 1 || all.all || selection.labelSelector || selection.fieldSelector))
    throw failure('--resource-version may only be used with a single resource');
  for (const { mapping, object } of found) {
    try {
      if (list) {
        const { values } = await changed(call, object, changes, field);
        await printList(call, withValues(object, field, values), field, !single);
        continue;
      }
      const { values, patch, said } = await changed(call, object, changes, field);
      const result =
        dryRun === 'client' || given.bool('local') ? withValues(object, field, values) : await send(call, mapping, object, patch, dryRun);
      // labelled objects have a printer each: nothing stands between them
      const own = printer && field === 'labels' ? await objectPrinter(given, (file) => readFile(k.proc, file)) : printer;
      await k.out(own ? own.text(result, mapping) : `${nameOfObject(object, mapping)} ${said}${dryRunSuffix(dryRun)}\n`);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

async function printList({ k }: Invocation, object: KubeObject, field: Field, several: boolean): Promise<void> {
  const values = object.metadata[field] ?? {};
  const group = object.apiVersion?.includes('/') ? object.apiVersion.split('/')[0] : '';
  if (several) await k.out(`Listing ${field} for ${object.kind}.${group}/${object.metadata.name}:\n`);
  await k.out(
    Object.keys(values)
      .sort(byName)
      .map((key) => `${several ? ' ' : ''}${key}=${values[key]}\n`)
      .join(''),
  );
}

async function changed(
  { k, flags: given }: Invocation,
  object: KubeObject,
  { set, removed }: Changes,
  field: Field,
): Promise<{ values: Record<string, string>; patch: Record<string, string | null>; said: string }> {
  const before = object.metadata[field] ?? {};
  if (!given.bool('overwrite')) {
    const taken = [...set].filter(([key, value]) => before[key] !== undefined && before[key] !== value);
    if (taken.length > 0) {
      const texts = taken.map(([key]) => `'${key}' already has a value (${before[key]})`);
      throw failure(
        field === 'labels'
          ? `${texts[0]}, and --overwrite is false`
          : `--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`,
      );
    }
  }
  const values = { ...before, ...Object.fromEntries(set) };
  const patch: Record<string, string | null> = Object.fromEntries(set);
  for (const key of removed) {
    if (field === 'labels' && before[key] === undefined && given.string('dry-run') !== 'client') await k.out(`label "${key}" not found.\n`);
    delete values[key];
    patch[key] = null;
  }
  return {
    values,
    patch,
    said:
      field === 'annotations'
        ? 'annotated'
        : labelWord(
            before,
            values,
            set,
            removed.filter((key) => before[key] !== undefined),
          ),
  };
}

/** labeled, unlabeled, modified (both) or not labeled. */
function labelWord(
  before: Record<string, string>,
  after: Record<string, string>,
  set: ReadonlyMap<string, string>,
  removed: readonly string[],
): string {
  if (equal(before, after)) return 'not labeled';
  if (set.size > 0 && removed.length > 0) return 'modified';
  return removed.length > 0 ? 'unlabeled' : 'labeled';
}

const withValues = (object: KubeObject, field: Field, values: Record<string, string>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, [field]: values },
});

async function send(
  { k, flags: given, path }: Invocation,
  mapping: Parameters<typeof k.path>[0],
  object: KubeObject,
  patch: Record<string, string | null>,
  dryRun: DryRun,
): Promise<KubeObject> {
  const resourceVersion = given.string('resource-version');
  const field: Field = path.endsWith('label') ? 'labels' : 'annotations';
  const body = goJson({ metadata: { [field]: patch, ...(resourceVersion ? { resourceVersion } : {}) } });
  const query = { fieldManager: given.string('field-manager'), dryRun: dryRunQuery(dryRun) };
  const { name, namespace } = object.metadata;
  return k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { body, query, contentType: 'application/merge-patch+json' });
}
