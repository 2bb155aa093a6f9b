import type { KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { failure } from '../errors';
import { fileFlags, labelSelectorFlag } from '../flag-sets';
import { report } from '../report';
import { fetchAll, targets } from '../resources';
import { goJson, textAt } from '../value';
import type { Mapping } from '../discovery';

const rolled = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

async function objectsOf({ k, flags, args }: Invocation): Promise<{ mapping: Mapping; object: KubeObject }[]> {
  const { found, errors } = await fetchAll(k, await targets(k, { args, flags, selector: flags.string('selector') }));
  if (errors.length > 0) throw errors[0];
  return found;
}

const flags = [...fileFlags('identifying the resource to get from a server.'), labelSelectorFlag];

const status: Command = {
  use: 'status (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  flags,
  async run(call) {
    for (const { mapping, object } of await objectsOf(call)) {
      if (!rolled.has(mapping.kind))
        throw failure(`no status viewer has been implemented for ${mapping.kind}${mapping.group ? `.${mapping.group}` : ''}`);
      const number = (...path: string[]): number => Number(textAt(object, ...path) || '0');
      const [wanted, updated, available] = [
        number('spec', 'replicas'),
        number('status', 'updatedReplicas'),
        number('status', 'availableReplicas'),
      ];
      const name = object.metadata.name;
      if (updated < wanted)
        await call.k.out(
          `Waiting for deployment "${name}" rollout to finish: ${updated} out of ${wanted} new replicas have been updated...\n`,
        );
      else if (available < updated)
        await call.k.out(
          `Waiting for deployment "${name}" rollout to finish: ${available} of ${updated} updated replicas are available...\n`,
        );
      else await call.k.out(`${mapping.kind.toLowerCase()} "${name}" successfully rolled out\n`);
    }
    return 0;
  },
  complete: (call, word) => completeResources(call, word),
};

const restart: Command = {
  use: 'restart RESOURCE',
  short: 'Restart a resource',
  flags,
  async run(call) {
    const { k } = call;
    for (const { mapping, object } of await objectsOf(call)) {
      if (!rolled.has(mapping.kind)) throw failure(`${mapping.resource} "${object.metadata.name}" restarting is not supported`);
      const now = new Date(k.proc.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
      const body = goJson({ spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': now } } } } });
      const path = k.path(mapping, object.metadata.namespace, object.metadata.name);
      await k.json('PATCH', path, {
        body,
        contentType: 'application/strategic-merge-patch+json',
        query: { fieldManager: 'kubectl-rollout' },
      });
      await report(k, undefined, object, mapping, 'restarted');
    }
    return 0;
  },
  complete: (call, word) => completeResources(call, word),
};

export const rollout: Command = {
  use: 'rollout SUBCOMMAND',
  short: 'Manage the rollout of a resource',
  group: 'deploy',
  long: `Manage the rollout of one or many resources.

 Valid resource types are deployments, daemonsets and statefulsets.`,
  commands: [restart, status],
};
