import { labelKeyErrors, labelValueErrors, type KubeObject } from '../../kube/api';
import type { Command } from '../command';
import { dryRunOf, dryRunQuery, fieldValidation } from '../dry-run';
import { failure, usageError } from '../errors';
import { readFile } from '../files';
import { dryRunFlag, fieldManagerFlag, labelSelectorFlag, validateFlag } from '../flag-sets';
import { objectPrinter, outputFlags } from '../printers';
import { report } from '../report';
import { type Fields, goJson, listAt } from '../value';
import { completeNodes, nodesOf } from './nodes';

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
    fieldManagerFlag('kubectl-taint'),
    ...outputFlags(),
    { name: 'overwrite', kind: 'bool', usage: 'If true, taints that exist may be changed.' },
    labelSelectorFlag,
    validateFlag,
  ],
  async run(call) {
    const { k, args, flags, path } = call;
    const dryRun = await dryRunOf(k, flags);
    const first = args.findIndex((arg) => arg.includes('=') || arg.includes(':') || (arg.length > 1 && arg.endsWith('-')));
    fieldValidation(flags);
    const words = first < 0 ? args : args.slice(0, first);
    const changes = first < 0 ? [] : args.slice(first);
    if (words.length === 0) throw failure('one or more resources must be specified as <resource> <name>');
    if (changes.length === 0) throw failure('at least one taint update is required');
    const asked = taintsOf(path, changes);
    const [type = '', ...names] = words;
    if (type !== 'node' && type !== 'nodes') throw failure(`invalid resource type ${type}, only node types are supported`);
    const clashing = asked.added.flatMap(({ key, effect }) =>
      asked.removed
        .filter((taint) => taint.key === key && (!taint.effect || taint.effect === effect))
        .map((taint) => `${key}=${taint.effect ?? ''}`),
    );
    if (clashing.length > 0)
      throw failure(`can not both modify and remove the following taint(s) in the same command: ${clashing.join(', ')}`);
    if (names.length === 0 && !flags.bool('all') && !flags.string('selector'))
      throw failure("at least one resource name must be specified since 'all' parameter is not set");
    const mapping = (await k.mapper()).need('nodes');
    const list = flags.bool('all')
      ? (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined))).items
      : await nodesOf({ ...call, args: names });
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
    for (const node of list) {
      const { taints, said } = changedTaints(listAt(node, 'spec', 'taints'), asked, flags.bool('overwrite'), node.metadata.name ?? '');
      const body = goJson({ spec: { taints: taints.length > 0 ? taints : null } });
      const typed: KubeObject = { apiVersion: 'v1', kind: 'Node', ...node };
      const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
      const contentType = 'application/merge-patch+json';
      const saved =
        dryRun === 'client'
          ? typed
          : await k.json<KubeObject>('PATCH', k.path(mapping, undefined, node.metadata.name), { body, query, contentType });
      await report(k, printer, saved, mapping, said);
    }
    return 0;
  },
  complete: (call) => (call.args.length === 0 ? Promise.resolve(['node']) : completeNodes(call)),
};

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: string;
}

interface Changes {
  readonly added: readonly Taint[];
  readonly removed: readonly Taint[];
}

/** `key=value:effect`, `key:effect`, `key`. */
function parseTaint(path: string, text: string): Taint {
  const [pair = '', effect, ...more] = text.split(':');
  const wrong = (why = ''): Error => usageError(path, `invalid taint spec: ${text}${why}`);
  if (more.length > 0) throw wrong();
  if (effect !== undefined && !effects.includes(effect))
    throw usageError(path, `invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = '', value, ...rest] = effect === undefined ? [pair] : pair.split('=');
  if (rest.length > 0) throw wrong();
  const problems = [...(value === undefined ? [] : labelValueErrors(value)), ...labelKeyErrors(key)];
  if (problems.length > 0) throw wrong(`, ${problems.join('; ')}`);
  return { key, ...(value ? { value } : {}), ...(effect ? { effect } : {}) };
}

function taintsOf(path: string, changes: readonly string[]): Changes {
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const change of changes) {
    if (change.endsWith('-')) {
      removed.push(parseTaint(path, change.slice(0, -1)));
      continue;
    }
    const taint = parseTaint(path, change);
    if (!taint.effect) throw usageError(path, `invalid taint spec: ${change}`);
    if (added.some(({ key, effect }) => key === taint.key && effect === taint.effect))
      throw usageError(path, `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`);
    added.push(taint);
  }
  return { added, removed };
}

function changedTaints(
  before: readonly Fields[],
  { added, removed }: Changes,
  overwrite: boolean,
  node: string,
): { taints: Fields[]; said: string } {
  const same = (a: Taint, b: Fields): boolean => a.key === b.key && (!a.effect || a.effect === b.effect);
  const present = added.filter((taint) => before.some((old) => same(taint, old))).map(({ key }) => key);
  if (present.length > 0 && !overwrite)
    throw failure(`node ${node} already has ${present.join(',')} taint(s) with same effect(s) and --overwrite is false`);
  const all = [...added, ...before.filter((old) => !added.some((taint) => same(taint, old)))] as Fields[];
  for (const taint of removed)
    if (!all.some((one) => same(taint, one))) throw failure(`taint "${taint.key}${taint.effect ? `:${taint.effect}` : ''}" not found`);
  const taints = all.filter((one) => !removed.some((taint) => same(taint, one)));
  const grew = all.length !== before.length;
  if ((grew && removed.length > 0) || overwrite) return { taints, said: 'modified' };
  return { taints, said: grew ? 'tainted' : 'untainted' };
}
