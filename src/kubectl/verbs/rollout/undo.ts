import type { KubeObject } from '../../../kube/api';
import type { Command } from '../../command';
import { completeOf } from '../../completion';
import type { Mapping } from '../../discovery';
import { dryRunOf, dryRunQuery, type DryRun } from '../../dry-run';
import { failure } from '../../errors';
import { dryRunFlag } from '../../flag-sets';
import type { Kubectl } from '../../kubectl';
import { outputFlags } from '../../printers';
import { report } from '../../report';
import { historyOf, revisionAnnotation, type Revision, templateOf } from '../../rollouts/revisions';
import { statusViewers } from '../../rollouts/status';
import { at, equal, goJson, lastApplied } from '../../value';
import { templateText } from './history';
import { readFile } from '../../files';
import { objectPrinter } from '../../printers';
import { rolledObjects, rolloutFlags, unsupported } from './objects';

/** Annotations that stay the Deployment's own when it goes back. */
const kept = [
  lastApplied,
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

const unapplied =
  "Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.";

export const undo: Command = {
  use: 'undo (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Undo a previous rollout',
  long: 'Roll back to a previous rollout.',
  example: `  # Roll back to the previous deployment
  kubectl rollout undo deployment/abc
  
  # Roll back to daemonset revision 3
  kubectl rollout undo daemonset/abc --to-revision=3`,
  flags: [
    dryRunFlag,
    ...rolloutFlags,
    ...outputFlags(),
    { name: 'to-revision', kind: 'int', value: '0', usage: 'The revision to go back to. Zero is the one before the last.' },
  ],
  async run(call) {
    const { k, flags } = call;
    const dryRun = await dryRunOf(k, flags);
    const { found, errors } = await rolledObjects(call);
    for (const { mapping, object } of found) {
      if (!statusViewers[mapping.kind]) throw unsupported(mapping, 'rollbacker');
      if (object.metadata.annotations?.[lastApplied] !== undefined)
        await k.printWarning(
          `resource ${mapping.resource}/${object.metadata.name} was previously managed with 'kubectl apply'. ${unapplied}`,
        );
      const result = await rollBack(k, mapping, object, flags.int('to-revision'), dryRun);
      // what is printed is the object as it was; a format that cannot be is told once it is done
      await report(k, await objectPrinter(flags, (file) => readFile(k.proc, file)), object, mapping, result, dryRun);
    }
    if (errors.length > 0) throw errors[0];
    return 0;
  },
  complete: completeOf('deployment daemonset statefulset'),
};

function chosen(object: KubeObject, history: readonly Revision[], wanted: number): Revision {
  const missing = failure(`unable to find specified revision ${wanted} in history`);
  if (wanted < 0) throw missing;
  if (wanted > 0) {
    const found = history.find(({ number }) => number === wanted);
    if (!found) throw missing;
    return found;
  }
  const previous = history.at(-2);
  if (previous) return previous;
  if (object.kind === 'Deployment') throw failure(`no rollout history found for deployment ${JSON.stringify(object.metadata.name)}`);
  throw failure('no last revision to roll back to');
}

async function rollBack(k: Kubectl, mapping: Mapping, object: KubeObject, wanted: number, dryRun: DryRun): Promise<string> {
  const { name, namespace } = object.metadata;
  const revision = chosen(object, await historyOf(k, object), wanted);
  if (dryRun === 'client') return `${object.kind === 'Deployment' ? '' : 'will roll back to '}${templateText(revision.template)}`;
  const isDeployment = object.kind === 'Deployment';
  if (isDeployment && at(object, 'spec', 'paused') === true)
    throw failure("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  const template = isDeployment ? templateOf(revision.object) : revision.template;
  const now = isDeployment ? templateOf(object) : at(object, 'spec', 'template');
  if (equal(template, now)) return `skipped rollback (current template already matches revision ${wanted})`;
  const path = k.path(mapping, namespace, name);
  const query = { dryRun: dryRunQuery(dryRun) };
  if (!isDeployment) {
    const contentType = 'application/strategic-merge-patch+json';
    await k.json('PATCH', path, { body: goJson(revision.object['data']), contentType, query });
    return 'rolled back';
  }
  const own = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => kept.includes(key));
  const restored = Object.entries(revision.object.metadata.annotations ?? {}).filter(([key]) => !kept.includes(key));
  const patch = [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...own, ...restored]) },
  ];
  await k.json('PATCH', path, { body: goJson(patch), contentType: 'application/json-patch+json', query });
  return 'rolled back';
}
