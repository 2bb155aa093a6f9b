import { ApiError, goQuoted } from '../api';
import type { KubeObject, Status, StatusCause } from '../api';

interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

const qualified = (resource: ResourceName): string => (resource.group ? `${resource.plural}.${resource.group}` : resource.plural);

function failure(code: number, reason: string, message: string, details?: Status['details']): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  });
}

const detailsOf = (resource: ResourceName, name: string): NonNullable<Status['details']> => ({
  ...(name ? { name } : {}),
  ...(resource.group ? { group: resource.group } : {}),
  kind: resource.plural,
});

export const badRequest = (message: string): ApiError => failure(400, 'BadRequest', message);
export const notFound = (resource: ResourceName, name: string): ApiError =>
  failure(404, 'NotFound', `${qualified(resource)} ${goQuoted(name)} not found`, detailsOf(resource, name));
/** The path itself is not served. */
export const noSuchPath = (): ApiError => failure(404, 'NotFound', 'the server could not find the requested resource', {});
export const alreadyExists = (resource: ResourceName, name: string): ApiError =>
  failure(409, 'AlreadyExists', `${qualified(resource)} ${goQuoted(name)} already exists`, detailsOf(resource, name));
/** The old object of that name is still on its way out. */
export const alreadyExistsDeleting = (resource: ResourceName, name: string): ApiError =>
  failure(
    409,
    'AlreadyExists',
    `object is being deleted: ${qualified(resource)} ${goQuoted(name)} already exists`,
    detailsOf(resource, name),
  );
export const conflict = (resource: ResourceName, name: string, why: string): ApiError =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} ${goQuoted(name)}: ${why}`, detailsOf(resource, name));
export const staleObject = (resource: ResourceName, name: string): ApiError =>
  conflict(resource, name, 'the object has been modified; please apply your changes to the latest version and try again');
/** The object of that name is another one by now, or was meant to be: what the storage says. */
export function otherUid(resource: ResourceName, { metadata }: KubeObject, wanted: string): ApiError {
  const place = metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
  const key = `/registry/${resource.group ? `${resource.group}/` : ''}${resource.plural}/${place}`;
  const failed = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${metadata.uid}`;
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
  return conflict(resource, metadata.name ?? '', why);
}
export const forbidden = (resource: ResourceName, name: string, why: string): ApiError =>
  failure(403, 'Forbidden', `${qualified(resource)} ${name ? `${goQuoted(name)} ` : ''}is forbidden: ${why}`, detailsOf(resource, name));
export const forbiddenPath = (why: string): ApiError => failure(403, 'Forbidden', `forbidden: ${why}`, {});
export const methodNotAllowed = (): ApiError =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
export const notAcceptable = (accepted: readonly string[]): ApiError =>
  failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${accepted.join(', ')}`, {});
export const unsupportedMediaType = (message: string, details?: Status['details']): ApiError =>
  failure(415, 'UnsupportedMediaType', message, details);
export const requestEntityTooLarge = (message: string): ApiError => failure(413, 'RequestEntityTooLarge', message);
/** A JSON patch that does not apply: the server keeps the reason to itself. */
export const rejectedPatch = (): ApiError => failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
/** What is asked for is no longer known; `token` is where a list may go on all the same. */
export function expired(message: string, token?: string): ApiError {
  const { status } = failure(410, 'Expired', message);
  return new ApiError({ ...status, metadata: token ? { continue: token } : {} });
}
/** A resourceVersion that is still to come. */
export const tooLargeVersion = (wanted: number, current: number): ApiError =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
/** An error that the server has no reason for: 500, and the message as it is. */
export const serviceUnavailable = (message: string): ApiError => failure(503, 'ServiceUnavailable', message);
export const serverError = (message: string): ApiError => failure(500, '', message);
export const internalError = (message: string): ApiError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
export const tooManyRequests = (message: string, retryAfterSeconds: number, causes: readonly StatusCause[]): ApiError =>
  failure(429, 'TooManyRequests', message, { causes: [...causes], ...(retryAfterSeconds > 0 && { retryAfterSeconds }) });

/** 422 for an object of `kind`; each cause's message is `field: message` in the text. */
export function invalid(kind: { group: string; kind: string }, name: string, causes: readonly StatusCause[]): ApiError {
  // The text says each thing once; the causes stand as often as they were found.
  const texts = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : String(cause.message))))];
  const text = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return failure(422, 'Invalid', `${qualifiedKind} ${goQuoted(name)} is invalid: ${text}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.kind,
    causes: [...causes],
  });
}

export function success(details?: Status['details']): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details ? { details } : {}) };
}

const remarked = new WeakMap<ApiError, readonly string[]>();

/** Does `work`; if it throws an error that will be answered, `warnings` go along with the answer. */
export function whileWarning<T>(warnings: readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError && warnings.length > 0) remarked.set(error, [...warnings, ...warningsOf(error)]);
    throw error;
  }
}

export const warningsOf = (error: ApiError): readonly string[] => remarked.get(error) ?? [];
