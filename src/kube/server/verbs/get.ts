import type { HttpRequest, HttpResponse } from '../../api';
import { objectResponse } from '../answer';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { tooLargeVersion } from '../status';
import { find } from './find';
import { versionOf } from './list-options';

export function get(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const wanted = versionOf(info.query.get('resourceVersion') ?? '');
  if (wanted > context.store.version) throw tooLargeVersion(wanted, context.store.version);
  return objectResponse(context, request, info.resource, info.query, find(context, info));
}
