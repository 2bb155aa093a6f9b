import { ApiError, type KubeObject } from '../../../kube/api';
import type { Invocation } from '../../command';
import { completeResources } from '../../completion';
import { dryRunOf, dryRunQuery } from '../../dry-run';
import { AggregateFailure, failure } from '../../errors';
import { readFile } from '../../files';
import type { Flag } from '../../flags';
import { dryRunFlag, fieldManagerFlag, fileFlags, labelSelectorFlag } from '../../flag-sets';
import { applyPatch } from '../../kustomize/transformers';
import { objectPrinter, outputFlags } from '../../printers';
import { podSpecPatch } from '../../pod-template';
import { report } from '../../report';
import { fetchAll, localObjects, targets } from '../../resources';
import { type Fields, goJson } from '../../value';

export const setFlags: readonly Flag[] = [
  { name: 'all', kind: 'bool', usage: 'If true, select all resources in the namespace of the specified resource types' },
  dryRunFlag,
  fieldManagerFlag('kubectl-set'),
  ...fileFlags('identifying the resource to get from a server.'),
  { name: 'local', kind: 'bool', usage: 'If true, work on the files only, without the server.' },
  ...outputFlags(),
  labelSelectorFlag,
];

export { completeResources };

/** The objects that the words before the changes name. */
export async function objectsOf(
  { k, flags }: Invocation,
  words: readonly string[],
): Promise<Awaited<ReturnType<typeof fetchAll>>['found']> {
  const wanted = await targets(k, {
    args: words,
    flags,
    selector: flags.string('selector'),
    all: flags.bool('all'),
    typeAlone: flags.bool('all'),
  });
  if (flags.bool('local')) return localObjects(wanted).found;
  const { found, errors } = await fetchAll(k, wanted, { labelSelector: flags.string('selector') || undefined });
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return found;
}

/** Patches each object's pod spec; `done` is said of each that changes, `what` names the change in a failure. */
export async function changePodSpecs(
  call: Invocation,
  words: readonly string[],
  done: string,
  what: string,
  change: (object: KubeObject) => Fields | undefined,
): Promise<number> {
  const { k, flags } = call;
  const dryRun = await dryRunOf(k, flags);
  const printer = await objectPrinter(flags, (file) => readFile(k.proc, file));
  const errors: unknown[] = [];
  for (const { mapping, object } of await objectsOf(call, words)) {
    const patch = change(object);
    if (!patch) continue;
    const { name, namespace } = object.metadata;
    try {
      const query = { fieldManager: flags.string('field-manager'), dryRun: dryRunQuery(dryRun) };
      const body = goJson(podSpecPatch(object, patch));
      const contentType = 'application/strategic-merge-patch+json';
      const changed =
        dryRun === 'client'
          ? applyPatch(object, podSpecPatch(object, patch))
          : await k.json<KubeObject>('PATCH', k.path(mapping, namespace, name), { body, query, contentType });
      await report(k, printer, changed, mapping, done, dryRun);
    } catch (error) {
      errors.push(error instanceof ApiError ? failure(`failed to patch ${what} to pod template: ${error.message}`) : error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  return 0;
}

/** Words before the first KEY=VALUE (or `KEY-`) name resources. */
export function splitChanges(args: readonly string[], removals: boolean): { words: string[]; changes: string[] } {
  const first = args.findIndex((arg) => arg.includes('=') || (removals && arg.length > 1 && arg.endsWith('-')));
  return first < 0 ? { words: [...args], changes: [] } : { words: args.slice(0, first), changes: args.slice(first) };
}
