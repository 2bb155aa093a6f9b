import { jsonText, type KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { dryRunOf, dryRunQuery, fieldValidation } from '../../dry-run';
import { AggregateFailure, failure, usageError } from '../../errors';
import { readFile } from '../../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag, saveConfigFlag, validateFlag } from '../../flag-sets';
import { type Edited, EditSession } from '../../edit-session';
import { hasManifests, type ManifestEntry, manifestsOf } from '../../manifests';
import { objectPrinter, outputFlags } from '../../printers';
import { sendRaw } from '../../raw';
import { report } from '../../report';
import { fileTarget } from '../../resources';
import { doing, withLastApplied } from '../apply';
import { configMap } from './configmap';
import { namespace } from './namespace';
import { secret } from './secret';
import { ingress, service } from './services';
import { serviceAccount } from './serviceaccount';
import { token } from './token';
import { cronJob, deployment, job, podDisruptionBudget, priorityClass, quota } from './workloads';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './rbac';

export const create: Command = {
  use: 'create -f FILENAME',
  short: 'Create a resource from a file or from stdin',
  group: 'beginner',
  long: `Create a resource from a file or from stdin.

 JSON and YAML are accepted.`,
  example: `  # Create a pod from the manifest in pod.json
  kubectl create -f ./pod.json
  
  # Create a pod from what standard input holds
  cat pod.json | kubectl create -f -
  
  # Edit the manifest as JSON, then create what it names
  kubectl create -f registry.yaml --edit -o json`,
  commands: [
    clusterRole, clusterRoleBinding, configMap, cronJob, deployment, ingress, job, namespace, podDisruptionBudget, priorityClass, quota, role,
    roleBinding, secret, service, serviceAccount, token,
  ], // prettier-ignore
  flags: [
    ...outputFlags(),
    dryRunFlag,
    { name: 'edit', kind: 'bool', usage: 'Edit the resource before it is created' },
    fieldManagerFlag('kubectl-create'),
    ...fileFlags('to use to create the resource'),
    { name: 'raw', kind: 'string', usage: 'A path on the server to POST to as it is.' },
    saveConfigFlag,
    labelSelectorFlag,
    validateFlag,
    { name: 'windows-line-endings', kind: 'bool', usage: 'Only with --edit=true.' },
  ],
  run,
};

/** --edit: the objects are made as the editor leaves them. */
async function editFirst(call: Invocation, list: readonly ManifestEntry[], validation: string): Promise<number> {
  const { k, flags } = call;
  const dryRun = await dryRunOf(k, flags);
  const objects: Edited[] = [];
  for (const entry of list) {
    if ('failure' in entry) throw entry.failure;
    const { mapping, namespace: ns, object } = await fileTarget(k, entry);
    objects.push({ mapping, object: ns === undefined ? object : { ...object, metadata: { ...object.metadata, namespace: ns } } });
  }
  const save = async ({ mapping, object }: Edited, after: KubeObject): Promise<void> => {
    const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
    const path = k.path(mapping, after.metadata.namespace ?? object.metadata.namespace);
    const made = dryRun === 'client' ? after : await k.json<KubeObject>('POST', path, { query, body: jsonText(after) });
    await report(k, undefined, made, mapping, 'created', dryRun);
  };
  await new EditSession(call, objects, { save, creates: true }).run();
  return 0;
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args, path } = call;
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
  if (!hasManifests(flags)) throw failure('must specify one of -f and -k');
  if (flags.string('raw')) return sendRaw(k, 'POST', flags);
  await k.connection();
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const dryRun = await dryRunOf(k, flags);
  const validation = fieldValidation(flags);
  const errors: unknown[] = [];
  const list = await manifestsOf(k, flags, validation !== 'Ignore');
  if (flags.bool('edit')) return editFirst(call, list, validation);
  for (const entry of list) {
    try {
      if ('failure' in entry) throw entry.failure;
      const target = await fileTarget(k, entry);
      const { mapping, namespace: ns, source } = target;
      // nothing can be set in a metadata that is null
      const inNamespace = ns !== undefined && (target.object.metadata as unknown) !== null ? { namespace: ns } : undefined;
      const plain: KubeObject = inNamespace ? { ...target.object, metadata: { ...target.object.metadata, ...inNamespace } } : target.object;
      const object = flags.bool('save-config') ? withLastApplied(plain, ns) : plain;
      const query = { fieldManager: flags.string('field-manager'), fieldValidation: validation, dryRun: dryRunQuery(dryRun) };
      const body = jsonText(object);
      const made =
        dryRun === 'client'
          ? object
          : await doing(`error when creating "${source}"`, k.json<KubeObject>('POST', k.path(mapping, ns), { query, body }));
      await report(k, printer, made, mapping, 'created', dryRun);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (list.length === 0) throw failure('no objects passed to create');
  return 0;
}
