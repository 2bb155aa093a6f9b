import { jsonText, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { type DryRun, dryRunOf, dryRunQuery, fieldValidation } from '../dry-run';
import { AggregateFailure, failure, isNotFound, usageError } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, saveConfigFlag, validateFlag } from '../flag-sets';
import { hasManifests, manifestsOf } from '../manifests';
import { objectPrinter, type ObjectPrinter, outputFlags } from '../printers';
import { sendRaw } from '../raw';
import { report } from '../report';
import { fileTargets, PartialTargets, type Target } from '../resources';
import { lastApplied } from '../value';
import { doing, withLastApplied } from './apply';
import { deletedText, propagation, remarkCascade, waitUntilGone } from './delete';

export const replace: Command = {
  use: 'replace -f FILENAME',
  short: 'Replace a resource by file name or stdin',
  group: 'advanced',
  long: `Replace a resource by file name or stdin.

 JSON and YAML are accepted. The whole specification of an existing resource must be given, as 'kubectl get TYPE NAME -o yaml' prints it.`,
  example: `  # Replace a pod with the manifest in pod.json
  kubectl replace -f ./pod.json
  
  # Delete it and create it again
  kubectl replace --force -f ./pod.json`,
  flags: [
    {
      name: 'cascade',
      kind: 'string',
      value: 'background',
      optional: 'background',
      usage: 'Must be "background", "orphan", or "foreground".',
    },
    dryRunFlag,
    fieldManagerFlag('kubectl-replace'),
    ...fileFlags('to use to replace the resource.'),
    { name: 'force', kind: 'bool', usage: 'If true, delete the resource and create it again.' },
    { name: 'grace-period', kind: 'int', value: '-1', usage: 'Seconds given to the resource to terminate. Ignored if negative.' },
    ...outputFlags(),
    { name: 'raw', kind: 'string', usage: 'A path on the server to PUT to as it is.' },
    saveConfigFlag,
    { name: 'subresource', kind: 'string', usage: 'Operate on this subresource of the object.' },
    { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to wait before giving up on a delete.' },
    validateFlag,
    { name: 'wait', kind: 'bool', usage: 'If true, wait until the resources are gone.' },
  ],
  run,
};

type FileTarget = Target & { kind: 'file' };

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
  const dryRun = await dryRunOf(k, flags);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k');
  if (flags.string('raw')) return sendRaw(k, 'PUT', flags);
  await k.connection();
  const force = flags.bool('force');
  if (force && dryRun !== 'none') throw failure('--dry-run can not be used when --force is set');
  if (!force && flags.int('grace-period') >= 0) throw failure('--grace-period must have --force specified');
  if (!force && flags.duration('timeout') !== 0) throw failure('--timeout must have --force specified');
  await remarkCascade(call);
  const validation = fieldValidation(flags);
  const errors: unknown[] = [];
  let list: readonly Target[] = [];
  try {
    list = await fileTargets(k, await manifestsOf(k, flags, validation !== 'Ignore'));
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    errors.push(...error.errors);
  }
  const objects = list.filter((target): target is FileTarget => target.kind === 'file');
  if (force) await deleteAll(call, objects);
  for (const target of objects) {
    try {
      await replaceOne(call, target, printer, dryRun, validation, force);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

async function replaceOne(
  { k, flags }: Invocation,
  target: FileTarget,
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
  validation: string,
  force: boolean,
): Promise<void> {
  const { mapping, namespace, name, source } = target;
  const plain: KubeObject = { ...target.object, metadata: { ...target.object.metadata, ...(namespace ? { namespace } : {}) } };
  const keeps = flags.bool('save-config') || plain.metadata.annotations?.[lastApplied] !== undefined;
  const object = keeps ? withLastApplied(plain, namespace) : plain;
  if (dryRun === 'client') return report(k, printer, object, mapping, 'replaced', dryRun);
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
  const body = jsonText(object);
  const path = force ? k.path(mapping, namespace) : k.path(mapping, namespace, name, flags.string('subresource') || undefined);
  const answer = k.json<KubeObject>(force ? 'POST' : 'PUT', path, { query, body });
  const after = await (force ? answer : doing(`error when replacing "${source}"`, answer));
  return report(k, printer, after, mapping, 'replaced', dryRun);
}

async function deleteAll({ k, flags }: Invocation, objects: readonly FileTarget[]): Promise<void> {
  const grace = flags.int('grace-period');
  const deleted: { target: FileTarget; uid: string | undefined }[] = [];
  for (const target of objects) {
    const { mapping, namespace, name } = target;
    const body = JSON.stringify({
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: grace >= 0 ? grace : undefined,
      propagationPolicy: propagation(flags),
    });
    try {
      const answer = await k.json<KubeObject & { details?: { uid?: string } }>('DELETE', k.path(mapping, namespace, name), { body });
      await k.out(`${deletedText(mapping, name, namespace, 'deleted')}\n`);
      deleted.push({ target, uid: answer.kind === 'Status' ? answer.details?.uid : answer.metadata?.uid });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  for (const { target, uid } of deleted) await waitUntilGone(k, target, uid, flags.duration('timeout'));
}
