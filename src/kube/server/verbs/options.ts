import {
  DecodeError,
  decodeStruct,
  FieldPath,
  goQuoted,
  interpret,
  invalidValue,
  JsonSyntaxError,
  notSupported,
  parseJsonText,
  statusCause,
  structNamed,
  tooLong,
  type ApiError,
  type FieldError,
  type HttpRequest,
} from '../../api';
import { mediaTypeOf } from '../answer';
import { badRequest, invalid, requestEntityTooLarge, serverError, unsupportedMediaType } from '../status';
import type { FieldValidation } from '../validation';
import { bodyLimit, isTooLarge, type ReadRequest } from '../yaml-body';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly manager: string;
}

const bodyTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The body of a request that carries an object; throws for other media types and for what is too large. */
export function bodyOf(request: ReadRequest): { text: string; repeated?: string; unreadable?: string } {
  const type = mediaTypeOf(request);
  if (type && !type.includes('json') && !type.endsWith('yaml')) {
    const accepted = bodyTypes.join(', ');
    throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${accepted}`);
  }
  const body = request.body ?? '';
  if (isTooLarge(body)) throw requestEntityTooLarge(`Request entity too large: limit is ${bodyLimit}`);
  return { text: body, repeated: request.repeated, unreadable: request.unreadable };
}

/** An integer of the query; throws the 400 for a text that is none. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const refuse = (why: string): Error => badRequest(`strconv.ParseInt: parsing ${goQuoted(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax');
  if (BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) throw refuse('value out of range');
  return Number(text);
}

/** A flag of the query: there, and neither `false` nor `0`. */
export function flagOf(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text.toLowerCase() !== 'false' && text !== '0';
}

export const optionsError = (kind: string, ...errors: readonly FieldError[]): ApiError =>
  invalid({ group: 'meta.k8s.io', kind }, '', errors.map(statusCause));

/** metav1's ValidateFieldManager. */
function managerErrors(manager: string): FieldError[] {
  const path = FieldPath.of('fieldManager');
  const most = 128;
  const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
  const errors = bytesOf(manager) > most ? [tooLong(path, most)] : [];
  for (const { 0: char, index } of manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)) {
    const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const detail = `invalid character U+${code} (at position ${bytesOf(manager.slice(0, index))})`;
    errors.push(invalidValue(path, manager, detail));
  }
  return errors;
}

/** dryRun, fieldValidation and fieldManager of a create, update or patch. */
export function writeOptions(kind: string, request: HttpRequest, query: URLSearchParams): WriteOptions {
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All')) throw optionsError(kind, notSupported(FieldPath.of('dryRun'), dryRun, ['All']));
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
    throw optionsError(kind, notSupported(FieldPath.of('fieldValidation'), fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
  }
  const wrong = managerErrors(query.get('fieldManager') ?? '');
  if (wrong.length > 0) throw optionsError(kind, ...wrong);
  const manager = query.get('fieldManager') || (request.headers['user-agent'] ?? '').split('/')[0] || 'unknown';
  return { dryRun: dryRun.length > 0, fieldValidation, manager };
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: Policy;
  readonly preconditions?: { uid?: string; resourceVersion?: string };
  readonly dryRun: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;
type Policy = (typeof policies)[number];

/** metav1's ValidateDeleteOptions. */
function checkDeleteOptions(policy: unknown, orphan: unknown, dryRun: readonly string[]): void {
  const path = FieldPath.of('propagationPolicy');
  const errors: FieldError[] = [];
  if (policy !== undefined && orphan !== undefined)
    errors.push(invalidValue(path, policy, 'orphanDependents and deletionPropagation cannot be both set'));
  if (policy !== undefined && !policies.includes(policy as Policy)) errors.push(notSupported(path, policy, [...policies, 'nil']));
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported(FieldPath.of('dryRun'), dryRun, ['All']));
  if (errors.length > 0) throw optionsError('DeleteOptions', ...errors);
}

/** From the body (DeleteOptions) or, without one, from the query. */
export function deleteOptions(request: HttpRequest, query: URLSearchParams): DeleteOptions {
  const { text: body, unreadable } = bodyOf(request);
  if (unreadable !== undefined) throw serverError(unreadable);
  if (body.trim()) {
    const { dryRun = [], orphanDependents: orphan, propagationPolicy: policy, gracePeriodSeconds, preconditions } = readDeleteOptions(body);
    checkDeleteOptions(policy, orphan, dryRun);
    return {
      gracePeriodSeconds,
      propagationPolicy: policy ?? (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background'),
      preconditions,
      dryRun: dryRun.length > 0,
    };
  }
  const dryRun = query.getAll('dryRun');
  const policy = query.get('propagationPolicy') ?? undefined;
  checkDeleteOptions(policy, undefined, dryRun);
  return {
    gracePeriodSeconds: integerOf(query, 'gracePeriodSeconds'),
    propagationPolicy: policy as Policy | undefined,
    dryRun: dryRun.length > 0,
  };
}

interface SentDeleteOptions extends Omit<DeleteOptions, 'dryRun'> {
  readonly dryRun?: readonly string[];
  readonly orphanDependents?: boolean;
}

function readDeleteOptions(body: string): SentDeleteOptions {
  const unread = (error: unknown, before = ''): unknown =>
    error instanceof JsonSyntaxError || error instanceof DecodeError ? serverError(before + error.message) : error;
  let value: unknown;
  try {
    value = parseJsonText(body);
    interpret(value);
  } catch (error) {
    throw unread(error, "couldn't get version/kind; json parse error: ");
  }
  try {
    return decodeStruct(value, structNamed('v1.DeleteOptions')!).object as unknown as SentDeleteOptions;
  } catch (error) {
    throw unread(error);
  }
}
