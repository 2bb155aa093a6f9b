import type { KubeObject } from '../../../kube/api';
import type { Command, Invocation } from '../../command';
import { completeOf } from '../../completion';
import { AggregateFailure, failure } from '../../errors';
import { readFile } from '../../files';
import { fieldManagerFlag } from '../../flag-sets';
import { objectPrinter, outputFlags } from '../../printers';
import { report } from '../../report';
import { statusViewers } from '../../rollouts/status';
import { at, goJson } from '../../value';
import { type Found, rolledObjects, rolloutFlags } from './objects';

/** A command that changes one thing of what rolls out. */
interface Change {
  readonly use: string;
  readonly short: string;
  readonly long: string;
  readonly example: string;
  /** `paused`: what the report says; `pausing`: what a kind that cannot do it is told. */
  readonly done: string;
  readonly doing: string;
  readonly kinds: readonly string[];
  /** Why it cannot be done now. */
  obstacle(object: KubeObject): string | undefined;
  patch(nowMs: number): unknown;
}

const isPaused = (object: KubeObject): boolean => at(object, 'spec', 'paused') === true;

const changes: readonly Change[] = [
  {
    use: 'restart RESOURCE',
    short: 'Restart a resource',
    long: `Restart a resource.

 Resource rollout will be restarted.`,
    example: `  # Restart all deployments with a label
  kubectl rollout restart deployment --selector=app=nginx`,
    done: 'restarted',
    doing: 'restarting',
    kinds: Object.keys(statusViewers),
    obstacle: (object) => (isPaused(object) ? "can't restart paused deployment (run rollout resume first)" : undefined),
    patch(nowMs) {
      const now = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
      return { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': now } } } } };
    },
  },
  {
    use: 'pause RESOURCE',
    short: 'Mark the provided resource as paused',
    long: `Mark the provided resource as paused.

 Paused resources are left alone by their controller until "kubectl rollout resume". Only deployments can be paused.`,
    example: `  # Pause a deployment: what is changed of it has no effect while it is paused
  kubectl rollout pause deployment/nginx`,
    done: 'paused',
    doing: 'pausing',
    kinds: ['Deployment'],
    obstacle: (object) => (isPaused(object) ? 'is already paused' : undefined),
    patch: () => ({ spec: { paused: true } }),
  },
  {
    use: 'resume RESOURCE',
    short: 'Resume a paused resource',
    long: `Resume a paused resource.

 Its controller takes it up again. Only deployments can be resumed.`,
    example: `  # Resume a deployment that is paused
  kubectl rollout resume deployment/nginx`,
    done: 'resumed',
    doing: 'resuming',
    kinds: ['Deployment'],
    obstacle: (object) => (isPaused(object) ? undefined : 'is not paused'),
    patch: () => ({ spec: { paused: null } }),
  },
];

async function changeOne(call: Invocation, change: Change, { mapping, object }: Found): Promise<KubeObject> {
  const { k, flags } = call;
  const resource = mapping.group ? `${mapping.resource}.${mapping.group}` : mapping.resource;
  const about = `${resource} ${JSON.stringify(object.metadata.name)}`;
  const obstacle = change.kinds.includes(mapping.kind) ? change.obstacle(object) : `${change.doing} is not supported`;
  if (obstacle) throw failure(`error: ${about} ${obstacle}`);
  return k.json<KubeObject>('PATCH', k.path(mapping, object.metadata.namespace, object.metadata.name), {
    body: goJson(change.patch(k.proc.clock.now())),
    contentType: 'application/strategic-merge-patch+json',
    query: { fieldManager: flags.string('field-manager') },
  });
}

const commandOf = (change: Change): Command => ({
  use: change.use,
  short: change.short,
  long: change.long,
  example: change.example,
  flags: [fieldManagerFlag('kubectl-rollout'), ...rolloutFlags, ...outputFlags()],
  async run(call) {
    const { k, flags } = call;
    const { found, errors: missing } = await rolledObjects(call);
    const errors: unknown[] = missing.length > 1 ? [new AggregateFailure(missing)] : [...missing];
    for (const each of found) {
      try {
        const saved = await changeOne(call, change, each);
        await report(k, await objectPrinter(flags, (file) => readFile(k.proc, file)), saved, each.mapping, change.done);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 && missing.length < 2 ? errors[0] : new AggregateFailure(errors);
    return 0;
  },
  complete: completeOf(change.use.startsWith('restart') ? 'deployment daemonset statefulset' : 'deployment'),
});

export const changeCommands: readonly Command[] = changes.map(commandOf);
