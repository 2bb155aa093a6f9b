import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { type DryRun, dryRunOf, dryRunQuery, dryRunSuffix } from '../dry-run';
import { usageError } from '../errors';
import { dryRunFlag, labelSelectorFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { report } from '../report';
import { listInChunks, listing } from '../resources';
import { goJson, textAt } from '../value';

export async function nodesOf({ k, flags, args }: Invocation): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need('nodes');
  const typed = (node: KubeObject): KubeObject => ({ apiVersion: 'v1', kind: 'Node', ...node });
  const labelSelector = flags.string('selector');
  if (labelSelector)
    return (await listing(mapping, { labelSelector }, listInChunks(k, k.path(mapping, undefined), { labelSelector }, 0))).items.map(typed);
  return Promise.all(args.map((name) => k.json<KubeObject>('GET', k.path(mapping, undefined, name.replace(/^(nodes?|no)\//, '')))));
}

export const completeNodes = async ({ k }: Invocation): Promise<string[]> => {
  const mapping = (await k.mapper()).need('nodes');
  return (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined))).items.map((node) => node.metadata.name ?? '');
};

/** Lets nothing new run on a node, or lets it again. */
export async function schedule(k: Kubectl, node: KubeObject, unschedulable: boolean, dryRun: DryRun): Promise<void> {
  const mapping = (await k.mapper()).need('nodes');
  const done = unschedulable ? 'cordoned' : 'uncordoned';
  if ((textAt(node, 'spec', 'unschedulable') === 'true') === unschedulable)
    return k.out(`node/${node.metadata.name} already ${done}${dryRunSuffix(dryRun)}\n`);
  if (dryRun !== 'client') {
    const body = goJson({ spec: { unschedulable: unschedulable ? true : null } });
    const contentType = 'application/strategic-merge-patch+json';
    await k.json('PATCH', k.path(mapping, undefined, node.metadata.name), { body, query: { dryRun: dryRunQuery(dryRun) }, contentType });
  }
  await report(k, undefined, node, mapping, done, dryRun);
}

function scheduling(name: 'cordon' | 'uncordon', short: string): Command {
  const unschedulable = name === 'cordon';
  return {
    use: `${name} NODE`,
    group: 'cluster',
    short,
    flags: [dryRunFlag, labelSelectorFlag],
    async run(call) {
      const { k, args, flags, path } = call;
      if (args.length === 0 && !flags.string('selector')) throw usageError(path, `USAGE: ${name} NODE [flags]`);
      if (args.length > 0 && flags.string('selector')) throw usageError(path, 'cannot specify both a node name and a --selector option');
      await k.connection();
      const dryRun = await dryRunOf(k, flags);
      for (const node of await nodesOf(call)) await schedule(call.k, node, unschedulable, dryRun);
      return 0;
    },
    complete: completeNodes,
  };
}

export const cordon = scheduling('cordon', 'Mark node as unschedulable');
export const uncordon = scheduling('uncordon', 'Mark node as schedulable');
