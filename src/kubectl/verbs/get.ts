import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import type { Mapping } from '../discovery';
import { humanDuration } from '../duration';
import { klog } from '../dry-run';
import { AggregateFailure, CommandError, failure, isNotFound } from '../errors';
import { readFile } from '../files';
import { fileFlags, selectorFlags } from '../flag-sets';
import { hasManifests } from '../manifests';
import { type ObjectPrinter, getFormats, objectPrinter, outputFlags } from '../printers';
import { CustomColumns } from '../printers/custom-columns';
import { JsonPath, JsonPathError, relaxed } from '../printers/jsonpath';
import { type Table, tableAccept, TablePrinter } from '../printers/table';
import { checkRawPath } from '../raw';
import { checkNamespace, fetchAll, listing, PartialTargets, singleImplied, type Target, targets } from '../resources';
import { sorter, Unsortable } from '../sorting';
import { watchTarget } from './get-watch';

export const get: Command = {
  use: `get [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]`,
  short: 'Display one or many resources',
  group: 'intermediate',
  suggestFor: ['list', 'ls'],
  long: `Display one or many resources.

 Prints a table with the fields of the named resources that matter most. A label selector (--selector) narrows the list. For namespaced resources only the current namespace is shown, unless you name another.

 With the output format 'template' and a Go template in --template you choose the attributes that are shown.

Use "kubectl api-resources" for a complete list of supported resources.`,
  example: `  # List the pods of the current namespace
  kubectl get pods
  
  # List pods with more columns, such as the node's name
  kubectl get pods -o wide
  
  # List one replication controller
  kubectl get replicationcontroller web
  
  # List deployments as JSON, in version v1 of the group apps
  kubectl get deployments.v1.apps -o json
  
  # Show one pod as JSON
  kubectl get -o json pod web-pod-13je7
  
  # Show the objects that a file names
  kubectl get -f pod.yaml -o json
  
  # Show what a kustomization makes
  kubectl get -k dir/
  
  # Print only the phase of a pod
  kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}
  
  # Choose the columns
  kubectl get pod test-pod -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image
  
  # List resources of two types
  kubectl get rc,services
  
  # List objects by type and name
  kubectl get rc/web service/frontend pods/web-pod-13je7
  
  # Show a subresource
  kubectl get pod web-pod-13je7 --subresource status
  
  # List the deployments of another namespace
  kubectl get deployments.apps --namespace backend
  
  # List pods in every namespace
  kubectl get pods --all-namespaces`,
  flags: [
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If present, list the objects of all namespaces; --namespace is ignored.' },
    { name: 'chunk-size', kind: 'int', value: '500', usage: 'Ask for large lists in chunks of this size. Pass 0 to disable.' },
    ...fileFlags('identifying the resource to get from a server.'),
    ...selectorFlags,
    { name: 'ignore-not-found', kind: 'bool', usage: 'If true, an object that does not exist is no error.' },
    { name: 'label-columns', short: 'L', kind: 'slice', usage: 'Labels, separated by commas, to show as columns of their own.' },
    { name: 'no-headers', kind: 'bool', usage: "Don't print headers in the default and custom-columns formats." },
    ...outputFlags(getFormats),
    { name: 'output-watch-events', kind: 'bool', usage: 'Print watch events, not only their objects, with --watch or --watch-only.' },
    { name: 'raw', kind: 'string', usage: 'A path on the server to get as it is.' },
    { name: 'server-print', kind: 'bool', value: 'true', usage: 'If true, the server makes the table.' },
    { name: 'show-kind', kind: 'bool', usage: 'If present, print the resource type before each name.' },
    { name: 'show-labels', kind: 'bool', usage: 'Show all labels as the last column.' },
    {
      name: 'sort-by',
      kind: 'string',
      usage: "Sort lists by this field, a JSONPath expression such as '{.metadata.name}'. The field must be an integer or a string.",
    },
    { name: 'subresource', kind: 'string', usage: 'If specified, gets the subresource of the object.' },
    { name: 'watch', short: 'w', kind: 'bool', usage: 'After listing, watch for changes.' },
    { name: 'watch-only', kind: 'bool', usage: 'Watch for changes without listing first.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

/** What flags exclude each other, in the order kubectl looks at them. */
function validate({ flags, args }: Invocation, watching: boolean): void {
  const [raw, output] = [flags.string('raw'), flags.string('output')];
  if (raw) {
    if (args.length > 0) throw failure('arguments may not be passed when --raw is specified');
    if (watching || flags.string('selector'))
      throw failure('--raw may not be specified with other flags that filter the server request or alter the output');
    if (output) throw failure('--raw and --output are mutually exclusive');
    checkRawPath(raw);
  }
  if (flags.bool('show-labels') && output && output !== 'wide') throw failure(`--show-labels option cannot be used with ${output} printer`);
  if (flags.bool('output-watch-events') && !watching)
    throw failure('--output-watch-events option can only be used with --watch or --watch-only');
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  const watching = flags.bool('watch') || flags.bool('watch-only');
  validate(call, watching);
  if (flags.string('raw')) {
    await k.out(await k.text('GET', flags.string('raw')));
    return 0;
  }
  k.requestTimeoutMs();
  if (watching && flags.string('sort-by')) await k.err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
  // what is wrong with -o comes after an object that is not found
  let unfit: unknown;
  const printer = await objectPrinter(flags, (path) => readFile(k.proc, path), getFormats).catch((error: unknown) => void (unfit = error));
  if (args.length === 0 && !hasManifests(flags)) {
    throw new CommandError(
      `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
    );
  }
  const allNamespaces = flags.bool('all-namespaces');
  let list: readonly Target[];
  const errors: unknown[] = [];
  try {
    list = await targets(k, {
      args,
      flags,
      allNamespaces,
      selector: flags.string('selector'),
      fieldSelector: flags.string('field-selector'),
      typeAlone: true,
      latest: true,
      subresource: flags.string('subresource'),
    });
  } catch (error) {
    // for a table, what is wrong inside files is one of the answers, not a failure of the command
    if (
      !printer &&
      error instanceof CommandError &&
      (onlyKustomization(call) || /^error: (unable to decode|resource mapping not found)/.test(error.text))
    )
      throw new AggregateFailure([error]);
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    errors.push(...error.errors);
  }
  if (unfit !== undefined) {
    const ignored = flags.bool('ignore-not-found');
    const { found, errors: missing } =
      singleImplied(flags, list) || ignored ? await fetchAll(k, list, query(call)) : { found: [], errors: [] };
    if (ignored && found.length === 0 && missing.every(isNotFound)) return 0;
    throw (singleImplied(flags, list) ? missing[0] : undefined) ?? unfit;
  }
  if (watching) return watch(call, list, printer);
  try {
    if (printer) await printObjects(call, list, printer, errors);
    else await printTables(call, list, errors);
  } catch (error) {
    if (!(error instanceof Unsortable)) throw error;
    const [where, what] = printer ? ['sorter.go:329', '*unstructured.Unstructured'] : ['sorter.go:375', '[][][]reflect.Value'];
    await klog(k, 'F', where, `Field ${error.path} in ${what} is an unsortable type: interface, err: ${error.message}`);
    return 1;
  }
  if (errors.length > 0) throw new AggregateFailure(errors);
  return 0;
}

/** Objects come of -k and nothing else is wrong with it. */
const onlyKustomization = ({ flags, args }: Invocation): boolean =>
  flags.string('kustomize') !== '' && args.length === 0 && flags.list('filename').length === 0 && !flags.bool('recursive');

const query = ({ flags }: Invocation): Record<string, string | undefined> => ({
  labelSelector: flags.string('selector') || undefined,
  fieldSelector: flags.string('field-selector') || undefined,
});

async function printObjects(call: Invocation, list: readonly Target[], printer: ObjectPrinter, errors: unknown[]): Promise<void> {
  const { k, flags } = call;
  const fetched = await fetchAll(k, list, query(call), flags.string('subresource') || undefined, flags.int('chunk-size'));
  errors.push(...fetched.errors.filter((error) => !(flags.bool('ignore-not-found') && isNotFound(error))));
  const single = singleImplied(flags, list);
  if (single && errors.length > 0) return;
  const found = sorted(call, fetched.found, (entry) => entry.object, true);
  if (printer.itemwise) {
    if (printer instanceof CustomColumns) await k.out(printer.lines(found.map((entry) => entry.object)));
    else for (const { object, mapping } of found) await k.out(printer.text(object, mapping));
    return;
  }
  if (single && found.length === 1) return k.out(printer.text(found[0]!.object));
  if (found.length === 0 && flags.bool('ignore-not-found')) return;
  const items = found.map((entry) => entry.object);
  await k.out(printer.text({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } } as unknown as KubeObject));
}

function sorted<T>(call: Invocation, entries: T[], object: (entry: T) => unknown, required: boolean): T[] {
  const expression = call.flags.string('sort-by');
  if (!expression || entries.length <= (required ? 0 : 1)) return entries;
  const path = sortPath(expression);
  return sorter(entries, path, expression, object, required);
}

function sortPath(expression: string): JsonPath {
  try {
    return new JsonPath(relaxed(expression), true);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw failure(error.message);
  }
}

async function table(call: Invocation, target: Target): Promise<Table> {
  const { k, flags } = call;
  const { mapping, namespace } = target;
  if (!flags.bool('server-print')) return plainTable(call, target);
  const includeObject = flags.string('sort-by') ? 'Object' : undefined;
  if (target.kind === 'list') {
    return listing(mapping, query(call), tableInChunks(call, k.path(mapping, namespace), includeObject));
  }
  checkNamespace(target);
  const path = k.path(mapping, namespace, target.name, flags.string('subresource') || undefined);
  const answer = await k.json<Table & KubeObject>('GET', path, { accept: tableAccept, query: { includeObject } });
  return answer.kind === 'Table' ? answer : plainRows(call, [answer]);
}

/** The table of a list, asked for in parts; sorted, at once. */
async function tableInChunks(call: Invocation, path: string, includeObject: string | undefined): Promise<Table> {
  const limit = call.flags.string('sort-by') ? undefined : call.flags.int('chunk-size') || undefined;
  const rows: NonNullable<Table['rows']>[number][] = [];
  for (let next: string | undefined; ;) {
    const asked = { ...query(call), includeObject, limit, continue: next };
    const part = await call.k.json<Table>('GET', path, { accept: tableAccept, query: asked });
    rows.push(...(part.rows ?? []));
    next = part.metadata?.continue;
    if (!next) return { ...part, rows };
  }
}

/** --server-print=false: what kubectl knows of any object, its name and age. */
async function plainTable(call: Invocation, target: Target): Promise<Table> {
  const { found, errors } = await fetchAll(call.k, [target], query(call));
  if (errors.length > 0) throw errors[0];
  return plainRows(call, found.map(({ object }) => object)); // prettier-ignore
}

function plainRows(call: Invocation, objects: readonly KubeObject[]): Table {
  const now = call.k.proc.clock.now();
  const age = (time: string | null | undefined): string => (time ? humanDuration(now - Date.parse(time)) : '<unknown>');
  return {
    kind: 'Table',
    columnDefinitions: ['Name', 'Age'].map((name) => ({ name, type: 'string' })),
    rows: objects.map((object) => ({ cells: [object.metadata.name, age(object.metadata.creationTimestamp)], object })),
  };
}

function printerFor({ flags }: Invocation, mapping: Mapping, severalKinds: boolean): TablePrinter {
  return new TablePrinter(mapping, {
    wide: flags.string('output') === 'wide',
    withNamespace: flags.bool('all-namespaces') && mapping.namespaced,
    withKind: flags.bool('show-kind') || severalKinds,
    noHeaders: flags.bool('no-headers'),
    showLabels: flags.bool('show-labels'),
    labelColumns: flags.list('label-columns'),
  });
}

/** kubectl drops what its sorting says of a table: nothing is printed then. */
function sortedRows(call: Invocation, rows: NonNullable<Table['rows']>): NonNullable<Table['rows']> {
  try {
    return sorted(call, [...rows], (row) => row.object, rows.length > 1);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [];
  }
}

async function printTables(call: Invocation, list: readonly Target[], errors: unknown[]): Promise<void> {
  const { k, flags } = call;
  const tables: { mapping: Mapping; table: Table }[] = [];
  for (const target of list) {
    try {
      // what is looked at is the table, which has no labels
      if (target.kind === 'file' && target.wanted && !target.wanted({})) continue;
      tables.push({ mapping: target.mapping, table: await table(call, target) });
    } catch (error) {
      if (!(flags.bool('ignore-not-found') && isNotFound(error))) errors.push(error);
    }
  }
  const severalKinds = new Set(tables.map(({ mapping }) => mapping)).size > 1;
  if (flags.string('sort-by') && tables.length > 1) {
    // kubectl sorts the answers themselves when there are several, and tables have no such field
    throw failure(`couldn't find any field with path "${relaxed(flags.string('sort-by'))}" in the list of objects`);
  }
  let last: Mapping | undefined;
  let printer: TablePrinter | undefined;
  let printed = false;
  for (const { mapping, table } of tables) {
    const rows = sortedRows(call, table.rows ?? []);
    if (rows.length === 0) continue;
    if (mapping !== last) {
      if (printed && !flags.bool('no-headers')) await k.out('\n');
      printer = printerFor(call, mapping, severalKinds);
      last = mapping;
    }
    await k.out(printer!.text({ ...table, rows }));
    printed = true;
  }
  if (printed || flags.bool('ignore-not-found') || errors.length > 0) return;
  const allNamespaced = !flags.bool('all-namespaces') && list.every((target) => target.mapping.namespaced);
  await k.err(allNamespaced ? `No resources found in ${await k.namespace()} namespace.\n` : 'No resources found\n');
}

async function watch(call: Invocation, list: readonly Target[], printer: ObjectPrinter | undefined): Promise<number> {
  const { k } = call;
  if (new Set(list.map(({ mapping }) => mapping)).size > 1) throw failure('you may only specify a single resource type');
  if (list.length !== 1) {
    const { errors } = await fetchAll(k, list);
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
    if (printer) await printObjects(call, list, printer, errors);
    else await printTables(call, list, errors);
    throw failure(
      list.some((target) => target.kind === 'file')
        ? `watch is only supported on individual resources and resource collections - ${list.length} resources were found`
        : 'you may only watch a single resource or type of resource at a time',
    );
  }
  const target = list[0]!;
  return watchTarget(call, target, printerFor(call, target.mapping, false), printer);
}
