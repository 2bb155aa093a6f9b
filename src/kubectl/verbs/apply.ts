import { ApiError, type KubeObject } from '../../kube/api';
import { withoutNulls } from '../../manifest';
import { threeWayJson, threeWayStrategic } from '../apply/three-way';
import type { Command, Invocation } from '../command';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunOf, dryRunQuery, fieldValidation } from '../dry-run';
import { AggregateFailure, failure, usageError, whileDoing } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag, validateFlag } from '../flag-sets';
import { hasManifests, manifestsOf } from '../manifests';
import { objectPrinter, type ObjectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { fileTargets, PartialTargets, type Target } from '../resources';
import { type Fields, goJson, lastApplied, sortKeys } from '../value';
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
  const dryRun = await dryRunOf(k, flags);
  const serverSide = flags.bool('server-side');
  if (flags.bool('force-conflicts') && !serverSide) throw failure('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && serverSide)
    throw failure(`--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)`);
  const validation = fieldValidation(flags);
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k');
  const errors: unknown[] = [];
  let list: readonly Target[] = [];
  try {
    const manifests = await manifestsOf(k, flags, validation !== 'Ignore');
    list = await fileTargets(k, manifests);
  } catch (error) {
    if (error instanceof PartialTargets) {
      list = error.found;
      errors.push(...error.errors);
    } else throw error;
  }
  if (list.length === 0 && errors.length === 0) throw failure('no objects passed to apply');
  for (const target of list) {
    if (target.kind !== 'file') continue;
    try {
      await (serverSide ? applyOnServer(call, target, printer, dryRun, validation) : applyOne(call, target, printer, dryRun, validation));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

type FileTarget = Target & { kind: 'file' };

/** The object as apply sends it: with its own configuration in the annotation. */
export function withLastApplied(object: KubeObject, namespace: string | undefined): KubeObject {
  const { annotations = {}, ...metadata } = object.metadata ?? {};
  const { [lastApplied]: _, ...others } = annotations;
  const meta = { ...metadata, annotations: others, ...(namespace ? { namespace } : {}) };
  const config = { ...object, metadata: meta };
  return { ...object, metadata: { ...meta, annotations: { ...others, [lastApplied]: `${goJson(sortKeys(config))}\n` } } };
}

export const groupVersionResource = (mapping: Mapping): string =>
  `Resource: "${mapping.group}/${mapping.version}, Resource=${mapping.resource}", GroupVersionKind: "${mapping.group}/${mapping.version}, Kind=${mapping.kind}"`;

const subject = ({ mapping, name, namespace }: FileTarget): string =>
  `${groupVersionResource(mapping)}\nName: "${name}", Namespace: "${namespace ?? ''}"`;

async function applyOne(
  call: Invocation,
  target: FileTarget,
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
  validation: string,
): Promise<void> {
  const { k, flags } = call;
  const { mapping, namespace, name, object, source } = target;
  if (!name && object.metadata?.generateName) throw failure(`from ${object.metadata.generateName}: cannot use generate name with apply`);
  const modified = withLastApplied(withoutNulls(object), namespace);
  if (!name)
    throw failure(
      `error when retrieving current configuration of:\n${subject(target)}\nfrom server for: "${source}": resource name may not be empty`,
    );
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
  const live = await current(call, target);
  if (!live) {
    if (dryRun === 'client') return report(k, printer, modified, mapping, 'created', dryRun);
    const body = JSON.stringify(modified);
    const made = await doing(`error when creating "${source}"`, k.json<KubeObject>('POST', k.path(mapping, namespace), { query, body }));
    return report(k, printer, made, mapping, 'created', dryRun);
  }
  const previous = live.metadata.annotations?.[lastApplied];
  if (previous === undefined) await k.warn(missingAnnotation(mapping, name));
  const original = previous ? (JSON.parse(previous) as Fields) : {};
  const strategic = !mapping.group.includes('.') || mapping.group.endsWith('.k8s.io');
  const patch = (strategic ? threeWayStrategic : threeWayJson)(original, modified, live);
  const text = goJson(sortKeys(patch));
  if (text === '{}') return report(k, printer, live, mapping, 'unchanged', dryRun);
  if (dryRun === 'client') return report(k, printer, live, mapping, 'configured', dryRun);
  const contentType = strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
  const doingText = `error when applying patch:\n${text}\nto:\n${subject(target)}\nfor: "${source}": error when patching "${source}"`;
  const patched = await doing(doingText, k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { query, body: text, contentType }));
  if (patched.metadata.deletionTimestamp) {
    await k.warn(`Detected changes to resource ${name} which is currently being deleted.`);
  }
  await report(k, printer, patched, mapping, 'configured', dryRun);
}

async function current(call: Invocation, target: FileTarget): Promise<KubeObject | undefined> {
  const { k } = call;
  try {
    return await k.json<KubeObject>('GET', k.path(target.mapping, target.namespace, target.name));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw whileDoing(`error when retrieving current configuration of:\n${subject(target)}\nfrom server for: "${target.source}"`, error);
  }
}

async function applyOnServer(
  call: Invocation,
  target: FileTarget,
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
  validation: string,
): Promise<void> {
  const { k, flags } = call;
  const { mapping, namespace, name, object } = target;
  const manager = flags.changed('field-manager') ? flags.string('field-manager') : 'kubectl';
  const query = {
    fieldManager: manager,
    fieldValidation: validation,
    force: flags.bool('force-conflicts') ? true : undefined,
    dryRun: dryRunQuery(dryRun),
  };
  const body = JSON.stringify({ ...object, metadata: { ...object.metadata, ...(namespace ? { namespace } : {}) } });
  try {
    const applied = await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), {
      query,
      body,
      contentType: 'application/apply-patch+yaml',
    });
    await report(k, printer, applied, mapping, 'serverside-applied', dryRun);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    throw failure(`Apply failed with ${error.status.details?.causes?.length ?? 1} ${conflictText(error)}`);
  }
}

function conflictText(error: ApiError): string {
  const text = error.message.replace(/^Apply failed with \d+ /, '');
  return `${text}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
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
