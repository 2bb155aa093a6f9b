import { decode, type KubeObject } from '../../../kube/api';
import type { Command } from '../../command';
import { completeOf } from '../../completion';
import { describeTemplate } from '../../describe/template';
import { Description } from '../../describe/writer';
import { failure } from '../../errors';
import { readFile } from '../../files';
import { nameOfObject, objectFormats, objectPrinter, outputFlags } from '../../printers';
import { historyOf, type Revision } from '../../rollouts/revisions';
import { statusViewers } from '../../rollouts/status';
import { TabWriter } from '../../tabwriter';
import { rolledObjects, rolloutFlags, unsupported } from './objects';

/** A pod template as it is described, its cells parted by tabs. */
export function templateText(template: unknown): string {
  const d = new Description(0);
  describeTemplate(d, template);
  return d.raw();
}

function table(revisions: readonly Revision[]): string {
  const rows = revisions.map(({ number, cause }) => `${number}\t${cause || '<none>'}\n`);
  return new TabWriter(0, 2).format(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`);
}

/** In the order of its Go type's fields. */
function typedObject(object: KubeObject): KubeObject {
  const [version = '', group = ''] = (object.apiVersion ?? '').split('/').reverse();
  return { kind: object.kind, apiVersion: object.apiVersion, ...decode(object, { group, version, kind: object.kind ?? '' }).object };
}

export const history: Command = {
  use: 'history (TYPE NAME | TYPE/NAME) [flags]',
  short: 'View rollout history',
  long: 'View previous rollout revisions and configurations.',
  example: `  # View the rollout history of a deployment
  kubectl rollout history deployment/abc
  
  # View the details of a daemonset's revision 3
  kubectl rollout history daemonset/abc --revision=3`,
  flags: [
    ...rolloutFlags,
    ...outputFlags(),
    { name: 'revision', kind: 'int', value: '0', usage: 'See the details of this revision, with its pod template' },
  ],
  async run(call) {
    const { k, flags } = call;
    const wanted = flags.int('revision');
    if (wanted < 0) throw failure(`revision must be a positive integer: ${wanted}`);
    const printer = await objectPrinter(flags, (file) => readFile(k.proc, file), objectFormats, true);
    const { found, errors } = await rolledObjects(call);
    for (const { mapping, object } of found) {
      if (!statusViewers[mapping.kind]) throw unsupported(mapping, 'history viewer', 'history');
      const revisions = await historyOf(k, object);
      const revision = wanted > 0 ? revisions.find(({ number }) => number === wanted) : undefined;
      if (printer) {
        if (wanted > 0 && !revision) throw failure('unable to find the specified revision');
        // a template without -o is of the object, not of its history
        const shown = flags.string('output') ? (revision ? [revision] : revisions).map((each) => each.object) : [object];
        for (const each of shown) await k.out(printer.text(typedObject(each)));
        continue;
      }
      if (wanted > 0 && !revision && revisions.length > 0) throw failure('unable to find the specified revision');
      const text = revision ? templateText(revision.template) : revisions.length > 0 ? table(revisions) : 'No rollout history found.';
      await k.out(`${nameOfObject(object, mapping)} ${wanted > 0 ? `with revision #${wanted}` : ''}\n${text}\n`);
    }
    if (errors.length > 0) throw errors[0];
    return 0;
  },
  complete: completeOf('deployment daemonset statefulset'),
};
