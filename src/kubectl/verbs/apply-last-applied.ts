import { goQuoted, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { dryRunOf, dryRunQuery, dryRunSuffix } from '../dry-run';
import { type Edited, EditSession } from '../edit-session';
import { failure, usageError } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag, validateFlag } from '../flag-sets';
import { readManifests } from '../manifests';
import { nameOfObject, noPrinter, objectPrinter, outputFlags } from '../printers';
import { groupVersionResource } from './apply-subject';
import { fetchAll, type FileTarget, fileTargets, noResources, targets } from '../resources';
import { report } from '../report';
import { goJson, lastApplied, sortKeys } from '../value';
import { yamlText } from '../yaml';

const annotationPatch = (object: unknown): string =>
  goJson({ metadata: { annotations: { [lastApplied]: `${goJson(sortKeys(object))}\n` } } });
const contentType = 'application/merge-patch+json';

export const viewLastApplied: Command = {
  use: 'view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  long: `View the latest last-applied-configuration annotations by type/name or file.`,
  example: `  # Of a deployment, as YAML
  kubectl apply view-last-applied deployment/nginx
  
  # Of what a file names, as JSON
  kubectl apply view-last-applied -f deploy.yaml -o json`,
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all resources in the namespace of the specified resource types' },
    ...fileFlags('that contains the last-applied-configuration annotations'),
    { name: 'output', short: 'o', kind: 'string', value: 'yaml', usage: 'Output format. Must be one of (yaml, json)' },
    labelSelectorFlag,
  ],
  async run(call: Invocation) {
    const { k, flags, args, path } = call;
    const output = flags.string('output');
    const selector = flags.string('selector');
    if (flags.bool('all') && selector) throw failure(`found non-empty label selector "${selector}" with previously set 'all' parameter. `);
    const wanted = await targets(k, { args, flags, selector, all: flags.bool('all'), latest: true });
    const { found, errors } = await fetchAll(k, wanted, { labelSelector: selector || undefined });
    if (errors.length > 0) throw errors[0];
    const texts = found.flatMap(({ object, source }) => {
      const text = object.metadata.annotations?.[lastApplied];
      if (text === undefined && source)
        throw failure(
          `error when no last-applied-configuration annotation found on resource: ${object.metadata.name}\n ${goQuoted(source)}: <nil>`,
        );
      return text === undefined ? [] : [text];
    });
    if (output !== 'yaml' && output !== 'json')
      throw usageError(path, `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
    for (const text of texts) {
      const value = sortKeys(JSON.parse(text) as unknown);
      await k.out(output === 'json' ? `${goJson(value, '  ')}\n` : yamlText(value));
    }
    return 0;
  },
};

export const setLastApplied: Command = {
  use: 'set-last-applied -f FILENAME',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  long: `Set the latest last-applied-configuration annotations by setting it to match the contents of a file. Nothing else of the object changes, as though 'kubectl apply -f' had been run.`,
  example: `  # Set it to what the file holds
  kubectl apply set-last-applied -f deploy.yaml
  
  # Make the annotation when the object has none
  kubectl apply set-last-applied -f deploy.yaml --create-annotation=true`,
  flags: [
    { name: 'create-annotation', kind: 'bool', usage: 'Create the annotation when the object has none' },
    dryRunFlag,
    { name: 'filename', short: 'f', kind: 'slice', usage: 'Files that contain the last-applied-configuration annotations' },
    ...outputFlags(),
  ],
  async run({ k, flags }: Invocation) {
    if (flags.list('filename').length === 0) throw failure(noResources);
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
    const dryRun = await dryRunOf(k, flags);
    const list = (await fileTargets(k, await readManifests(k, flags.list('filename')))) as FileTarget[];
    const changes: { target: FileTarget; live: KubeObject; body: string }[] = [];
    for (const target of list) {
      if (!target.name)
        throw failure(
          `error when retrieving current configuration of:\n${groupVersionResource(target.mapping)}\nName: "", Namespace: "${target.namespace ?? ''}"\nfrom server for: "${target.source}": resource name may not be empty`,
        );
      const live = await k.json<KubeObject>('GET', k.path(target.mapping, target.namespace, target.name));
      const now = live.metadata.annotations?.[lastApplied];
      if (now === undefined && !flags.bool('create-annotation'))
        throw failure(
          `no last-applied-configuration annotation found on resource: ${target.name}, to create the annotation, run the command with --create-annotation`,
        );
      const { object, namespace } = target;
      const own = namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
      const body = annotationPatch(own);
      if (now === `${goJson(sortKeys(own))}\n`) await k.out(`set-last-applied ${target.name}: no changes required.\n`);
      else changes.push({ target, live, body });
    }
    for (const { target, live, body } of changes) {
      const { mapping, namespace, name } = target;
      const query = { dryRun: dryRunQuery(dryRun) };
      const saved =
        dryRun === 'client' ? live : await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { body, query, contentType });
      await k.out(printer ? printer.text(saved, mapping) : `${nameOfObject(saved, mapping)} configured${dryRunSuffix(dryRun)}\n`);
    }
    return 0;
  },
};

const editFormats = ['json', 'kyaml', 'yaml'];

export const editLastApplied: Command = {
  use: 'edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  long: `Edit the latest last-applied-configuration annotations of resources from the default editor, which KUBE_EDITOR or EDITOR names, else 'vi'. Only the annotation changes.`,
  example: `  # Edit the annotation of a deployment
  kubectl apply edit-last-applied deployment/nginx`,
  flags: [
    fieldManagerFlag('kubectl-client-side-apply'),
    ...fileFlags('to use to edit the resource'),
    ...outputFlags(),
    validateFlag,
    { name: 'windows-line-endings', kind: 'bool', usage: 'Line endings as the platform has them.' },
  ],
  async run(call) {
    const { k, flags, args } = call;
    const output = flags.string('output');
    if (output && !editFormats.includes(output)) throw noPrinter(output, editFormats);
    const { found, errors } = await fetchAll(k, await targets(k, { args, flags, typeAlone: true }));
    if (errors.length > 0) throw errors[0];
    const live = new Map<Edited, KubeObject>();
    for (const { mapping, object } of found) {
      const text = object.metadata.annotations?.[lastApplied];
      if (text !== undefined) live.set({ mapping, object: JSON.parse(text) as KubeObject }, object);
    }
    if (live.size === 0) throw failure('no last-applied-configuration annotation found');
    const save = async (edited: Edited, after: KubeObject): Promise<void> => {
      const { namespace } = live.get(edited)!.metadata;
      const { name } = after.metadata;
      const query = { fieldManager: flags.string('field-manager') };
      const path = k.path(edited.mapping, namespace, name);
      await report(
        k,
        undefined,
        await k.json<KubeObject>('PATCH', path, { body: annotationPatch(after), query, contentType }),
        edited.mapping,
        'edited',
      );
    };
    await new EditSession(call, [...live.keys()], { save }).run();
    return 0;
  },
};
