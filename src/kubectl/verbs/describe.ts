import { ApiError, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { descriptionOf } from '../describe';
import { describeNode } from '../describe/node';
import { Description } from '../describe/writer';
import type { Mapping } from '../discovery';
import { AggregateFailure, failure, isNotFound } from '../errors';
import { fileFlags, labelSelectorFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { hasManifests } from '../manifests';
import { listInChunks, PartialTargets, type Target, targets } from '../resources';
import type { Fields } from '../value';

export const describe: Command = {
  use: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  short: 'Show details of a specific resource or group of resources',
  group: 'trouble',
  suggestFor: ['inspect'],
  long: `Show details of a specific resource or group of resources.

 Print a description of the named resources, with related ones such as events. Select by name, by the beginning of a name, or by label: 'kubectl describe TYPE NAME_PREFIX' first looks for that exact name, then for names that begin with it.

Use "kubectl api-resources" for a complete list of supported resources.`,
  example: `  # Describe a node
  kubectl describe nodes kubernetes-node-emt8.c.myproject.internal
  
  # Describe a pod
  kubectl describe pods/nginx
  
  # Describe what a file names
  kubectl describe -f pod.json
  
  # Describe all pods
  kubectl describe pods`,
  flags: [
    {
      name: 'all-namespaces',
      short: 'A',
      kind: 'bool',
      usage: 'If present, describe the objects of all namespaces; --namespace is ignored.',
    },
    { name: 'chunk-size', kind: 'int', value: '500', usage: 'Ask for large lists in chunks of this size.' },
    ...fileFlags('containing the resource to describe'),
    labelSelectorFlag,
    { name: 'show-events', kind: 'bool', value: 'true', usage: 'If true, show the events of the object.' },
  ],
  run,
  complete: (call, word) => completeResources(call, word),
};

/** Kinds whose description has no events. */
const eventless = new Set([
  'Secret', 'Namespace', 'LimitRange', 'ResourceQuota', 'NetworkPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding',
]); // prettier-ignore

async function run(call: Invocation): Promise<number> {
  const { k, flags, args } = call;
  if (args.length === 0 && !hasManifests(flags)) {
    throw failure(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const allNamespaces = flags.bool('all-namespaces');
  const errors: unknown[] = [];
  let list: readonly Target[];
  try {
    list = await targets(k, { args, flags, allNamespaces, selector: flags.string('selector'), typeAlone: true });
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    errors.push(...error.errors);
  }
  const found: { mapping: Mapping; object: KubeObject }[] = [];
  for (const { target, objects, error } of await Promise.all(list.map((target) => fetched(call, target)))) {
    if (error === undefined) found.push(...objects.map((object) => ({ mapping: target.mapping, object })));
    else if (isNotFound(error) && args.length === 2) return describeMatching(call, target.mapping, args[1]!, error);
    else errors.push(error);
  }
  const showEvents = eventsWanted(call, found.length > 1 || errors.length > 0);
  let printed = false;
  for (const { mapping, object } of found) {
    try {
      await k.out(`${printed ? '\n\n' : ''}${await describeObject(k, mapping, object, showEvents)}`);
      printed = true;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateFailure(errors);
  if (!printed) {
    await k.err(allNamespaces ? 'No resources found\n' : `No resources found in ${await k.namespace()} namespace.\n`);
  }
  return 0;
}

/** Of several objects, and of what is left when some are missing, events are shown only when they are asked for. */
function eventsWanted({ flags }: Invocation, several: boolean): boolean {
  return flags.changed('show-events') ? flags.bool('show-events') : !several;
}

/** The names that begin so, when there is no object of that very name. */
async function describeMatching(call: Invocation, mapping: Mapping, prefix: string, missing: unknown): Promise<number> {
  const { k } = call;
  if (call.args[0]!.includes(',')) throw failure('you may only specify a single resource type');
  const namespace = call.flags.bool('all-namespaces') ? undefined : await k.namespace();
  const found = (await objectsOf(call, mapping, namespace)).filter((object) => object.metadata.name?.startsWith(prefix));
  if (found.length === 0) throw missing;
  for (const object of found) await k.out(`${await describeObject(k, mapping, object, eventsWanted(call, true))}\n`);
  return 0;
}

async function objectsOf({ k, flags }: Invocation, mapping: Mapping, namespace: string | undefined): Promise<KubeObject[]> {
  const query = { labelSelector: flags.string('selector') || undefined };
  const { items } = await listInChunks(k, k.path(mapping, namespace), query, flags.int('chunk-size'));
  return items.map((object) => typed(mapping, object));
}

const typed = (mapping: Mapping, object: KubeObject): KubeObject => ({ apiVersion: mapping.groupVersion, kind: mapping.kind, ...object });

async function fetched(call: Invocation, target: Target): Promise<{ target: Target; objects: KubeObject[]; error?: unknown }> {
  const { k } = call;
  const { mapping, namespace } = target;
  try {
    if (target.kind === 'list') return { target, objects: await objectsOf(call, mapping, namespace) };
    return { target, objects: [typed(mapping, await k.json<KubeObject>('GET', k.path(mapping, namespace, target.name)))] };
  } catch (error) {
    return { target, objects: [], error };
  }
}

async function describeObject(k: Kubectl, mapping: Mapping, object: KubeObject, showEvents: boolean): Promise<string> {
  const events = showEvents && !eventless.has(mapping.kind) ? await eventsOf(k, object) : undefined;
  if (mapping.kind !== 'Node' || mapping.group !== '') return descriptionOf(k, mapping, object, events);
  const d = new Description(k.proc.clock.now());
  describeNode({ object, events, d }, await podsOn(k, object), await leaseOf(k, object));
  return d.toString();
}

async function eventsOf(k: Kubectl, { kind, metadata }: KubeObject): Promise<Fields[]> {
  const mapping = (await k.mapper()).find('events');
  if (!mapping) return [];
  // "nodes' events refer to them by name, not by UID" - kubectl describe
  const selector = [
    `involvedObject.name=${metadata.name}`,
    metadata.namespace ? `involvedObject.namespace=${metadata.namespace}` : '',
    `involvedObject.kind=${kind}`,
    kind === 'Node' ? '' : `involvedObject.uid=${metadata.uid}`,
  ];
  const fieldSelector = selector.filter(Boolean).join(',');
  const { items } = await k.json<{ items: Fields[] }>('GET', k.path(mapping, metadata.namespace), { query: { fieldSelector, limit: 500 } });
  return items;
}

async function podsOn(k: Kubectl, node: KubeObject): Promise<KubeObject[]> {
  const mapping = (await k.mapper()).need('pods');
  const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  return (await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, undefined), { query: { fieldSelector, limit: 500 } })).items;
}

async function leaseOf(k: Kubectl, node: KubeObject): Promise<KubeObject | undefined> {
  const mapping = (await k.mapper()).find('leases');
  if (!mapping) return undefined;
  try {
    return await k.json<KubeObject>('GET', k.path(mapping, 'kube-node-lease', node.metadata.name));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
