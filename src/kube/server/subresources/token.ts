import {
  base64url,
  signingKeyId,
  invalidValue,
  FieldPath,
  statusCause,
  type FieldError,
  type HttpRequest,
  type HttpResponse,
} from '../../api';
import type { KubeObject } from '../../api';
import { jsonResponse } from '../answer';
import { newUid, timestamp, type ServerContext } from '../context';
import type { RequestInfo } from '../request-info';
import { badRequest, conflict, invalid, notFound } from '../status';
import { find } from '../verbs/find';
import { writeOptions } from '../verbs/options';
import { decodeKind } from '../validation';

const requestKind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
const issuer = 'https://kubernetes.default.svc.cluster.local';
const defaultSeconds = 3600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;
/** A pod's own token is asked for an hour and 7 seconds; it is valid for a year, and says when it should have been renewed. */
const warnSeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;

interface BoundObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

interface TokenRequest extends KubeObject {
  spec?: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: BoundObject | null };
}

const reference = (object: KubeObject): { name: string; uid: string } => ({ name: object.metadata.name!, uid: object.metadata.uid! });

/** The object that a token is bound to, as a claim: a token outlives neither it nor the account. */
function boundClaims(context: ServerContext, info: RequestInfo, bound: BoundObject): Record<string, unknown> {
  const { apiVersion = '', kind = '', name = '', uid = '' } = bound;
  const storage = apiVersion === 'v1' ? { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }[kind] : undefined;
  if (!storage) throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  const object = context.store.get(storage, kind === 'Node' ? undefined : info.namespace, name);
  if (!object) throw notFound({ group: '', plural: storage }, name);
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, name, why);
  }
  if (kind !== 'Pod') return { [kind.toLowerCase()]: reference(object) };
  const spec = object['spec'] as { serviceAccountName?: string; nodeName?: string };
  if (spec.serviceAccountName !== info.name)
    throw badRequest(`cannot bind token for serviceaccount "${info.name}" to pod running with different serviceaccount name.`);
  const node = spec.nodeName ? context.store.get('nodes', undefined, spec.nodeName) : undefined;
  return { ...(node ? { node: reference(node) } : {}), pod: reference(object) };
}

/** Unlike Kubernetes: the signature is random bytes, no key signs anything in the page. */
function sign(context: ServerContext, claims: Readonly<Record<string, unknown>>): string {
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => Math.floor(context.clock.random() * 256));
  const part = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
  return `${part({ alg: 'RS256', kid: signingKeyId })}.${part(claims)}.${base64url(bytes(256))}`;
}

function requestErrors(seconds: number): FieldError[] {
  const path = FieldPath.of('spec', 'expirationSeconds');
  if (seconds < minSeconds) return [invalidValue(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > maxSeconds ? [invalidValue(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

/** `serviceaccounts/token`: a token of the account, for an audience, a time, and bound to a pod, secret or node. */
export function createToken(context: ServerContext, request: HttpRequest, info: RequestInfo): HttpResponse {
  const options = writeOptions('CreateOptions', request, info.query);
  const account = find(context, info);
  const { object, warnings } = decodeKind(request, requestKind, options.fieldValidation);
  const body = object as TokenRequest;
  const { namespace, name } = account.metadata;
  const audiences = body.spec?.audiences?.length ? body.spec.audiences : [issuer];
  const seconds = body.spec?.expirationSeconds ?? defaultSeconds;
  const errors = requestErrors(seconds);
  if (errors.length > 0) throw invalid(requestKind, '', errors.map(statusCause));
  const boundObjectRef = body.spec?.boundObjectRef ?? null;
  const bound = boundObjectRef ? boundClaims(context, info, boundObjectRef) : {};
  const nowMs = context.clock.now();
  const now = Math.floor(nowMs / 1000);
  const extended = 'pod' in bound && seconds === warnSeconds && audiences.includes(issuer);
  const claims = {
    aud: audiences,
    exp: now + (extended ? extendedSeconds : seconds),
    iat: now,
    iss: issuer,
    jti: newUid(context.clock),
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: reference(account),
      ...(extended ? { warnafter: now + seconds } : {}),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(nowMs) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef },
    status: { token: options.dryRun ? '' : sign(context, claims), expirationTimestamp: timestamp(nowMs + seconds * 1000) },
  };
  return jsonResponse(answer, 201, warnings);
}
