import type { HttpRequest, HttpResponse, KubeObject } from '../../api';
import { includeObjectOf, jsonResponse, objectResponse, representationOf } from '../answer';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { notFound } from '../status';
import { tableOf } from '../tables';

/** What the server finds when it asks the other parts of the control plane how they are. */
const components: readonly KubeObject[] = ['etcd-0', 'controller-manager', 'scheduler'].map((name) => ({
  kind: 'ComponentStatus',
  apiVersion: 'v1',
  metadata: { name, creationTimestamp: null },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
}));

export function listComponents(context: ServerContext, request: HttpRequest, { resource, query }: RequestInfo): HttpResponse {
  if (representationOf(request) === 'table')
    return jsonResponse({ ...tableOf(resource, components, context.clock.now(), includeObjectOf(query)), metadata: {} });
  const items = components.map(({ metadata, conditions }) => ({ metadata, conditions }));
  return jsonResponse({ kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items });
}

export function getComponent(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const found = components.find(({ metadata }) => metadata.name === info.name);
  if (!found) throw notFound(info.resource, info.name ?? '');
  return objectResponse(context, request, info.resource, info.query, found);
}
