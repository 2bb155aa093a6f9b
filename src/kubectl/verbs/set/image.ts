import type { Command } from '../../command';
import { completeOf } from '../../completion';
import { AggregateFailure, failure } from '../../errors';
import { withPodSpec } from '../../pod-template';
import { type Fields, listAt, textAt } from '../../value';
import { changeObjects, objectsOf, reportingOf, setFlags, splitChanges } from './change';

export const setImage: Command = {
  use: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  example: `  # Set the image of container nginx, and of busybox
  kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1`,
  flags: setFlags,
  async run(call) {
    const { words, changes } = splitChanges(call.args, false);
    const reporting = await reportingOf(call);
    const late = changes.find((change) => !change.includes('='));
    if (late !== undefined) throw failure(`all resources must be specified before image changes: ${late}`);
    if (call.flags.bool('all') && call.flags.string('selector')) throw failure('cannot set --all and --selector at the same time');
    const found = await objectsOf(call, words);
    const missing: string[] = [];
    if (changes.length === 0) throw failure('at least one image update is required');
    const images = changes.map((change) => [change.slice(0, change.indexOf('=')), change.slice(change.indexOf('=') + 1)] as const);
    const wording = { done: 'image updated', refused: 'failed to patch image update to pod template:', named: true };
    const errors: unknown[] = [];
    const changing = changeObjects(call, reporting, found, wording, (object) => {
      const updated = (list: readonly Fields[]): Fields[] =>
        list.map((container) => {
          const wanted = images.filter(([key]) => key === textAt(container, 'name') || key === '*').at(-1);
          return wanted ? { ...container, image: wanted[1] } : container;
        });
      return withPodSpec(object, (spec) => {
        const all = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')];
        for (const [name] of images)
          if (name !== '*' && !all.some((container) => container.name === name)) missing.push(`unable to find container named "${name}"`);
        return {
          ...spec,
          containers: updated(listAt(spec, 'containers')),
          ...(spec.initContainers ? { initContainers: updated(listAt(spec, 'initContainers')) } : {}),
        };
      });
    });
    await changing.catch((error: unknown) => errors.push(...(error instanceof AggregateFailure ? error.errors : [error])));
    // what is not found is told at the end; the text itself begins with "error: "
    errors.push(...missing.map((text) => failure(`error: ${text}`)));
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
    return 0;
  },
  complete: completeOf('daemonsets deployments pods cronjobs replicasets replicationcontrollers statefulsets'),
};
