import { ApiError, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeOf } from '../completion';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunOf, dryRunQuery } from '../dry-run';
import { AggregateFailure, failure } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fileFlags, labelSelectorFlag } from '../flag-sets';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { givenObjects, targets } from '../resources';
import { textAt } from '../value';

const noScale = new ApiError({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  code: 404,
});

/** --current-replicas and --resource-version are looked at on the server first. */
async function scaleOne(
  { k, flags }: Pick<Invocation, 'k' | 'flags'>,
  mapping: Mapping,
  namespace: string | undefined,
  name: string,
  dryRun: DryRun,
): Promise<void> {
  if (!mapping.subresources.includes('scale')) throw noScale;
  const path = k.path(mapping, namespace, name, 'scale');
  const [wanted, version] = [flags.int('current-replicas'), flags.string('resource-version')];
  if (wanted >= 0 || version) {
    const live = await k.json<KubeObject>('GET', path);
    const now = Number(textAt(live, 'spec', 'replicas') || '0');
    if (wanted >= 0 && now !== wanted) throw failure(`Expected replicas to be ${wanted}, was ${now}`);
    const has = live.metadata.resourceVersion;
    if (version && version !== has) throw failure(`Expected resource version to be ${version}, was ${has}`);
  }
  const body = JSON.stringify({ spec: { replicas: flags.int('replicas') } });
  await k.json<KubeObject>('PATCH', path, { body, query: { dryRun: dryRunQuery(dryRun) }, contentType: 'application/merge-patch+json' });
}

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
    const selector = flags.string('selector');
    const wanted = await targets(k, { args, flags, selector, typeAlone: flags.bool('all') });
    // what a file names is not looked up: it is printed as it is there
    const { found, errors } = await givenObjects(k, wanted, { labelSelector: selector || undefined });
    if (found.length === 0 && errors.length === 0) throw failure('no objects passed to scale');
    for (const { mapping, object } of found) {
      if (dryRun !== 'client') await scaleOne({ k, flags }, mapping, object.metadata.namespace, object.metadata.name ?? '', dryRun);
      await report(k, printer, object, mapping, 'scaled', dryRun);
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
    return 0;
  },
  complete: completeOf('deployment replicaset replicationcontroller statefulset'),
};
