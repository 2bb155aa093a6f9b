import {
  decode,
  DecodeError,
  goQuoted,
  interpret,
  JsonSyntaxError,
  parseJsonText,
  setDefaults,
  statusCause,
  strictMessage,
  structOfKind,
  validateCreate,
  validateUpdate,
  validationWarnings,
  type Decoded as DecodedObject,
  type DecodeWords,
  type FieldError,
  type HttpRequest,
  type GroupVersionKind,
  type KubeObject,
  type StatusCause,
  type StrictError,
} from '../api';
import { podSecurityWarnings } from './admission';
import type { ServerContext } from './context';
import type { Resource } from './resources';
import { badRequest, invalid } from './status';
import { bodyOf } from './verbs/options';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** A body as messages show the start of it. */
function summary(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const most = 30;
  if (bytes.length === 0) return '<empty>';
  const more = bytes.length > most ? ' ...' : '';
  const head = bytes.subarray(0, most);
  return text.startsWith('{')
    ? new TextDecoder().decode(head) + more
    : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('') + more;
}

const groupVersionText = (group: string, version: string): string => (group ? `${group}/${version}` : version);

function strictly(
  errors: readonly Pick<StrictError, 'message'>[],
  strictness: FieldValidation,
  refuse: (message: string) => Error,
): readonly string[] {
  if (errors.length === 0 || strictness === 'Ignore') return [];
  if (strictness === 'Warn') return errors.map((error) => error.message);
  throw refuse(strictMessage(errors));
}

/** Decodes a request's body as an object of `resource`'s kind; throws the 400 that the server answers. */
export const decodeBody = (request: HttpRequest, resource: Resource, strictness: FieldValidation): Decoded =>
  decodeKind(request, resource, strictness);

/** The same for a kind that a subresource takes. */
export function decodeKind(request: HttpRequest, resource: GroupVersionKind, strictness: FieldValidation): Decoded {
  const { text, repeated, unreadable } = bodyOf(request);
  const unrecognized = (error: string): Error =>
    badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${error} (${summary(text)})`);
  if (unreadable !== undefined) throw unrecognized(unreadable);
  let value: unknown;
  let named: ReturnType<typeof interpret>;
  try {
    value = parseJsonText(text);
    named = interpret(value);
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof DecodeError)
      throw unrecognized(`couldn't get version/kind; json parse error: ${error.message}`);
    throw error;
  }
  const parts = named.apiVersion.split('/');
  if (parts.length > 2) throw unrecognized(`unexpected GroupVersion string: ${named.apiVersion}`);
  const kind = named.kind || resource.kind;
  const group = named.apiVersion === '' ? resource.group : parts.length === 2 ? parts[0]! : '';
  const version = parts.at(-1) || resource.version;
  const refuse = (message: string): Error =>
    badRequest(`${kind} in version ${goQuoted(version)} cannot be handled as a ${resource.kind}: ${message}`);
  if (!structOfKind({ group, version, kind })) {
    throw refuse(
      `no kind ${goQuoted(kind)} is registered for version ${goQuoted(groupVersionText(group, version))} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  if (kind !== resource.kind)
    throw refuse(`converting (${version}.${kind}) to (${(resource.group || 'core').split('.')[0]}.${resource.kind}): unknown conversion`);
  let decoded: DecodedObject;
  try {
    decoded = decode(value, { group, version, kind });
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
  const strict = [...(repeated === undefined ? [] : [{ message: repeated }]), ...decoded.strict];
  const warnings = strictly(strict, strictness, refuse);
  if (group !== resource.group || version !== resource.version) {
    throw badRequest(
      `the API version in the data (${groupVersionText(group, version)}) does not match the expected API version (${groupVersionText(resource.group, resource.version)})`,
    );
  }
  return { object: { ...decoded.object, apiVersion: groupVersionText(resource.group, resource.version), kind }, warnings };
}

/** Decodes what a patch has made of an object; its errors name the patch (`shown`), in `words`. */
export function decodePatched(
  result: unknown,
  resource: GroupVersionKind,
  strictness: FieldValidation,
  shown: (result: unknown) => string,
  words: DecodeWords = 'json',
): Decoded {
  const refuse = (message: string): Error => {
    const cause = { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(shown(result))}: ${message}`, field: 'patch' };
    return invalid({ group: '', kind: '' }, '', [cause]);
  };
  try {
    const decoded = decode(result, resource, words);
    return { object: decoded.object, warnings: strictly(decoded.strict, strictness, refuse) };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

/** The same object with every default filled in. */
export function withDefaults(resource: Resource, object: KubeObject): KubeObject {
  const filled = structuredClone(object);
  setDefaults(filled, resource);
  return filled;
}

const causes = (errors: readonly FieldError[]): readonly StatusCause[] => errors.map(statusCause);

export function createErrors(resource: Resource, object: KubeObject): readonly StatusCause[] {
  return causes(validateCreate(resource, object));
}

export function updateErrors(resource: Resource, object: KubeObject, old: KubeObject, subresource?: string): readonly StatusCause[] {
  return causes(validateUpdate(resource, object, old, subresource));
}

/** What the server remarks on an object that it takes: of decoding, then of the object itself. */
export const remarks = (
  context: ServerContext,
  resource: Resource,
  decoded: Decoded,
  object: KubeObject,
  old?: KubeObject,
): readonly string[] => [
  ...decoded.warnings,
  ...validationWarnings(resource, object, old),
  ...podSecurityWarnings(context, resource, object, old),
];
