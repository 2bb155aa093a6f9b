import { type KubeObject, lines } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { type Mapping, singularName } from '../discovery';
import { type DryRun, dryRunOf, dryRunQuery, dryRunSuffix } from '../dry-run';
import type { Process } from '../../kernel';
import { AggregateFailure, failure, isNotFound, refusal, RequestError, whileDoing } from '../errors';
import type { Flag, Flags } from '../flags';
import { dryRunFlag, fileFlags, selectorFlags } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { listing, PartialTargets, type Target, targets } from '../resources';

export const deleteCommand: Command = {
  use: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  group: 'intermediate',
  suggestFor: ['remove', 'rm'],
  long: `Delete resources by file names, stdin, resources and names, or by resources and label selector.

 JSON and YAML are accepted. Give only one kind of argument: file names, resources and names, or resources and a label selector.

 Pods and some other resources end gracefully: they have a default time to do so, which --grace-period changes (--now is 1 second). They may stay on a node that cannot be reached; to drop them from the API at once use --grace-period 0 with --force. Forced deletion does not wait for confirmation that the processes have ended, so two copies of them may run for a while.

 delete does not compare resource versions: an update that happens at the same time is lost.`,
  example: `  # Delete what a manifest names
  kubectl delete -f ./pod.json
  
  # Delete pods and services of two names
  kubectl delete pod,service baz foo
  
  # Delete pods and services with a label
  kubectl delete pods,services -l name=myLabel
  
  # Delete a pod with little delay
  kubectl delete pod foo --now
  
  # Delete all pods
  kubectl delete pods --all`,
  flags: [
    { name: 'all', kind: 'bool', usage: 'Delete all resources, in the namespace of the specified resource types.' },
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If present, work in all namespaces; --namespace is ignored.' },
    {
      name: 'cascade',
      kind: 'string',
      value: 'background',
      optional: 'background',
      usage: 'Must be "background", "orphan", or "foreground": how dependents are deleted.',
    },
    dryRunFlag,
    ...selectorFlags,
    ...fileFlags('containing the resource to delete.'),
    {
      name: 'force',
      kind: 'bool',
      usage: 'If true, remove the resource from the API at once, without graceful deletion. May leave processes running.',
    },
    {
      name: 'grace-period',
      kind: 'int',
      value: '-1',
      usage: 'Seconds given to the resource to terminate. Ignored if negative; 0 only with --force.',
    },
    { name: 'ignore-not-found', kind: 'bool', usage: 'Treat "resource not found" as a successful delete. On by default with --all.' },
    { name: 'interactive', short: 'i', kind: 'bool', usage: 'If true, ask before deleting.' },
    { name: 'now', kind: 'bool', usage: 'If true, resources get 1 second to end (same as --grace-period=1).' },
    { name: 'output', short: 'o', kind: 'string', usage: 'Output mode. Use "-o name" for shorter output (resource/name).' },
    { name: 'raw', kind: 'string', usage: 'A path on the server to DELETE as it is.' },
    {
      name: 'timeout',
      kind: 'duration',
      value: '0s',
      usage: 'How long to wait for a delete; zero means as long as the object itself says',
    },
    { name: 'wait', kind: 'bool', value: 'true', usage: 'If true, wait until the resources are gone. This waits for finalizers.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

/** What `run --rm` takes of deleting. */
export const deletionFlags: readonly Flag[] = [
  {
    name: 'cascade',
    kind: 'string',
    value: 'background',
    optional: 'background',
    usage: 'Must be "background", "orphan", or "foreground".',
  },
  ...fileFlags('to use to replace the resource.'),
  { name: 'force', kind: 'bool', usage: 'If true, remove the pod from the API at once, without graceful deletion.' },
  { name: 'grace-period', kind: 'int', value: '-1', usage: 'Seconds given to the pod to terminate. Ignored if negative.' },
  { name: 'timeout', kind: 'duration', value: '0s', usage: 'How long to wait before giving up on a delete.' },
  { name: 'wait', kind: 'bool', usage: 'If true, wait until the resources are gone.' },
];

interface Doomed {
  readonly mapping: Mapping;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly source?: string;
}

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  if (flags.string('raw')) {
    await k.out(await k.text('DELETE', flags.string('raw')));
    return 0;
  }
  const dryRun = await dryRunOf(k, flags);
  await remarkCascade(call);
  const output = flags.string('output');
  if (output !== '' && output !== 'name') throw failure(`unexpected -o output mode: ${output}. We only support '-o name'`);
  let grace = flags.int('grace-period');
  const force = flags.bool('force');
  if (flags.bool('now')) {
    if (grace !== -1) throw failure('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (force && grace > 0) throw failure('--force and --grace-period greater than 0 cannot be specified together');
  if (grace === 0 && !force) {
    // "--grace-period=0 without --force is converted to 1 and waits for the object to be deleted" - kubectl
    grace = 1;
  }
  if (force && grace < 0) grace = 0;
  const ignoreNotFound = flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : flags.bool('all');
  let list: readonly Target[];
  const errors: unknown[] = [];
  try {
    list = await targets(k, {
      args,
      flags,
      allNamespaces: flags.bool('all-namespaces'),
      selector: flags.string('selector'),
      fieldSelector: flags.string('field-selector'),
      all: flags.bool('all'),
    });
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    errors.push(...error.errors);
  }
  if (force && grace === 0 && dryRun === 'none') {
    await k.warn(
      'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    );
  }
  const doomed = await expand(call, list, errors);
  if (flags.bool('interactive') && doomed.length > 0 && !(await confirmed(k, doomed))) {
    await k.out('deletion is cancelled\n');
    return 0;
  }
  const deleted: Doomed[] = [];
  for (const one of doomed) {
    try {
      const uid = await deleteOne(call, one, {
        grace,
        dryRun,
        verb: force && grace === 0 ? 'force deleted' : 'deleted',
        short: output === 'name',
      });
      deleted.push(one);
      if (uid) uids.set(one, uid);
    } catch (error) {
      if (isNotFound(error) && ignoreNotFound) continue;
      errors.push(one.source ? whileDoing(`error when deleting "${one.source}"`, error) : error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (doomed.length === 0) {
    await k.out('No resources found\n');
    return 0;
  }
  if (dryRun !== 'none' || !flags.bool('wait')) return 0;
  await waitForAll(k, deleted, flags.duration('timeout'));
  return 0;
}

/** --cascade as the server's propagation policy. */
export function propagation(flags: Flags): string {
  const cascade = flags.string('cascade');
  const policy = { background: 'Background', orphan: 'Orphan', foreground: 'Foreground', true: 'Background', false: 'Orphan' }[cascade];
  if (!policy) throw failure(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  return policy;
}

/** Booleans are what --cascade once took. */
/** --cascade: throws for a value that is none, and warns of the old ones. */
export async function remarkCascade({ k, flags }: Invocation): Promise<void> {
  const cascade = flags.string('cascade');
  propagation(flags);
  if (cascade !== 'true' && cascade !== 'false') return;
  const policy = cascade === 'true' ? 'background' : 'orphan';
  await k.err(`warning: --cascade=${cascade} is deprecated (boolean value) and can be replaced with --cascade=${policy}.\n`);
}

const uids = new WeakMap<Doomed, string>();

async function expand({ k, flags }: Invocation, list: readonly Target[], errors: unknown[]): Promise<Doomed[]> {
  const doomed: Doomed[] = [];
  for (const target of list) {
    if (target.kind !== 'list') {
      doomed.push({ ...target, source: target.kind === 'file' ? target.source : undefined });
      continue;
    }
    const query = { labelSelector: flags.string('selector') || undefined, fieldSelector: flags.string('field-selector') || undefined };
    try {
      const path = k.path(target.mapping, target.namespace);
      const answer = await listing(target.mapping, query, k.json<{ items: KubeObject[] }>('GET', path, { query }));
      for (const { metadata } of answer.items)
        doomed.push({ mapping: target.mapping, namespace: metadata.namespace, name: metadata.name ?? '' });
    } catch (error) {
      errors.push(error);
    }
  }
  return doomed;
}

/** --interactive: shows what would be deleted and asks. */
async function confirmed(k: Kubectl, doomed: readonly Doomed[]): Promise<boolean> {
  await k.out(`You are about to delete the following ${doomed.length} resource(s):\n`);
  for (const { mapping, name } of doomed) await k.out(`${shortName(mapping)}/${name}\n`);
  await k.out('Do you want to continue? (y/N): ');
  const answer = (await readWord(k.proc)).toLowerCase();
  return answer === 'y';
}

/** fmt.Scan: the first word of standard input. */
async function readWord(proc: Process): Promise<string> {
  let text = '';
  for (;;) {
    const bytes = await proc.read(0, 1);
    if (bytes.length === 0) return text.trim();
    text += String.fromCharCode(bytes[0]!);
    if (/\S\s$/.test(text)) return text.trim();
  }
}

const shortName = (mapping: Mapping): string => singularName({ ...mapping, singular: mapping.kind.toLowerCase() });

/** `pod "x" deleted from default namespace` */
export function deletedText(mapping: Mapping, name: string, namespace: string | undefined, verb: string): string {
  return `${shortName(mapping)} "${name}" ${verb}${mapping.namespaced && namespace ? ` from ${namespace} namespace` : ''}`;
}

async function deleteOne(
  call: Invocation,
  { mapping, namespace, name }: Doomed,
  how: { grace: number; dryRun: DryRun; verb: string; short: boolean },
): Promise<string | undefined> {
  const { k, flags } = call;
  let uid: string | undefined;
  if (mapping.namespaced && !namespace) throw new RequestError('an empty namespace may not be set when a resource name is provided');
  if (how.dryRun !== 'client') {
    const body = JSON.stringify({
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(how.grace >= 0 ? { gracePeriodSeconds: how.grace } : {}),
      propagationPolicy: propagation(flags),
      ...(how.dryRun === 'server' ? { dryRun: ['All'] } : {}),
    });
    const answer = await k.json<KubeObject & { details?: { uid?: string } }>('DELETE', k.path(mapping, namespace, name), {
      body,
      query: { dryRun: dryRunQuery(how.dryRun) },
    });
    uid = answer.kind === 'Status' ? answer.details?.uid : answer.metadata?.uid;
  }
  await k.out(
    how.short ? `${shortName(mapping)}/${name}\n` : `${deletedText(mapping, name, namespace, how.verb)}${dryRunSuffix(how.dryRun)}\n`,
  );
  return uid;
}

async function waitForAll(k: Kubectl, doomed: readonly Doomed[], timeoutMs: number): Promise<void> {
  for (const one of doomed) await waitUntilGone(k, one, uids.get(one), timeoutMs);
}

/** Settles when the object no longer exists, or another has its name. */
export async function waitUntilGone(
  k: Kubectl,
  { mapping, namespace, name }: Doomed,
  uid: string | undefined,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = timeoutMs > 0 ? k.proc.clock.now() + timeoutMs : Infinity;
  for (;;) {
    const path = k.path(mapping, namespace);
    const fieldSelector = `metadata.name=${name}`;
    const list = await k.json<{ metadata: { resourceVersion?: string }; items: KubeObject[] }>('GET', path, { query: { fieldSelector } });
    const found = list.items[0];
    if (!found || (uid && found.metadata.uid !== uid)) return true;
    const left = deadline - k.proc.clock.now();
    if (left <= 0) return false;
    const gone = await k.cancellable(async (signal) => {
      const timeoutSeconds = left === Infinity ? undefined : Math.max(1, Math.ceil(left / 1000));
      const query = { fieldSelector, watch: true, resourceVersion: list.metadata.resourceVersion, timeoutSeconds };
      const response = await k.send('GET', path, { query, signal });
      if (response.status !== 200) throw await refusal(response);
      for await (const line of lines(response.body)) if ((JSON.parse(line) as { type: string }).type === 'DELETED') return true;
      return false;
    });
    if (gone) return true;
  }
}
