import { FieldPath, invalidValue, statusCause, type HttpRequest, type HttpResponse, type KubeObject } from '../../api';
import { jsonResponse } from '../answer';
import { decide, rulesFor, userOf, type Attributes, type User } from '../authorization';
import { timestamp, type ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, invalid } from '../status';
import { writeOptions } from '../verbs/options';
import { decodeBody } from '../validation';

interface ReviewSpec {
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly namespace?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
}

function specOf(request: HttpRequest, info: RequestInfo): ReviewSpec {
  const { fieldValidation } = writeOptions('CreateOptions', request, info.query);
  return (decodeBody(request, info.resource, fieldValidation).object['spec'] as ReviewSpec | undefined) ?? {};
}

function answer(info: RequestInfo, parts: { spec?: unknown; status: unknown }): HttpResponse {
  const { kind, groupVersion } = info.resource;
  return jsonResponse({ kind, apiVersion: groupVersion, metadata: { creationTimestamp: null }, ...parts }, 201);
}

function attributesOf(info: RequestInfo, { resourceAttributes: resource, nonResourceAttributes: path }: ReviewSpec): Attributes {
  const refuse = (value: unknown, detail: string): Error =>
    invalid(info.resource, '', [statusCause(invalidValue(FieldPath.of('spec', 'resourceAttributes'), value, detail))]);
  if (resource && path) throw refuse(resource, 'cannot be specified in combination with nonResourceAttributes');
  if (path) return { verb: path.verb ?? '', path: path.path ?? '' };
  if (!resource) throw refuse(null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified');
  const { verb = '', group = '', resource: plural = '', subresource, namespace, name } = resource;
  return { verb, group, resource: subresource ? `${plural}/${subresource}` : plural, namespace, name };
}

function access(context: ServerContext, info: RequestInfo, user: User, spec: ReviewSpec): HttpResponse {
  const { allowed, reason } = decide(context.store, user, attributesOf(info, spec));
  return answer(info, { spec, status: { allowed, ...(reason ? { reason } : {}) } });
}

/** `kubectl auth can-i`. */
export const selfAccess = (context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse =>
  access(context, info, userOf(context, request), specOf(request, info));

/** May someone else do it? A local review asks about its own namespace. */
export function othersAccess(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const spec = specOf(request, info);
  const asked = spec.resourceAttributes?.namespace;
  if (info.namespace && asked !== undefined && asked !== info.namespace)
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${info.namespace}`);
  return access(context, info, { name: spec.user ?? '', groups: spec.groups ?? [] }, spec);
}

/** `kubectl auth can-i --list`. */
export function selfRules(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const spec = specOf(request, info);
  if (!spec.namespace) throw badRequest('no namespace on request');
  const rules = rulesFor(context.store, userOf(context, request), spec.namespace);
  const status = {
    resourceRules: rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames ? { resourceNames } : {}),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
  return answer(info, { spec: {}, status });
}

/** `kubectl auth whoami`. */
export function selfSubject(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { name, groups, extra } = userOf(context, request);
  const { kind, groupVersion } = info.resource;
  const review: KubeObject = {
    kind,
    apiVersion: groupVersion,
    metadata: { creationTimestamp: timestamp(context.clock.now()) },
    status: { userInfo: { username: name, groups, ...(extra ? { extra } : {}) } },
  };
  return jsonResponse(review, 201);
}
