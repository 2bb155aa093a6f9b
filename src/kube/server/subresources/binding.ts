import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import { jsonResponse } from '../answer';
import { timestamp, type ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { findResource } from '../resources';
import { badRequest, conflict, notFound, success } from '../status';
import { bodyOf, writeOptions } from '../verbs/options';
import { replaceObject } from '../verbs/update';

interface Condition {
  type: string;
  status: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string;
}

/** Assigns a pod to the node that a Binding names. */
export function bind(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const pods = findResource('v1', 'pods')!;
  const options = writeOptions('CreateOptions', request, info.query);
  const binding = JSON.parse(bodyOf(request)) as KubeObject & { target?: { kind?: string; name?: string } };
  const name = info.name ?? binding.metadata?.name ?? '';
  const node = binding.target?.name;
  if (!node) throw badRequest('Binding.target.name: Required value');
  const old = context.store.get('pods', info.namespace, name);
  if (!old) throw notFound(pods, name);
  const spec = old['spec'] as { nodeName?: string };
  const resource = { group: '', plural: 'pods/binding' };
  if (old.metadata.deletionTimestamp) throw conflict(resource, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw conflict(resource, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  const now = timestamp(context.clock.now());
  const status = old['status'] as { conditions?: Condition[] };
  const others = (status.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
  };
  const next = {
    ...old,
    metadata: {
      ...old.metadata,
      annotations: binding.metadata?.annotations
        ? { ...old.metadata.annotations, ...binding.metadata.annotations }
        : old.metadata.annotations,
    },
    spec: { ...spec, nodeName: node },
    status: { ...status, conditions: [...others, scheduled] },
  };
  const writer = { manager: options.manager, apiVersion: 'v1', subresource: 'binding', nowMs: context.clock.now() };
  replaceObject(context, pods, old, next, {
    subresource: 'binding',
    dryRun: options.dryRun,
    writer,
    checked: true,
    managed: old.metadata.managedFields ?? [],
  });
  return jsonResponse({ ...success(), code: 201 }, 201);
}
