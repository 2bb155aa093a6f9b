import { ApiError, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeOf } from '../completion';
import { dryRunOf, dryRunQuery } from '../dry-run';
import { failure } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fileFlags, labelSelectorFlag } from '../flag-sets';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { fetchAll, localObjects, targets } from '../resources';
import { textAt } from '../value';

export const scale: Command = {
  use: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  group: 'deploy',
  long: `Set a new size for a deployment, replica set, replication controller, or stateful set.`,
  example: `  # Scale a replica set named 'foo' to 3
  kubectl scale --replicas=3 rs/foo`,
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all resources in the namespace of the specified resource types' },
    { name: 'current-replicas', kind: 'int', value: '-1', usage: 'Only scale when the current size is this.' },
    dryRunFlag,
    ...fileFlags('identifying the resource to set a new size'),
    ...outputFlags(),
    { name: 'replicas', kind: 'int', value: '0', required: true, usage: 'The new desired number of replicas. Required.' },
    { name: 'resource-version', kind: 'string', usage: 'Only scale when the resource has this version.' },
    labelSelectorFlag,
    { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to wait for the scaling; zero means not at all.' },
  ],
  async run({ k, flags, args }: Invocation) {
    const dryRun = await dryRunOf(k, flags);
    if (flags.int('replicas') < 0) throw failure('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
    const wanted = await targets(k, { args, flags, selector: flags.string('selector'), all: flags.bool('all') });
    // what a file names is not looked up when nothing is asked of the server
    const fromFiles = dryRun === 'client' && wanted.every((target) => target.kind === 'file');
    const { found, errors } = fromFiles ? localObjects(wanted) : await fetchAll(k, wanted);
    for (const { mapping, object } of found) {
      const { name, namespace, resourceVersion } = object.metadata;
      if (fromFiles) {
        await report(k, printer, object, mapping, 'scaled', dryRun);
        continue;
      }
      if (!mapping.subresources.includes('scale'))
        throw new ApiError({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          reason: 'NotFound',
          message: 'the server could not find the requested resource',
          code: 404,
        });
      const now = Number(textAt(object, 'spec', 'replicas') || '0');
      const wanted = flags.int('current-replicas');
      if (wanted >= 0 && now !== wanted) throw failure(`Expected replicas to be ${wanted}, was ${now}`);
      const version = flags.string('resource-version');
      if (version && version !== resourceVersion) throw failure(`Expected resource version to be ${version}, was ${resourceVersion}`);
      const body = JSON.stringify({ spec: { replicas: flags.int('replicas') } });
      const query = { dryRun: dryRunQuery(dryRun) };
      if (dryRun !== 'client')
        await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name, 'scale'), {
          body,
          query,
          contentType: 'application/merge-patch+json',
        });
      await report(k, printer, object, mapping, 'scaled', dryRun);
    }
    if (errors.length > 0) throw errors[0];
    return 0;
  },
  complete: completeOf('deployment replicaset replicationcontroller statefulset'),
};
