import { goQuoted, type KubeObject } from '../../kube/api';
import type { Invocation } from '../command';
import type { Mapping } from '../discovery';
import { type DryRun, dryRunQuery, klogWarning } from '../dry-run';
import { failure } from '../errors';
import type { ObjectPrinter } from '../printers';
import { report } from '../report';
import { lastApplied } from '../value';
import { propagation } from './delete';

/** What --prune looks at when no --prune-allowlist is given: `group/version/kind`. */
const usual = [
  'core/v1/ConfigMap', 'core/v1/Endpoints', 'core/v1/PersistentVolumeClaim', 'core/v1/Pod', 'core/v1/ReplicationController',
  'core/v1/Secret', 'core/v1/Service', 'batch/v1/Job', 'batch/v1/CronJob', 'networking.k8s.io/v1/Ingress', 'apps/v1/DaemonSet',
  'apps/v1/Deployment', 'apps/v1/ReplicaSet', 'apps/v1/StatefulSet', 'core/v1/Namespace', 'core/v1/PersistentVolume',
]; // prettier-ignore

/** The kinds that --prune may delete; throws for flags that do not go together. */
export async function prunable({ k, flags }: Invocation): Promise<readonly Mapping[]> {
  const mapper = await k.mapper();
  return flags.list('prune-allowlist').map((text) => {
    const parts = text.split('/');
    if (parts.length !== 3) throw failure(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    const [group, version, kind] = parts as [string, string, string];
    const groupVersion = group === 'core' || group === '' ? version : `${group}/${version}`;
    const mapping = mapper.byKind(groupVersion, kind);
    if (!mapping) throw failure(`no matches for kind ${goQuoted(kind)} in version ${goQuoted(groupVersion)}`);
    return mapping;
  });
}

export interface Visited {
  readonly uids: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

export interface Prunable {
  readonly mapping: Mapping;
  readonly namespace: string | undefined;
  readonly object: KubeObject;
}

/** What apply once made in the visited namespaces, is selected, and was not named this time; kind by kind. */
export async function* prunableObjects(
  { k, flags }: Invocation,
  allowed: readonly Mapping[],
  visited: Visited,
  warned = k.namespaceGiven,
): AsyncGenerator<Prunable> {
  let mappings = allowed;
  if (mappings.length === 0) {
    const mapper = await k.mapper();
    if (warned)
      await klogWarning(
        k,
        'prune.go:71',
        'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
      );
    mappings = usual.flatMap(
      (text) => mapper.byKind(text.slice(0, text.lastIndexOf('/')).replace('core/', ''), text.slice(text.lastIndexOf('/') + 1)) ?? [],
    );
  }
  const places = [
    ...[...visited.namespaces].flatMap((namespace) => mappings.filter((m) => m.namespaced).map((mapping) => ({ mapping, namespace }))),
    ...mappings.filter((m) => !m.namespaced).map((mapping) => ({ mapping, namespace: undefined })),
  ];
  const query = { labelSelector: flags.string('selector') || undefined };
  for (const { mapping, namespace } of places) {
    const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace), { query });
    for (const item of items) {
      const { uid = '', annotations } = item.metadata;
      if (annotations?.[lastApplied] === undefined || visited.uids.has(uid)) continue;
      yield { mapping, namespace, object: { apiVersion: mapping.groupVersion, kind: mapping.kind, ...item } };
    }
  }
}

/** Deletes them. */
export async function prune(
  call: Invocation,
  allowed: readonly Mapping[],
  visited: Visited,
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
): Promise<void> {
  const { k, flags } = call;
  const grace = flags.int('grace-period');
  const options = {
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    propagationPolicy: propagation(flags),
    ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
  for await (const { mapping, namespace, object } of prunableObjects(call, allowed, visited)) {
    if (dryRun !== 'client') {
      const body = JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...options });
      await k.json('DELETE', k.path(mapping, namespace, object.metadata.name), { body, query: { dryRun: dryRunQuery(dryRun) } });
    }
    await report(k, printer, object, mapping, 'pruned', dryRun);
  }
}
