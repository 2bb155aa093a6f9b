import { FieldPath, invalidValue, jsonText, parseJson, statusCause, type HttpRequest, type HttpResponse, type KubeObject } from '../../api';
import { jsonResponse, mediaTypeOf } from '../answer';
import type { ServerContext } from '../context';
import { jsonPatch, type Operation } from '../patch/json';
import { mergePatch } from '../patch/merge';
import type { RequestInfo } from '../request-info';
import { badRequest, invalid, unsupportedMediaType } from '../status';
import { decodeKind, decodePatched } from '../validation';
import { find } from '../verbs/find';
import { bodyOf, writeOptions } from '../verbs/options';
import { replaceObject } from '../verbs/update';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}
interface Scalable extends KubeObject {
  spec?: { replicas?: number; selector?: Selector | Readonly<Record<string, string>> };
  status?: { replicas?: number };
}
interface Scale extends KubeObject {
  spec?: { replicas?: number };
}

function selectorText(object: Scalable): string {
  const selector = object.spec?.selector ?? {};
  const labels =
    object.kind === 'ReplicationController' ? (selector as Readonly<Record<string, string>>) : ((selector as Selector).matchLabels ?? {});
  const terms = object.kind === 'ReplicationController' ? [] : ((selector as Selector).matchExpressions ?? []);
  const texts = [
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...terms.map(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key;
      return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`;
    }),
  ];
  return texts.sort().join(',');
}

function scaleOf(object: Scalable): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: object.spec?.replicas ?? 0 },
    status: { replicas: object.status?.replicas ?? 0, selector: selectorText(object) },
  };
}

/** How many pods a workload is asked for and has, as autoscaling/v1's Scale. */
export const getScale = (context: ServerContext, _request: HttpRequest, info: RequestInfo): HttpResponse =>
  jsonResponse(scaleOf(find(context, info)));

function store(context: ServerContext, request: HttpRequest, info: RequestInfo, wanted: Scale, kind: string): HttpResponse {
  const { resource } = info;
  const options = writeOptions(kind, request, info.query);
  const old: Scalable = find(context, info);
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas < 0) {
    const wrong = invalidValue(FieldPath.of('spec', 'replicas'), replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, info.name ?? '', [statusCause(wrong)]);
  }
  const next = {
    ...old,
    metadata: { ...old.metadata, resourceVersion: wanted.metadata?.resourceVersion },
    spec: { ...old.spec, replicas },
  };
  const writer = { manager: options.manager, apiVersion: resource.groupVersion, subresource: 'scale', nowMs: context.clock.now() };
  return jsonResponse(scaleOf(replaceObject(context, resource, old, next, { subresource: 'scale', dryRun: options.dryRun, writer })));
}

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

export function updateScale(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const { fieldValidation } = writeOptions('UpdateOptions', request, info.query);
  const { object } = decodeKind(request, scaleKind, fieldValidation);
  return store(context, request, info, object, 'UpdateOptions');
}

function parsed(request: HttpRequest): unknown {
  try {
    return parseJson(bodyOf(request).text);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

export function patchScale(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const scale = scaleOf(find(context, info));
  const type = mediaTypeOf(request);
  const patch = parsed(request);
  let wanted: unknown;
  if (type === 'application/json-patch+json') wanted = jsonPatch(scale, patch as Operation[]);
  else if (type === 'application/merge-patch+json' || type === 'application/strategic-merge-patch+json') wanted = mergePatch(scale, patch);
  else throw unsupportedMediaType('415: Unsupported Media Type', {});
  const { fieldValidation } = writeOptions('PatchOptions', request, info.query);
  return store(context, request, info, decodePatched(wanted, scaleKind, fieldValidation, jsonText).object, 'PatchOptions');
}
