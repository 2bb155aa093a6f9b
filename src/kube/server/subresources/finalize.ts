import type { HttpRequest, HttpResponse } from '../../api';
import type { KubeObject } from '../../api';
import { objectResponse } from '../answer';
import type { ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest } from '../status';
import { decodeBody } from '../validation';
import { find } from '../verbs/find';
import { writeOptions } from '../verbs/options';
import { replaceObject } from '../verbs/update';

/** Replaces spec.finalizers of a namespace; the last one gone, the namespace is. */
export function finalizeNamespace(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { resource, query } = info;
  const options = writeOptions('UpdateOptions', request, query);
  const { object, warnings } = decodeBody(request, resource, options.fieldValidation);
  const wanted = object as KubeObject & { spec?: { finalizers?: string[] } };
  if (wanted.metadata.name !== info.name)
    throw badRequest(`the name of the object (${wanted.metadata.name ?? ''}) does not match the name on the URL (${info.name})`);
  const old = find(context, info);
  const finalizers = wanted.spec?.finalizers ?? [];
  const next = {
    ...old,
    spec: finalizers.length > 0 ? { finalizers } : {},
    metadata: { ...old.metadata, resourceVersion: wanted.metadata.resourceVersion },
  };
  const writer = { manager: options.manager, apiVersion: 'v1', subresource: 'finalize', nowMs: context.clock.now() };
  const stored = replaceObject(context, resource, old, next, { subresource: 'finalize', dryRun: options.dryRun, writer, checked: true });
  return objectResponse(context, request, resource, query, stored, 200, warnings);
}
