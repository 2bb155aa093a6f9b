import type { Command } from '../../command';
import { failure } from '../../errors';
import { podContainers } from '../../pod-template';
import { changePodSpecs, completeResources, setFlags } from './change';

function quantities(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const [name, value] = pair.split('=');
        if (!name || !value) throw failure(`invalid argument syntax ${pair}, expected <resource>=<value>`);
        return [name, value];
      }),
  );
}

export const setResources: Command = {
  use: 'resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', kind: 'string', value: '*', usage: 'The names of containers to change' },
    { name: 'limits', kind: 'string', usage: "Limits, such as 'cpu=100m,memory=256Mi'" },
    { name: 'requests', kind: 'string', usage: "Requests, such as 'cpu=100m,memory=256Mi'" },
  ],
  run(call) {
    const { flags, args } = call;
    const [limits, requests] = [quantities(flags.string('limits')), quantities(flags.string('requests'))];
    if (Object.keys(limits).length + Object.keys(requests).length === 0)
      throw failure('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const wanted = flags.string('containers');
    return changePodSpecs(call, args, 'resource requirements updated', 'limit update', (object) => ({
      containers: podContainers(object)
        .filter((container) => wanted === '*' || container.name === wanted)
        .map((container) => ({ name: container.name, resources: { limits, requests } })),
    }));
  },
  complete: (call, word) => completeResources(call, word),
};
