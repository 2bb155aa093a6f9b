import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { failure } from '../errors';
import { fileFlags, labelSelectorFlag } from '../flag-sets';
import { readManifests } from '../manifests';
import { fetchAll, fileTargets, noResources, targets } from '../resources';
import { nameOfObject } from '../printers';
import { goJson, lastApplied, sortKeys } from '../value';
import { yamlText } from '../yaml';

const outputFlag = {
  name: 'output',
  short: 'o',
  kind: 'string',
  value: 'yaml',
  usage: 'Output format. Must be one of (yaml, json)',
} as const;

export const viewLastApplied: Command = {
  use: 'view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all resources of the types' },
    ...fileFlags('that contains the objects'),
    outputFlag,
    labelSelectorFlag,
  ],
  async run(call: Invocation) {
    const { k, flags, args } = call;
    const { found, errors } = await fetchAll(
      k,
      await targets(k, { args, flags, selector: flags.string('selector'), all: flags.bool('all') }),
    );
    if (errors.length > 0) throw errors[0];
    for (const { object } of found) {
      const text = object.metadata.annotations?.[lastApplied];
      if (text === undefined) continue;
      const value = sortKeys(JSON.parse(text) as unknown);
      await k.out(flags.string('output') === 'json' ? `${goJson(value, '  ')}\n` : yamlText(value));
    }
    return 0;
  },
};

export const setLastApplied: Command = {
  use: 'set-last-applied -f FILENAME',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [
    { name: 'create-annotation', kind: 'bool', usage: 'Create the annotation when the object has none' },
    ...fileFlags('that contains the configuration'),
  ],
  async run({ k, flags }: Invocation) {
    if (flags.list('filename').length === 0) throw failure(noResources);
    const list = await fileTargets(k, await readManifests(k, flags.list('filename'), false));
    for (const target of list) {
      if (target.kind !== 'file') continue;
      const { mapping, namespace, name, object } = target;
      const live = await k.json<KubeObject>('GET', k.path(mapping, namespace, name));
      if (live.metadata.annotations?.[lastApplied] === undefined && !flags.bool('create-annotation')) {
        throw failure(
          `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      const body = goJson({ metadata: { annotations: { [lastApplied]: `${goJson(sortKeys(object))}\n` } } });
      const patched = await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), {
        body,
        contentType: 'application/merge-patch+json',
      });
      await k.out(`${nameOfObject(patched, mapping)} configured\n`);
    }
    return 0;
  },
};

export const editLastApplied: Command = {
  use: 'edit-last-applied (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  flags: [...fileFlags('that contains the objects')],
  run({ args }) {
    return Promise.reject(failure(args.length === 0 ? noResources : 'edit-last-applied is not available in this sandbox'));
  },
};
