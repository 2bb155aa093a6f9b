import { ApiError, type KubeObject, labelQuery, LabelQueryError } from '../../kube/api';
import type { Command, Invocation } from '../command';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunOf, dryRunSuffix } from '../dry-run';
import { CommandError, failure, usageError } from '../errors';
import { dryRunFlag, labelSelectorFlag } from '../flag-sets';
import { listAt, textAt } from '../value';
import { removePods } from './evict-pods';
import { completeNodes, nodesOf, schedule } from './nodes';

export const drain: Command = {
  use: 'drain NODE',
  short: 'Drain node in preparation for maintenance',
  group: 'cluster',
  long: `Drain node in preparation for maintenance.

 The node is marked unschedulable, then its pods are evicted, or deleted where the server has no eviction. Pods that no controller makes again are in the way unless --force is given; so are pods of daemon sets (--ignore-daemonsets) and pods with emptyDir volumes (--delete-emptydir-data). Mirror pods stay. To use the node again, uncordon it.`,
  example: `  # Drain node "foo", even with pods that no controller manages
  kubectl drain foo --force
  
  # Give pods 15 minutes to end
  kubectl drain foo --grace-period=900`,
  flags: [
    { name: 'chunk-size', kind: 'int', value: '500', usage: 'Ask for large lists in chunks of this size. Pass 0 to disable.' },
    { name: 'delete-emptydir-data', kind: 'bool', usage: 'Go on even if there are pods with emptyDir volumes, whose data is lost.' },
    { name: 'disable-eviction', kind: 'bool', usage: 'Delete instead of evicting, past what disruption budgets allow.' },
    dryRunFlag,
    { name: 'force', kind: 'bool', usage: 'Go on even if there are pods that declare no controller.' },
    { name: 'grace-period', kind: 'int', value: '-1', usage: "Seconds given to each pod to terminate; if negative, the pod's own." },
    { name: 'ignore-daemonsets', kind: 'bool', usage: 'Ignore pods that daemon sets manage.' },
    { name: 'pod-selector', kind: 'string', usage: 'Label selector of the pods on the node' },
    labelSelectorFlag,
    {
      name: 'skip-wait-for-delete-timeout',
      kind: 'int',
      value: '0',
      usage: 'Do not wait for pods that have been terminating longer than this many seconds, when it is more than 0.',
    },
    { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to wait before giving up; zero means without end' },
  ],
  run,
  complete: completeNodes,
};

async function run(call: Invocation): Promise<number> {
  const { k, args, flags, path } = call;
  if (args.length > 0 && flags.string('selector')) throw usageError(path, 'cannot specify both a node name and a --selector option');
  if (args.length === 0 && !flags.string('selector')) throw usageError(path, 'USAGE: drain NODE [flags]');
  checkPodSelector(flags.string('pod-selector'));
  await k.connection();
  const dryRun = await dryRunOf(k, flags);
  const nodes = await nodesOf(call);
  for (const node of nodes) await schedule(k, node, true, dryRun);
  const left = new Set(nodes);
  const fatal: string[] = [];
  for (const node of nodes) {
    try {
      await empty(call, node, dryRun);
      left.delete(node);
      await k.out(`node/${node.metadata.name} drained${dryRunSuffix(dryRun)}\n`);
    } catch (error) {
      const why =
        error instanceof CommandError ? error.text.replace(/^error: /, '') : error instanceof ApiError ? error.message : undefined;
      if (why === undefined) throw error;
      await k.err(`error: unable to drain node "${node.metadata.name}" due to error: ${why}, continuing command...\n`);
      fatal.push(why);
      await k.err(`There are pending nodes to be drained:\n${[...left].map(({ metadata }) => ` ${metadata.name}\n`).join('')}`);
    }
  }
  if (fatal.length > 0) throw new CommandError(fatal.join('\n'));
  return 0;
}

/** What becomes of a pod: gone, left where it is, or in the way. The last rule that has something to say decides. */
type Fate = { readonly go: boolean; readonly warning?: string } | { readonly fatal: string };

const finished = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
const controllerOf = ({ metadata }: KubeObject): { kind: string; name: string } | undefined =>
  metadata.ownerReferences?.find((owner) => owner.controller);

async function fateOf({ k, flags }: Invocation, pod: KubeObject): Promise<Fate> {
  const { metadata } = pod;
  const skipSeconds = flags.int('skip-wait-for-delete-timeout');
  const deletedAt = metadata.deletionTimestamp;
  if (skipSeconds > 0 && deletedAt && (k.proc.clock.now() - Date.parse(deletedAt)) / 1000 > skipSeconds) return { go: false };
  const owner = controllerOf(pod);
  if (owner?.kind === 'DaemonSet' && !finished(pod)) {
    const mapping = (await k.mapper()).need('daemonsets.apps');
    try {
      await k.json('GET', k.path(mapping, metadata.namespace, owner.name));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.reason === 'NotFound' && flags.bool('force') ? { go: true, warning: error.message } : { fatal: error.message };
    }
    if (!flags.bool('ignore-daemonsets')) return { fatal: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
    return { go: false, warning: 'ignoring DaemonSet-managed Pods' };
  }
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return { go: false };
  const local = listAt(pod, 'spec', 'volumes').some((volume) => volume.emptyDir !== undefined);
  if (local && !finished(pod) && !flags.bool('delete-emptydir-data'))
    return { fatal: 'Pods with local storage (use --delete-emptydir-data to override)' };
  if (!owner && !finished(pod))
    return flags.bool('force')
      ? { go: true, warning: 'deleting Pods that declare no controller' }
      : { fatal: 'cannot delete Pods that declare no controller (use --force to override)' };
  return local && !finished(pod) ? { go: true, warning: 'deleting Pods with local storage' } : { go: true };
}

function checkPodSelector(text: string): void {
  try {
    labelQuery(text);
  } catch (error) {
    if (!(error instanceof LabelQueryError)) throw error;
    throw failure('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

/** `text: ns/a, ns/b` for each text. */
function grouped(entries: readonly (readonly [text: string, pod: KubeObject])[]): string[] {
  const groups = new Map<string, string[]>();
  for (const [text, { metadata }] of entries) groups.set(text, [...(groups.get(text) ?? []), `${metadata.namespace}/${metadata.name}`]);
  return [...groups].map(([text, pods]) => `${text}: ${pods.join(', ')}`);
}

interface Sorted {
  readonly going: readonly KubeObject[];
  readonly warnings: readonly string[];
  readonly fatal: readonly string[];
}

async function sorted(call: Invocation, mapping: Mapping, node: KubeObject): Promise<Sorted> {
  const { k, flags } = call;
  const query = {
    labelSelector: flags.string('pod-selector') || undefined,
    fieldSelector: `spec.nodeName=${node.metadata.name}`,
    limit: flags.int('chunk-size') || undefined,
  };
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined), { query });
  const going: KubeObject[] = [];
  const warnings: [string, KubeObject][] = [];
  const fatal: [string, KubeObject][] = [];
  for (const pod of items) {
    const fate = await fateOf(call, pod);
    if ('fatal' in fate) fatal.push([/^cannot delete/.test(fate.fatal) ? fate.fatal : `cannot delete ${fate.fatal}`, pod]);
    else {
      if (fate.warning) warnings.push([fate.warning, pod]);
      if (fate.go) going.push(pod);
    }
  }
  return { going, warnings: grouped(warnings), fatal: grouped(fatal) };
}

async function empty(call: Invocation, node: KubeObject, dryRun: DryRun): Promise<void> {
  const { k } = call;
  const mapping = (await k.mapper()).need('pods');
  const { going, warnings, fatal } = await sorted(call, mapping, node);
  if (fatal.length > 0) throw failure(fatal.length === 1 ? fatal[0]! : `[${fatal.join(', ')}]`);
  if (warnings.length > 0) await k.printWarning(warnings.join('; '));
  try {
    await removePods(call, mapping, going, dryRun);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { going: pending } = await sorted(call, mapping, node);
    if (pending.length > 0) {
      const why = error.text.replace(/^error: /, '');
      await k.err(`There are pending pods in node "${node.metadata.name}" when an error occurred: ${why}\n`);
      for (const { metadata } of pending) await k.err(`pod/${metadata.name}\n`);
    }
    throw error;
  }
}
