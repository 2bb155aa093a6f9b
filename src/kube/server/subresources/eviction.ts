import type { HttpRequest, HttpResponse, KubeObject } from '../../api';
import { jsonResponse } from '../answer';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, success } from '../status';
import { decodeKind } from '../validation';
import { deleteObject } from '../verbs/delete';
import { find } from '../verbs/find';
import { bodyOf, writeOptions, type DeleteOptions } from '../verbs/options';

interface Eviction extends KubeObject {
  readonly deleteOptions?: Partial<DeleteOptions>;
}

/** Deletes a pod as the Eviction asks. Unlike the real server: disruption budgets are not looked at. */
export function evict(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { dryRun, fieldValidation } = writeOptions('CreateOptions', request, info.query);
  const { object, warnings } = decodeKind(bodyOf(request), { group: 'policy', version: 'v1', kind: 'Eviction' }, fieldValidation);
  const { metadata, deleteOptions } = object as Eviction;
  if (metadata.name !== info.name) throw badRequest('name in URL does not match name in Eviction object');
  deleteObject(context, info.resource, find(context, info), { ...deleteOptions, dryRun });
  return jsonResponse({ ...success(), code: 201 }, 201, warnings);
}
