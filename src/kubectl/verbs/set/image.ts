import type { Command } from '../../command';
import { failure } from '../../errors';
import { podContainers, podSpecOf } from '../../pod-template';
import { listAt, textAt } from '../../value';
import { changePodSpecs, completeResources, setFlags, splitChanges } from './change';

export const setImage: Command = {
  use: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  example: `  # Set the image of container nginx, and of busybox
  kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1`,
  flags: setFlags,
  async run(call) {
    const { words, changes } = splitChanges(call.args, false);
    if (words.length === 0 && call.flags.list('filename').length === 0)
      throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (changes.length === 0) throw failure('at least one image update is required');
    const images = changes.map((change) => [change.slice(0, change.indexOf('=')), change.slice(change.indexOf('=') + 1)] as const);
    return changePodSpecs(call, words, 'image updated', 'image update', (object) => {
      const updated = (field: string): { name: string; image: string }[] =>
        listAt(podSpecOf(object), field).flatMap((container) => {
          const name = textAt(container, 'name');
          const wanted = images.find(([key]) => key === name || key === '*');
          return wanted && textAt(container, 'image') !== wanted[1] ? [{ name, image: wanted[1] }] : [];
        });
      for (const [name] of images) {
        const all = [...podContainers(object), ...listAt(podSpecOf(object), 'initContainers')];
        if (name !== '*' && !all.some((container) => container.name === name)) throw failure(`unable to find container named "${name}"`);
      }
      const [containers, initContainers] = [updated('containers'), updated('initContainers')];
      if (containers.length + initContainers.length === 0) return undefined;
      return { ...(containers.length > 0 ? { containers } : {}), ...(initContainers.length > 0 ? { initContainers } : {}) };
    });
  },
  complete: (call, word) => completeResources(call, word),
};
