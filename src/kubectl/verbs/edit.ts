import type { KubeObject } from '../../kube/api';
import { twoWayStrategic } from '../apply/three-way';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { fieldValidation } from '../dry-run';
import { type Edited, EditSession } from '../edit-session';
import { AggregateFailure, failure } from '../errors';
import { fieldManagerFlag, fileFlags, saveConfigFlag, validateFlag } from '../flag-sets';
import { noPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { fetchAll, targets } from '../resources';
import { equal, type Fields, goJson, sortKeys, withoutManagedFields } from '../value';

export const edit: Command = {
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  group: 'intermediate',
  long: `Edit a resource from the default editor.

 The edit command opens any resource in the editor that KUBE_EDITOR or EDITOR names, else in 'vi', and sends what you changed. A file with errors is opened again with the errors as comments at its top. The default format is YAML; "-o json" gives JSON.`,
  example: `  # Edit the service named 'registry'
  kubectl edit svc/registry
  
  # With another editor
  KUBE_EDITOR="nano" kubectl edit svc/registry`,
  flags: [
    fieldManagerFlag('kubectl-edit'),
    ...fileFlags('to use to edit the resource'),
    ...outputFlags(),
    { name: 'output-patch', kind: 'bool', usage: 'Output the patch if the resource is edited.' },
    saveConfigFlag,
    { name: 'subresource', kind: 'string', usage: 'Operate on this subresource of the object.' },
    validateFlag,
    { name: 'windows-line-endings', kind: 'bool', usage: 'Line endings as the platform has them.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  const output = flags.string('output');
  if (output && !editFormats.includes(output)) throw noPrinter(output, editFormats);
  const subresource = flags.string('subresource') || undefined;
  const { found, errors } = await fetchAll(k, await targets(k, { args, flags, typeAlone: true }), {}, subresource);
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (found.length === 0) throw failure('edit cancelled, no objects found');
  const objects = found.map(({ mapping, object }) => ({ mapping, object: withoutManagedFields(object) }));
  await new EditSession(call, objects, { save: (edited, after) => patchLive(call, edited, after) }).run();
  return 0;
}

const editFormats = ['json', 'kyaml', 'yaml'];

async function patchLive({ k, flags }: Invocation, { mapping, object }: Edited, after: KubeObject): Promise<void> {
  if (after.kind !== object.kind || after.apiVersion !== object.apiVersion || after.metadata?.name !== object.metadata.name)
    throw failure('At least one of apiVersion, kind and name was changed');
  if (equal(after, object)) return;
  const body = goJson(sortKeys(twoWayStrategic(object as unknown as Fields, after as unknown as Fields)));
  const { name, namespace } = object.metadata;
  if (flags.bool('output-patch')) await k.out(`Patch: ${body}\n`);
  const path = k.path(mapping, namespace, name, flags.string('subresource') || undefined);
  const query = { fieldManager: flags.string('field-manager'), fieldValidation: fieldValidation(flags) };
  const saved = await k.json<KubeObject>('PATCH', path, { body, query, contentType: 'application/strategic-merge-patch+json' });
  await report(k, undefined, saved, mapping, 'edited');
}
