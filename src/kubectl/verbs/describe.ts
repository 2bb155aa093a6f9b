import { ApiError, type KubeObject } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { completeResources } from '../completion';
import { describeGeneric } from '../describe/generic';
import { describeNode } from '../describe/node';
import { describePod } from '../describe/pod';
import {
  describeConfigMap,
  describeNamespace,
  describeRole,
  describeRoleBinding,
  describeSecret,
  describeServiceAccount,
} from '../describe/simple';
import { describeAutoscaler, describeEndpoints, describeEndpointSlice, describeService } from '../describe/services';
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from '../describe/workloads';
import { type Described, Description } from '../describe/writer';
import type { Mapping } from '../discovery';
import { AggregateFailure, failure } from '../errors';
import { fileFlags, labelSelectorFlag } from '../flag-sets';
import type { Kubectl } from '../kubectl';
import { hasManifests } from '../manifests';
import { PartialTargets, type Target, targets } from '../resources';
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

type Describer = (described: Described, k: Kubectl) => void | Promise<void>;

const describers: Readonly<Record<string, Describer>> = {
  Pod: describePod,
  Secret: describeSecret,
  ConfigMap: describeConfigMap,
  ServiceAccount: describeServiceAccount,
  Namespace: describeNamespace,
  Service: describeService,
  Endpoints: describeEndpoints,
  EndpointSlice: describeEndpointSlice,
  HorizontalPodAutoscaler: describeAutoscaler,
  Deployment: describeDeployment,
  ReplicaSet: describeReplicaSet,
  ReplicationController: describeReplicaSet,
  StatefulSet: describeStatefulSet,
  DaemonSet: describeDaemonSet,
  Job: describeJob,
  CronJob: describeCronJob,
  Role: describeRole,
  ClusterRole: describeRole,
  RoleBinding: describeRoleBinding,
  ClusterRoleBinding: describeRoleBinding,
};
/** Kinds whose description has no events. */
const eventless = new Set(['EndpointSlice', 'Secret', 'Namespace', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

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
  let printed = false;
  for (const target of list) {
    try {
      for (const object of await objects(call, target)) {
        await k.out(`${printed ? '\n\n' : ''}${await describeObject(k, target.mapping, object, flags.bool('show-events'))}`);
        printed = true;
      }
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

async function objects({ k, flags }: Invocation, target: Target): Promise<KubeObject[]> {
  const { mapping, namespace } = target;
  const typed = (object: KubeObject): KubeObject => ({ apiVersion: mapping.groupVersion, kind: mapping.kind, ...object });
  const listAll = async (): Promise<KubeObject[]> => {
    const query = { labelSelector: flags.string('selector') || undefined, limit: flags.int('chunk-size') || undefined };
    const answer = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace), { query });
    return answer.items.map(typed);
  };
  if (target.kind === 'list') return listAll();
  try {
    return [typed(await k.json<KubeObject>('GET', k.path(mapping, namespace, target.name)))];
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound' || target.kind === 'file') throw error;
    const prefixed = (await listAll()).filter((object) => object.metadata.name?.startsWith(target.name));
    if (prefixed.length === 0) throw error;
    return prefixed;
  }
}

async function describeObject(k: Kubectl, mapping: Mapping, object: KubeObject, showEvents: boolean): Promise<string> {
  const d = new Description(k.proc.clock.now());
  const events = showEvents && !eventless.has(mapping.kind) ? await eventsOf(k, object) : undefined;
  const described: Described = { object, events, d };
  if (mapping.kind === 'Node' && mapping.group === '') describeNode(described, await podsOn(k, object), await leaseOf(k, object));
  else await (describers[mapping.kind] ?? describeGeneric)(described, k);
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
