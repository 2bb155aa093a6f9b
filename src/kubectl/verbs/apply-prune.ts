import type { KubeObject } from '../../kube/api';
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
    if (!mapping) throw failure(`no matches for kind "${kind}" in version "${groupVersion}"`);
    return mapping;
  });
}

/** Deletes what apply once made in the visited namespaces, is selected, and was not named this time. */
export async function prune(
  call: Invocation,
  allowed: readonly Mapping[],
  visited: { readonly uids: ReadonlySet<string>; readonly namespaces: ReadonlySet<string> },
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
): Promise<void> {
  const { k } = call;
  let mappings = allowed;
  if (mappings.length === 0) {
    const mapper = await k.mapper();
    await klogWarning(
      k,
      'prune.go:71',
      'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
    );
    mappings = usual.flatMap(
      (text) => mapper.byKind(text.slice(0, text.lastIndexOf('/')).replace('core/', ''), text.slice(text.lastIndexOf('/') + 1)) ?? [],
    );
  }
  for (const namespace of visited.namespaces)
    for (const mapping of mappings) if (mapping.namespaced) await pruneKind(call, mapping, namespace, visited.uids, printer, dryRun);
  for (const mapping of mappings) if (!mapping.namespaced) await pruneKind(call, mapping, undefined, visited.uids, printer, dryRun);
}

async function pruneKind(
  { k, flags }: Invocation,
  mapping: Mapping,
  namespace: string | undefined,
  kept: ReadonlySet<string>,
  printer: ObjectPrinter | undefined,
  dryRun: DryRun,
): Promise<void> {
  const query = { labelSelector: flags.string('selector') || undefined };
  const { items } = await k.json<{ items: KubeObject[] }>('GET', k.path(mapping, namespace), { query });
  const grace = flags.int('grace-period');
  const options = { ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}), propagationPolicy: propagation(flags) };
  for (const item of items) {
    const { name, uid, annotations } = item.metadata;
    if (annotations?.[lastApplied] === undefined || kept.has(uid ?? '')) continue;
    if (dryRun !== 'client') {
      const body = JSON.stringify({
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...options,
        ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
      });
      await k.json('DELETE', k.path(mapping, namespace, name), { body, query: { dryRun: dryRunQuery(dryRun) } });
    }
    await report(k, printer, { apiVersion: mapping.groupVersion, kind: mapping.kind, ...item }, mapping, 'pruned', dryRun);
  }
}
