import type { HttpRequest } from '../../api';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { forbidden, forbiddenPath } from '../status';
import { decide } from './rbac';
import { userOf } from './user';

export { decide, rulesFor, type Attributes } from './rbac';
export { bootstrapRoles } from './roles';
export { userOf, type User } from './user';

const scope = (namespace: string | undefined): string => (namespace ? `in the namespace "${namespace}"` : 'at the cluster scope');

/** Throws the 403 for what the user of a request may not do. */
export function authorize(context: ServerContext, request: HttpRequest, info: RequestInfo, verb: string): void {
  const user = userOf(context, request);
  const { resource, subresource, namespace, name } = info;
  const what = subresource ? `${resource.plural}/${subresource.name}` : resource.plural;
  const { group } = resource;
  if (decide(context.store, user, { verb, group, resource: what, namespace, name }).allowed) return;
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${scope(namespace)}`;
  throw forbidden(resource, name ?? '', why);
}

/** The same for paths that are no resources: discovery, health, documents. */
export function authorizePath(context: ServerContext, request: HttpRequest, path: string): void {
  const user = userOf(context, request);
  const verb = request.method === 'GET' || request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  if (decide(context.store, user, { verb, path }).allowed) return;
  throw forbiddenPath(`User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`);
}
