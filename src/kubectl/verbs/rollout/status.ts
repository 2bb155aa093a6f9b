import { lines, type KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { completeOf } from '../../completion';
import { failure, refusal } from '../../errors';
import { statusViewers } from '../../rollouts/status';
import { type Found, groupKind, rolledObjects, rolloutFlags } from './objects';

export const status: Command = {
  use: 'status (TYPE NAME | TYPE/NAME) [flags]',
  short: 'Show the status of the rollout',
  long: `Show the status of the rollout.

 The newest rollout is watched until it is done; --watch=false looks only once. A newer rollout that starts meanwhile is watched instead, unless --revision names the one that is meant.`,
  example: `  # Watch the rollout status of a deployment
  kubectl rollout status deployment/nginx`,
  flags: [
    ...rolloutFlags,
    { name: 'revision', kind: 'int', value: '0', usage: 'Pin to a specific revision. Zero is the last one.' },
    { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to watch; zero means without an end.' },
    { name: 'watch', short: 'w', kind: 'bool', value: 'true', usage: "Watch the rollout until it's done." },
  ],
  async run(call) {
    if (call.flags.int('revision') < 0) throw failure(`revision must be a positive integer: ${call.flags.int('revision')}`);
    const { found, errors } = await rolledObjects(call);
    for (const each of found) await follow(call, each);
    if (errors.length > 0) throw errors[0];
    return 0;
  },
  complete: completeOf('deployment daemonset statefulset'),
};

/** Prints each state of a rollout until it is done. */
async function follow({ k, flags }: Invocation, { mapping, object }: Found): Promise<void> {
  const view = statusViewers[mapping.kind];
  if (!view) throw failure(`no status viewer has been implemented for ${groupKind(mapping)}`);
  const path = k.path(mapping, object.metadata.namespace);
  const fieldSelector = `metadata.name=${object.metadata.name}`;
  const timeoutMs = flags.duration('timeout');
  const deadline = timeoutMs > 0 ? k.proc.clock.now() + timeoutMs : Infinity;
  const show = async (current: KubeObject): Promise<boolean> => {
    const { text, done } = view(current, flags.int('revision'));
    await k.out(`${text}\n`);
    return done || !flags.bool('watch');
  };
  for (;;) {
    const list = await k.json<{ metadata: { resourceVersion?: string }; items: KubeObject[] }>('GET', path, { query: { fieldSelector } });
    if (!list.items[0]) throw failure('object has been deleted');
    if (await show(list.items[0])) return;
    const { resourceVersion } = list.metadata;
    const left = deadline - k.proc.clock.now();
    if (left <= 0) throw failure('timed out waiting for the condition');
    const timeoutSeconds = left === Infinity ? undefined : Math.max(1, Math.ceil(left / 1000));
    const isDone = await k.cancellable(async (signal) => {
      const response = await k.send('GET', path, { query: { fieldSelector, watch: true, resourceVersion, timeoutSeconds }, signal });
      if (response.status !== 200) throw await refusal(response);
      for await (const line of lines(response.body)) {
        const event = JSON.parse(line) as { type: string; object: KubeObject };
        if (event.type === 'DELETED') throw failure('object has been deleted');
        if ((event.type === 'ADDED' || event.type === 'MODIFIED') && (await show(event.object))) return true;
      }
      return false;
    });
    if (isDone) return;
    if (k.proc.clock.now() >= deadline) throw failure('timed out waiting for the condition');
  }
}
