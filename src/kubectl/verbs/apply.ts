import { jsonText, type KubeObject } from '../../kube/api';
import { withoutNulls } from '../../manifest';
import type { Command, Invocation } from '../command';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunOf, dryRunQuery, fieldValidation } from '../dry-run';
import { AggregateFailure, failure, isNotFound, usageError, whileDoing } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag, validateFlag } from '../flag-sets';
import { hasManifests, manifestsOf } from '../manifests';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { type FileTarget, fileTargets, PartialTargets, type Target } from '../resources';
import { goJson, lastApplied, sortKeys } from '../value';
import { prunable, prune } from './apply-prune';
import { applyOnServer } from './apply-server';
import { applyPatch } from './apply-patch';
import { subjectText } from './apply-subject';
import { remarkCascade } from './delete';
import { editLastApplied, setLastApplied, viewLastApplied } from './apply-last-applied';

export const apply: Command = {
  use: 'apply (-f FILENAME | -k DIRECTORY)',
  short: 'Apply a configuration to a resource by file name or stdin',
  group: 'advanced',
  long: `Apply a configuration to a resource by file name or stdin. The resource must have a name; it is created when it does not exist yet. To use 'apply' later, create the resource with 'apply' or 'create --save-config'.

 JSON and YAML are accepted.`,
  example: `  # Apply the configuration in pod.json to a pod
  kubectl apply -f ./pod.json
  
  # Apply what standard input holds
  cat pod.json | kubectl apply -f -
  
  # Apply all manifests of a directory
  kubectl apply -f dir/`,
  commands: [editLastApplied, setLastApplied, viewLastApplied],
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all resources in the namespace of the specified resource types.' },
    {
      name: 'cascade',
      kind: 'string',
      value: 'background',
      optional: 'background',
      usage: 'Must be "background", "orphan", or "foreground".',
    },
    dryRunFlag,
    fieldManagerFlag('kubectl-client-side-apply'),
    ...fileFlags('that contains the configuration to apply'),
    { name: 'force', kind: 'bool', usage: 'If true, delete and create again what cannot be patched.' },
    { name: 'force-conflicts', kind: 'bool', usage: 'If true, server-side apply takes fields that others own.' },
    { name: 'grace-period', kind: 'int', value: '-1', usage: 'Seconds given to a resource to terminate. Ignored if negative.' },
    { name: 'openapi-patch', kind: 'bool', value: 'true', usage: 'If true, use openapi to calculate the difference.' },
    ...outputFlags(),
    { name: 'overwrite', kind: 'bool', value: 'true', usage: 'Take values of the applied configuration when live ones differ.' },
    { name: 'prune', kind: 'bool', usage: 'Delete objects of this configuration that it no longer names.' },
    { name: 'prune-allowlist', kind: 'array', usage: 'group/version/kind for --prune' },
    labelSelectorFlag,
    { name: 'server-side', kind: 'bool', usage: 'If true, apply runs in the server instead of the client.' },
    { name: 'subresource', kind: 'string', usage: 'Operate on this subresource of the object.' },
    { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to wait before giving up on a delete.' },
    validateFlag,
    { name: 'wait', kind: 'bool', usage: 'If true, wait until deleted resources are gone.' },
  ],
  run,
};

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const serverSide = flags.bool('server-side');
  if (flags.bool('force') && serverSide) throw failure('--force cannot be used with --server-side');
  if (flags.bool('force-conflicts') && !serverSide) throw failure('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && serverSide)
    throw failure(`--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)`);
  const validation = fieldValidation(flags);
  await remarkCascade(call);
  if (flags.string('subresource') && !serverSide) throw failure('--subresource can only be specified for --server-side');
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k');
  const [pruning, all, selector] = [flags.bool('prune'), flags.bool('all'), flags.string('selector')];
  if (all && selector) throw failure('cannot set --all and --selector at the same time');
  if (pruning && !all && !selector)
    throw failure(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  const allowed = pruning ? await prunable(call) : [];
  const errors: unknown[] = [];
  let list: readonly Target[] = [];
  try {
    const manifests = await manifestsOf(k, flags, validation !== 'Ignore');
    list = await fileTargets(k, manifests, { selector });
  } catch (error) {
    if (error instanceof PartialTargets) {
      list = error.found;
      errors.push(error.errors.length === 1 ? error.errors[0] : error);
    } else throw error;
  }
  if (list.length === 0 && errors.length === 0) throw failure('no objects passed to apply');
  const printed: KubeObject[] = [];
  const visited = { uids: new Set<string>(), namespaces: new Set<string>() };
  for (const target of list) {
    if (target.kind !== 'file') continue;
    try {
      const { object, done } = await (serverSide
        ? applyOnServer(call, target, dryRun, validation).then((object) => ({ object, done: 'serverside-applied' }))
        : applyOne(call, target, dryRun, validation));
      if (object.metadata.uid) visited.uids.add(object.metadata.uid);
      if (target.namespace) visited.namespaces.add(target.namespace);
      // a template without -o prints each object as it comes
      if (printer && !printer.itemwise && flags.string('output'))
        printed.push({ apiVersion: target.mapping.groupVersion, kind: target.mapping.kind, ...object });
      else await report(k, printer, object, target.mapping, done, dryRun);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (printer && printed.length > 0)
    await k.out(
      printer.text(
        printed.length === 1 ? printed[0]! : ({ apiVersion: 'v1', items: printed, kind: 'List', metadata: {} } as unknown as KubeObject),
      ),
    );
  if (pruning) await prune(call, allowed, visited, printer, dryRun);
  return 0;
}

/** The object as apply sends it: with its own configuration in the annotation. */
export function withLastApplied(object: KubeObject, namespace: string | undefined): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata ?? {};
  const { [lastApplied]: _, ...others } = annotations;
  const meta = { ...metadata, annotations: others, ...(namespace ? { namespace } : {}) };
  const config = { ...object, metadata: meta };
  return { ...object, metadata: { ...meta, annotations: { ...others, [lastApplied]: `${goJson(sortKeys(config))}\n` } } };
}

/** As `withLastApplied`, for objects made here: in the order of their Go types' fields. */
export function withTypedLastApplied(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, [lastApplied]: `${goJson(object)}\n` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

async function applyOne(
  call: Invocation,
  target: FileTarget,
  dryRun: DryRun,
  validation: string,
): Promise<{ object: KubeObject; done: string }> {
  const { k, flags } = call;
  const { mapping, namespace, name, object, source } = target;
  if (!name && object.metadata?.generateName) throw failure(`from ${object.metadata.generateName}: cannot use generate name with apply`);
  const modified = withLastApplied(withoutNulls(object), namespace);
  if (!name)
    throw failure(
      `error when retrieving current configuration of:\n${subjectText(target)}\nfrom server for: "${source}": resource name may not be empty`,
    );
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
  const live = await current(call, target);
  if (!live) {
    if (dryRun === 'client') return { object: modified, done: 'created' };
    const body = jsonText(modified);
    const made = await doing(`error when creating "${source}"`, k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body }));
    return { object: made, done: 'created' };
  }
  if (live.metadata.annotations?.[lastApplied] === undefined) await k.warn(missingAnnotation(mapping, name));
  const applied = await applyPatch(call, { target, modified, live, query, dryRun });
  if (applied.done === 'configured' && dryRun !== 'client' && applied.object.metadata.deletionTimestamp)
    await k.warn(`Detected changes to resource ${name} which is currently being deleted.`);
  return applied;
}

async function current(call: Invocation, target: FileTarget): Promise<KubeObject | undefined> {
  const { k } = call;
  try {
    return await k.json<KubeObject>('GET', k.path(target.mapping, target.namespace, target.name));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw whileDoing(`error when retrieving current configuration of:\n${subjectText(target)}\nfrom server for: "${target.source}"`, error);
  }
}

/** Names what was being done when the server refused. */
export async function doing<T>(text: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw whileDoing(text, error);
  }
}

const missingAnnotation = (mapping: Mapping, name: string): string =>
  `resource ${mapping.resource}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`;
