import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { dryRunOf, dryRunQuery, dryRunSuffix } from '../dry-run';
import { failure, usageError } from '../errors';
import { dryRunFlag, labelSelectorFlag } from '../flag-sets';
import { report } from '../report';
import { type Fields, goJson, listAt, textAt } from '../value';

async function nodesOf({ k, flags, args }: Invocation): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need('nodes');
  const typed = (node: KubeObject): KubeObject => ({ apiVersion: 'v1', kind: 'Node', ...node });
  const labelSelector = flags.string('selector');
  if (labelSelector)
    return (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined), { query: { labelSelector } })).items.map(typed);
  return Promise.all(args.map((name) => k.json<KubeObject>('GET', k.path(mapping, undefined, name.replace(/^(nodes?|no)\//, '')))));
}

const completeNodes = async ({ k }: Invocation): Promise<string[]> => {
  const mapping = (await k.mapper()).need('nodes');
  return (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined))).items.map((node) => node.metadata.name ?? '');
};

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
      const dryRun = await dryRunOf(k, flags);
      const mapping = (await k.mapper()).need('nodes');
      for (const node of await nodesOf(call)) {
        if ((textAt(node, 'spec', 'unschedulable') === 'true') === unschedulable) {
          await k.out(`node/${node.metadata.name} already ${name}ed${dryRunSuffix(dryRun)}\n`);
          continue;
        }
        const body = goJson({ spec: { unschedulable: unschedulable ? true : null } });
        const query = { dryRun: dryRunQuery(dryRun) };
        if (dryRun !== 'client')
          await k.json('PATCH', k.path(mapping, undefined, node.metadata.name), {
            body,
            query,
            contentType: 'application/strategic-merge-patch+json',
          });
        await report(k, undefined, node, mapping, `${name}ed`, dryRun);
      }
      return 0;
    },
    complete: completeNodes,
  };
}

export const cordon = scheduling('cordon', 'Mark node as unschedulable');
export const uncordon = scheduling('uncordon', 'Mark node as schedulable');

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const taint: Command = {
  use: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  group: 'cluster',
  long: `Update the taints on one or more nodes.

  *  A taint consists of a key, value, and effect. As an argument here, it is expressed as key=value:effect.
  *  The effect must be NoSchedule, PreferNoSchedule or NoExecute.`,
  example: `  # Taint node foo
  kubectl taint nodes foo dedicated=special-user:NoSchedule
  
  # Remove the taint
  kubectl taint nodes foo dedicated:NoSchedule-`,
  flags: [
    { name: 'all', kind: 'bool', usage: 'Select all nodes in the cluster' },
    dryRunFlag,
    { name: 'overwrite', kind: 'bool', usage: 'If true, taints that exist may be changed.' },
    labelSelectorFlag,
  ],
  async run(call) {
    const { k, args, flags } = call;
    const dryRun = await dryRunOf(k, flags);
    const first = args.findIndex((arg) => arg.includes(':') || arg.includes('=') || (arg.length > 1 && arg.endsWith('-')));
    const changes = first < 0 ? [] : args.slice(first);
    const names = (first < 0 ? args : args.slice(0, first)).filter((arg, i) => i > 0 || !/^(nodes?|no)$/.test(arg));
    if (args.length === 0) throw failure('one or more resources must be specified as <resource> <name>');
    if (changes.length === 0) throw failure('at least one taint update is required');
    const mapping = (await k.mapper()).need('nodes');
    const list = flags.bool('all')
      ? (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined))).items
      : await nodesOf({ ...call, args: names });
    for (const node of list) {
      const { taints, said } = changedTaints(listAt(node, 'spec', 'taints'), changes, flags.bool('overwrite'), node.metadata.name ?? '');
      const body = goJson({ spec: { taints: taints.length > 0 ? taints : null } });
      const query = { dryRun: dryRunQuery(dryRun) };
      if (dryRun !== 'client')
        await k.json('PATCH', k.path(mapping, undefined, node.metadata.name), { body, query, contentType: 'application/merge-patch+json' });
      await report(k, undefined, { apiVersion: 'v1', kind: 'Node', ...node }, mapping, said, dryRun);
    }
    return 0;
  },
};

function changedTaints(
  before: readonly Fields[],
  changes: readonly string[],
  overwrite: boolean,
  node: string,
): { taints: Fields[]; said: string } {
  let taints = [...before];
  let [added, removed] = [0, 0];
  for (const change of changes) {
    const gone = change.endsWith('-');
    const [pair = '', effect = ''] = (gone ? change.slice(0, -1) : change).split(':');
    const [key = '', value] = pair.split('=');
    if (!gone && !effects.includes(effect))
      throw failure(effect ? `invalid taint effect: ${effect}, unsupported taint effect` : `invalid taint spec: ${change}`);
    const same = (taint: Fields): boolean => taint.key === key && (gone ? !effect || taint.effect === effect : taint.effect === effect);
    if (gone) {
      if (!taints.some(same)) throw failure(`taint "${key}${effect ? `:${effect}` : ''}" not found`);
      taints = taints.filter((taint) => !same(taint));
      removed++;
      continue;
    }
    if (taints.some(same) && !overwrite)
      throw failure(`node ${node} already has ${key} taint(s) with same effect(s) and --overwrite is false`);
    taints = [...taints.filter((taint) => !same(taint)), { effect, key, ...(value ? { value } : {}) }];
    added++;
  }
  return { taints, said: added > 0 && removed > 0 ? 'modified' : removed > 0 ? 'untainted' : 'tainted' };
}
