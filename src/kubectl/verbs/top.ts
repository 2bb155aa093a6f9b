import type { Command } from '../command';
import { completeResources } from '../completion';
import { parsedLabels } from '../resources';
import { failure, usageError } from '../errors';
import { fieldSelectorFlag, labelSelectorFlag } from '../flag-sets';

const metric = (name: string, aliases: string[], short: string, scope: string): Command => ({
  use: `${name} [NAME | -l label]`,
  aliases,
  short,
  flags: [
    ...(scope === 'pods'
      ? ([
          { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If present, list the pods of all namespaces.' },
          { name: 'containers', kind: 'bool', usage: 'If present, print usage of containers within a pod.' },
        ] as const)
      : []),
    { name: 'no-headers', kind: 'bool', usage: 'If present, print output without headers' },
    ...(scope === 'pods'
      ? ([fieldSelectorFlag, { name: 'sum', kind: 'bool', usage: 'Print the sum of the resource usage' }] as const)
      : ([
          {
            name: 'show-capacity',
            kind: 'bool',
            usage: 'Print node resources based on Capacity instead of Allocatable(default) of the nodes.',
          },
        ] as const)),
    { name: 'show-swap', kind: 'bool', usage: 'Print pod resources related to swap memory.' },
    { name: 'use-protocol-buffers', kind: 'bool', value: 'true', usage: 'Ask the Metrics API in protocol buffers.' },
    labelSelectorFlag,
    { name: 'sort-by', kind: 'string', usage: 'Sort by cpu or memory.' },
  ],
  complete: (call, word) => completeResources({ ...call, args: [scope, ...call.args] }, word),
  async run({ k, flags, args, path }) {
    if (!['', 'cpu', 'memory'].includes(flags.string('sort-by'))) throw failure('--sort-by accepts only cpu or memory');
    if (args.length > 1) throw usageError(path, `${scope === 'pods' ? 'pod' : 'node'} [NAME | -l label]`);
    const selects = flags.string('selector') !== '' || (scope === 'pods' && flags.string('field-selector') !== '');
    if (args.length > 0 && selects) throw failure(`only one of NAME or ${scope === 'pods' ? 'selector' : '--selector'} can be provided`);
    parsedLabels(flags.string('selector'));
    if (scope === 'nodes') await k.connection();
    // "Metrics API not available": no metrics.k8s.io among the API groups
    const mapper = await k.mapper();
    if (!mapper.mappings.some((m) => m.group === 'metrics.k8s.io')) throw failure('Metrics API not available');
    throw failure(`metrics not available yet`);
  },
});

export const top: Command = {
  use: 'top [flags]',
  short: 'Display resource (CPU/memory) usage',
  group: 'cluster',
  long: `Display resource (CPU/memory) usage.

 This command provides a view of recent resource consumption for nodes and pods. It asks the Metrics Server, which must be installed and running in the cluster.`,
  commands: [
    metric('node', ['nodes', 'no'], 'Display resource (CPU/memory) usage of nodes', 'nodes'),
    metric('pod', ['pods', 'po'], 'Display resource (CPU/memory) usage of pods', 'pods'),
  ],
};
